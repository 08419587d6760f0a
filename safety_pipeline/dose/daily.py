"""The daily dose that a drug's amounts in one text settle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from safety_pipeline.dose.amounts import Amount, Often, concentrations, oftens, says_how_often
from safety_pipeline.dose.caution import Case, counted, time_of_day, unsure, with_totals
from safety_pipeline.dose.grammar import sentence, word
from safety_pipeline.dose.naming import Mention

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
    often: Sequence[Often] = ()

    @property
    def printed(self) -> str:
        return "; ".join(dict.fromkeys(each.printed for each in self.doses))


def daily(text: str, found: Sequence[Amount], others: Sequence[Mention]) -> Reading:
    """The reading of a text; the first rule that applies gives the reason."""
    masses = [each for each in found if each.unit.kind == "mass"]
    often = oftens(text) if masses else []
    doses = counted(text, _with_frequency(text, masses, often, others)) if masses else []
    said = _Said(text, doses, found, often)
    for rule in (_nothing, _changing, _not_plain, _choice, _not_daily, _unsure):
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
        before = [one for one in often if _stands_before(text, one, each)]
        chosen = after[0] if after else before[-1] if before else None
        printed = each.printed
        if after and after[0].end - each.end <= _NEAR:
            printed = text[each.start : max(each.end, after[0].end)]
        placed.append(_placed(text, each, chosen)._replace(printed=printed))
    return _shared(with_totals(text, placed), often, others)


def _placed(text: str, dose: Amount, chosen: Often | None) -> Amount:
    """The amount with its frequency; `600 mg divided twice daily` is the day's."""
    if chosen is None:
        return dose
    is_divided = word("divided_before").search(text, dose.end, max(dose.end, chosen.start)) is not None
    return dose._replace(frequency=chosen.frequency, is_total=dose.is_total or is_divided)


def _stands_before(text: str, often: Often, dose: Amount) -> bool:
    """Just before the amount, with nothing between that begins another drug."""
    if not 0 <= dose.begin - often.end <= _BEFORE:
        return False
    return word("not_restated").search(text, often.end, dose.begin) is None


def _shared(doses: list[Amount], often: Sequence[Often], others: Sequence[Mention]) -> list[Amount]:
    """A single frequency in the text holds for the amounts that have none, unless another drug stands between."""
    distinct = {one.frequency for one in often}
    only = distinct.pop() if len(distinct) == 1 else None
    if only is None:
        return doses
    return [
        each if each.frequency or _is_of_another(each, often, others) else each._replace(frequency=only)
        for each in doses
    ]


def _is_of_another(dose: Amount, often: Sequence[Often], others: Sequence[Mention]) -> bool:
    """Whether another drug is named between the amount and every statement of how often."""
    return all(
        any(min(one.start, dose.start) < other.start < max(one.start, dose.start) for other in others) for one in often
    )


def _nothing(said: _Said) -> Reading | None:
    if said.doses:
        return None
    if word("auc").search(said.text):
        return Reading(reason=sentence("auc"), has_said_something=True)
    if strengths := concentrations(said.text):
        return _of_a_liquid(said, strengths)
    if said.found:
        printed = "; ".join(dict.fromkeys(each.printed for each in said.found))
        return Reading(reason=sentence("other_unit").format(printed), printed=printed, has_said_something=True)
    if escalating := word("escalating").search(said.text):
        return Reading(reason=sentence("escalating").format(escalating[0]), is_escalating=True, has_said_something=True)
    return Reading(reason=sentence("no_dose"), has_said_something=says_how_often(said.text))


def _of_a_liquid(said: _Said, strengths: Sequence[Amount]) -> Reading:
    spans = [(each.start, each.end) for each in strengths]
    volumes = [each for each in said.found if not any(start <= each.start < end for start, end in spans)]
    printed = "; ".join(dict.fromkeys(each.printed for each in (*strengths, *volumes)))
    return Reading(reason=sentence("concentration").format(printed), printed=printed, has_said_something=True)


