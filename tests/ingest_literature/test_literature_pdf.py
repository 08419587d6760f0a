"""Tables of PDF files: each cell where it stands on the page, or the table refused with its place and a way out."""

import pytest
import yaml
from literature_reading import read_folder
from small_pdfs import Sheet, pdf

from safety_pipeline.ingest.literature import draft_manifest, understand
from safety_pipeline.ingest.literature.files.pdf.child import tables
from safety_pipeline.ingest.literature.files.pdf.tables import grid_of_lines
from safety_pipeline.ingest.literature.files.spans import Spanned
from safety_pipeline.tables.delivery import RefusedError

COLUMNS = (50, 200, 270, 360, 430)
HEADER = [("", "Drug 400 mg (N=73)", "", "Placebo (N=74)", ""), ("Event", "Any", "Grade 3-4", "Any", "Grade 3-4")]
BODY = [
    ("Edema", "52 (71.2)", "1 (1.4)", "57 (77.0)", "2 (2.7)"),
    ("Rash", "18 (24.7)", "", "27 (36.5)", "0"),
    ("Nausea", "30 (41.1)", "3 (4.1)", "31 (41.9)", "4 (5.4)"),
]


def read_here(content: bytes):
    """What the process of its own answers, without the process: grids, or the problem of each region."""
    answer = tables(content)
    if "unreadable" in answer:
        return answer["unreadable"]
    return [
        each["problem"]
        or grid_of_lines([[Spanned(**cell) for cell in line] for line in each["lines"]], "x.pdf", each, each["where"])
        for each in answer["tables"]
    ]


def texts(grid):
    return [[box.text for box in row] for row in grid.rows]


@pytest.fixture
def sheet() -> Sheet:
    sheet = Sheet()
    sheet.word(50, 80, "Table 2. Adverse events")
    return sheet


def test_a_table_without_rules_is_read_by_where_its_values_stand(sheet):
    sheet.lines(100, COLUMNS, [*HEADER, *BODY])
    (grid,) = read_here(pdf(sheet))
    assert texts(grid) == [list(row) for row in [*HEADER, *BODY]]
    assert (grid.label, grid.caption, grid.n_header_rows) == ("Table 2", "Adverse events", 2)


def test_a_name_in_the_middle_of_its_columns_stands_over_all_of_them(sheet):
    sheet.word(215, 100, "Drug 400 mg (N=73)")
    sheet.word(380, 100, "Placebo (N=74)")
    sheet.lines(114, COLUMNS, [HEADER[1], *BODY])
    (grid,) = read_here(pdf(sheet))
    assert texts(grid)[0] == ["", "Drug 400 mg (N=73)", "Drug 400 mg (N=73)", "Placebo (N=74)", "Placebo (N=74)"]


def test_a_rule_below_a_name_says_how_far_it_reaches(sheet):
    sheet.word(200, 100, "Drug")
    sheet.rule(198, 103, 310, 103)
    sheet.lines(114, COLUMNS, [HEADER[1], *BODY])
    (grid,) = read_here(pdf(sheet))
    assert texts(grid)[0] == ["", "Drug", "Drug", "", ""]


def test_a_framed_table_keeps_its_merged_cells_and_lines_of_text(sheet):
    for y in (90, 104, 130, 144):
        sheet.rule(48, y, 300, y)
    for x in (48, 150, 225, 300):
        sheet.rule(x, 90 if x != 225 else 104, x, 144)
    sheet.word(160, 100, "Drug 400 mg (N=73)")
    sheet.lines(114, (50, 155, 230), [("Any adverse", "Any", "Grade 3"), ("event", "", "or 4")], pitch=11)
    sheet.lines(140, (50, 155, 230), [("Edema", "52 (71.2)", "1 (1.4)")])
    (grid,) = read_here(pdf(sheet))
    assert texts(grid) == [
        ["", "Drug 400 mg (N=73)", "Drug 400 mg (N=73)"],
        ["Any adverse event", "Any", "Grade 3 or 4"],
        ["Edema", "52 (71.2)", "1 (1.4)"],
    ]


@pytest.mark.parametrize("n_lines_above", [0, 1, 3])
def test_a_framed_table_with_little_above_it_and_no_caption_is_read(n_lines_above):
    sheet, rows = Sheet(), [("Event", "Any", "Grade 3-4"), ("Edema", "52 (71.2)", "1 (1.4)"), ("Rash", "18 (24.7)", "")]
    for y in (90, 104, 118, 132):
        sheet.rule(48, y, 300, y)
    for x in (48, 150, 225, 300):
        sheet.rule(x, 90, x, 132)
    sheet.lines(40, (50,), [("Adverse events of the patients",)] * n_lines_above)
    sheet.lines(100, (50, 155, 230), rows)
    (grid,) = read_here(pdf(sheet))
    assert (texts(grid), grid.caption) == ([list(row) for row in rows], None)


