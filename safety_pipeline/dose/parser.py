"""From the texts of an arm to its drug and its total daily dose, or the reason why there is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from safety_pipeline.dose.amounts import Amount, amounts
from safety_pipeline.dose.daily import Reading, daily
from safety_pipeline.dose.grammar import sentence, units, word, word_source
from safety_pipeline.dose.joined import left_open
from safety_pipeline.dose.naming import Mention, Naming, mask_placebo, mentions
from safety_pipeline.dose.usual_form import in_usual_form

LONGEST = 5_000
# Short texts are repeated from study to study; long ones hardly ever are.
_SHORT = 200
_KEPT = 65_536
_NEAR = 60
_SENTENCE_END = re.compile(r"(?<!\bvs)(?<!\bi\.v)(?<!\bv)[.;!?](?=\s+[A-Z(]|\s*$)|\n+")


@dataclass(frozen=True)
class Dose:
    """The drug of an arm and its assigned total daily dose; ``mg_per_day`` is null with a ``reason``."""

    drug: str | None = None
    combination_drugs: tuple[str, ...] = ()
    mg_per_day: float | None = None
    text: str | None = None
    reason: str | None = None
    note: str | None = None
    amount: float | None = None
    unit: str | None = None
    is_placebo: bool = False
    is_never_given: bool = False
    is_left_open: bool = False
    is_escalating: bool = False
    is_range: bool = False

    @property
    def explanation(self) -> str | None:
        """Why there is no single daily dose, or what to know about it."""
        return " ".join(each for each in (self.reason, self.note) if each) or None


def parse_dose(texts: str | Sequence[str], drugs: Sequence[Naming] = ()) -> Dose:
    """The dose that the texts give, the first of them (a title) counting most.

    ``drugs`` are the drugs that may be meant; without them the drug is not named, since a word is not a drug.
    """
    given = [texts] if isinstance(texts, str) else list(texts)
    written = [read for text in given if text and len(text) <= LONGEST and (read := in_usual_form(text))]
    known = tuple(drugs)
    active = tuple(each for each in known if not each.drug.startswith("placebo"))
    if any(word("never_given").search(text) for text in written):
        return Dose(reason=sentence("never_given"), text=_shown(written), is_never_given=True)
    told = [_told(text, known) for text in written]
    drug, others = _drugs(told, active)
    if drug != "placebo" and any(one.is_placebo and _takes_turns(one.text, drug) for one in told):
        return Dose(reason=sentence("placebo_then"), text=_shown(written))
    others_told = [(one.text, one.is_placebo) for one in told[1:]]
    if written and (reason := left_open(written[0], others_told, active)) is not None:
        return Dose(reason=reason, text=_shown(written), is_left_open=True)
    if drug == "placebo":
        return Dose(
            drug=drug, combination_drugs=others, reason=sentence("placebo"), text=_shown(written), is_placebo=True
        )
    reading = _best(told, active, drug)
    if reading.mg_per_day is None and any(text and len(text) > LONGEST for text in given):
        reading = reading._replace(reason=sentence("too_long"))
    return Dose(
        drug=drug,
        combination_drugs=others,
        mg_per_day=reading.mg_per_day,
        text=reading.printed or _shown(written),
        reason=reading.reason,
        note=reading.note,
        amount=reading.amount,
        unit=reading.unit,
        is_escalating=reading.is_escalating,
        is_range=reading.is_range,
    )


def mass_in_mg(dose: Dose) -> float | None:
    """The amount that is given at a time, in mg; nothing where its unit has no mass."""
    mass = next((unit.mg for unit in units() if unit.name == dose.unit), None)
    return None if dose.amount is None or mass is None else dose.amount * mass


def _takes_turns(text: str, drug: str | None) -> bool:
    """Whether placebo comes before or after another treatment; a drug's own later switch need not be one to placebo."""
    return word("placebo_in_turn" if drug else "switch").search(text) is not None


def _shown(written: Sequence[str]) -> str | None:
    return written[0][:200] if written else None


class _Told(NamedTuple):
    """One text, its sentences told apart: ``steady`` says what is given; others may allow another amount later."""

    text: str
    steady: str
    has_later_amount: bool
    is_placebo: bool


def _told(written: str, known: tuple[Naming, ...]) -> _Told:
    if len(written) <= _SHORT:
        return _told_again(written, known)
    return _tell(written, known)


@lru_cache(maxsize=_KEPT)
def _told_again(written: str, known: tuple[Naming, ...]) -> _Told:
    return _tell(written, known)


