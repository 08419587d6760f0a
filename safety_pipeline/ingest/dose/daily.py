"""The daily dose that a drug's amounts in one text settle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from safety_pipeline.ingest.dose.amounts import Amount, Often, oftens, says_how_often
from safety_pipeline.ingest.dose.grammar import Frequency, sentence, word
from safety_pipeline.ingest.dose.naming import Mention

_SAME = 1e-9
_BEFORE = 30
_NEAR = 60


class Reading(NamedTuple):
    """What one text says of the dose; ``is_settled`` where no other text can make a daily dose of it."""

    mg_per_day: float | None = None
    reason: str | None = None
    note: str | None = None
    printed: str | None = None
    amount: float | None = None
    unit: str | None = None
    is_escalating: bool = False
    is_range: bool = False
    is_settled: bool = False
    has_said_something: bool = False
    amounts: tuple[Amount, ...] = ()


@dataclass(frozen=True)
class _Said:
    """Everything a text says of one drug's dose."""

    text: str
    doses: Sequence[Amount]
    found: Sequence[Amount]

    @property
    def printed(self) -> str:
        return "; ".join(dict.fromkeys(each.printed for each in self.doses))


def daily(text: str, found: Sequence[Amount], others: Sequence[Mention]) -> Reading:
    """The reading of a text; the first rule that applies gives the reason."""
    masses = [each for each in found if each.unit.kind == "mass"]
    doses = _with_frequency(text, masses, oftens(text), others) if masses else []
    said = _Said(text, doses, found)
    for rule in (_nothing, _changing, _not_plain, _choice, _not_daily):
        if (reading := rule(said)) is not None:
            return reading._replace(amounts=tuple(doses))
    return _total(said)._replace(amounts=tuple(doses))


def _with_frequency(
    text: str, doses: Sequence[Amount], often: Sequence[Often], others: Sequence[Mention]
) -> list[Amount]:
    """Each amount with its own frequency: the one after it, else just before it, else the only one of the text."""
    limits = sorted([*(each.start for each in doses), *(each.start for each in others)])
    placed = []
    for each in doses:
        until = next((limit for limit in limits if limit > each.start), None)
        after = [one for one in often if one.start >= each.start and (until is None or one.start < until)]
        before = [one for one in often if 0 <= each.start - one.end <= _BEFORE]
        chosen = after[0] if after else before[-1] if before else None
        printed = each.printed
        if after and after[0].end - each.end <= _NEAR:
            printed = text[each.start : after[0].end]
        placed.append(each._replace(frequency=chosen.frequency if chosen else None, printed=printed))
    return _shared(placed, often)


def _shared(doses: list[Amount], often: Sequence[Often]) -> list[Amount]:
    """A single frequency in the text holds for the amounts that have none of their own."""
    distinct = {one.frequency for one in often}
    only = distinct.pop() if len(distinct) == 1 else None
    return [each._replace(frequency=only) if each.frequency is None else each for each in doses]


def _nothing(said: _Said) -> Reading | None:
    if said.doses:
        return None
    if word("auc").search(said.text):
        return Reading(reason=sentence("auc"), has_said_something=True)
    if said.found:
        printed = "; ".join(dict.fromkeys(each.printed for each in said.found))
        return Reading(reason=sentence("other_unit").format(printed), printed=printed, has_said_something=True)
    if escalating := word("escalating").search(said.text):
        return Reading(reason=sentence("escalating").format(escalating[0]), is_escalating=True, has_said_something=True)
    return Reading(reason=sentence("no_dose"), has_said_something=says_how_often(said.text))


def _changing(said: _Said) -> Reading | None:
    if escalating := word("escalating").search(said.text):
        reason = sentence("escalating").format(escalating[0])
        return Reading(
            reason=reason, printed=said.printed, is_escalating=True, is_settled=True, has_said_something=True
        )
    different = {each.mg for each in said.doses if not each.is_total}
    if len(different) > 1 and (sequence := word("sequence").search(said.text)):
        reason = sentence("changing").format(sequence[0])
        return Reading(reason=reason, printed=said.printed, is_settled=True, has_said_something=True)
    return None


