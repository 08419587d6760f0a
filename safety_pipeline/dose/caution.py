"""What makes a dose unsure that looks clear: limits, parts, counts of tablets, other treatments, sizes of patients."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from safety_pipeline.dose.amounts import Amount, Often, number
from safety_pipeline.dose.grammar import count_pattern, frequency_pattern, number_words, sentence, word

_BEFORE = 120
_JOINT = 40
_SMALL = 1e-9


class Case(NamedTuple):
    """A text with the amounts of its drug and what it says of how often."""

    text: str
    doses: Sequence[Amount]
    often: Sequence[Often]

    def before(self, dose: Amount, reach: int = _BEFORE) -> str:
        return self.text[max(0, dose.begin - reach) : dose.begin]


def unsure(case: Case) -> str | None:
    """Why the dose cannot be taken as it stands; the first rule that applies gives the reason."""
    return next((reason for rule in _RULES if (reason := rule(case)) is not None), None)


def counted(text: str, doses: Sequence[Amount]) -> list[Amount]:
    """The strength of a tablet times the one number of tablets: `10 mg tablet, 2 tablets daily`."""
    counts = [value for value, _ in _counts(text, doses)]
    masses = {each.mg for each in doses}
    if len(counts) != 1 or len(masses) != 1 or counts[0] is None or not all(each.is_strength for each in doses):
        return list(doses)
    return [each._replace(many=counts[0], is_strength=False) for each in doses]


def with_totals(text: str, doses: Sequence[Amount]) -> list[Amount]:
    """`800 mg (400 mg b.i.d.)`: the first is the day's, since the one in brackets comes to it."""
    following = [*doses[1:], None]
    return [
        each._replace(is_total=True) if after and _comes_to(text, each, after) else each
        for each, after in zip(doses, following, strict=True)
    ]


def _comes_to(text: str, total: Amount, part: Amount) -> bool:
    is_in_brackets = text[total.end : part.begin].strip() == "("
    is_bare = total.frequency is None and not total.is_strength and not part.is_strength
    return is_in_brackets and is_bare and total.mg is not None and part.mg_per_day == total.mg != part.mg


def _counts(text: str, doses: Sequence[Amount]) -> Iterator[tuple[float | None, str]]:
    """Each number of units apart from one and from those of the amounts; none where the number is a range."""
    for match in count_pattern().finditer(text):
        value = _count(match["n"])
        is_known = any(each.begin <= match.start() < each.end or each.many == value for each in doses)
        if value != 1 and not is_known and not _restates_units(text, match):
            yield value, match[0]


def _restates_units(text: str, match: re.Match[str]) -> bool:
    """`300 mg daily (3 capsules)`; not `500 mg (2 tablets/day)`, where it is the tablets that are daily."""
    found = word("restating").search(text, 0, match.start())
    at = match.end() + (text[match.end() : match.end() + 1] == " ")
    is_of_the_units = found is not None and found[0].startswith("(") and frequency_pattern().match(text, at)
    return found is not None and not is_of_the_units


def _count(printed: str) -> float | None:
    if (known := number_words().get(printed.casefold())) is not None:
        return known
    try:
        return number(printed)
    except ValueError:
        return None


def _of_placebo(case: Case) -> str | None:
    return _said("or_placebo", case.text)


def _number(case: Case) -> str | None:
    return _first("number", case, lambda each: each.is_unclear)


def _bound(case: Case) -> str | None:
    before = _first("bound", case, lambda each: word("bound").search(case.before(each)) is not None)
    return before or _first("bound", case, lambda each: word("bound_after").match(case.text, each.end) is not None)


def _prior(case: Case) -> str | None:
    return _first("prior", case, lambda each: word("prior").search(case.before(each)) is not None)


def _by_size(case: Case) -> str | None:
    return _said("by_size", case.text)


def _site(case: Case) -> str | None:
    return _said("site", case.text)


def _said(kind: str, text: str) -> str | None:
    found = word(kind).search(text)
    return sentence(kind).format(found[0].strip()) if found else None


def _first(kind: str, case: Case, is_so: Callable[[Amount], bool]) -> str | None:
    """The reason with the first amount of which it is so."""
    return next((sentence(kind).format(each.printed) for each in case.doses if is_so(each)), None)


def _needed(case: Case) -> str | None:
    for each in case.doses:
        found = word("needed").match(case.text, each.end)
        if found and not word("other_needed").search(found[0]):
            return sentence("not_daily").format("it is taken as needed")
    return None


def _divided(case: Case) -> str | None:
    """`600 mg three times daily in divided doses` may be 600 or 1800."""
    is_said = word("divided").search(case.text) is not None
    return _first("divided", case, lambda each: _is_repeated(each) and _is_whole_or_part(case, each, is_said=is_said))


def _is_repeated(dose: Amount) -> bool:
    times = dose.frequency.times_per_day if dose.frequency else None
    return times is not None and times > 1 and not dose.is_a_day


def _is_whole_or_part(case: Case, dose: Amount, *, is_said: bool) -> bool:
    total = word("total").search(case.before(dose, _JOINT))
    if total is None:
        return is_said and not dose.is_total
    return not word("total_of_day").search(total[0])


def _often(case: Case) -> str | None:
    """`once daily or twice daily`, `twice daily for 2 weeks, then once daily`."""
    pairs = zip(case.often, case.often[1:], strict=False)
    for first, second in pairs:
        between = case.text[first.end : second.start]
        is_near = len(between) <= _JOINT and word("often_joint").search(between) is not None
        if (
            is_near
            and not _same(first, second)
            and not any(first.end <= each.start < second.start for each in case.doses)
        ):
            return sentence("several_often").format(case.text[first.start : second.end])
    return None


def _same(first: Often, second: Often) -> bool:
    return first.frequency.times_per_day == second.frequency.times_per_day


def _added(case: Case) -> str | None:
    """Amounts that differ and come to the same a day restate one another only where the text says so."""
    is_same_a_day = len({each.mg for each in case.doses}) > len({each.mg_per_day for each in case.doses}) == 1
    is_over_the_day = all(map(time_of_day, case.doses))
    if not is_same_a_day or is_over_the_day or any(_restates(case, each) for each in case.doses):
        return None
    return sentence("added").format("; ".join(dict.fromkeys(each.printed for each in case.doses)))


def time_of_day(dose: Amount) -> str:
    """Morning, midday or evening, where the amount is taken once a day at that time; else empty."""
    frequency = dose.frequency
    return frequency.meaning if frequency and frequency.times_per_day == 1 else ""


def _restates(case: Case, dose: Amount) -> bool:
    is_said = dose.is_a_day or dose.is_total or dose.is_strength
    return is_said or word("restated").search(case.before(dose, _JOINT)) is not None


def _count_of_units(case: Case) -> str | None:
    found = word("part").search(case.text) or word("multiplier").search(case.text)
    if found:
        return sentence("count").format(found[0].strip())
    return next((sentence("count").format(printed) for _, printed in _counts(case.text, case.doses)), None)


def _strength(case: Case) -> str | None:
    if not all(each.is_strength for each in case.doses):
        return None
    return _first("strength", case, lambda each: each.has_many_forms and abs(each.many - 1) < _SMALL)


_RULES: tuple[Callable[[Case], str | None], ...] = (
    _of_placebo,
    _bound,
    _number,
    _prior,
    _by_size,
    _site,
    _needed,
    _divided,
    _often,
    _added,
    _count_of_units,
    _strength,
)
