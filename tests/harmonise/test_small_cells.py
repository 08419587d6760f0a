"""No small cell is shown, and none can be found by subtraction: checked by an attacker who propagates bounds."""

from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety_pipeline.harmonise.counting.small_cells import without_small_cells

ANY, EDEMA, TERMS = "Any adverse event", "Edema", ("Edema limbs", "Edema face", "Nausea")
QUESTIONS = list(product(("all_causality", "related"), ("any", "severe")))


def frame(counts, n_at_risk, min_cell):
    """Counts by (label, attribution, band) as (lower, upper), in one arm."""
    concepts = {ANY: "any_event", EDEMA: "edema"}
    rows = [
        {"document_id": "s", "source_file": "f", "grading_system": "g", "arm_id": "a", "label": label,
         "given_concept": concepts.get(label, ""), "attribution": attribution, "band": band,
         "in_concept": "edema" if label.startswith("Edema ") else None,
         "n_lower": low, "n_upper": up, "n_at_risk": n_at_risk, "min_cell": min_cell}
        for (label, attribution, band), (low, up) in counts.items()
    ]  # fmt: skip
    whole = dict.fromkeys(("n_lower", "n_upper", "n_at_risk", "min_cell"), pl.Int64)
    return pl.DataFrame(rows, schema_overrides={**whole, "in_concept": pl.String})


def shown(counts, n_at_risk=84, min_cell=5):
    exact = {key: (n, n) if isinstance(n, int) else n for key, n in counts.items()}
    told = without_small_cells(frame(exact, n_at_risk, min_cell))
    return {row[:3]: row[3:] for row in told.select("label", "attribution", "band", "n_lower", "n_upper").rows()}


def of(label, attribution="all_causality", band="any"):
    return (label, attribution, band)


@pytest.mark.parametrize(
    ("n", "bounds"),
    [
        (0, (0, 0)),
        (1, (1, 4)),
        (4, (1, 4)),
        (5, (5, 5)),
        (79, (79, 79)),
        (80, (80, 83)),
        (83, (80, 83)),
        (84, (84, 84)),
    ],
)
def test_a_small_cell_and_the_few_who_are_left_are_bounds_and_a_zero_is_told_apart(n, bounds):
    assert shown({of(ANY): n})[of(ANY)] == bounds


def test_without_a_smallest_cell_every_count_is_shown():
    told = without_small_cells(frame({of(ANY): (1, 1)}, 84, None))
    assert told.select("n_lower", "n_upper", "is_suppressed").row(0) == (1, 1, False)


def test_a_few_who_are_in_the_wider_count_only_are_not_found_by_subtraction():
    told = shown({of(ANY): 40, of(ANY, band="severe"): 38, of(ANY, "related"): 30, of(ANY, "related", "severe"): 29})
    assert told == {
        of(ANY): (40, 40),
        of(ANY, band="severe"): (36, 39),
        of(ANY, "related"): (30, 30),
        of(ANY, "related", "severe"): (26, 29),
    }


def test_a_term_that_is_nearly_its_concept_is_opened_and_the_concept_stays():
    told = shown({of(EDEMA): 20, of("Edema limbs"): 18, of("Edema face"): 3, of("Nausea"): 55, of(ANY): 60})
    del told[of("Nausea")]
    assert told == {of(EDEMA): (20, 20), of("Edema limbs"): (16, 19), of("Edema face"): (1, 4), of(ANY): (60, 60)}


def test_a_concept_that_gives_a_suppressed_term_away_says_no_more_than_its_terms():
    told = shown(
        {of(EDEMA): 24, of("Edema limbs"): 12, of("Edema face"): 8, of("Edema trunk"): 4, of("Nausea"): 50, of(ANY): 60}
    )
    assert (told[of("Edema trunk")], told[of(EDEMA)]) == ((1, 4), (12, 24))


def test_an_arm_smaller_than_a_cell_says_nothing():
    assert set(shown({of(ANY): 0, of(EDEMA): 0, of("Nausea"): 2}, n_at_risk=3).values()) == {(0, 3)}


def test_bounds_are_widened_to_whole_cells():
    told = shown({of("Nausea"): (3, 7), of("Edema face"): (0, 2), of("Edema limbs"): (72, 76), of(ANY): (81, 83)})
    assert list(told.values()) == [(0, 10), (0, 5), (70, 80), (80, 84)]


SUBJECTS = st.lists(
    st.frozensets(st.tuples(st.sampled_from(TERMS), st.sampled_from(QUESTIONS)), max_size=5), min_size=6, max_size=40
)


def counted(subjects):
    """Exact counts of every set: an event that is severe or related is also one of any grade or cause."""

    def had(events, terms, attribution, band):
        return any(
            term in terms and attribution in ("all_causality", cause) and band in ("any", grade)
            for term, (cause, grade) in events
        )

    rows = {ANY: TERMS, EDEMA: TERMS[:2], **{term: (term,) for term in TERMS}}
    return {
        (label, *question): sum(had(events, terms, *question) for events in subjects)
        for label, terms in rows.items()
        for question in QUESTIONS
    }


def narrowed(told, n_at_risk):
    """What an attacker concludes who knows which sets hold which, and that a union is at most the sum of its terms."""
    low = {key: bounds[0] for key, bounds in told.items()}
    up = {key: min(bounds[1], n_at_risk) for key, bounds in told.items()}
    inside = [(a, b) for a, b in product(told, told) if a != b and holds(b, a)]
    unions = [((EDEMA, *q), [(t, *q) for t in TERMS[:2]]) for q in QUESTIONS]
    unions += [((ANY, *q), [(t, *q) for t in TERMS]) for q in QUESTIONS]
    for _ in range(20):
        for small, wide in inside:
            up[small], low[wide] = min(up[small], up[wide]), max(low[wide], low[small])
        for union, parts in unions:
            up[union] = min(up[union], sum(up[part] for part in parts))
            for part in parts:
                low[part] = max(low[part], low[union] - sum(up[other] for other in parts if other != part))
    return low, up


def holds(wide, small):
    label = wide[0] in (small[0], ANY) or (wide[0] == EDEMA and small[0].startswith("Edema "))
    return label and wide[1] in (small[1], "all_causality") and wide[2] in (small[2], "any")


@given(SUBJECTS, st.sampled_from([3, 4, 5]))
@settings(max_examples=60)
def test_the_truth_is_within_the_bounds_and_no_cell_is_narrowed_to_a_few_subjects(subjects, min_cell):
    exact, n = counted(subjects), len(subjects)
    told = shown(exact, n, min_cell)
    assert all(told[key][0] <= exact[key] <= told[key][1] for key in exact)
    low, up = narrowed(told, n)
    for key, count in exact.items():
        if 0 < count < min_cell:
            assert low[key] < up[key], (key, count, told)
    for small, wide in product(exact, exact):
        if (
            small != wide
            and holds(wide, small)
            and told[small] == (exact[small],) * 2
            and told[wide] == (exact[wide],) * 2
        ):
            assert exact[small] == 0 or not 0 < exact[wide] - exact[small] < min_cell, (small, wide, told)
