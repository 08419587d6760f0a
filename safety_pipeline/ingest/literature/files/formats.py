"""How a workbook shows its numbers: percentages and decimals as printed, dates marked as dates."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree

_BUILT_IN = {9: "0%", 10: "0.00%", 1: "0", 2: "0.00", 14: "d", 15: "d", 16: "d", 17: "d", 18: "d", 19: "d", 22: "d"}
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


@dataclass(frozen=True)
class CellFormats:
    """The number format of each cell style of a workbook."""

    codes: tuple[str, ...]

    @classmethod
    def of(cls, styles: etree._Element | None) -> "CellFormats":
        if styles is None:
            return cls(())
        own = {int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in styles.iter("{*}numFmt")}
        used = [int(each.get("numFmtId", "0")) for group in styles.iter("{*}cellXfs") for each in group]
        return cls(tuple(own.get(number, _BUILT_IN.get(number, "")) for number in used))

    def shown(self, value: str, style: str | None) -> str:
        """The number as the sheet shows it; a count that Excel took for a date is marked, never guessed back."""
        code = _LITERAL.sub("", self._code(style)).split(";")[0].lower()
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

    def _code(self, style: str | None) -> str:
        at = int(style) if style and style.isdigit() else -1
        return self.codes[at] if 0 <= at < len(self.codes) else ""


def _rounded(number: Decimal, code: str) -> Decimal | int:
    digits = re.search(r"[0#?]\.([0#?]+)", code)
    if digits:
        return number.quantize(Decimal(1).scaleb(-len(digits[1])), ROUND_HALF_UP)
    if "0" in code:
        return int(number.quantize(Decimal(1), ROUND_HALF_UP))
    return int(number) if number == number.to_integral_value() else number.normalize()
