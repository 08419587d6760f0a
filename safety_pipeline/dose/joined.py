"""Titles that join placebo and a drug by a sign, as `Placebo - X`: one may follow the other or only look like it."""

import re
from collections.abc import Iterator, Sequence

from safety_pipeline.dose.grammar import sentence, word, word_source
from safety_pipeline.dose.naming import Naming, mentions, names_pattern


def left_open(title: str, others: Sequence[tuple[str, bool]], active: tuple[Naming, ...]) -> str | None:
    """Why a title does not say which of placebo and a drug was given, where no other text does either.

    ``others`` are the other texts, placebos that copy a drug blanked, each with whether it speaks of placebo.
    """
    if word("placebo").search(title) is None:
        return None
    if (choice := word("or_placebo").search(title)) and mentions(title, active):
        return sentence("or_placebo").format(choice[0].strip())
    if any(pattern.search(title) for pattern in _placebo_first(active)):
        is_settled = any(is_placebo and _is_placebo_alone(text, active) for text, is_placebo in others)
        return None if is_settled else sentence("placebo_joined")
    joint = word("joined_placebo").search(title)
    if joint is None or not mentions(title[: joint.start()], active):
        return None
    return None if any(word("beside_placebo").search(text) for text, _ in others) else sentence("placebo_joined")


def _placebo_first(active: tuple[Naming, ...]) -> Iterator[re.Pattern[str]]:
    source = word_source("placebo_joined")
    for naming in active:
        if (names := names_pattern(naming)) is not None:
            yield re.compile(source.replace("{DRUG}", names), re.IGNORECASE)


def _is_placebo_alone(text: str, active: tuple[Naming, ...]) -> bool:
    return not (mentions(text, active) or word("switch").search(text) or word("placebo_in_turn").search(text))
