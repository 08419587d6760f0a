"""Events not known to be treatment-emergent open the upper bound; laws are checked against every completion."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subject_events import PLACE, event
from subject_events import package as five_subjects

from safety_pipeline.harmonise import toxicity
from safety_pipeline.tables.delivery import Ingested
from safety_pipeline.tables.ingested import ARM, DOCUMENT, EVENT, SOURCE_TABLE, SUBJECT

KEY = ("arm_id", "row_label", "grade_band")


def counted(tables, references):
    rows = toxicity(tables, references).filter(attribution="all_causality").collect()
    return {row[:3]: row[3:] for row in rows.select(*KEY, "n_affected_lower", "n_affected_upper").rows()}


def test_an_event_that_may_be_treatment_emergent_opens_the_upper_bound_and_says_so(references):
    events = [event("a", "Edema limbs", 3), event("b", "Edema limbs", 1, emergent=None), event("c", "Nausea", 1, False)]
    rows = toxicity(five_subjects(events), references).filter(arm_id="S.high", attribution="all_causality").collect()
    found = {(row["row_label"], row["grade_band"]): row for row in rows.to_dicts()}
    bounds = {key: (row["n_affected_lower"], row["n_affected_upper"]) for key, row in found.items()}
    assert bounds[("Edema limbs", "any")] == bounds[("Edema", "any")] == (1, 2)
    assert bounds[("Edema", "severe")] == (1, 1)
    assert ("Nausea", "any") not in bounds
    assert found[("Edema", "any")]["cell_status"] == "derived_bounds"
    assert "not known to be treatment-emergent" in found[("Edema", "any")]["note"]
    assert found[("Edema", "severe")]["note"] is None


def test_a_subject_with_a_known_event_counts_whatever_else_is_unknown(references):
    events = [event("a", "Nausea", 1), event("a", "Nausea", 1, emergent=None), event("b", "Nausea", 1, False)]
    found = counted(five_subjects(events), references)
    assert found[("S.high", "Nausea", "any")] == (1, 1)


def test_an_event_without_a_mark_is_open_where_only_a_refused_row_has_one(references):
    refused = event("c", "Nausea", 1) | {"is_refused": True, "term_as_reported": None}
    found = counted(five_subjects([event("a", "Edema limbs", 4, emergent=None), refused]), references)
    assert found[("S.high", "Edema limbs", "any")][0] == 0


@pytest.mark.parametrize(("is_told", "bounds"), [(True, (0, 1)), (None, (1, 1))])
def test_without_any_mark_events_are_open_where_something_tells_them_apart_and_counted_where_not(
    references, is_told, bounds
):
    unmarked = event("a", "Nausea", 1, emergent=None) | {"is_emergence_told": is_told}
    assert counted(five_subjects([unmarked]), references)[("S.high", "Nausea", "any")] == bounds


TERMS = {"Edema limbs": "Edema", "Periorbital edema": "Edema", "Nausea": None}
EVENTS = st.tuples(
    st.sampled_from(["p", "q", "r"]),
    st.sampled_from(sorted(TERMS)),
    st.sampled_from([1, 3, None]),
    st.sampled_from([True, False, None]),
)
ARMS = st.lists(st.lists(EVENTS, max_size=5), min_size=6, max_size=12)


def package(arms):
    """One arm of three subjects per list of events, and one marked, graded event outside all of them."""
    document = {**PLACE, "kind": "cdisc", "grading_system": "CTCAE v4.03", "grading_system_basis": "stated",
                "allocation": "randomised", "has_toxicity_results": True, "document_priority": 1,
                "content_sha256": "0"}  # fmt: skip
    table = {**PLACE, "table_label": "ADAE", "table_kind": "subject_level", "source_file": "adae.xpt",
             "table_priority": 1, "attribution": "all_causality", "grade_counting": "worst"}  # fmt: skip
    subjects = [
        {**PLACE, "subject_id": f"{number}{name}", "arm_id": f"S.{number}", "is_safety_population": True}
        for number in range(len(arms))
        for name in "pqr"
    ]
    rows = [(f"{number}{who}", *what) for number, events in enumerate(arms) for who, *what in events]
    events = [("outside", "Nausea", 1, True), *rows]
    names = ("subject_id", "term_as_reported", "grade", "is_treatment_emergent", "is_refused")
    return Ingested(
        document=DOCUMENT.from_rows([document]),
        source_table=SOURCE_TABLE.from_rows([table]),
        arm=ARM.from_rows(
            [
                {
                    **PLACE,
                    "arm_id": f"S.{n}",
                    "label": f"{n}",
                    "n_at_risk": 3,
                    "is_aggregate": False,
                    "may_overlap": False,
                }
                for n in range(len(arms))
            ]
        ),
        subject=SUBJECT.from_rows(subjects),
        event=EVENT.from_rows(
            [
                {
                    **PLACE,
                    "source_file": "adae.xpt",
                    "event_number": number,
                    "grading_system": "CTCAE v4.03",
                    "is_refused": False,
                    **dict(zip(names, row, strict=False)),
                }
                for number, row in enumerate(events)
            ]
        ),
    ).tables()


def completions(events):
    """Every way the unknown grades and unknown emergences of a few events could be."""
    choices = [
        [(who, term, one, sure) for one in ([1, 3] if grade is None else [grade])
         for sure in ([True, False] if emergent is None else [emergent])]
        for who, term, grade, emergent in events
    ]  # fmt: skip
    return product(*choices)


def exact(events, label, band):
    """Subjects with a treatment-emergent event of the row in one completion."""
    belongs = {"Any adverse event": TERMS, "Edema": [t for t, c in TERMS.items() if c == "Edema"]}.get(label, [label])
    return len({who for who, term, grade, yes in events if yes and term in belongs and (band == "any" or grade >= 3)})


@given(ARMS)
@settings(max_examples=12)
def test_over_all_completions_counts_lie_within_the_bounds_and_reach_both_ends(references, arms):
    found = counted(package(arms), references)
    for number, events in enumerate(arms):
        possible = list(completions(events))
        for label, band in product([*TERMS, "Edema", "Any adverse event"], ["any", "severe"]):
            counts = [exact(completion, label, band) for completion in possible]
            assert found.get((f"S.{number}", label, band), (0, 0)) == (min(counts), max(counts)), (label, band, events)


@pytest.mark.parametrize("events", [[], [("a", "Nausea", 3, False)], [("a", "Edema limbs", None, False)]])
def test_an_arm_is_zero_of_n_in_every_concept_where_the_listing_holds_no_event_to_count(references, events):
    tables = five_subjects([event(who, term, grade, yes) for who, term, grade, yes in events])
    rows = toxicity(tables, references).filter(arm_id="S.high", attribution="all_causality").collect()
    found = {key: (low, up, of, status) for *key_, low, up, of, status in rows.select(
        "row_label", "grade_band", "n_affected_lower", "n_affected_upper", "n_at_risk", "cell_status").rows()
        for key in [tuple(key_)]}  # fmt: skip
    headings = ("Edema", "Haemorrhage", "Rash", "Any adverse event")
    assert found == {(name, band): (0, 0, 3, "reported_zero") for name in headings for band in ("any", "severe")}
