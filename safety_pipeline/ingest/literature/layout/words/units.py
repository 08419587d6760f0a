"""What a header says is counted below it: patients, events, percentages, and in which order."""

import re
from dataclasses import dataclass

from safety_pipeline.ingest.literature.layout.words.wording import is_word
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

_WORD = re.compile(r"%|[^\W_]+\.?(?:-[^\W_]+)*")


@dataclass(frozen=True)
class Unit:
    """The unit of a column: percentages alone, the percentage before the count, events, or events beside patients."""

    is_percent: bool = False
    is_percent_first: bool = False
    is_episodes: bool = False
    counts_episodes_too: bool = False


def split_unit(level: str) -> tuple[str, Unit | None]:
    """A header without the unit at its end, and that unit: "400 mg, n (%)" is "400 mg" and counts with percentages."""
    text = tidy_spaces(level)
    found = list(_WORD.finditer(text))
    tail = len(found)
    for at in range(len(found) - 1, -1, -1):
        if not is_word("unit_words", found[at][0]):
            break
        tail = at if at == 0 or _begins_a_unit(text, found[at]) else tail
    if tail == len(found) or _is_an_answer(text, found[tail:]):
        return text, None
    rest = text[: found[tail].start()].rstrip(" ,;:([-–—/")
    return rest, _unit([each[0] for each in found[tail:]])


def _is_an_answer(text: str, tail: list[re.Match[str]]) -> bool:
    """Whether "no" is the opposite of yes, as in "Rash: no", and no short form of "number"."""
    before = text[: tail[0].start()].rstrip()
    return len(tail) == 1 and tail[0][0].casefold() == "no" and bool(before) and not before.endswith(",")


def _begins_a_unit(text: str, word: re.Match[str]) -> bool:
    """Whether a unit may begin here: at a word for numbers, or for patients after a comma."""
    after_comma = text[: word.start()].rstrip().endswith((",", ";", ":"))
    return is_word("unit_starts", word[0]) or (after_comma and is_word("unit_persons", word[0]))


def _unit(tail: list[str]) -> Unit:
    percents = [at for at, word in enumerate(tail) if is_word("unit_percent", word)]
    counts = [at for at, word in enumerate(tail) if is_word("unit_counts", word)]
    after = _counted_after(percents, counts, tail)
    too = bool(percents) and not is_word("unit_episodes", tail[0]) and is_word("unit_events_last", tail[-1])
    persons = any(is_word("unit_persons", word) for word in tail)
    return Unit(
        is_percent=bool(percents) and not after and not any(at < percents[0] for at in counts),
        is_percent_first=after,
        is_episodes=not (persons or too) and any(is_word("unit_episodes", word) for word in tail),
        counts_episodes_too=too,
    )


def _counted_after(percents: list[int], counts: list[int], tail: list[str]) -> bool:
    """Whether it is "% (n)": a count follows the percentage, and no "of" stands between, as in "% of patients"."""
    return bool(percents) and any(at > percents[0] and "of" not in tail[percents[0] : at] for at in counts)