def _not_plain(said: _Said) -> Reading | None:
    """Doses by body weight or surface keep their own unit."""
    scaled = [(each, each.scale) for each in said.doses if each.scale is not None]
    if not scaled:
        return None
    first, scale = scaled[0]
    printed = "; ".join(dict.fromkeys(each.printed for each, _ in scaled))
    return Reading(
        reason=sentence(scale.kind).format(printed),
        printed=printed,
        amount=first.values[0] if len(first.values) == 1 else None,
        unit=f"{first.unit.name}/{scale.short}",
        is_settled=True,
        has_said_something=True,
    )


def _choice(said: _Said) -> Reading | None:
    several = next((each for each in said.doses if len(each.values) > 1), None)
    if several is None:
        return None
    reason = sentence("range").format(several.printed)
    return Reading(reason=reason, printed=several.printed, is_range=True, is_settled=True, has_said_something=True)


def _not_daily(said: _Said) -> Reading | None:
    rare = next(
        (each.frequency for each in said.doses if each.frequency and each.frequency.times_per_day is None), None
    )
    if rare is None or any(_per_day(each) is not None for each in said.doses):
        return None
    return Reading(
        reason=sentence("not_daily").format(rare.meaning),
        printed=said.printed,
        amount=said.doses[0].values[0],
        unit=said.doses[0].unit.name,
        is_settled=True,
        has_said_something=True,
    )


def _per_day(amount: Amount) -> float | None:
    """Milligrams a day: a total, or an amount "a day", is the day's; other amounts are taken as often as is said."""
    if amount.mg is None:
        return None
    if amount.is_a_day:
        return amount.mg
    frequency = amount.frequency
    if frequency is None or frequency.times_per_day is None:
        return None
    return amount.mg if amount.is_total else amount.mg * frequency.times_per_day


def _total(said: _Said) -> Reading:
    base = Reading(
        printed=said.printed, amount=said.doses[0].values[0], unit=said.doses[0].unit.name, has_said_something=True
    )
    values = _distinct([value for each in _real(said.doses) if (value := _per_day(each)) is not None])
    if len(values) == 1 and not _has_another_amount(said.doses):
        return base._replace(mg_per_day=values[0], note=_cycles(said.text))
    if values:
        both = _morning_and_evening(said.doses)
        reason = sentence("range").format(said.printed)
        return base._replace(mg_per_day=both) if both else base._replace(reason=reason, is_range=True, is_settled=True)
    if cycle := word("cycle").search(said.text):
        return base._replace(reason=sentence("cycle_only").format(cycle[0]), is_settled=True)
    return base._replace(reason=sentence("no_frequency").format(said.printed))


def _has_another_amount(doses: Sequence[Amount]) -> bool:
    """Whether some amount without a daily frequency is neither repeated with one nor a strength."""
    daily_ones = {each.mg for each in doses if _per_day(each) is not None}
    return any(_per_day(each) is None and each.mg not in daily_ones and not each.is_total for each in _real(doses))


def _real(doses: Sequence[Amount]) -> Sequence[Amount]:
    """Without the strengths of tablets, where another amount is the dose."""
    return [each for each in doses if not each.is_strength] or doses


def _distinct(values: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for value in values:
        if all(abs(value - other) > _SAME * max(value, other) for other in kept):
            kept.append(value)
    return kept


def _morning_and_evening(doses: Sequence[Amount]) -> float | None:
    """Two doses, one in the morning and one in the evening, add up to the day's."""
    times = {_meaning(each.frequency): each.mg for each in doses}
    if len(doses) == len(times) == 2 and set(times) == {"morning", "evening"}:
        return sum(mg for mg in times.values() if mg is not None)
    return None


def _meaning(frequency: Frequency | None) -> str:
    return frequency.meaning if frequency else ""


def _cycles(text: str) -> str | None:
    found = word("cycle").search(text)
    return sentence("in_cycles").format(found[0]) if found else None
