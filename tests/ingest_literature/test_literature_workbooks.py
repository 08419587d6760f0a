"""Workbooks as spreadsheet programs write them: raised marks, truth values, indents, sheets and their names."""

import io
import zipfile

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RAISED = '<r><t>{text}</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>{mark}</t></r>'


def _text(place, content, style=0):
    inner = content if content.startswith("<r>") else f"<t xml:space='preserve'>{content}</t>"
    return f'<c r="{place}" t="inlineStr" s="{style}"><is>{inner}</is></c>'


def _sheet(*cells):
    return f"<worksheet {MAIN}><sheetData><row>{''.join(cells)}</row></sheetData></worksheet>"


def _workbook(parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in parts.items():
            archive.writestr(f"xl/{name}", text)
    return content.getvalue()


def _header(n=100):
    return _text("A1", "Event"), _text("B1", f"Any grade (N={n})")


def test_raised_marks_are_no_digits_of_a_count(counted):
    raised = RAISED.format(text="12", mark="1")
    sheet = _sheet(*_header(), _text("A2", RAISED.format(text="Edema", mark="a")), _text("B2", raised))
    found, _ = counted(_workbook({"worksheets/sheet1.xml": sheet}), "t.xlsx")
    assert found == [("all_patients", "Edema", "any", 12, 100)]


def test_a_truth_value_is_no_count(counted):
    sheet = _sheet(
        *_header(),
        _text("A2", "Edema"),
        '<c r="B2"><v>9</v></c>',
        _text("A3", "Rash"),
        '<c r="B3" t="b"><v>1</v></c>',
    )
    found, rules = counted(_workbook({"worksheets/sheet1.xml": sheet}), "t.xlsx")
    assert found == [("all_patients", "Edema", "any", 9, 100)]
    assert rules == ["cell_is_readable"]


def test_a_number_of_forty_digits_is_refused_whatever_its_format(counted):
    styles = f'<styleSheet {MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="10"/></cellXfs></styleSheet>'
    huge = f'<c r="B3" s="1"><v>{"9" * 40}</v></c>'
    others = [cell for at in (2, 4, 5, 6) for cell in (_text(f"A{at}", f"Event {at}"), f'<c r="B{at}"><v>{at}</v></c>')]
    sheet = _sheet(*_header(), *others[:2], _text("A3", "Rash"), huge, *others[2:])
    found, rules = counted(_workbook({"worksheets/sheet1.xml": sheet, "styles.xml": styles}), "t.xlsx")
    assert [count for *_, count, _ in found] == [2, 4, 5, 6]
    assert rules == ["cell_is_readable"]


def test_an_indent_by_style_sets_a_label_further_in(drafted):
    styles = f'<styleSheet {MAIN}><cellXfs><xf numFmtId="0"/><xf><alignment indent="1"/></xf></cellXfs></styleSheet>'
    cells = [_text("A2", "Edema"), _text("B2", "9"), _text("A3", "Leg", 1), _text("B3", "4"), _text("A4", "Rash")]
    sheet = _sheet(*_header(), *cells, _text("B4", "3"))
    understood, _ = drafted(_workbook({"worksheets/sheet1.xml": sheet, "styles.xml": styles}), "t.xlsx")
    assert [row.parent for row in understood.rows] == [None, "Edema", None]


def test_sheets_stand_in_the_order_of_their_tabs_and_name_what_they_count(counted, drafted):
    def sheet(n, count):
        return _sheet(*_header(n), _text("A2", "Rash"), _text("B2", count))

    tabs = '<sheet name="400 mg" r:id="b"/><sheet name="600 mg" r:id="a"/>'
    links = (
        '<Relationship Id="a" Target="worksheets/sheet1.xml"/><Relationship Id="b" Target="/xl/worksheets/sheet2.xml"/>'
    )
    content = _workbook(
        {
            "workbook.xml": f"<workbook {MAIN} {RELATED}><sheets>{tabs}</sheets></workbook>",
            "_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
            "worksheets/sheet1.xml": sheet(74, "27"),
            "worksheets/sheet2.xml": sheet(73, "18"),
        }
    )
    assert [(row[3], row[4]) for row in counted(content, "t.xlsx")[0]] == [(18, 73), (27, 74)]
    assert [arm.label for arm in drafted(content, "t.xlsx")[0].all_arms] == [
        "all patients of 400 mg",
        "all patients of 600 mg",
    ]
