"""The name that a person means among those that are published."""

import pytest

from safety_pipeline.publish.find_name import Found, find_name

CONCEPTS = {"edema": "Edema", "haemorrhage": "Haemorrhage"}


@pytest.mark.parametrize("asked", ["edema", "Oedema", "EDEMA"])
def test_another_spelling_means_the_same_name(asked):
    assert find_name(asked, CONCEPTS) == Found("edema")


def test_a_name_nobody_publishes_is_answered_with_near_ones():
    assert find_name("haemorhage", CONCEPTS) == Found(None, ("haemorrhage",))


def test_nothing_is_near_where_nothing_is_published():
    assert find_name("edema", {}) == Found(None)
