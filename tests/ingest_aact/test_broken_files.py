"""Files out of order: what a broken record swallows is refused by its number and lines, and the rest is read."""

import csv
import io
from pathlib import Path

import pytest
from ingest_aact.snapshots import FILES, counts, tables, tables_with, write

HEADER = FILES["reported_events"].split("\n", 1)[0] + "\n"
SOUND = "{n}|NCT00000001|1|EG000|30 days|other|||{n}|20|||Skin|Rash {n}|5||SYSTEMATIC\n"
QUOTED = '{n}|NCT00000001|1|EG000|"30\ndays"|other|||{n}|20|"Said ""so""|"||Skin|Rash {n}|5||SYSTEMATIC\n'
OPEN = '{n}|NCT00000001|1|EG000|"30 days|other|||{n}|20|||Skin|Rash {n}|5||SYSTEMATIC\n'


def _read(folder: Path, *lines: str) -> tuple[list[object], list[tuple[object, ...]]]:
    """The terms of the events that were read, and rule, record and printed text of those that were not."""
    without_totals = FILES["reported_event_totals"].split("\n", 1)[0] + "\n"
    content = HEADER + "".join(line.replace("{n}", str(number)) for number, line in enumerate(lines, start=1))
    found = tables_with(folder, reported_events=content, reported_event_totals=without_totals)
    refused = found["refusal"].select("rule", "row_number").rows()
    return found["cell"]["term_as_reported"].to_list(), refused


def test_a_quote_that_is_not_closed_costs_its_own_record_where_the_next_line_begins_another(tmp_path: Path) -> None:
    terms, refused = _read(tmp_path, SOUND, OPEN, SOUND, QUOTED)
    assert terms == ["Rash 1", "Rash 3", "Rash 4"]
    assert refused == [("quotes_are_closed", 2)]


def test_a_quote_not_closed_before_a_quoted_field_costs_no_other_record(tmp_path: Path) -> None:
    terms, refused = _read(tmp_path, OPEN, QUOTED, SOUND)
    assert (terms, refused) == (["Rash 2", "Rash 3"], [("quotes_are_closed", 1)])


def test_two_quotes_not_closed_are_two_refusals(tmp_path: Path) -> None:
    terms, refused = _read(tmp_path, OPEN, OPEN, SOUND)
    assert (terms, refused) == (["Rash 3"], [("quotes_are_closed", 1), ("quotes_are_closed", 2)])


def test_an_unclosed_quote_takes_the_lines_up_to_the_next_record_and_names_them(tmp_path: Path) -> None:
    content = HEADER + SOUND.format(n=1) + OPEN.format(n=2) + "more text\nand more\n" + SOUND.format(n=3)
    found = tables_with(tmp_path, reported_events=content)
    (explanation,) = found["refusal"]["explanation"]
    assert "reported_events.txt: record 2" in explanation
    assert "lines 3 to 5" in explanation


def test_the_rest_of_a_file_is_refused_where_no_line_begins_a_record(tmp_path: Path) -> None:
    terms, refused = _read(tmp_path, SOUND, OPEN, "x|y\n", "z\n")
    assert (terms, refused) == (["Rash 1"], [("quotes_are_closed", 2)])


def test_a_quote_inside_of_an_unquoted_field_is_part_of_the_text(tmp_path: Path) -> None:
    inch = SOUND.replace("Rash {n}", 'Wound of 2" {n}')
    terms, refused = _read(tmp_path, SOUND, inch, SOUND)
    assert (terms, refused) == (["Rash 1", 'Wound of 2" 2', "Rash 3"], [])


def test_a_line_that_looks_like_a_record_inside_of_quotes_begins_none(tmp_path: Path) -> None:
    text = FILES["reported_events"].replace("\n2|NCT", '\n"two\nlines"|NCT') + "9|NCT00000001\n"
    found = tables_with(tmp_path, reported_events=text)
    events = found["cell"].filter(source_file="reported_events.txt")
    assert events["row_number"].to_list() == [1, 2, 3]
    assert found["refusal"].select("row_number", "rule").rows() == [(4, "record_has_its_fields")]


def test_text_behind_a_closing_quote_refuses_the_record(tmp_path: Path) -> None:
    terms, refused = _read(tmp_path, SOUND.replace("Rash", '"Rash" bad'), SOUND)
    assert (terms, refused) == (["Rash 2"], [("quotes_are_closed", 1)])


def test_a_short_record_and_a_long_one_do_not_make_up_for_each_other(tmp_path: Path) -> None:
    short, long = SOUND.replace("|SYSTEMATIC", ""), SOUND.replace("|SYSTEMATIC", "|SYSTEMATIC|more")
    terms, refused = _read(tmp_path, short, *[SOUND] * 300, long)
    assert len(terms) == 300
    assert refused == [("record_has_its_fields", 1), ("record_has_its_fields", 302)]


def test_a_broken_table_beside_the_events_leaves_the_events_alone(tmp_path: Path) -> None:
    found = tables_with(tmp_path, interventions=FILES["interventions"] + '2|NCT00000001|DRUG|"Open|\n')
    assert found["cell"].height == 4
    assert found["refusal"].select("rule", "source_file", "row_number").rows() == [
        ("quotes_are_closed", "interventions.txt", 2)
    ]


TRAILERS = {"(2 rows)": [], "\\.": [], "(3 rows)": [("file_has_its_rows", 3)], "(1 row)": [("file_has_its_rows", 3)]}


@pytest.mark.parametrize("trailer", TRAILERS)
def test_the_number_of_rows_below_a_file_is_compared_with_its_records(tmp_path: Path, trailer: str) -> None:
    terms, refused = _read(tmp_path, SOUND, SOUND, f"{trailer}\n")
    assert terms == ["Rash 1", "Rash 2"]
    assert refused == TRAILERS[trailer]


def _changed(content: str, how: str) -> bytes:
    """The same records written in another way."""
    rows = list(csv.reader(io.StringIO(content), delimiter="|"))
    if how == "other order and more columns":
        rows = [["new", *reversed(row)] for row in rows]
    target = io.StringIO()
    ending = "\r\n" if how == "CRLF" else "\n"
    csv.writer(target, delimiter="|", lineterminator=ending).writerows(rows)
    text = target.getvalue()
    text = text.removesuffix("\n") if how == "no last line break" else text
    return (b"\xef\xbb\xbf" if how == "BOM" else b"") + text.encode()


@pytest.mark.parametrize("how", ["CRLF", "BOM", "no last line break", "other order and more columns"])
def test_the_same_records_written_in_another_way_give_the_same_rows(tmp_path: Path, how: str) -> None:
    plain = tables(write(tmp_path / "plain", FILES))
    other = tables(write(tmp_path / "snapshot", {name: _changed(text, how) for name, text in FILES.items()}))
    assert counts(other) == counts(plain)
    assert other["document"].rows() == plain["document"].rows()
    assert other["refusal"].is_empty()
