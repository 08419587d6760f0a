# ruff: noqa: E501 - values stand in lines
"""One value printed in many ways, in a column of counts with percentages of 56 patients."""

import pytest
from literature_reading import asked

PAGE = """<table><thead><tr><th>Event</th><th>Drug (n=56)</th></tr><tr><th></th><th>Any grade</th></tr></thead>
<tr><td>Rash</td><td>{first}</td></tr><tr><td>Edema</td><td>{second}</td></tr></table>"""


@pytest.mark.parametrize(
    "printed",
    [
        "12 (21.4)", "12 (21·4)", "12 (21,4 %)", "12/56", "12/56 (21.4)", "12 of 56 (21.4%)", "21.4% (12)", "12 [21.4]",
        "12(21.4)", "12 ( 21.4 )", "12, 21.4%", "12 (21.4)*", "12 (21.4 )†‡", "12 (21.4)a", "12a (21.4)", "12* (21.4)",
        "12<sup>1</sup> (21.4)", "12<span style='vertical-align: super'>1</span>", "12<a href='#n1'>1</a> (21.4)",
        "12<span style='display:none'>5</span> (21.4)", "<del>13</del>12 (21.4)",
    ],
)  # fmt: skip
def test_a_count_with_its_percentage(counted, printed):
    rows = [("drug", "Rash", "any", 12, 56), ("drug", "Edema", "any", 12, 56)]
    assert counted(PAGE.format(first=printed, second=printed)) == (rows, [])


@pytest.mark.parametrize("printed", ["12 21.4", "12 21.4%", "12 (21.4", "12 21.4)"])
def test_a_whole_column_without_brackets_is_read_where_every_percentage_proves_it(counted, drafted, printed):
    page = PAGE.format(first=printed, second=printed)
    assert [row[3] for row in counted(page)[0]] == [12, 12]
    assert not [key for key in asked(drafted(page)[0]) if "columns" in key or "rows" in key]


@pytest.mark.parametrize(
    ("printed", "n"),
    [("0%", 0), ("0.0", 0), ("<1%", 0), ("< 1", 0), ("None", 0), ("nil", 0), ("1 (<1)", 1), ("0 (—)", 0), ("5.4%", 3)],
)
def test_beside_counts_with_percentages_a_percentage_or_a_word_for_none(counted, printed, n):
    found, rules = counted(PAGE.format(first="12 (21.4)", second=printed.replace("<", "&lt;")))
    assert found[1][3:] == (n, 56)
    assert rules == []


@pytest.mark.parametrize("printed", ["—", "‒", "–", "−", "..", "NR", "ND", "N/A", "NE"])
def test_a_dash_of_any_length_or_a_word_for_no_value_is_missing(counted, printed):
    found, rules = counted(PAGE.format(first="12 (21.4)", second=printed))
    assert found[1] == ("drug", "Edema", "any", None, 56)
    assert rules == []


@pytest.mark.parametrize(
    "printed", ["-3 (5.4)", "−3 (5)", "2–3", "≥1", "~5 (9)", "5.5 (9.8)", "1e3", "?", "12 (21.4; 95% CI 12–33)", "(<1)"]
)
def test_what_is_no_count_is_refused_alone(counted, printed):
    found, rules = counted(PAGE.format(first="12 (21.4)", second=printed.replace("<", "&lt;")))
    assert found == [("drug", "Rash", "any", 12, 56)]
    assert rules == ["cell_is_readable"]


@pytest.mark.parametrize("printed", ["12,345 (81.2)", "12'345 (81.2)", "12\u2009345 (81.2)", "12.345 (81,2)", "12 345 (81.2)"])  # fmt: skip
def test_thousands_are_set_apart_in_many_ways(counted, printed):
    found, _ = counted(f'Event;Vaccine (N=15 210)\n"Pain, any grade";{printed}\n"Fever, any grade";98 (0,6)\n', "t.csv")
    assert found == [("vaccine", "Pain", "any", 12345, 15210), ("vaccine", "Fever", "any", 98, 15210)]


@pytest.mark.parametrize(
    ("header", "n"),
    [
        ("Drug (n = 1,234)", 1234), ("Drug (N=15.210)", 15210), ("Drug (N=15 210)", 15210), ("Drug, N=58†", 58), ("Drug (n=58a)", 58),
        ("Drug (48 patients)", 48), ("Drug (n = 40) 300 mg", 40), ("Drug (n=12.5)", None), ("Drug (n=58,61)", None), ("Drug N=1 234", None),
    ],
)  # fmt: skip
def test_the_patients_of_a_header_are_read_whole_or_not_at_all(drafted, header, n):
    understood, _ = drafted(f'Event\t{header}\n"Rash, any grade"\t1\n', "t.tsv")
    assert understood.arms[0].n_at_risk == n


def test_decimals_up_to_one_without_a_percent_sign_are_not_read_as_percentages(drafted):
    text = "Event,Any grade (N=50),Grade 3 (N=50)\nRash,0.24,1\nEdema,0.5,2\n"
    _, draft = drafted(text, "t.csv")
    assert [column.get("role") for column in draft["tables"][0]["columns"]] == ["ignore", "arm"]
    _, draft = drafted(text.replace("N=50", "N=500; %"), "t.csv")
    assert draft["tables"][0]["columns"][0]["content"] == "%"