def test_a_label_broken_over_two_close_lines_is_one_label(sheet):
    sheet.lines(100, COLUMNS, [*HEADER, BODY[0]], pitch=16)
    sheet.lines(148, COLUMNS, [("Blood creatinine", "5 (6.8)", "0", "4 (5.4)", "0"), ("increased", "", "", "", "")], 10)
    sheet.lines(174, COLUMNS, BODY[1:], pitch=16)
    (grid,) = read_here(pdf(sheet))
    assert [row[0] for row in texts(grid)] == ["", "Event", "Edema", "Blood creatinine increased", "Rash", "Nausea"]


def test_a_raised_digit_is_a_footnote_mark_and_no_digit_of_the_count(sheet):
    sheet.lines(100, COLUMNS, [*HEADER, *BODY])
    sheet.lines(170, COLUMNS, [("Fatigue", "12", "1 (1.4)", "9 (12.2)", "0")])
    sheet.word(211, 166, "1", size=5)
    (grid,) = read_here(pdf(sheet))
    assert (grid.box(6, 2).text, grid.box(6, 2).unmarked) == ("121", "12")


def test_a_table_beside_running_text_is_read_by_itself():
    sheet = Sheet()
    for y in range(60, 400, 12):
        sheet.word(310, y, "which was seen in most of the patients who took part there")
    for y in range(300, 400, 12):
        sheet.word(40, y, "and in some of those who had been treated before")
    sheet.word(40, 80, "Table 1. Toxicity")
    sheet.lines(100, (40, 140, 210), [("Event", "Any", "Grade 3-4"), *(row[:3] for row in BODY)])
    (grid,) = read_here(pdf(sheet))
    assert texts(grid) == [["Event", "Any", "Grade 3-4"], *(list(row[:3]) for row in BODY)]


def test_a_table_on_its_side_is_read_along_its_letters():
    sheet = Sheet()
    for at, row in enumerate([*HEADER, *BODY]):
        for x, text in zip(COLUMNS, row, strict=True):
            if text:
                sheet.turned_word(100 + 14 * at, 800 - x, text)
    sheet.turned_word(86, 750, "Table 3. Events")
    (grid,) = read_here(pdf(sheet))
    assert texts(grid) == [list(row) for row in [*HEADER, *BODY]]


@pytest.fixture
def low_sheet() -> Sheet:
    """A table that reaches to the end of its page."""
    sheet = Sheet()
    sheet.word(50, 680, "Table 2. Adverse events")
    sheet.lines(700, COLUMNS, [*HEADER, *BODY])
    return sheet


@pytest.mark.parametrize("repeated", [[], HEADER])
def test_a_table_that_goes_on_over_the_page_is_one_table(low_sheet, repeated):
    rest = Sheet()
    rest.lines(60, COLUMNS, [*repeated, ("Fatigue", "12 (16.4)", "1 (1.4)", "9 (12.2)", "0")])
    (grid,) = read_here(pdf(low_sheet, rest))
    assert texts(grid)[-1] == ["Fatigue", "12 (16.4)", "1 (1.4)", "9 (12.2)", "0"]
    assert grid.height == 6
    assert "page 1" in grid.place
    assert "page 2" in grid.place


def test_another_table_on_the_next_page_is_another_table(low_sheet):
    other = Sheet()
    other.word(50, 40, "Table 3. Serious adverse events")
    other.lines(60, COLUMNS, [*HEADER, *BODY])
    assert [grid.label for grid in read_here(pdf(low_sheet, other))] == ["Table 2", "Table 3"]


def test_values_that_may_belong_to_two_columns_refuse_the_table(sheet):
    sheet.lines(100, COLUMNS, [*HEADER, *BODY])
    sheet.word(50, 170, "Fatigue")
    sheet.word(235, 170, "12 (16.4) 3")
    assert read_here(pdf(sheet)) == ["columns run into each other, so a value may belong to either"]


def test_a_part_without_a_header_of_its_own_is_refused():
    sheet = Sheet()
    sheet.lines(100, COLUMNS, [*BODY, *BODY])
    assert read_here(pdf(sheet)) == ["no header stands above its values"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "broken"),
        (b"%PDF-1.4 and nothing else", "broken"),
        (b"<html>no PDF</html>", "broken"),
        (pdf(Sheet()), "no text"),
    ],
)
def test_a_file_that_holds_no_text_or_is_none_says_which(content, why):
    assert read_here(content) == why


def test_a_scan_says_what_to_do(tmp_path):
    (tmp_path / "scan.pdf").write_bytes(pdf(Sheet()))
    refusal = understand(tmp_path / "scan.pdf").refusal
    assert "its pages are pictures (a scan)" in refusal.explanation
    assert "PubMed Central" in refusal.explanation


