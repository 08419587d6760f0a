"""Made-up files of the shape of NCI's official ones: real names of terms, texts that nobody ever graded by."""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

V4 = (
    "MedDRA v12.0 Code", "CTCAE v4.0 SOC", "CTCAE v4.0 Term", "Grade 1 \xa0", "Grade 2 \xa0", "Grade 3 \xa0",
    "Grade 4 \xa0", "Grade 5 \xa0", "CTCAE v4.0 AE Term Definition",
)  # fmt: skip
MAP = (
    "v2.0 Category", "v2.0 Adverse Event", "MedDRA Code 6.0", "v2.0 Grade", "v2.0 Grade Description",
    "v3.0 Category", "v3.0 Adverse Event", "v3.0 Select AE", "MedDRA Code 6.0", "v3.0 Grade",
    "v3.0 Grade Description", "Other Specify", "Comments",
)  # fmt: skip
_EDEMA_V3 = "Edema: limb"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def official_files(folder: Path) -> list[Path]:
    """A dictionary of v4, a map of v2.0 to v3.0 and a listing of v3.0, each with one term."""
    dictionary = [V4, ("1", "General", "Edema limbs", *(f"new text {grade}" for grade in "123"), "-", "-", "made up")]
    old, middle = ("CARDIOVASCULAR (GENERAL)", "Edema", "1"), ("LYMPHATICS", _EDEMA_V3, "", "1")
    mapped = [
        MAP,
        *((*old, n, f"old text {n}", *middle, n, f"middle text {n}", "", "made up") for n in "1234"),
    ]
    lines = ["Adverse Events Category,AE/Supra-ordinate Term,Select AE,Grade,Description"]
    lines += [f'LYMPHATICS,{_EDEMA_V3},,{grade},"listed text {grade}"' for grade in "123"]
    files = {
        "v4.xlsx": workbook(dictionary),
        "map.xlsx": workbook(mapped),
        "v3.txt": ("\r\n".join(lines) + "\r\n").encode("windows-1252"),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def workbook(rows: list[tuple[str, ...]]) -> bytes:
    """A workbook with one sheet of texts."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>' for text in row) + "</row>"
        for row in rows
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _related("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": _related("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEETS}"><sheetData>{cells}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()


def _related(kind: str, target: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )
