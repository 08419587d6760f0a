"""From the texts of an arm to its drug and its total daily dose, or the reason why there is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from safety_pipeline.ingest.dose.amounts import Amount, amounts
from safety_pipeline.ingest.dose.daily import Reading, daily
from safety_pipeline.ingest.dose.grammar import sentence, word, word_source
from safety_pipeline.ingest.dose.naming import Mention, Naming, mask_placebo, mentions

LONGEST = 4_000
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
    written = [" ".join(text[:LONGEST].split()) for text in given if text and text.strip()]
    known = tuple(drugs)
    masked = [mask_placebo(text, known, word_source("placebo_of")) if _placebo(text) else text for text in written]
    drug, others = _drugs(masked, known)
    if drug == "placebo":
        return Dose(
            drug=drug, combination_drugs=others, reason=sentence("placebo"), text=_shown(written), is_placebo=True
        )
    reading = _best(masked, known, drug)
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


def _placebo(text: str) -> bool:
    return word("placebo").search(text) is not None


def _shown(written: Sequence[str]) -> str | None:
    return written[0][:200] if written else None


def _drugs(texts: Sequence[str], known: tuple[Naming, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The drug first named, title before description, and those given with it."""
    active = tuple(each for each in known if not each.drug.startswith("placebo"))
    steady = [" ".join(part for part in _sentences(text) if not word("later").search(part)) for text in texts]
    title = _named(steady[:1], active)
    named = title or _named(steady[1:], active)
    if not named and any(map(_placebo, texts)):
        return "placebo", ()
    if title and steady[1:]:
        named = list(dict.fromkeys([*title, *_given_with(steady[1:], active)]))
    if not named and not any(word("untreated").search(text) for text in texts):
        named = [active[0].drug] if len({each.drug for each in active}) == 1 else []
    has_placebo = any(map(_placebo, texts[:1]))
    return (named[0] if named else None), (*named[1:], *(("placebo",) if has_placebo and named else ()))


def _named(texts: Sequence[str], active: tuple[Naming, ...]) -> list[str]:
    return list(dict.fromkeys(each.drug for text in texts for each in mentions(text, active)))


def _given_with(texts: Sequence[str], active: tuple[Naming, ...]) -> list[str]:
    return _named([text for text in texts if text], active)


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


def _best(texts: Sequence[str], known: tuple[Naming, ...], drug: str | None) -> Reading:
    """The title's reading where it settles the dose; else title and description together."""
    if not texts:
        return Reading(reason=sentence("no_dose"))
    title = _reading(texts[0], known, drug)
    rest = [part for text in texts[1:] for part in _sentences(text)]
    allows_more = any(word("later").search(part) and amounts(part) for part in rest)
    if title.mg_per_day is None and not title.is_settled:
        steady = [part for part in rest if not word("later").search(part)]
        title = _with_description(texts[0], title, steady, known, drug)
    if title.mg_per_day is not None and allows_more:
        return replace(title, note=" ".join(filter(None, (title.note, sentence("later")))))
    return title


def _with_description(
    title: str, reading: Reading, rest: Sequence[str], known: tuple[Naming, ...], drug: str | None
) -> Reading:
    """What the description adds; an amount in the title has to be found again in it, or be alone."""
    described = _reading(". ".join(rest), known, drug)
    if not reading.amounts:
        return described if described.has_said_something else reading
    if not described.has_said_something:
        return reading
    agreeing = {each.mg for each in reading.amounts} == {each.mg for each in described.amounts}
    if described.amounts and not agreeing:
        return described if described.mg_per_day is None else _reading(f"{title}. {'. '.join(rest)}", known, drug)
    return described if described.amounts else _reading(f"{title} {'. '.join(rest)}", known, drug)


def _reading(text: str, known: tuple[Naming, ...], drug: str | None) -> Reading:
    """The dose of one drug in one text: amounts of other drugs are left out."""
    active = tuple(each for each in known if not each.drug.startswith("placebo"))
    named = mentions(text, active)
    found = [each for each in amounts(text) if _is_of(each, named, drug)]
    return daily(text, found, [each for each in named if each.drug != drug])


def _is_of(amount: Amount, named: Sequence[Mention], drug: str | None) -> bool:
    """An amount belongs to the drug named last before it, or first after it."""
    before = [each for each in named if each.start <= amount.start]
    owner = before[-1] if before else (named[0] if named else None)
    return owner is None or drug is None or owner.drug == drug
