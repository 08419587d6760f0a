"""The crosswalk against the wording of the dictionaries, word by word; the texts themselves are not in the project."""

import re

import polars as pl
import pytest

from safety_pipeline.reference import load

pytestmark = pytest.mark.shared
FILES = {"CTC v2.0": "ctc_v2_0", "CTCAE v3.0": "ctcae_v3_0", "CTCAE v5.0": "ctcae_v5_0", "CTCAE v6.0": "ctcae_v6_0"}
FILLERS = {"and", "or", "the", "a", "of", "indicated", "with", "to", "in", "for"}


def words(text):
    """The words of a criterion without its examples."""
    plain = re.sub(r"\([^)]*\)", "", (text or "").lower()).replace("self-care", "self care")
    return set(re.findall(r"[a-z0-9.<>=]+", plain)) - FILLERS


def dictionary(shared, name):
    rows = pl.read_csv(shared / "reference" / "ctcae" / f"{name}.csv", infer_schema=False).to_dicts()
    return {row["term"].strip().lower(): row for row in reversed(rows) if row["term"]}


def grades_that_say_it(criterion, target):
    """The v4.03 grades in which every word of the criterion stands, and no "not" that it has not."""
    said = words(criterion)
    there = {grade: words(target.get(f"grade_{grade}")) for grade in range(1, 6)}
    return [
        grade
        for grade, all_words in there.items()
        if len(said) > 1 and said <= all_words and ("not" in all_words) == ("not" in said)
    ]


@pytest.mark.parametrize("edition", FILES)
def test_a_grade_whose_words_all_stand_in_a_grade_of_v4_03_may_be_that_grade(shared, edition):
    source, target = dictionary(shared, FILES[edition]), dictionary(shared, "ctcae_v4_03")
    rows = load(None).grade_map.filter(grading_system=edition)
    compared, left_out = 0, []
    for row in rows.to_dicts():
        criterion = source.get(row["term"].lower(), {}).get(f"grade_{row['grade']}")
        alike = grades_that_say_it(criterion, target.get((row["ctcae_term"] or "").lower(), {}))
        compared += bool(alike)
        if alike and not any((row["grade_lower"] or 9) <= grade <= (row["grade_upper"] or 0) for grade in alike):
            left_out.append((row["term"], row["select_term"], row["grade"], alike))
    assert compared > 25
    assert left_out == []