def test_a_listing_of_patients_is_refused_without_a_word_of_it(tmp_path):
    sheet = Sheet()
    sheet.word(50, 80, "Table 4. Patients with serious events")
    rows = [("Patient", "Event", "Grade", "Day"), *((f"1001-{at}", "Zosterquux", "3", str(at)) for at in range(12, 18))]
    sheet.lines(100, (50, 150, 250, 350), rows)
    (tmp_path / "listing.pdf").write_bytes(pdf(sheet))
    refusal = understand(tmp_path / "listing.pdf").refusal
    assert refusal.rule == "table_counts_patients"
    assert "Zosterquux" not in refusal.explanation


def test_a_table_of_a_pdf_becomes_cells_as_any_other_does(tmp_path, sheet):
    sheet.lines(100, COLUMNS, [*HEADER, *BODY])
    folder = tmp_path / "example"
    folder.mkdir()
    (folder / "article.pdf").write_bytes(pdf(sheet))
    manifest = draft_manifest(understand(folder / "article.pdf"), "example")
    assert manifest["tables"][0]["evidence"].startswith("page 1, 18 to ")
    manifest |= {"trial_id": "T"}
    manifest["document"] |= {"indication": "GIST", "drug": "drug"}
    manifest["arms"] = [arm | {"dose_note": "not said", "dose_mg_per_day": None} for arm in manifest["arms"]]
    (folder / "document.yaml").write_text(yaml.safe_dump(manifest), "utf-8")
    read = read_folder(folder)
    found = read.counts("row_label", "arm_id", "grade_band_as_reported", "n_printed", "n_at_risk")
    assert found[:4] == [
        ("Edema", "T.drug_400_mg", "any", 52, 73),
        ("Edema", "T.drug_400_mg", "3-4", 1, 73),
        ("Edema", "T.placebo", "any", 57, 74),
        ("Edema", "T.placebo", "3-4", 2, 74),
    ]
    assert read.rules == []


def test_a_picture_file_says_what_to_do(tmp_path):
    (tmp_path / "table.png").write_bytes(b"\x89PNG")
    with pytest.raises(RefusedError, match="copy the table into a CSV"):
        raise understand(tmp_path / "table.png").refusal


def test_a_count_and_its_percentage_that_a_narrow_column_broke_apart_are_one_value(sheet):
    sheet.lines(100, COLUMNS, HEADER)
    sheet.lines(
        128, COLUMNS, [("Edema", "52", "1 (1.4)", "57", "2 (2.7)"), ("and swelling", "(71.2)", "", "(77.0)", "")], 11
    )
    sheet.lines(156, COLUMNS, [("Rash", "18 (24.7)", "0", "27", "0"), ("", "", "", "(36.5)", "")], 11)
    sheet.lines(184, COLUMNS, [BODY[2]])
    (grid,) = read_here(pdf(sheet))
    assert texts(grid)[2:] == [
        ["Edema and swelling", "52 (71.2)", "1 (1.4)", "57 (77.0)", "2 (2.7)"],
        ["Rash", "18 (24.7)", "0", "27 (36.5)", "0"],
        list(BODY[2]),
    ]


def test_percentages_below_values_that_have_one_refuse_the_table(sheet):
    sheet.lines(100, COLUMNS, [*HEADER, BODY[0]])
    sheet.lines(139, COLUMNS, [("", "(1.4)", "", "(2.7)", "")])
    sheet.lines(160, COLUMNS, BODY[1:])
    (found,) = read_here(pdf(sheet))
    assert found == "it is not clear which lines of text make one line of the table"


def test_the_patients_below_a_name_that_stands_over_two_columns_are_those_of_both(sheet):
    sheet.word(222, 100, "Drug 400 mg")
    sheet.word(232, 110, "(N = 73)")
    sheet.word(372, 100, "Placebo (N = 74)")
    sheet.lines(126, COLUMNS, [HEADER[1], *BODY])
    (grid,) = read_here(pdf(sheet))
    named, placebo = "Drug 400 mg (N = 73)", "Placebo (N = 74)"
    assert texts(grid)[0] == ["", named, named, placebo, placebo]


def test_the_word_for_grades_and_its_digit_below_are_one_name(sheet):
    sheet.word(215, 100, "Drug 400 mg (N=73)")
    sheet.word(380, 100, "Placebo (N=74)")
    sheet.lines(114, COLUMNS, [("Event", "Any", "Grade", "Any", "Grade"), ("", "grade", "3", "grade", "3")], 10)
    sheet.lines(140, COLUMNS, BODY)
    (grid,) = read_here(pdf(sheet))
    assert texts(grid)[1] == ["Event", "Any grade", "Grade 3", "Any grade", "Grade 3"]


def test_a_raised_letter_nearly_as_large_as_the_others_is_a_footnote_mark(sheet):
    sheet.lines(100, COLUMNS, [*HEADER, *BODY])
    sheet.word(237, 138, "b", 8.1)  # behind "18 (24.7)", half a line up
    (grid,) = read_here(pdf(sheet))
    box = grid.box(4, 2)
    assert (box.text, box.unmarked) == ("18 (24.7)b", "18 (24.7)")
