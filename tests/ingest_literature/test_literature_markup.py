"""Markup in the models publishers use: CALS (OASIS exchange) rows, footnote marks of every kind, several tables."""

import pytest
from literature_examples import CALS

from safety_pipeline.ingest.literature.files import open_grid


def _grid(folder, name, text, number=1):
    (folder / name).write_text(text, encoding="utf-8")
    return open_grid(folder, name, number)


def test_entries_of_the_exchange_model_stand_where_their_columns_and_spans_say(tmp_path):
    grid = _grid(tmp_path, "t.xml", CALS)
    assert grid.n_header_rows == 2
    assert [[box.text for box in row] for row in grid.rows] == [
        ["Event", "Low (n=73)", "Low (n=73)", "High (n=74)", "High (n=74)"],
        ["Event", "Any grade", "Grade 3-4", "Any grade", "Grade 3-4"],
        ["Skin"] * 5,
        ["Rash", "18 (24.7)", "", "27 (36.5)a", "2"],
    ]
    assert grid.box(4, 4).unmarked == "27 (36.5)"


def test_the_exchange_model_is_read_outside_of_an_article_too(tmp_path):
    plain = CALS.replace("oasis:", "").replace(
        ' xmlns:oasis="http://www.niso.org/standards/z39-96/ns/oasis-exchange/table"', ""
    )
    inner = plain[plain.index("<table>") : plain.index("</table-wrap>")]
    assert _grid(tmp_path, "t.xml", inner).box(4, 5).text == "2"


@pytest.mark.parametrize(
    ("cell", "text", "unmarked"),
    [
        ("10<sup>3</sup> (50)", "103 (50)", "10 (50)"),
        ("6<sup>a</sup>", "6a", "6"),
        ("6<sup>2,3</sup>", "62,3", "6"),
        ("2 (9)<xref ref-type='table-fn'>b</xref>", "2 (9)b", "2 (9)"),
        ("Rash<sup>1</sup>", "Rash1", "Rash"),
        ("Arm A<sup>1</sup> (n=20)<sup>2</sup>", "Arm A1 (n=20)2", "Arm A (n=20)"),
        ("Platelets, ×10<sup>9</sup>/L", "Platelets, ×109/L", "Platelets, ×109/L"),
        ("1000 mg/m<sup>2</sup>", "1000 mg/m2", "1000 mg/m2"),
        ("CD4<sup>+</sup> count", "CD4+ count", "CD4+ count"),
        ("<sup>a</sup>", "a", "a"),
    ],
)  # fmt: skip
def test_a_raised_mark_is_never_read_as_part_of_a_number(tmp_path, cell, text, unmarked):
    box = _grid(tmp_path, "t.html", f"<table><tr><td>x</td><td>{cell}</td></tr></table>").box(1, 2)
    assert (box.text, box.unmarked) == (text, unmarked)
