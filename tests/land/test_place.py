"""That a copy of a user's delivery lands safely, whole, and never outside of its place."""

import os
import zipfile
from pathlib import Path

import pytest

from safety_pipeline.land.deliveries import deliveries
from safety_pipeline.land.place import place
from safety_pipeline.tables.delivery import RefusedError

RECORD = '{"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}}}'
SNAPSHOT = ("studies.txt", "result_groups.txt", "reported_events.txt")


def _folder(path: Path, names: tuple[str, ...]) -> Path:
    path.mkdir()
    for name in names:
        (path / name).write_text("x")
    return path


def _zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def test_a_placed_file_is_a_delivery_and_the_original_stays(tmp_path: Path) -> None:
    source = tmp_path / "NCT00000001.json"
    source.write_text(RECORD)
    placed = place(source, tmp_path / "lake")
    assert placed == tmp_path / "lake/landed/ctgov/NCT00000001.json"
    assert source.read_text() == placed.read_text() == RECORD
    assert [each.delivery_id for each in deliveries(tmp_path / "lake")] == ["ctgov.NCT00000001"]
    assert place(placed, tmp_path / "lake") == placed


def test_a_folder_placed_again_replaces_the_old_one_wholly(tmp_path: Path) -> None:
    source = _folder(tmp_path / "snapshot", SNAPSHOT)
    placed = place(source, tmp_path / "lake")
    (source / "conditions.txt").write_text("new")
    (source / "studies.txt").write_text("new")
    (placed / "stray.txt").write_text("old")
    place(source, tmp_path / "lake")
    assert sorted(each.name for each in placed.iterdir()) == sorted([*SNAPSHOT, "conditions.txt"])
    assert [each.name for each in placed.parent.iterdir()] == ["snapshot"]


@pytest.mark.parametrize("name", ["table.csv", "broken.zip"])
def test_what_is_no_delivery_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(RefusedError, match=name):
        place(tmp_path / name, tmp_path / "lake")
    assert not (tmp_path / "lake").exists()


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    source = _folder(tmp_path / "snapshot", SNAPSHOT)
    (source / "link.txt").symlink_to("/etc/hostname")
    with pytest.raises(RefusedError, match="link"):
        place(source, tmp_path / "lake")
    assert not (tmp_path / "lake").exists()


def test_a_pipe_in_a_folder_is_refused(tmp_path: Path) -> None:
    source = _folder(tmp_path / "snapshot", SNAPSHOT)
    os.mkfifo(source / "pipe")
    with pytest.raises(RefusedError, match="no plain file"):
        place(source, tmp_path / "lake")


@pytest.mark.parametrize("member", ["../outside.txt", "/etc/outside.txt", "a/../../b.txt", "C:/x.txt"])
def test_a_zip_that_points_outside_is_refused(tmp_path: Path, member: str) -> None:
    packed = _zip(tmp_path / "a.zip", {**dict.fromkeys(SNAPSHOT, "x"), member: "x"})
    with pytest.raises(RefusedError, match="outside"):
        place(packed, tmp_path / "lake")
    assert not (tmp_path / "lake").exists()


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in SNAPSHOT:
            target.writestr(name, "x")
        with target.open("conditions.txt", "w", force_zip64=True) as member:
            for _ in range(150):
                member.write(b"0" * 1_000_000)
    with pytest.raises(RefusedError, match="would unpack to"):
        place(packed, tmp_path / "lake")


def test_a_name_that_would_be_passed_over_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".NCT00000001.json").write_text(RECORD)
    with pytest.raises(RefusedError, match="rename it"):
        place(tmp_path / ".NCT00000001.json", tmp_path / "lake")
