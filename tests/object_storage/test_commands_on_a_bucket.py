"""Every command on a lake in object storage: what it reads, what it writes, and what it says where it cannot."""

import json
import sys

import duckdb
import polars as pl
import pytest
from buckets import new_lake_address, push_lake, s3_server, use_server
from click.testing import CliRunner
from lakes import published

from safety_pipeline.cli import main
from safety_pipeline.commands.land import landed
from safety_pipeline.object_storage.address import is_remote
from safety_pipeline.object_storage.objects import Objects
from safety_pipeline.object_storage.remote import remote_state
from safety_pipeline.orchestration.lakes.lake import lake_folder
from safety_pipeline.orchestration.lakes.machine import UnusableFolderError

SECRET = "a-secret-that-nobody-may-read"  # noqa: S105


@pytest.fixture(scope="module")
def server():
    with s3_server() as address:
        yield address


@pytest.fixture(scope="module")
def pushed_lake(server, shipped_lake, tmp_path_factory):
    """The address of the lake with the five shipped documents; read only."""
    with pytest.MonkeyPatch.context() as patch:
        use_server(server, patch)
        patch.setenv("SAFETY_CACHE", str(tmp_path_factory.mktemp("maker")))
        address = new_lake_address(server)
        push_lake(shipped_lake, address)
        return address