def _changing(said: _Said) -> Reading | None:
    if escalating := word("escalating").search(said.text):
        reason = sentence("escalating").format(escalating[0])
        return Reading(
            reason=reason, printed=said.printed, is_escalating=True, is_settled=True, has_said_something=True
        )
    if (heading := _stretch_without(said)) is not None:
        reason = sentence("changing").format(heading)
        return Reading(reason=reason, printed=said.printed, is_settled=True, has_said_something=True)
    different = {(each.mg, each.frequency) for each in said.doses if not each.is_total}
    if len(different) > 1 and (sequence := word("sequence").search(said.text)):
        reason = sentence("changing").format(sequence[0])
        return Reading(reason=reason, printed=said.printed, is_settled=True, has_said_something=True)
    return None


def _stretch_without(said: _Said) -> str | None:
    """The heading of a stretch of days in which the drug is not given; nothing where there is none such."""
    headings = list(word("period_heading").finditer(said.text))
    if len(headings) < 2:
        return None
    ends = [*(each.start() for each in headings[1:]), len(said.text)]
    for heading, end in zip(headings, ends, strict=True):
        if not any(heading.end() <= each.start < end for each in said.doses):
            return heading[0].rstrip(" :")
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
    if rare is None or any(each.mg_per_day is not None for each in said.doses):
        return None
    return Reading(
        reason=sentence("not_daily").format(rare.meaning),
        printed=said.printed,
        amount=said.doses[0].values[0],
        unit=said.doses[0].unit.name,
        is_settled=True,
        has_said_something=True,
    )


def _unsure(said: _Said) -> Reading | None:
    """Why a dose that looks clear is not, where the amounts would settle one."""
    if all(each.mg_per_day is None for each in said.doses):
        return None
    reason = unsure(Case(said.text, said.doses, said.often))
    return Reading(reason=reason, printed=said.printed, has_said_something=True) if reason else None


def _total(said: _Said) -> Reading:
    base = Reading(
        printed=said.printed, amount=said.doses[0].values[0], unit=said.doses[0].unit.name, has_said_something=True
    )
    if (added := _over_the_day(said.doses)) is not None:
        return base._replace(mg_per_day=added, note=_cycles(said.text))
    values = _distinct([value for each in _real(said.doses) if (value := each.mg_per_day) is not None])
    if len(values) == 1 and not _has_another_amount(said.doses):
        return base._replace(mg_per_day=values[0], note=_cycles(said.text))
    if values:
        return base._replace(reason=sentence("range").format(said.printed), is_range=True, is_settled=True)
    if (each_day := _on_each_day(said)) is not None:
        return base._replace(mg_per_day=each_day, note=_cycles(said.text))
    if cycle := word("cycle").search(said.text):
        return base._replace(reason=sentence("cycle_only").format(cycle[0]), is_settled=True)
    return base._replace(reason=sentence("no_frequency").format(said.printed))


def _on_each_day(said: _Said) -> float | None:
    """The one amount that is given on each day of a stretch: `25 mg on Days 1 through 21`."""
    masses = {each.mg for each in _real(said.doses) if len(each.values) == 1}
    if len(masses) != 1 or said.often or not all(each.scale is None for each in said.doses):
        return None
    last = max(each.end for each in said.doses)
    found = word("day_range").search(said.text, last)
    return masses.pop() if found is not None and found.start() - last <= _NEAR else None


def _has_another_amount(doses: Sequence[Amount]) -> bool:
    """Whether some amount without a daily frequency is neither repeated with one nor a strength."""
    daily_ones = {each.mg for each in doses if each.mg_per_day is not None}
    return any(each.mg_per_day is None and each.mg not in daily_ones and not each.is_total for each in _real(doses))


def _real(doses: Sequence[Amount]) -> Sequence[Amount]:
    """Without the strengths of tablets, where another amount is the dose."""
    return [each for each in doses if not each.is_strength] or doses


def _distinct(values: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for value in values:
        if all(abs(value - other) > _SAME * max(value, other) for other in kept):
            kept.append(value)
    return kept


def _over_the_day(doses: Sequence[Amount]) -> float | None:
    """Doses at different times of the day, each of its own time, add up to the day's."""
    times = {time_of_day(each): each.mg for each in doses}
    if len(doses) < 2 or len(times) != len(doses) or "" in times:
        return None
    return sum(mg for mg in times.values() if mg is not None)


def _cycles(text: str) -> str | None:
    found = word("cycle").search(text)
    return sentence("in_cycles").format(found[0]) if found else None
