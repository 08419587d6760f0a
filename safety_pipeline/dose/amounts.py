"""Amounts in a dose text: how much, of what unit, per what, and how often."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from safety_pipeline.dose.grammar import (
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
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
# One to three digits, a point and three more are a thousand in half of Europe.
_EITHER = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?![\d.,])")
_REACH = 40
_TIMES = ("x", "×", "*", " of")
_SCALES = ("weight", "area", "rate", "concentration")


class Amount(NamedTuple):
    """One printed amount; ``values`` are several where the text gives a choice or a range."""

    values: tuple[float, ...]
    unit: Unit
    per: tuple[Per, ...]
    begin: int
    start: int
    end: int
    printed: str
    many: float = 1.0
    is_total: bool = False
    is_strength: bool = False
    has_many_forms: bool = False
    is_unclear: bool = False
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

    @property
    def mg_per_day(self) -> float | None:
        """Milligrams a day: a total, or an amount "a day", is the day's; others are taken as often as is said."""
        times = self.frequency.times_per_day if self.frequency else None
        if self.mg is None or self.is_a_day:
            return self.mg
        if times is None:
            return None
        return self.mg if self.is_total else self.mg * times


def amounts(text: str) -> list[Amount]:
    """The amounts of the text in order, joined where they are alternatives of one another."""
    if not any(map(str.isdigit, text)):
        return []
    found = (_amount(text, match) for match in amount_pattern().finditer(text))
    return list(_joined(text, [each for each in found if not is_concentration(each)]))


def concentrations(text: str) -> list[Amount]:
    """The amounts of the text that are strengths of a liquid: they say nothing of how much is given."""
    return list(filter(is_concentration, (_amount(text, match) for match in amount_pattern().finditer(text))))


def is_concentration(amount: Amount) -> bool:
    return amount.scale is not None and amount.scale.kind == "concentration"


def _amount(text: str, match: re.Match[str]) -> Amount:
    at = int((match.lastgroup or "u0")[1:])
    per, end = _per(text, match.end())
    form = word("form").match(text, end)
    start = match.start("numbers")
    many, is_bare = _many(text, match, form)
    begin = match.start() if many is not None else start
    is_strength = form is not None or _is_each(text, end) or any(each.kind == "form" for each in per)
    return Amount(
        values=_values(text, match),
        unit=units()[at],
        per=per,
        begin=begin,
        start=start,
        end=form.end() if form else end,
        printed=text[begin if (many or 1) > 1 else start : end].strip(),
        many=many or 1.0,
        is_total=word("total").search(text, max(0, start - _REACH), start) is not None,
        is_strength=is_strength and many is None,
        has_many_forms=form is not None and word("many_forms").search(form[0]) is not None,
        is_unclear=is_bare or _EITHER.search(match["numbers"]) is not None or _has_a_number_before(text, begin),
    )


def _is_each(text: str, at: int) -> bool:
    return word("each").match(text, at) is not None


def _values(text: str, match: re.Match[str]) -> tuple[float, ...]:
    """The numbers of the amount; the first of two is a label in `Cohort 1, 400 mg`."""
    printed = [(number(each[0]), each.end()) for each in _NUMBER.finditer(match["numbers"])]
    found = [value for value, _ in printed]
    is_spaced = re.match(r",|\s+[-a]", match["numbers"][printed[0][1] :]) is not None
    if len(found) == 2 and is_spaced and _is_labelled(text, match.start("numbers")):
        found = found[1:]
    return tuple(dict.fromkeys(found))


def _is_labelled(text: str, at: int) -> bool:
    return word("label").search(text, max(0, at - _REACH), at) is not None


def _has_a_number_before(text: str, at: int) -> bool:
    """Whether a sign or a number that is no label stands before: `10 ± 2 mg`, `2 500 mg`."""
    found = word("before_number").search(text, max(0, at - 12), at)
    return found is not None and not _is_labelled(text, found.start())


def _many(text: str, match: re.Match[str], form: re.Match[str] | None) -> tuple[float | None, bool]:
    """How many of them: "two 200 mg tablets", "2 x 100 mg"; and whether it is only a number before a number."""
    printed = match["many"]
    if printed is None:
        return None, False
    between = text[match.end("many") : match.start("numbers")].rstrip().casefold()
    has_sign = between.endswith(_TIMES)
    is_word = not printed[0].isdigit()
    value = number_words().get(printed.casefold()) or number(printed)
    if _is_labelled(text, match.start("many")) or not (form or has_sign):
        return None, value > 1 and not _is_labelled(text, match.start("many"))
    is_one_of_several = word("one_of").search(text, max(0, match.start() - _REACH), match.start()) is not None
    is_bare = not is_word and not has_sign and not (form and word("many_forms").search(form[0]))
    return value, is_one_of_several or (is_bare and value > 1)


def number(printed: str) -> float:
    """A printed number; three digits after a comma are thousands, one or two are decimals."""
    if _THOUSANDS.fullmatch(printed):
        return float(printed.replace(",", ""))
    mantissa, _, power = re.sub(r"\s", "", printed).replace("·", ".").partition("^")
    if power:
        return float(re.split(r"[x×*]", mantissa)[0].replace(",", ".")) * 10.0 ** int(power)
    return float(mantissa.replace(",", "."))


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
    return word("range_joint").fullmatch(text, first.end, second.begin) is not None


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
