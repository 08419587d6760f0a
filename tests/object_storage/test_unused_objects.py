"""What `store clean` deletes, and what it leaves for those who may be reading or sending it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from buckets import FailingObjects, PowerCutError, new_lake_address, s3_server, use_server

from safety_pipeline.object_storage.checking import bucket_faults
from safety_pipeline.object_storage.garbage import clean
from safety_pipeline.object_storage.objects import Objects
from safety_pipeline.object_storage.pull import pull_to_write
from safety_pipeline.object_storage.push import push
from safety_pipeline.object_storage.working_copy import Copy

WEEK = timedelta(days=7)


class ObjectsLater(Objects):
    """The same objects when some days have passed since the last of them was written."""

    def __init__(self, address, days):
        super().__init__(address)
        self._passed = timedelta(days=days)

    def find(self, key):
        found = super().find(key)
        return replace(found, written_at=found.written_at + self._passed) if key == "clock" else found


@pytest.fixture(scope="module")
def server():
    with s3_server() as address:
        yield address


@pytest.fixture
def address(server, monkeypatch):
    use_server(server, monkeypatch)
    return new_lake_address(server)


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path, "work")


def pushed(address, copy, text, objects=None):
    objects = objects or Objects(address)
    document = copy.folder / "landed" / "literature" / "one" / "document.yaml"
    document.parent.mkdir(parents=True, exist_ok=True)
    document.write_text(text)
    push(objects, copy, pull_to_write(objects, copy, lambda _: None))


def texts(address):
    """The landed texts that the bucket still holds, of any state."""
    objects = Objects(address)
    contents = [objects.read(found.key)[0].decode() for found in objects.listed()]
    return {text for text in contents if text.startswith("title: ")}


def test_what_a_state_of_the_lake_uses_stays_however_old_it_is(address, copy):
    pushed(address, copy, "title: first")
    assert clean(ObjectsLater(address, 400), WEEK).n_objects == 0
    assert list(bucket_faults(Objects(address))) == []


def test_what_only_an_earlier_state_used_is_deleted_when_nobody_can_be_reading_it(address, copy):
    pushed(address, copy, "title: first")
    pushed(address, copy, "title: second")
    assert clean(ObjectsLater(address, 6), WEEK).n_objects == 0
    assert texts(address) == {"title: first", "title: second"}
    # The document and the index of the first state.
    assert clean(ObjectsLater(address, 8), WEEK).n_objects == 2
    assert texts(address) == {"title: second"}
    assert list(bucket_faults(Objects(address))) == []


def test_what_a_push_sent_that_never_ended_is_deleted_after_the_same_time(address, copy):
    pushed(address, copy, "title: first")
    with pytest.raises(PowerCutError):
        pushed(address, copy, "title: lost", FailingObjects(address, after=1))
    assert clean(ObjectsLater(address, 6), WEEK).n_objects == 0
    assert clean(ObjectsLater(address, 8), WEEK).n_objects == 1
    assert texts(address) == {"title: first"}


def test_a_rehearsal_counts_and_deletes_nothing(address, copy):
    pushed(address, copy, "title: first")
    pushed(address, copy, "title: second")
    assert clean(ObjectsLater(address, 8), WEEK, is_rehearsal=True).n_objects == 2
    assert texts(address) == {"title: first", "title: second"}


def test_objects_of_others_in_the_bucket_are_left_alone(address, copy):
    pushed(address, copy, "title: first")
    Objects(address).write("notes/by-hand.txt", b"title: a note of somebody")
    assert clean(ObjectsLater(address, 400), WEEK).n_objects == 0
    assert "title: a note of somebody" in texts(address)
