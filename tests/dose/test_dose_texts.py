# ruff: noqa: E501 - texts stand as registers print them
"""The daily dose that a text gives, or the reason why it gives none; each expectation was worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_pipeline.dose import Naming, drug_name, parse_dose

DAILY = {
    "400 mg b.i.d.": 800,
    "400 mg on days 1-14 of a 21 day cycle": 400,
    "25 mg orally on Days 1 through 21": 25,
    "400 mg BID": 800,
    "400mg bid": 800,
    "400 mg twice daily": 800,
    "400 mg twice a day": 800,
    "400 mg two times per day": 800,
    "400 mg q12h": 800,
    "400 mg every 12 hours": 800,
    "Sorafenib 400 mg administered twice daily (b.i.d.)": 800,
    "400 mg twice daily (800 mg/day)": 800,
    "800 mg daily in two divided doses": 800,
    "800 mg/day": 800,
    "800 mg per day": 800,
    "800 mg/d": 800,
    "600 mg once daily": 600,
    "600 mg q.d.": 600,
    "600 mg QD": 600,
    "600 mg o.d.": 600,
    "600 mg every day": 600,
    "once daily 400 mg": 400,
    "daily dose of 400 mg": 400,
    "total daily dose of 600 mg": 600,
    "300 mg BID (total 600 mg daily)": 600,
    "250 mg t.i.d.": 750,
    "250 mg three times daily": 750,
    "10 mg every 8 hours": 30,
    "100 mg q.i.d.": 400,
    "100 mg q6h": 400,
    "1 g twice daily": 2000,
    "1.5 g/day": 1500,
    "500 mcg/day": 0.5,
    "250 µg twice daily": 0.5,
    "1,250 mg daily": 1250,
    "2,5 mg/day": 2.5,
    "1250 mg Nelfinavir twice daily Monday-Sunday": 2500,
    "two 200 mg tablets twice daily": 800,
    "2 x 100 mg capsules once daily": 200,
    "4 tablets of 100 mg once daily": 400,
    "100 mg capsules, 400 mg daily": 400,
    "200 mg in the morning and 400 mg in the evening": 600,
    "1.25 milligram (mg) BAY94-8862 tablet once daily in the morning for 90 days": 1.25,
    "Xanomeline 54 mg patch once daily": 54,
    "81 mg transdermal patch, once a day": 81,
    "50 mg daily, 4 weeks on 2 weeks off": 50,
    "20 mg at bedtime": 20,
}
NOT_DAILY = {
    "400 or 600 mg": "Several doses",
    "400 mg or 600 mg daily": "Several doses",
    "400-600 mg/day": "Several doses",
    "400 to 800 mg daily": "Several doses",
    "0.5, 1 or 2 mg once daily": "Several doses",
    "54 mg/81 mg patch": "Several doses",
    "5 mg": "not how often",
    "300 mg qw": "given weekly",
    "0.5 mg once weekly": "given weekly",
    "1 mg twice a week": "some days of the week",
    "100 mg every 2 weeks": "every few weeks",
    "200 mg q3w": "every few weeks",
    "300 mg every other week": "every few weeks",
    "20 mg every other day": "every other day",
    "150 mg monthly": "monthly or less often",
    "480 mg every 4 weeks": "every few weeks",
    "a single dose of 400 mg": "single dose",
    "10 mg as needed": "as needed",
    "400 mg on days 1, 8 and 15 of a 28 day cycle": "some days of a cycle",
    "DAYS 1 to 7: 400 mg BID DAYS 8 to 14: washout DAYS 15 to 21: 400 mg BID": "changes",
    "starting dose 400 mg daily, escalated to 800 mg": "escalated",
    "titrated from 5 mg to 20 mg once daily": "escalated",
    "up to 800 mg daily": "escalated",
    "600 mg daily for one week followed by 400 mg daily": "changes",
    "3 mg/kg every 2 weeks": "body weight",
    "20 milligrams (mg)/kilogram (kg) of body weight every other week (qow)": "body weight",
    "5 mg/kg/day": "body weight",
    "75 mg/m2 every 3 weeks": "body surface",
    "75 mg/m^2 solution intravenously": "body surface",
    "50mg/m2 weekly": "body surface",
    "carboplatin AUC 5": "area under the curve",
    "74 Gy in 37 fractions": "without a mass",
    "100 IU daily": "without a mass",
    "placebo": "placebo",
    "No dose in this text": "No dose",
    "": "No dose",
}


@pytest.mark.parametrize(("text", "mg_per_day"), DAILY.items(), ids=list(DAILY))
def test_a_text_that_settles_the_daily_dose_gives_it(text: str, mg_per_day: float) -> None:
    assert parse_dose(text).mg_per_day == pytest.approx(mg_per_day)


@pytest.mark.parametrize(("text", "reason"), NOT_DAILY.items(), ids=list(NOT_DAILY))
def test_a_text_without_one_daily_dose_gives_none_and_says_why(text: str, reason: str) -> None:
    dose = parse_dose(text)
    assert dose.mg_per_day is None
    assert reason in (dose.reason or "")


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [("3 mg/kg every 2 weeks", 3, "mg/kg"), ("75 mg/m2 every 3 weeks", 75, "mg/m2"), ("300 mg qw", 300, "mg")],
)
def test_a_dose_that_is_not_daily_keeps_its_own_unit(text: str, amount: float, unit: str) -> None:
    dose = parse_dose(text)
    assert (dose.amount, dose.unit) == (amount, unit)


def _naming(*drugs: str) -> list[Naming]:
    return [Naming(drug_name(drug), (drug,)) for drug in drugs]


ARMS = [
    (["Imatinib 400 mg", "Imatinib mesylate 400 mg once daily"], ["Imatinib mesylate"], "imatinib", 400, ()),
    (["Arm A", "Drug X 50 mg once daily"], ["Drug X"], "drug x", 50, ()),
    (["Finerenone (BAY94-8862)(5 mg)", "5 mg BAY94-8862 tablet once daily"], ["Finerenone (BAY94-8862)"], "finerenone", 5, ()),
    (["Gefitinib 250 mg daily + docetaxel 75 mg/m2"], ["Gefitinib", "Docetaxel"], "gefitinib", 250, ("docetaxel",)),
    (["Docetaxel", "75 mg/m2; patients may receive nivolumab 480 mg daily."], ["Docetaxel", "Nivolumab"], "docetaxel", None, ()),
    (["Placebo", "Placebo matching imatinib 400 mg once daily"], ["Imatinib", "Placebo"], "placebo", None, ()),
    (["Semaglutide Placebo 0.5 mg"], ["semaglutide"], "placebo", None, ()),
    (["Placebo + imatinib 400 mg daily"], ["Imatinib"], "imatinib", 400, ("placebo",)),
    (["Imatinib 25 mg/Placebo", "25 mg daily in period 1 followed by placebo in period 2"], ["Imatinib"], None, None, ()),
    (["Imatinib 25 mg", "25 mg daily for 12 weeks, crossing over to placebo"], ["Imatinib"], None, None, ()),
    (["Imatinib 25 mg", "placebo for 4 weeks, then imatinib 25 mg daily"], ["Imatinib"], None, None, ()),
    (["Imatinib 25 mg", "a placebo run-in, then imatinib 25 mg daily"], ["Imatinib"], "imatinib", 25, ()),
    (["Imatinib 25 mg", "25 mg each morning, then a placebo tablet in the evening"], ["Imatinib"], "imatinib", 25, ()),
    (["Healthy volunteers"], ["Imatinib"], None, None, ()),
    (["Imatinib 400 mg daily", "Doses may be raised to 800 mg on progression."], ["Imatinib"], "imatinib", 400, ()),
    (["Imatinib 400 mg", "Start with 400 mg daily, escalated to 800 mg daily"], ["Imatinib"], "imatinib", None, ()),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "drugs", "drug", "mg_per_day", "others"), ARMS)
def test_an_arm_gets_its_own_drug_and_dose_and_those_given_with_it(
    texts: list[str], drugs: list[str], drug: str | None, mg_per_day: float | None, others: tuple[str, ...]
) -> None:
    dose = parse_dose(texts, _naming(*drugs))
    assert (dose.drug, dose.mg_per_day, dose.combination_drugs) == (drug, mg_per_day, others)


def test_a_dose_that_may_change_later_stays_the_assigned_one_with_a_note() -> None:
    dose = parse_dose(["Imatinib 400 mg daily", "It may be raised to 800 mg daily on progression."])
    assert (dose.mg_per_day, dose.reason) == (400, None)
    assert "later" in (dose.note or "")


@pytest.mark.parametrize(
    ("printed", "name"),
    [("Imatinib mesylate", "imatinib"), ("Gleevec® (STI571)", "gleevec"), ("Sunitinib Malate Capsules", "sunitinib")],
)
def test_a_drug_is_named_without_salt_form_and_marks(printed: str, name: str) -> None:
    assert drug_name(printed) == name


@given(st.integers(1, 2000), st.sampled_from([("once daily", 1), ("b.i.d.", 2), ("t.i.d.", 3), ("q6h", 4)]))
def test_the_daily_dose_is_the_amount_times_how_often(mg: int, often: tuple[str, int]) -> None:
    words, times = often
    assert parse_dose(f"{mg} mg {words}").mg_per_day == pytest.approx(mg * times)


@given(st.integers(1, 999), st.integers(1, 999))
def test_two_different_doses_never_give_one(first: int, second: int) -> None:
    dose = parse_dose(f"{first} or {second} mg once daily")
    assert (dose.mg_per_day is None) == (first != second)


@given(st.lists(st.text(max_size=80) | st.sampled_from([*DAILY, *NOT_DAILY]), max_size=4))
def test_any_text_gives_a_dose_or_a_reason_and_never_an_error(texts: list[str]) -> None:
    dose = parse_dose(texts, _naming("imatinib", "placebo"))
    assert (dose.mg_per_day is None) == (dose.reason is not None)
    assert dose.mg_per_day is None or dose.mg_per_day >= 0