@pytest.fixture(autouse=True)
def machine(server, tmp_path, monkeypatch):
    """A machine that has never seen the lake."""
    use_server(server, monkeypatch)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("SAFETY_CACHE", str(tmp_path / "cache"))


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def done(*arguments):
    answered = call(*arguments)
    assert answered.exit_code == 0, answered.output
    return answered.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["summary", "--json"],
        ["check", "--json"],
        ["release", "list", "--json"],
        ["release", "show", "--json"],
        ["release", "trend", "--json"],
        ["verify", "--json"],
        ["reference", "unmatched"],
        ["harmonise", "--system", "CTC v2.0", "--term", "Edema", "--grade", "3", "--json"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_command_that_reads_answers_as_on_the_folder(command, pushed_lake, shipped_lake):
    assert done(*command, "--lake", pushed_lake) == done(*command, "--lake", shipped_lake)


def test_who_reads_fetches_only_what_is_published(pushed_lake, tmp_path):
    done("summary", "--lake", pushed_lake)
    copy = next((tmp_path / "cache").glob("*/read"))
    assert {place.name for place in copy.iterdir()} == {"published", ".state", ".bucket.json"}
    assert [file.name for file in (copy / ".state").iterdir()] == ["writer.lock"]


def test_tables_are_exported_from_a_bucket(pushed_lake, shipped_lake, tmp_path):
    done("export", tmp_path / "out", "--table", "signal", "--format", "parquet", "--lake", pushed_lake)
    assert pl.read_parquet(tmp_path / "out" / "signal.parquet").equals(published(shipped_lake, "signal"))


def test_a_run_on_another_machine_finds_nothing_to_do_and_writes_nothing(pushed_lake):
    before = remote_state(Objects(pushed_lake)).manifest
    told = json.loads(done("run", "--json", "--lake", pushed_lake))
    assert (told["was_current"], told["faults"]) == (True, [])
    assert remote_state(Objects(pushed_lake)).manifest == before


def test_a_database_that_came_from_a_bucket_may_be_opened_to_write_and_stays_as_it_was_released(pushed_lake, tmp_path):
    done("summary", "--lake", pushed_lake)
    place = next((tmp_path / "cache").glob("*/read/published"))
    flat, released = place / "safety.duckdb", place / "latest" / "safety.duckdb"
    assert flat.stat().st_ino != released.stat().st_ino
    assert released.stat().st_mode & 0o222 == 0
    with duckdb.connect(str(flat)) as database:
        assert database.sql("select count(*) from dim_document").fetchall() == [(5,)]


def test_any_parquet_reader_reads_the_latest_release_from_the_bucket(pushed_lake, shipped_lake):
    manifest = json.loads(Objects(pushed_lake).read("manifest.json")[0])
    rows = pl.scan_parquet(f"{pushed_lake}/{manifest['published']}incidence_by_dose.parquet")
    assert rows.collect().equals(published(shipped_lake, "incidence_by_dose"))
    ((n_rows,),) = duckdb.sql("select count(*) from rows").fetchall()
    assert n_rows == published(shipped_lake, "incidence_by_dose").height


def test_what_is_landed_on_one_machine_is_seen_on_another(server, tmp_path, monkeypatch):
    address = new_lake_address(server)
    source = tmp_path / "table.csv"
    source.write_text("Event,Drug A (n = 20),Drug B (n = 21)\nRash,5 (25.0),6 (28.6)\nNausea,2 (10.0),3 (14.3)\n")
    assert call("land", source, "--lake", address).exit_code == 0
    monkeypatch.setenv("SAFETY_CACHE", str(tmp_path / "another machine"))
    assert "literature.table" in call("preview", "nothing", "--lake", address).output
    place = done("store", "folder", "--lake", address).strip()
    assert (tmp_path / "another machine").as_posix() in place
    assert "State 1, written by " in done("store", "show", "--lake", address)


def test_sources_that_could_be_landed_are_pushed_where_another_was_refused(server, tmp_path):
    address = new_lake_address(server)
    source = tmp_path / "table.csv"
    source.write_text("Event,Drug A (n = 20),Drug B (n = 21)\nRash,5 (25.0),6 (28.6)\nNausea,2 (10.0),3 (14.3)\n")
    answered = call("land", source, tmp_path / "nothing.csv", "--lake", address)
    assert answered.exit_code == 1
    assert "1 of 2 sources were not landed" in answered.output
    assert "landed/literature/table/document.yaml" in remote_state(Objects(address)).index.files


def test_who_ends_second_is_told_who_was_first_and_both_are_there_after_the_next_command(server, tmp_path, monkeypatch):
    address = new_lake_address(server)
    source = tmp_path / "table.csv"
    source.write_text("Event,Drug A (n = 20),Drug B (n = 21)\nRash,5 (25.0),6 (28.6)\nNausea,2 (10.0),3 (14.3)\n")

    def landed_while_somebody_lands_another(*arguments, **options):
        yield from landed(*arguments, **options)
        other = tmp_path / "other" / "landed" / "literature" / "of_somebody" / "document.yaml"
        other.parent.mkdir(parents=True)
        other.write_text("document: {}\n")
        monkeypatch.setenv("SAFETY_CACHE", str(tmp_path / "another machine"))
        push_lake(tmp_path / "other", address)

    with monkeypatch.context() as patch:
        patch.setattr("safety_pipeline.commands.land.landed", landed_while_somebody_lands_another)
        told = call("land", source, "--lake", address)
    assert told.exit_code == 1
    assert f"Error: {address} was written by " in told.output
    assert "Nothing of theirs was overwritten" in told.output
    assert documents(address) == {"of_somebody"}
    monkeypatch.setenv("SAFETY_CACHE", str(tmp_path / "cache"))
    assert call("land", source, "--lake", address).exit_code == 0
    assert documents(address) == {"of_somebody", "table"}


def documents(address):
    files = remote_state(Objects(address)).index.files
    return {path.split("/")[2] for path in files if path.startswith("landed/literature/")}


def test_verify_names_an_object_that_was_cut_short(server, pushed_lake, tmp_path):
    address = new_lake_address(server)
    objects, there = Objects(address), Objects(pushed_lake)
    for found in there.listed():
        objects.write(found.key, there.read(found.key)[0])
    index = remote_state(objects).index
    entry = index.files[f"published/releases/{index.release_id}/signal.parquet"]
    objects.write(entry.key, there.read(entry.key)[0][:1000])
    answered = call("verify", "--lake", address)
    assert answered.exit_code == 1
    assert f"{entry.key} (" in answered.output
    assert f"other bytes than recorded, 1000 of {entry.size}" in answered.output
    assert "1 files differ" in answered.output
    refused = call("summary", "--lake", address)
    assert refused.exit_code == 1
    assert f"{entry.key} holds other bytes than recorded" in refused.output


@pytest.mark.parametrize("command", ["desk", "ui"])
def test_a_command_that_stays_open_works_on_a_folder_only_and_says_so(command, pushed_lake):
    answered = call(command, "--lake", pushed_lake)
    assert answered.exit_code == 1
    assert f"`{command}` works on a folder, not on {pushed_lake}" in answered.output


def test_dagster_works_on_a_folder_only_and_says_so(monkeypatch):
    monkeypatch.setenv("SAFETY_LAKE", "s3://bucket/lake")
    with pytest.raises(UnusableFolderError, match="SAFETY_LAKE names a bucket, and Dagster works on a folder"):
        lake_folder()


def test_a_bucket_without_a_lake_says_what_makes_one(server):
    answered = call("summary", "--lake", new_lake_address(server))
    assert answered.exit_code == 1
    assert "holds no lake yet: `safety-pipeline land` and `run`" in answered.output


def test_a_bucket_that_is_not_there_is_one_sentence():
    answered = call("summary", "--lake", "s3://no-such-bucket/lake")
    assert answered.output == "Error: s3://no-such-bucket/lake: there is no such bucket; create it first.\n"


def test_a_server_that_does_not_answer_is_one_sentence(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    answered = call("summary", "--lake", "s3://bucket/lake")
    assert answered.exit_code == 1
    assert len(answered.output.strip().splitlines()) == 1
    assert "s3://bucket/lake: " in answered.output


@pytest.mark.parametrize(
    "address",
    ["s3://key:secret@bucket/lake", "s3://key@bucket/lake", "ftp://bucket/lake", "s3:///lake", "s3://bucket/../lake"],
)
def test_an_address_that_names_no_bucket_or_holds_a_key_is_refused(address):
    answered = call("summary", "--lake", address)
    assert answered.exit_code == 1
    assert "keys and passwords come from the environment, never from the address" in answered.output
    assert "secret" not in answered.output


def test_without_the_library_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore", None)
    answered = call("summary", "--lake", "s3://bucket/lake")
    assert "pip install 'safety-pipeline[store]'" in answered.output


def test_no_secret_is_written_to_the_copies_or_said(server, tmp_path):
    address = new_lake_address(server)
    said = call("init", "--lake", address).output + call("summary", "--lake", address).output
    written = [file.read_bytes() for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert written
    assert SECRET not in said
    assert not [content for content in written if SECRET.encode() in content]


def test_only_their_user_may_look_into_the_copies(pushed_lake, tmp_path):
    done("summary", "--lake", pushed_lake)
    [root] = (tmp_path / "cache").iterdir()
    assert root.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("place", "answer"), [("data_lake", False), ("/a/b", False), ("s3://b/l", True)])
def test_a_place_with_a_scheme_is_a_bucket(place, answer):
    assert is_remote(place) == answer
