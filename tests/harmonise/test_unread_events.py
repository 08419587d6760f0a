"""Refused rows and terms that cannot be read: the bounds are those of every completion, no wider and no narrower."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from test_unknown_emergence import counted, package

# What an event with these words may be: the rows it counts in, one set for each possibility.
EDEMA, OTHER = frozenset({"Edema", "Any adverse event"}), frozenset({"Any adverse event"})
WORDS = {"Edema limbs": [EDEMA], "Nausea": [OTHER], "浮腫": [EDEMA, OTHER], None: [EDEMA, OTHER]}
EVENTS = st.tuples(st.sampled_from(["p", "q", "r"]), st.sampled_from([*WORDS]), st.booleans())
ARMS = st.lists(st.lists(EVENTS, max_size=4), min_size=5, max_size=9)


def possibilities(words, is_refused):
    """A row without words is always refused, and a refused one may be no event at all."""
    return [*WORDS[words], frozenset()] if is_refused or words is None else WORDS[words]


def bounds(events, label):
    """Fewest and most subjects with an event of the row over all completions."""
    options = [[(who, each) for each in possibilities(words, refused)] for who, words, refused in events]
    counts = [len({who for who, rows in completion if label in rows}) for completion in product(*options)]
    return min(counts), max(counts)


@given(ARMS)
@settings(max_examples=8, deadline=None)
def test_bounds_are_those_of_every_completion(references, arms):
    rows = [[(who, words, 1, True, refused or words is None) for who, words, refused in events] for events in arms]
    found = counted(package(rows), references)
    for number, events in enumerate(arms):
        for label in ("Edema", "Any adverse event"):
            assert found[(f"S.{number}", label, "any")] == bounds(events, label), (label, events)
