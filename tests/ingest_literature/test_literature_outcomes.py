"""Counts of events that led to something, and arms that are part of another."""

import pytest
from literature_examples import MANIFEST, TABLE

COUNTS = "Event\t400 mg\t600 mg\nRash\t3\t5\nNausea\t2\t1\n"
PLAIN = TABLE.replace("grades: any}", "grades: any, content: n}")


@pytest.mark.parametrize(
    ("changed", "outcomes"),
    [
        (PLAIN, [None, None, None, None]),
        (PLAIN.replace("attribution:", "outcome: discontinuation\n    attribution:"), ["discontinuation"] * 4),
        (PLAIN.replace("arm: high,", "arm: high, outcome: death,"), [None, "death", None, "death"]),
        (PLAIN + "    rows: [{label: Rash, outcome: dose_change}]\n", ["dose_change", "dose_change", None, None]),
    ],
)
def test_a_table_column_or_row_says_what_its_events_led_to(read_table, changed, outcomes):
    assert read_table(COUNTS, MANIFEST + changed).cell["outcome"].to_list() == outcomes


def test_an_arm_names_the_arm_that_holds_its_patients(read_table):
    part = MANIFEST.replace("n_at_risk: 74", "n_at_risk: 74, subset_of: low")
    assert read_table(COUNTS, part + PLAIN).arm["subset_of"].to_list() == [None, "T1.low"]


@pytest.mark.parametrize("whole", ["high", "middle"])
def test_an_arm_is_part_of_another_arm_that_exists(read_table, whole):
    read = read_table(COUNTS, MANIFEST.replace("n_at_risk: 74", f"n_at_risk: 74, subset_of: {whole}") + PLAIN)
    assert f"arms[1].subset_of: '{whole}' is not the id of another arm; these are low" in read.explanation
