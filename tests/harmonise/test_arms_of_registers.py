"""Arms of registers get their drug and dose from their texts and their study's plan; all others pass unchanged."""

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_pipeline.harmonise.arms import arms
from safety_pipeline.tables.harmonised import ARM
from safety_pipeline.tables.ingested import ARM as INGESTED_ARM
from safety_pipeline.tables.ingested import DOCUMENT, PLANNED_TREATMENT

PLACE = {"delivery_id": "ctgov.one", "document_id": "NCT1", "trial_id": "NCT1"}
FACTS = ("drug", "combination_drugs", "dose_mg_per_day", "dose_text", "dose_note")


def arm(number=0, *, label="Arm A", **known):
    given = {"label": label, "is_aggregate": False, "may_overlap": False, "n_at_risk": 10, **known}
    return {**PLACE, "arm_id": f"NCT1.EG{number:03d}", **given}


def planned(number, *, arm=None, drug=None, **known):
    """A row of the plan; ``arm`` and ``drug`` are a place and a name."""
    at, label = arm or (None, None)
    place, name = drug or (None, None)
    own = {"planned_arm_number": at, "planned_arm": label, "planned_drug_number": place, "planned_drug": name}
    return {**PLACE, "plan_number": number, **own, **known}


def harmonised(arm_rows, plan=(), kind="ctgov"):
    document = {
        **PLACE,
        "kind": kind,
        "grading_system": "not stated",
        "grading_system_basis": "not_stated",
        "allocation": "not_stated",
        "has_toxicity_results": True,
        "document_priority": 5,
        "content_sha256": "0",
    }
    tables = {
        "arm": INGESTED_ARM.from_rows(arm_rows),
        "document": DOCUMENT.from_rows([document]),
        "planned_treatment": PLANNED_TREATMENT.from_rows(plan),
    }
    return ARM.conform(arms(tables)).collect()


def facts(*args, **kwargs):
    return harmonised(*args, **kwargs).select(FACTS).rows()


@pytest.mark.parametrize("kind", ["literature", "cdisc"])
def test_the_arms_of_other_sources_pass_unchanged(kind):
    stated = arm(label="Imatinib 400 mg daily", drug="imatinib", dose_mg_per_day=800.0, dose_text="as said")
    assert facts([stated], kind=kind) == [("imatinib", None, 800.0, "as said", None)]


@pytest.mark.parametrize("kind", ["ctgov", "aact"])
def test_an_arm_of_a_register_has_the_dose_its_title_states(kind):
    plan = [planned(1, drug=(1, "Imatinib mesylate"))]
    assert facts([arm(label="Imatinib 400 mg daily")], plan, kind=kind) == [
        ("imatinib", None, 400.0, "400 mg daily", None)
    ]


def test_the_description_states_what_the_title_leaves_open():
    (found,) = facts([arm(description="Imatinib 300 mg twice daily")], [planned(1, drug=(1, "Imatinib"))])
    assert found[:3] == ("imatinib", None, 600.0)


def test_the_planned_arm_of_the_same_name_states_what_the_group_leaves_open():
    plan = [planned(1, arm=(1, "ARM-A"), drug=(1, "Imatinib"), planned_arm_description="400 mg once daily")]
    doses = harmonised([arm(0, label="Arm A"), arm(1, label="Arm B")], plan)["dose_mg_per_day"]
    assert doses.to_list() == [400.0, None]


TWO_DRUGS = [
    planned(1, arm=(1, "Arm A"), drug=(1, "Imatinib")),
    planned(2, arm=(2, "Arm B"), drug=(2, "Sunitinib")),
    planned(3, arm=(3, "Arm C")),
]


def test_an_arm_is_given_the_drugs_of_its_planned_arm_or_none_where_the_plan_does_not_say_which():
    found = harmonised([arm(n, label=f"Arm {name}") for n, name in enumerate("ABCD")], TWO_DRUGS)
    assert found["drug"].to_list() == ["imatinib", "sunitinib", None, None]


def test_an_arm_without_planned_drugs_may_name_any_drug_of_the_study():
    texts = "Sunitinib 50 mg daily with imatinib"
    (found,) = facts([arm(label="Arm C", description=texts)], TWO_DRUGS)
    assert found[:3] == ("sunitinib", "imatinib", 50.0)


def test_of_two_planned_arms_with_one_label_the_last_one_counts():
    plan = [
        planned(1, arm=(1, "Arm A"), drug=(1, "Imatinib"), planned_arm_description="400 mg once daily"),
        planned(2, arm=(2, "Arm a"), drug=(2, "Sunitinib"), planned_arm_description="50 mg once daily"),
    ]
    assert facts([arm()], plan)[0][:3] == ("sunitinib", None, 50.0)


def test_a_drug_is_found_by_its_other_names():
    plan = [
        planned(1, drug=(1, "Imatinib"), other_names=json.dumps(["Gleevec"])),
        planned(2, drug=(2, "Sunitinib")),
    ]
    assert facts([arm(label="Gleevec 400 mg daily")], plan)[0][:3] == ("imatinib", None, 400.0)


def test_a_union_of_arms_keeps_its_text_but_has_no_drug_and_no_dose():
    union = arm(label="All imatinib 400 mg daily", is_aggregate=True, dose_note="The group is a union.")
    plan = [planned(1, drug=(1, "Imatinib"))]
    assert facts([union], plan) == [(None, None, None, "400 mg daily", "The group is a union.")]


def test_the_reason_of_a_missing_dose_stands_before_what_the_reader_noted():
    noted = arm(label="Imatinib 400 or 600 mg daily", dose_note="The groups overlap.")
    (found,) = facts([noted], [planned(1, drug=(1, "Imatinib"))])
    assert found[2] is None
    assert found[4] == "Several doses stand in the text of one arm (400 or 600 mg daily). The groups overlap."


def test_an_id_that_stands_in_for_a_title_is_no_text():
    (found,) = facts([arm(7, label="EG007")])
    assert found[3] is None


def test_portions_give_the_arms_in_their_order(monkeypatch):
    rows = [arm(n, label=f"Imatinib {dose} mg daily") for n, dose in enumerate([400, 100, 800])]
    monkeypatch.setitem(arms.__globals__, "_PORTION", 1)
    assert harmonised(rows, [planned(1, drug=(1, "Imatinib"))])["dose_mg_per_day"].to_list() == [400.0, 100.0, 800.0]


TEXT = st.none() | st.text(max_size=12) | st.sampled_from(["Imatinib 400 mg daily", "Arm A", "placebo", "50 mg bid"])
PLANS = st.lists(st.tuples(st.integers(1, 3), TEXT, TEXT, st.none() | st.integers(1, 2)), max_size=4)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=4), PLANS)
def test_no_arm_is_lost_whatever_its_texts_and_plan_say(texts, plan):
    rows = [arm(n, label=title or f"EG{n:03d}", description=told) for n, (title, told) in enumerate(texts)]
    plans = [
        planned(n, arm=(at, label), drug=(place, "Imatinib") if place else None, planned_arm_description=told)
        for n, (at, label, told, place) in enumerate(sorted(plan, key=lambda row: row[0]), start=1)
    ]
    found = harmonised(rows, plans)
    assert found.select("arm_id", "label", "n_at_risk").rows() == [
        (row["arm_id"], row["label"], row["n_at_risk"]) for row in rows
    ]
    assert found.filter(pl.col("dose_mg_per_day").is_null() & pl.col("dose_note").is_null()).is_empty()
