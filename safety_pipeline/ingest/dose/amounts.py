"""Amounts in a dose text: how much, of what unit, per what, and how often."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from safety_pipeline.ingest.dose.grammar import (
    NUMBER,
    Frequency,
    Per,
    Unit,
    amount_pattern,
    frequencies,
    frequency_pattern,
    number_words,
    per_pattern,
    pers,
    units,
    word,
)

_NUMBER = re.compile(NUMBER)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_REACH = 40
_TIMES = ("x", "×", "*", " of")
_SCALES = ("weight", "area", "rate", "concentration")


class Amount(NamedTuple):
    """One printed amount; ``values`` are several where the text gives a choice or a range."""

    values: tuple[float, ...]
    unit: Unit
    per: tuple[Per, ...]
    start: int
    end: int
    printed: str
    many: float = 1.0
    is_total: bool = False
    is_strength: bool = False
    frequency: Frequency | None = None

    @property
    def mg(self) -> float | None:
        """The mass in mg of one administration, where one is stated."""
        if self.unit.mg is None or len(self.values) != 1:
            return None
        return self.values[0] * self.unit.mg * self.many

    @property
    def scale(self) -> Per | None:
        """What makes the amount no plain mass: body weight, body surface, an infusion rate, a concentration."""
        return next((each for each in self.per if each.kind in _SCALES), None)

    @property
    def is_a_day(self) -> bool:
        """Whether the amount is the day's: `800 mg/day`."""
        return any(each.kind == "day" for each in self.per)


def amounts(text: str) -> list[Amount]:
    """The amounts of the text in order, joined where they are alternatives of one another."""
    if not any(map(str.isdigit, text)):
        return []
    found = [_amount(text, match) for match in amount_pattern().finditer(text)]
    return list(_joined(text, [each for each in found if each.scale is None or each.scale.kind != "concentration"]))


def _amount(text: str, match: re.Match[str]) -> Amount:
    at = int((match.lastgroup or "u0")[1:])
    per, end = _per(text, match.end())
    values = tuple(dict.fromkeys(number(each) for each in _NUMBER.findall(match["numbers"])))
    form = word("form").match(text, end)
    before = text[match.start() : match.start("numbers")].casefold()
    many = _many(match["many"], has_form=form is not None or before.rstrip().endswith(_TIMES))
    return Amount(
        values=values,
        unit=units()[at],
        per=per,
        start=match.start("numbers"),
        end=form.end() if form else end,
        printed=text[match.start() if many > 1 else match.start("numbers") : end].strip(),
        many=many,
        is_total=word("total").search(text, max(0, match.start("numbers") - _REACH), match.start("numbers"))
        is not None,
        is_strength=form is not None and many == 1,
    )


def _many(printed: str | None, *, has_form: bool) -> float:
    """How many of them: "two 200 mg tablets", "2 x 100 mg"; without tablets or a sign it is another number."""
    if printed is None or not has_form:
        return 1.0
    return number_words().get(printed.casefold()) or number(printed)


def number(printed: str) -> float:
    """A printed number; three digits after a comma are thousands, one or two are decimals."""
    if _THOUSANDS.fullmatch(printed):
        return float(printed.replace(",", ""))
    return float(printed.replace(",", ".").replace("·", "."))


def _per(text: str, at: int) -> tuple[tuple[Per, ...], int]:
    """What the amount is divided by, one after another: `mg/kg/day`."""
    found: list[Per] = []
    while (match := per_pattern().match(text, at)) is not None:
        found.append(pers()[next(int(name[1:]) for name, value in match.groupdict().items() if value)])
        at = match.end()
    return tuple(found), at


def _joined(text: str, found: list[Amount]) -> Iterator[Amount]:
    """Amounts with nothing but "or", "to", "and" or a dash between them are one amount with several values."""
    waiting: Amount | None = None
    for each in found:
        if waiting is None:
            waiting = each
        elif _are_alternatives(text, waiting, each):
            scaled = tuple(value * _scale(each, waiting) for value in each.values)
            values = tuple(dict.fromkeys((*waiting.values, *scaled)))
            printed = text[waiting.start : each.end].strip()
            waiting = waiting._replace(values=values, end=each.end, printed=printed, per=each.per or waiting.per)
        else:
            yield waiting
            waiting = each
    if waiting is not None:
        yield waiting


def _are_alternatives(text: str, first: Amount, second: Amount) -> bool:
    """Not where the first is the strength of a tablet, which the second is made up of."""
    if first.unit.kind != second.unit.kind or (first.is_strength and not second.is_strength):
        return False
    return word("range_joint").fullmatch(text, first.end, second.start) is not None


def _scale(amount: Amount, other: Amount) -> float:
    return (amount.unit.mg or 1.0) / (other.unit.mg or 1.0)


@dataclass(frozen=True)
class Often:
    """One place of a text that says how often."""

    frequency: Frequency
    start: int
    end: int


def oftens(text: str) -> list[Often]:
    """Every statement of frequency in the text, in order."""
    return [_often(match) for match in frequency_pattern().finditer(text)]


def says_how_often(text: str) -> bool:
    return frequency_pattern().search(text) is not None


def _often(match: re.Match[str]) -> Often:
    return Often(frequencies()[int((match.lastgroup or "f0")[1:])], match.start(), match.end())
