"""Which kind of delivery a user's file or folder is."""

import gzip
import zipfile
from pathlib import Path

import pytest

from safety_pipeline.land.recognise import kind_of

RECORD = '{"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}}}'
XML = "<?xml version='1.0'?><clinical_study/>"
SNAPSHOT = ("studies.txt", "result_groups.txt", "reported_events.txt")
INSIDE = tuple(f"aact/{name}" for name in SNAPSHOT)
FILES = {
    "NCT00000001.json": (RECORD, "ctgov"),
    "old.json": ('{"FullStudiesResponse": {}}', "ctgov"),
    "NCT00000001.xml": (XML, "ctgov"),
    "wide.xml": (XML.encode("utf-16"), "ctgov"),
    "two.ndjson": (f"{RECORD}\n{RECORD}\n", "ctgov"),
    "packed.json.gz": (gzip.compress(RECORD.encode()), "ctgov"),
    "cut.json.gz": (gzip.compress(RECORD.encode())[:12], None),
    "article.xml": ("<article/>", None),
    "other.json": ('{"a": 1}', None),
    "table.csv": ("a,b\n1,2\n", None),
    "broken.zip": ("no zip", None),
}
FOLDERS = {
    "article": (("document.yaml", "table_1.tsv"), "literature"),
    "snapshot": (SNAPSHOT, "aact"),
    "snapshot_inside": (
        ("20260101/Studies.txt", "20260101/result_groups.txt.gz", "20260101/reported_events.TXT"),
        "aact",
    ),
    "package": (("ae.xpt", "dm.xpt"), "cdisc"),
    "analysis": (("ADAE.json",), "cdisc"),
    "two_formats": (("ae.xpt", "ae.json", "dm.xpt", "dm.json"), "cdisc"),
    "study": (("tabulations/ae.xpt", "tabulations/dm.xpt", "analysis/adae.xpt", "analysis/adsl.xpt"), "cdisc"),
    "two_studies": (("one/ae.xpt", "one/dm.xpt", "two/ae.xpt", "two/dm.xpt"), None),
    "two_snapshots": (tuple(f"{year}/{name}" for year in (2025, 2026) for name in SNAPSHOT), None),
    "everything": ((*INSIDE, "study/ae.xpt", "study/dm.xpt"), None),
    "beside_a_snapshot": ((*INSIDE, "notes.txt"), None),
    "beside_an_article": (("article/document.yaml", "study/ae.xpt", "study/dm.xpt"), None),
    "left_behind": (("__MACOSX/ae.xpt", ".hidden/dm.xpt"), None),
    "holiday": (("beach.jpg",), None),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_known_by_what_is_in_it(tmp_path: Path, name: str) -> None:
    content, kind = FILES[name]
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert kind_of(tmp_path / name) == kind


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_is_known_by_its_files_however_deep(tmp_path: Path, name: str) -> None:
    names, kind = FOLDERS[name]
    for each in names:
        (tmp_path / name / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name / each).write_text("x")
    assert kind_of(tmp_path / name) == kind


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        (dict.fromkeys(SNAPSHOT, "x"), "aact"),
        ({"data/ae.xpt": "x", "data/dm.xpt": "x"}, "cdisc"),
        ({"NCT00000001.json": RECORD, "readme.txt": "x"}, "ctgov"),
        ({"beach.jpg": "x"}, None),
    ],
)
def test_a_zip_is_known_by_its_members(tmp_path: Path, members: dict[str, str], kind: str | None) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    assert kind_of(tmp_path / "a.zip") == kind


def test_a_folder_of_subjects_and_their_events_is_a_package_whatever_the_files_are_called(tmp_path: Path) -> None:
    (tmp_path / "patients_final.csv").write_text("USUBJID,ARM\na,X\n", encoding="utf-8")
    assert kind_of(tmp_path) is None
    (tmp_path / "safety_x.csv").write_text("USUBJID,AEDECOD\na,Rash\n", encoding="utf-8")
    assert kind_of(tmp_path) == "cdisc"
