"""Small PDF files made by hand: words at places of a page, and rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

FONT = 9


@dataclass
class Sheet:
    """One page under construction; places are in points from the left and from the top of an A4 page."""

    width: int = 595
    height: int = 842
    drawn: list[str] = field(default_factory=list)

    def word(self, x: float, y: float, text: str, size: float = FONT) -> None:
        """A text that begins at a place."""
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self.drawn.append(f"BT /F1 {size} Tf {x} {self.height - y} Td ({escaped}) Tj ET")

    def turned_word(self, x: float, y: float, text: str) -> None:
        """A text that runs upwards from a place."""
        escaped = text.replace("(", r"\(").replace(")", r"\)")
        self.drawn.append(f"BT /F1 {FONT} Tf 0 1 -1 0 {x} {self.height - y} Tm ({escaped}) Tj ET")

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A thin line from one place to another."""
        self.drawn.append(f"0.5 w {x0} {self.height - y0} m {x1} {self.height - y1} l S")

    def lines(self, top: float, columns: Sequence[float], texts: Sequence[Sequence[str]], pitch: float = 14) -> float:
        """Rows of texts, each column beginning at its place; gives where the next row would stand."""
        for row in texts:
            for x, text in zip(columns, row, strict=True):
                if text:
                    self.word(x, top, text)
            top += pitch
        return top


def pdf(*sheets: Sheet) -> bytes:
    """The file that holds these pages."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(sheets)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(sheets)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for at, sheet in enumerate(sheets):
        content = "\n".join(sheet.drawn)
        size = f"/MediaBox[0 0 {sheet.width} {sheet.height}]"
        objects.append(f"<</Type/Page/Parent 2 0 R{size}/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * at} 0 R>>")
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\n"
    return f"{body}{end}startxref\n{len(body)}\n%%EOF".encode("cp1252", "replace")
