"""A lake in object storage when a push is cut short, two push at once, or an object is damaged."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys

import pytest
from buckets import FailingObjects, PowerCutError, new_lake_address, s3_server, use_server

from safety_pipeline.object_storage import bring
from safety_pipeline.object_storage.checking import bucket_faults
from safety_pipeline.object_storage.objects import Objects, StoreError, SwapLostError
from safety_pipeline.object_storage.pull import pull_to_read, pull_to_write
from safety_pipeline.object_storage.push import push
from safety_pipeline.object_storage.remote import remote_state
from safety_pipeline.object_storage.wanted import everything
from safety_pipeline.object_storage.working_copy import Copy
from safety_pipeline.publish.release import make_release
from safety_pipeline.tables.storage import sha256_of

# What a push of `release(lake, "new")` writes: see test_a_push_writes_as_many_objects_as_are_tried_here.
WRITES = 6


@pytest.fixture(scope="module")
def server():
    with s3_server() as address:
        yield address


@pytest.fixture
def address(server, monkeypatch):
    use_server(server, monkeypatch)
    return new_lake_address(server)


@pytest.fixture
def ana(tmp_path):
    return Copy(tmp_path / "ana", "work")


@pytest.fixture
def ben(tmp_path):
    return Copy(tmp_path / "ben", "work")


def put(copy, path, text):
    file = copy.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.write_text(text)


def release(copy, name):
    """A landed document and a release of it, as small as they can be: two tables that only agree within a release."""
    put(copy, f"landed/literature/{name}/document.yaml", f"title: {name}")

    def fill(folder):
        for table in ("fact", "mart"):
            (folder / f"{table}.parquet").write_text(f"{table} of {name}")
        return {}

    make_release(copy.folder / "published", hashlib.sha256(name.encode()).hexdigest()[:16], fill)


def seen_by_a_reader(address, tmp_path):
    """What each table says, in the flat files and in the latest release."""
    reader = Copy(tmp_path / "reader", "read")
    pull_to_read(Objects(address), reader, everything)
    published = reader.folder / "published"
    return {
        (place / f"{table}.parquet").read_text()
        for place in (published, published / "latest")
        for table in ("fact", "mart")
    }


def pushed(address, copy, objects=None):
    objects = objects or Objects(address)
    return push(objects, copy, pull_to_write(objects, copy, lambda _: None))


def test_a_push_writes_as_many_objects_as_are_tried_here(address, ana):
    release(ana, "old")
    pushed(address, ana)
    release(ana, "new")
    with pytest.raises(PowerCutError):
        pushed(address, ana, FailingObjects(address, after=WRITES - 1))
    assert pushed(address, ana, FailingObjects(address, after=WRITES)) is not None


@pytest.mark.parametrize("arrives", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("n_writes", range(WRITES))
def test_a_push_cut_short_at_any_write_shows_readers_one_whole_release_and_can_be_repeated(
    address, ana, tmp_path, n_writes, arrives
):
    release(ana, "old")
    pushed(address, ana)
    release(ana, "new")
    with pytest.raises(PowerCutError):
        pushed(address, ana, FailingObjects(address, after=n_writes, arrives=arrives))
    is_swapped = arrives and n_writes == WRITES - 1
    current = "new" if is_swapped else "old"
    assert seen_by_a_reader(address, tmp_path) == {f"fact of {current}", f"mart of {current}"}
    assert (pushed(address, ana) is None) == is_swapped
    assert seen_by_a_reader(address, tmp_path) == {"fact of new", "mart of new"}
    assert list(bucket_faults(Objects(address))) == []


def test_a_repeated_push_sends_only_what_had_not_arrived(address, ana):
    release(ana, "new")
    with pytest.raises(PowerCutError):
        pushed(address, ana, FailingObjects(address, after=3))
    counting = FailingObjects(address, after=100)
    pushed(address, ana, counting)
    # Document, two tables and the release's own manifest, less three; then index and manifest.
    assert 100 - counting._left == 1 + 2


def test_of_two_pushes_at_once_one_wins_and_the_other_is_told_who_and_loses_nothing(address, ana, ben, tmp_path):
    release(ana, "shared")
    pushed(address, ana)
    objects = Objects(address)
    seen_by_ana, seen_by_ben = (pull_to_write(objects, each, lambda _: None) for each in (ana, ben))
    release(ana, "of ana")
    release(ben, "of ben")
    assert push(objects, ana, seen_by_ana).number == 2
    with pytest.raises(SwapLostError, match=r"was written by \S+ on \S+ at 20.*Nothing of theirs was overwritten"):
        push(objects, ben, seen_by_ben)
    assert seen_by_a_reader(address, tmp_path) == {"fact of of ana", "mart of of ana"}
    # The next command takes over what ana wrote; the document of ben is there still, and is pushed with the next state.
    assert pushed(address, ben).number == 3
    landed = {path for path in remote_state(objects).index.files if path.startswith("landed/")}
    assert landed == {f"landed/literature/{name}/document.yaml" for name in ("shared", "of ana", "of ben")}
    assert seen_by_a_reader(address, tmp_path) == {"fact of of ana", "mart of of ana"}


def test_a_document_that_two_people_change_is_kept_twice_and_both_are_told(address, ana, ben):
    document = "landed/literature/shared/document.yaml"
    release(ana, "shared")
    pushed(address, ana)
    pushed(address, ben)
    put(ana, document, "title: by ana")
    put(ben, document, "title: by ben")
    pushed(address, ana)
    said = []
    pull_to_write(Objects(address), ben, said.append)
    assert (ben.folder / document).read_text() == "title: by ana"
    [line] = said
    assert "landed/literature/shared: changed here, and by " in line
    place = line.split("yours lies in ")[1].removesuffix(".")
    assert (ben.root / "set_aside").as_posix() in place
    assert [file.read_text() for file in ben.set_aside.rglob("*.yaml")] == ["title: by ben"]


def test_an_interrupted_pull_is_finished_by_the_next_and_is_nobodys_change(address, ana, ben, monkeypatch):
    release(ana, "old")
    pushed(address, ana)
    pushed(address, ben)
    release(ana, "new")
    put(ana, "landed/literature/old/document.yaml", "title: corrected")
    pushed(address, ana)
    with monkeypatch.context() as patch:
        patch.setattr(bring, "_switch", cut_power)
        with pytest.raises(PowerCutError):
            pull_to_write(Objects(address), ben, lambda _: None)
    assert (ben.folder / "landed/literature/old/document.yaml").read_text() == "title: corrected"
    said = []
    pull_to_write(Objects(address), ben, said.append)
    assert said == []
    assert (ben.folder / "published" / "latest" / "fact.parquet").read_text() == "fact of new"
    assert pushed(address, ben) is None


def cut_power(*_):
    raise PowerCutError


def test_a_working_folder_that_somebody_deleted_is_fetched_again_and_empties_nothing(address, ana):
    release(ana, "new")
    pushed(address, ana)
    for name in ("landed", "published"):
        shutil.rmtree(ana.folder / name)
    assert pushed(address, ana) is None
    assert (ana.folder / "landed/literature/new/document.yaml").exists()
    assert (ana.folder / "published" / "fact.parquet").read_text() == "fact of new"


def test_a_release_made_again_lies_whole_under_one_prefix(address, ana):
    """It has the name it had, the tables are the same, and its database and dates are not."""
    release(ana, "one")
    pushed(address, ana)
    [folder] = (ana.folder / "published" / "releases").iterdir()
    put(ana, f"published/releases/{folder.name}/fact.parquet", "fact made again")
    hashes = {f"{table}.parquet": sha256_of(folder / f"{table}.parquet") for table in ("fact", "mart")}
    manifest = json.dumps({"release_id": folder.name, "files": hashes})
    put(ana, f"published/releases/{folder.name}/release.json", manifest)
    objects = Objects(address)
    prefix = pushed(address, ana).published
    tables = {table: objects.read(f"{prefix}{table}.parquet")[0] for table in ("fact", "mart")}
    assert tables == {"fact": b"fact made again", "mart": b"mart of one"}


def test_a_delivery_that_was_a_file_and_becomes_a_folder_is_replaced(address, ana, ben):
    put(ana, "landed/ctgov/one", "a file")
    pushed(address, ana)
    pushed(address, ben)
    (ana.folder / "landed/ctgov/one").unlink()
    put(ana, "landed/ctgov/one/record.json", "in a folder")
    pushed(address, ana)
    pushed(address, ben)
    assert (ben.folder / "landed/ctgov/one/record.json").read_text() == "in a folder"


def test_a_delivery_withdrawn_on_one_machine_is_gone_on_the_others(address, ana, ben):
    release(ana, "one")
    release(ana, "two")
    pushed(address, ana)
    pull_to_write(Objects(address), ben, lambda _: None)
    (ben.folder / "landed/literature/one/document.yaml").unlink()
    (ben.folder / "landed/literature/one").rmdir()
    pushed(address, ben)
    pull_to_write(Objects(address), ana, lambda _: None)
    assert [folder.name for folder in (ana.folder / "landed/literature").iterdir()] == ["two"]


def test_an_object_with_other_bytes_is_noticed_and_named_and_nothing_is_replaced(address, ana, tmp_path):
    release(ana, "old")
    pushed(address, ana)
    before = seen_by_a_reader(address, tmp_path)
    release(ana, "new")
    pushed(address, ana)
    objects = Objects(address)
    index = remote_state(objects).index
    path = f"published/releases/{index.release_id}/fact.parquet"
    objects.write(index.files[path].key, b"fact")
    with pytest.raises(
        StoreError, match=rf"{index.files[path].key} holds other bytes than recorded \(4 of 11\).*fact.parquet"
    ):
        seen_by_a_reader(address, tmp_path)
    reader = tmp_path / "reader" / "read" / "published"
    assert {(reader / "latest" / f"{table}.parquet").read_text() for table in ("fact", "mart")} == before
    [fault] = bucket_faults(objects)
    assert "other bytes than recorded, 4 of 11" in fault


def test_an_object_that_is_missing_is_named(address, ana):
    release(ana, "new")
    pushed(address, ana)
    objects = Objects(address)
    entry = remote_state(objects).index.files["landed/literature/new/document.yaml"]
    objects.delete([entry.key])
    assert list(bucket_faults(objects)) == [f"{address}/{entry.key} (landed/literature/new/document.yaml): missing"]


def test_a_manifest_that_is_gone_takes_nothing_away_here(address, ana):
    release(ana, "new")
    pushed(address, ana)
    Objects(address).delete(["manifest.json"])
    with pytest.raises(StoreError, match=r"its manifest\.json is gone\. Nothing was changed"):
        pushed(address, ana)
    assert (ana.folder / "published" / "latest" / "fact.parquet").exists()


def test_an_index_that_points_out_of_the_lake_is_refused(address, ana, tmp_path):
    put(ana, "landed/literature/one/document.yaml", "title: one")
    pushed(address, ana)
    objects = Objects(address)
    manifest = json.loads(objects.read("manifest.json")[0])
    content = objects.read(manifest["index"])[0].replace(b"landed/literature/one/", b"../outside/")
    manifest["index"] = f"objects/{hashlib.sha256(content).hexdigest()}"
    objects.write(manifest["index"], content)
    objects.write("manifest.json", json.dumps(manifest).encode())
    with pytest.raises(StoreError, match="not inside of a lake"):
        pull_to_read(objects, Copy(tmp_path / "reader", "read"), everything)
    assert not (tmp_path / "reader" / "outside").exists()


PUSH = """
import sys
from pathlib import Path
from safety_pipeline.object_storage.objects import Objects
from safety_pipeline.object_storage.pull import pull_to_write
from safety_pipeline.object_storage.push import push
from safety_pipeline.object_storage.working_copy import Copy
objects, copy = Objects(sys.argv[1]), Copy(Path(sys.argv[2]), "work")
push(objects, copy, pull_to_write(objects, copy, print))
"""
LARGE = 8_000_000  # sent in parts


def test_a_process_killed_while_it_sends_large_files_leaves_the_bucket_whole(address, ana, tmp_path):
    release(ana, "old")
    pushed(address, ana)
    release(ana, "new")
    for number in range(6):
        file = ana.folder / "ingested" / "cell" / f"{number}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes([number]) * LARGE)
    objects = Objects(address)
    n_before = len(objects.listed())
    process = subprocess.Popen([sys.executable, "-c", PUSH, address, str(ana.root)])
    while len(objects.listed()) == n_before:
        assert process.poll() is None
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert seen_by_a_reader(address, tmp_path) == {"fact of old", "mart of old"}
    assert pushed(address, ana) is not None
    assert seen_by_a_reader(address, tmp_path) == {"fact of new", "mart of new"}
    assert list(bucket_faults(objects)) == []


def test_a_swap_whose_answer_was_lost_is_not_taken_for_somebody_elses(address, ana):
    """The library asks again, and is refused since the manifest is its own new one."""

    class AnswerLost(Objects):
        def swap(self, key, content, before):
            super().swap(key, content, before)
            super().swap(key, content, before)

    release(ana, "new")
    assert pushed(address, ana, AnswerLost(address)).number == 1


def test_a_file_that_changes_while_it_is_sent_is_not_published(address, ana):
    class Changing(Objects):
        def upload(self, key, file):
            file.write_text("title: changed meanwhile, and longer")
            super().upload(key, file)

    put(ana, "landed/literature/one/document.yaml", "title: one")
    with pytest.raises(StoreError, match=r"document\.yaml was changed while it was copied to s3://.*; run again"):
        pushed(address, ana, Changing(address))
    assert remote_state(Objects(address)).manifest is None
    assert pushed(address, ana).number == 1
    assert list(bucket_faults(Objects(address))) == []


def test_flat_files_of_two_releases_after_a_killed_run_never_leave_the_machine(address, ana, tmp_path):
    release(ana, "old")
    pushed(address, ana)
    old = (ana.folder / "published" / "fact.parquet").read_bytes()
    release(ana, "new")
    put(ana, "published/fact.parquet", old.decode())
    pushed(address, ana)
    assert seen_by_a_reader(address, tmp_path) == {"fact of new", "mart of new"}