def _tell(written: str, known: tuple[Naming, ...]) -> _Told:
    is_placebo = word("placebo").search(written) is not None
    text = mask_placebo(written, known, word_source("placebo_of")) if is_placebo else written
    if word("later").search(text) is None:
        return _Told(text, text, has_later_amount=False, is_placebo=is_placebo)
    parts = [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]
    later = [part for part in parts if word("later").search(part)]
    steady = ". ".join(part for part in parts if part not in later)
    return _Told(text, steady, has_later_amount=any(map(amounts, later)), is_placebo=is_placebo)


def _drugs(told: Sequence[_Told], active: tuple[Naming, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The drug first named, title before description, and those given with it."""
    named = _named(told, active)
    is_placebo = [one.is_placebo for one in told]
    if not named and any(one.is_placebo and not _has_a_drug_too(one.text) for one in told):
        is_switch = any(word("switch").search(one.text) for one in told)
        return (None, ()) if is_switch else ("placebo", ())
    if not named and not any(word("untreated").search(one.text) for one in told):
        named = [active[0].drug] if len({each.drug for each in active}) == 1 else []
    placebo = ("placebo",) if named and is_placebo[:1] == [True] else ()
    return (named[0] if named else None), (*named[1:], *placebo)


def _has_a_drug_too(text: str) -> bool:
    """Whether placebo is one of two things: `400 mg or placebo`, `drug 400 mg and placebo`."""
    return any(word(kind).search(text) for kind in ("or_placebo", "with_placebo"))


def _named(told: Sequence[_Told], active: tuple[Naming, ...]) -> list[str]:
    """The drugs in the order in which the texts name them; once all are named, no text is asked."""
    n_drugs = len({each.drug for each in active})
    named: dict[str, None] = {}
    for one in told:
        if len(named) < n_drugs:
            named.update(dict.fromkeys(each.drug for each in mentions(one.steady, active)))
    return list(named)


def _best(told: Sequence[_Told], active: tuple[Naming, ...], drug: str | None) -> Reading:
    """The title's reading where it settles the dose; else title and description together."""
    if not told:
        return Reading(reason=sentence("no_dose"))
    ask = _reading_again if len(told[0].text) <= _SHORT else _reading
    title = ask(told[0].text, active, drug)
    if title.mg_per_day is None and not title.is_settled:
        rest = ". ".join(one.steady for one in told[1:] if one.steady)
        title = _with_description(told[0].text, title, rest, active, drug)
    return _with_later(title) if any(one.has_later_amount for one in told[1:]) else title


def _with_later(reading: Reading) -> Reading:
    """The reading with what the sentences left out, which allow another dose later, mean for it."""
    if reading.mg_per_day is not None:
        return reading._replace(note=" ".join(filter(None, (reading.note, sentence("later")))))
    return reading if reading.has_said_something else reading._replace(reason=sentence("only_later"))


def _with_description(title: str, reading: Reading, rest: str, active: tuple[Naming, ...], drug: str | None) -> Reading:
    """What the description adds; an amount in the title has to be found again in it, or be alone."""
    described = _reading(rest, active, drug)
    if not reading.amounts:
        return described if described.has_said_something else reading
    if not described.has_said_something:
        return reading
    if not described.amounts:
        return _reading(f"{title} {rest}", active, drug)
    titled = {each.mg for each in reading.amounts}
    # A title gives the day's dose and the description its parts: "800 mg", "400 mg twice daily".
    agreeing = titled == {each.mg for each in described.amounts} or titled == {described.mg_per_day}
    is_safe = agreeing or described.mg_per_day is None
    return described if is_safe else _reading(f"{title}. {rest}", active, drug)


def _reading(text: str, active: tuple[Naming, ...], drug: str | None) -> Reading:
    """The dose of one drug in one text: amounts of other drugs are left out."""
    if not (found := amounts(text)):
        return daily(text, [], [])
    named = mentions(text, active)
    others = [each for each in named if each.drug != drug]
    own = [each for each in found if _is_of(text, each, named, drug)]
    if not own:
        printed = "; ".join(dict.fromkeys(each.printed for each in found))
        return Reading(reason=sentence("of_other").format(printed))
    return daily(text, own, others)


@lru_cache(maxsize=_KEPT)
def _reading_again(text: str, active: tuple[Naming, ...], drug: str | None) -> Reading:
    return _reading(text, active, drug)


def _is_of(text: str, amount: Amount, named: Sequence[Mention], drug: str | None) -> bool:
    """An amount belongs to the drug it is "of", else to the one named last before it, or first after it."""
    if word("of_placebo").search(text, max(0, amount.begin - _NEAR), amount.begin):
        return False
    of = [each for each in named if word("of_drug").fullmatch(text, amount.end, each.start)]
    if of and drug is not None:
        return of[0].drug == drug
    before = [each for each in named if each.start <= amount.start]
    owner = before[-1] if before else (named[0] if named else None)
    return owner is None or drug is None or owner.drug == drug
