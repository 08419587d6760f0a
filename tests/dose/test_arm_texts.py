"""Texts as arms of trials carry them: the dose of each was worked out by hand, or the reason why there is none."""

import csv
import re
import time
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety_pipeline.dose import Naming, drug_name, parse_dose
from safety_pipeline.dose.parser import LONGEST

with (Path(__file__).parent / "arm_texts.csv").open(encoding="utf-8", newline="") as table:
    TEXTS = list(csv.DictReader(table))


@pytest.mark.parametrize("row", TEXTS, ids=[row["text"] for row in TEXTS])
def test_an_arm_text_gives_its_daily_dose_or_the_true_reason(row: dict[str, str]) -> None:
    dose = parse_dose(row["text"])
    if row["mg_per_day"]:
        assert dose.mg_per_day == pytest.approx(float(row["mg_per_day"]))
        return
    assert dose.mg_per_day is None
    assert (dose.reason or "").startswith(row["reason"])
    assert (dose.unit or "") == row["unit"]


def _naming(*drugs: str) -> list[Naming]:
    return [Naming(drug_name(drug), (drug,)) for drug in drugs]


ARMS = [
    (["400 mg of imatinib daily and 5 mg/kg of bevacizumab every 2 weeks"], ["Imatinib", "Bevacizumab"], 400, None),
    (["Everolimus 10 mg and Imatinib twice daily"], ["Everolimus", "Imatinib"], None, "not how often"),
    (["Dabrafenib 150 mg BID + trametinib 2 mg QD"], ["Dabrafenib", "Trametinib"], 300, None),
    (["Nilotinib", "Resistant to imatinib 400 mg daily; receive nilotinib"], ["Nilotinib"], None, "before the study"),
    (["Imatinib or placebo 400 mg daily"], ["Imatinib"], None, "a drug or placebo"),
    (["Imatinib 400 mg daily", "Imatinib 400 mg or placebo once daily"], ["Imatinib"], 400, None),
    (["Imatinib", "two 200 mg tablets of imatinib and two placebo tablets once daily"], ["Imatinib"], 400, None),
    (["Drug 5 mg", "Drug X, 5 mg tablet and placebo matching 15 mg tablet, once daily"], ["Drug X"], 5, None),
    (["Arm A", "Imatinib 400 mg daily until progression. It may be reduced to 300 mg."], ["Imatinib"], 400, None),
    (["Arm A", "Imatinib may be raised to 800 mg daily."], ["Imatinib"], None, "only allows a dose"),
    (["Sitagliptin added to metformin 1000 mg BID"], ["Sitagliptin", "Metformin"], None, "another drug"),
    (["Imatinib 400 mg daily", "x " * LONGEST], ["Imatinib"], 400, None),
    (["Imatinib", "400 mg daily " * LONGEST], ["Imatinib"], None, "too long"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "drugs", "mg_per_day", "reason"), ARMS)
def test_an_arm_has_the_dose_of_its_own_drug_only(
    texts: list[str], drugs: list[str], mg_per_day: float | None, reason: str | None
) -> None:
    dose = parse_dose(texts, _naming(*drugs))
    assert dose.mg_per_day == mg_per_day
    assert (reason or "") in (dose.reason or "")


UNITS = {"mg": 1.0, "g": 1000.0, "µg": 0.001, "mcg": 0.001}
PIECES = [
    "400 mg", "2 x 100 mg", "1.5 g", "250 µg", "1,250 mg", "0,5 mg", "three", "two", "4", "1", "2", "daily", "b.i.d.",
    "twice daily", "q8h", "weekly", "/kg", "/m2", "/day", "tablets", "capsule", "(", ")", "or", "and", "to", "-", ",",
    ";", "then", "up to", "in the morning", "in the evening", "total", "divided", "each", "placebo", "imatinib", "x",
    "of", "Cohort", "Day", "days 1-14", "max", "prior", "as needed", "10", "000", "±", "<", "half a", "µg",
]  # fmt: skip


def _derivable(text: str) -> set[float]:
    """Every number of the text in mg, times a count of the text or of a frequency, and the sums of two or three."""
    printed = {
        float(each.replace(",", "")) for each in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text.replace(" 000", "000"))
    }
    printed |= {float(each.replace(",", ".")) for each in re.findall(r"\d+,\d{1,2}\b", text)}
    printed |= {float(each.replace(" ", "")) for each in re.findall(r"\d+(?: \d{3})*", text)}
    spelled = {"half": 0.5, "two": 2.0, "three": 3.0}
    counts = printed | {value for name, value in spelled.items() if name in text}
    numbers = printed | counts
    times = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}
    return {
        number * mg * many * often
        for number in numbers
        for mg in UNITS.values()
        for many in counts | {1.0}
        for often in times
    }


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9))
def test_no_dose_is_given_that_cannot_be_made_of_the_text(pieces: list[str]) -> None:
    text = " ".join(pieces)
    given_dose = parse_dose(text).mg_per_day
    if given_dose is None:
        return
    found = _derivable(text)
    few = {value for value in found if value <= given_dose * (1 + 1e-9)}
    is_single = any(abs(value - given_dose) <= 1e-9 * max(1.0, given_dose) for value in few)
    is_sum = "morning" in text and any(abs(a + b - given_dose) <= 1e-9 * given_dose for a, b in combinations(few, 2))
    assert is_single or is_sum or ("morning" in text and any(abs(2 * a - given_dose) <= 1e-9 * given_dose for a in few))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=5000) | st.lists(st.sampled_from(PIECES), max_size=700).map(" ".join))
def test_no_text_of_five_thousand_characters_raises(text: str) -> None:
    dose = parse_dose(["Imatinib", text], _naming("imatinib", "placebo"))
    assert (dose.mg_per_day is None) == (dose.reason is not None)


REPEATED = ["10 mg ", "111,", "1,", "1 or ", "one hundred ", "2 tablets ", "10 mg/kg ", "daily ", "2/", "&amp;", "x 1 "]


@pytest.mark.parametrize("piece", REPEATED)
def test_a_long_repetitive_text_takes_no_long_time(piece: str) -> None:
    texts = ["Imatinib", (piece * LONGEST)[:LONGEST], piece * 2000]
    start = time.perf_counter()
    parse_dose(texts, _naming("Imatinib"))
    assert time.perf_counter() - start < 2
