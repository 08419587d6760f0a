"""How a workbook shows its numbers: percentages and decimals as printed, dates marked as dates."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from lxml import etree

_BUILT_IN = {9: "0%", 10: "0.00%", 1: "0", 2: "0.00", 14: "d", 15: "d", 16: "d", 17: "d", 18: "d", 19: "d", 22: "d"}
# The largest number of a workbook has 309 digits, and a format shows up to 30 after the point.
_EVERY_DIGIT = Context(prec=400, rounding=ROUND_HALF_UP)
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


@dataclass(frozen=True)
class CellFormats:
    """The number format of each cell style of a workbook, and how far in it sets a text."""

    codes: tuple[str, ...]
    indents: tuple[int, ...] = ()

    @classmethod
    def of(cls, styles: etree._Element | None) -> "CellFormats":
        if styles is None:
            return cls(())
        own = {int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in styles.iter("{*}numFmt")}
        used = [each for group in styles.iter("{*}cellXfs") for each in group]
        numbers = [int(each.get("numFmtId", "0")) for each in used]
        codes = tuple(own.get(number, _BUILT_IN.get(number, "")) for number in numbers)
        return cls(codes, tuple(map(_indent, used)))

    def indent(self, style: str | None) -> int:
        """How far in the style sets its text, in the sheet's own steps."""
        at = int(style) if style and style.isdigit() else -1
        return self.indents[at] if 0 <= at < len(self.indents) else 0

    def shown(self, value: str, style: str | None) -> str:
        """The number as the sheet shows it."""
        return shown_as(value, self._code(style))

    def _code(self, style: str | None) -> str:
        at = int(style) if style and style.isdigit() else -1
        return self.codes[at] if 0 <= at < len(self.codes) else ""


def shown_as(value: str, written: str) -> str:
    """The number as a format shows it; a count that Excel took for a date is marked, never guessed back."""
    code = _LITERAL.sub("", written).split(";")[0].lower()
    try:
        number = Decimal(repr(float(value))) if value else None
    except (ValueError, InvalidOperation):
        return value
    if number is None or not number.is_finite():
        return value
    if re.search(r"[dmyhs]", code.replace("general", "")):
        return f"{value} (a date)"
    if "%" in code:
        return f"{_rounded(number * 100, code)}%"
    return str(_rounded(number, code))


def _indent(style: etree._Element) -> int:
    steps = "".join(each.get("indent", "") for each in style.iterfind("{*}alignment"))
    return int(steps) if re.fullmatch(r"[0-9]{1,3}", steps) else 0


def _rounded(number: Decimal, code: str) -> Decimal | int:
    digits = re.search(r"[0#?]\.([0#?]{1,30})", code)
    if digits:
        return number.quantize(Decimal(1).scaleb(-len(digits[1])), context=_EVERY_DIGIT)
    if "0" in code:
        return int(number.quantize(Decimal(1), context=_EVERY_DIGIT))
    return int(number) if number == number.to_integral_value() else number.normalize()
