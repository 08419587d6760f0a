"""Names of drugs: as the register writes them, as we write them, and where a text mentions them."""

import re
from dataclasses import dataclass
from functools import cache

from safety_pipeline.ingest.dose.grammar import salts

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MARKS = re.compile(r"[®™©*]")
_SHORTEST = 3


@dataclass(frozen=True)
class Naming:
    """A drug as we name it, and the names a text may use for it."""

    drug: str
    names: tuple[str, ...]


@cache
def folded_text(text: str) -> str:
    """A text as it is compared: letters and digits only, no case."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


@cache
def drug_name(printed: str) -> str:
    """Lower case, without salt, dosage form, trade marks and what stands in brackets."""
    bare = " ".join(_MARKS.sub("", _BRACKETS.sub(" ", printed)).split()).strip(" ,;:-").casefold()
    words = bare.split()
    while len(words) > 1 and words[-1] in salts():
        words.pop()
    return " ".join(words) or " ".join(printed.split()).casefold()


@dataclass(frozen=True)
class Mention:
    """One place of a text that names a drug."""

    drug: str
    start: int
    end: int


@cache
def _finder(naming: Naming) -> re.Pattern[str] | None:
    names = sorted(
        {variant for name in naming.names for variant in _variants(name)}, key=lambda name: (-len(name), name)
    )
    if not names:
        return None
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, names)) + r")(?![^\W_])", re.IGNORECASE)


def _variants(name: str) -> set[str]:
    inside = [found[1:-1] for found in _BRACKETS.findall(name)]
    parts = {drug_name(name), *(part.strip().casefold() for each in inside for part in re.split(r"[,;/]", each))}
    return {part for part in parts if len(part) >= _SHORTEST and not part.isdigit()}


def mentions(text: str, namings: tuple[Naming, ...]) -> list[Mention]:
    """Every naming of a drug in the text, in order; of overlapping ones the longest."""
    found = [
        Mention(naming.drug, each.start(), each.end())
        for naming in namings
        if (finder := _finder(naming)) is not None
        for each in finder.finditer(text)
    ]
    found.sort(key=lambda each: (each.start, -each.end, each.drug))
    kept: list[Mention] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def mask_placebo(text: str, namings: tuple[Naming, ...], placebo_of: str) -> str:
    """The text with every "placebo for X" blanked to "placebo", so that X does not look given."""
    for naming in namings:
        finder = _finder(naming)
        if finder is not None and not naming.drug.startswith("placebo"):
            pattern = re.compile(placebo_of.replace("{DRUG}", finder.pattern), re.IGNORECASE)
            text = pattern.sub(lambda found: "placebo".ljust(len(found[0])), text)
    return text
