"""Where the tables of a snapshot may lie, and what a hostile one is refused for."""

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest
from ingest_aact.snapshots import FILES, tables, write


def _zip(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def _refusal(path: Path) -> tuple[str, str]:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "0" * 64
    found = tables(path, sha256)["refusal"].select("rule", "explanation").rows()
    assert len(found) == 1
    return found[0]


ZIPPED = {
    "a folder inside": "20261101_export/{name}.txt",
    "upper case": "{NAME}.TXT",
    "a backslash": "export\\{name}.txt",
    "a leading dot": "./{name}.txt",
}


@pytest.mark.parametrize("how", ZIPPED)
def test_a_zip_is_read_however_its_members_are_named(tmp_path: Path, how: str) -> None:
    named = {ZIPPED[how].format(name=name, NAME=name.upper()): content for name, content in FILES.items()}
    packed = _zip(tmp_path / "snapshot.zip", {**named, "__MACOSX/._studies.txt": "x", "data_dictionary.xlsx": "x"})
    assert tables(packed, how)["cell"].height == 4


def test_a_folder_in_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "landed").mkdir()
    write(tmp_path / "landed" / "20261101_export", FILES)
    assert tables(tmp_path / "landed")["cell"].height == 4


def test_names_in_upper_case_and_packed_files_are_read(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / f"{name.upper()}.TXT.gz").write_bytes(gzip.compress(content.encode()))
    found = tables(tmp_path)
    assert (found["cell"].height, found["refusal"].height) == (4, 0)
    assert found["cell"]["source_file"].unique().sort().to_list() == [
        "reported_event_totals.txt",
        "reported_events.txt",
    ]


def test_names_of_columns_in_upper_case_are_read(tmp_path: Path) -> None:
    shouted = {
        name: content.split("\n", 1)[0].upper() + "\n" + content.split("\n", 1)[1] for name, content in FILES.items()
    }
    assert tables(write(tmp_path / "snapshot", shouted))["cell"].height == 4


def test_a_table_that_is_there_twice_refuses_the_snapshot(tmp_path: Path) -> None:
    twice = {f"{place}/{name}.txt": content for place in "ab" for name, content in FILES.items()}
    rule, explanation = _refusal(_zip(tmp_path / "twice.zip", twice))
    assert rule == "table_is_there_once"
    assert "a/" in explanation and "b/" in explanation


def test_a_packed_file_that_is_cut_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "s", FILES)
    (tmp_path / "s" / "studies.txt").unlink()
    (tmp_path / "s" / "studies.txt.gz").write_bytes(gzip.compress(FILES["studies"].encode())[:-12])
    rule, explanation = _refusal(tmp_path / "s")
    assert rule == "is_packed"
    assert "studies.txt.gz" in explanation


def test_a_packed_file_that_never_ends_is_refused_while_it_unpacks(tmp_path: Path) -> None:
    write(tmp_path / "s", FILES)
    (tmp_path / "s" / "studies.txt").unlink()
    with gzip.open(tmp_path / "s" / "studies.txt.gz", "wb", compresslevel=1) as target:
        for _ in range(110):
            target.write(b"0" * 1_000_000)
    assert _refusal(tmp_path / "s")[0] == "zip_is_believable"


def test_a_member_whose_bytes_do_not_fit_its_checksum_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "wrong.zip"
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in FILES.items():
            target.writestr(f"{name}.txt", content)
    packed.write_bytes(packed.read_bytes().replace(b"Oedema", b"Eodema", 1))
    assert _refusal(packed)[0] == "is_a_zip"


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    packed = _zip(tmp_path / "locked.zip", {f"{name}.txt": content for name, content in FILES.items()})
    content = bytearray(packed.read_bytes())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + flag] |= 1
            at = content.find(mark, at + 1)
    packed.write_bytes(bytes(content))
    assert _refusal(packed)[0] == "is_a_zip"
