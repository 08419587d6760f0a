"""Names of drugs: as the register writes them, as we write them, and where a text mentions them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from safety_pipeline.reference.read import DATA, read_keyed

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MARKS = re.compile(r"[®™©*]")
_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 3


@dataclass(frozen=True)
class Naming:
    """A drug as we name it, and the names a text may use for it."""

    drug: str
    names: tuple[str, ...]


@lru_cache(maxsize=16384)
def folded_text(text: str) -> str:
    """A text as it is compared: letters and digits only, no case."""
    return " ".join(_WORD.findall(text.casefold()))


@lru_cache(maxsize=16384)
def drug_name(printed: str) -> str:
    """Lower case, without salt, dosage form, strength, the arm's label, trade marks and what stands in brackets.

    A salt stays where what is left without it is no drug: dimethyl fumarate, magnesium sulfate.
    """
    plain = " ".join(_MARKS.sub("", _BRACKETS.sub(" ", printed)).split())
    labelled = _arm_label().sub("", plain)
    bare = " ".join(_STRENGTH.sub(" ", labelled).split()).strip(" ,;:-+/").casefold()
    words = bare.split()
    while len(words) > 1 and words[-1] in _listed("salt") and not _listed("name_part").issuperset(words[:-1]):
        words.pop()
    return " ".join(words) or " ".join(printed.split()).casefold()


# "0.25 mg", "20 mg/120 mg", "5%".
_AMOUNT = r"\d+(?:[.,]\d+)* ?(?:mg|g|mcg|µg|μg|ug|ng|mL|ml|IU|U|units?|%)"
_STRENGTH = re.compile(
    rf"(?<![\w.])(?:\d+(?:[.,]\d+)*/)?{_AMOUNT}(?: ?/ ?(?:{_AMOUNT}|kg|m2|mL|ml|day|dose|d))*(?![\w])", re.I
)


def parts_of(printed: str) -> list[str]:
    """The drugs that one name joins by a plus: `A 20 mg (AB) + B`."""
    plain = _arm_label().sub("", " ".join(printed.split()))
    return [part.strip() for part in re.split(r"\+|\bplus\b", plain, flags=re.I) if part.strip()] or [printed]


def abbreviations(drug: Naming, texts: Iterable[str]) -> set[str]:
    """Short forms that the texts give the drug in brackets: `ordolimab (ORD)`."""
    names = tuple(name.lower() for name in drug.names if len(name) > _SHORTEST)
    return {
        found[1]
        for text in texts
        for found in _SHORT_FORM.finditer(text)
        if text[: found.start()].lower().endswith(names)
    }


# Found first: of the names a snapshot has a hundred thousand, and few texts have brackets.
_SHORT_FORM = re.compile(r" ?\(([A-Z][A-Z0-9-][A-Za-z0-9-]{1,8})\)")
_ONE_WORD = re.compile(r"([A-Z][a-z]{5,}(?:-[a-z]+)?)(?:\s+\d.*)?")


def drug_of_title(title: str) -> str | None:
    """The drug that a title of one word names, where it is no ordinary word of titles or of medicine."""
    found = _ONE_WORD.fullmatch(title.strip())
    name = found[1].casefold() if found else ""
    is_ordinary = name in _listed("no_drug") | _ordinary("word") or name.endswith(tuple(_ordinary("ending")))
    return name if name and not is_ordinary else None


@cache
def _arm_label() -> re.Pattern[str]:
    rows = read_keyed([DATA / "dose" / "arm_label.csv"], ("pattern",), ("pattern",))
    return re.compile("|".join(rows["pattern"]), re.IGNORECASE)


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(read_keyed([DATA / "dose" / f"{name}.csv"], ("word",), ("word",))["word"])


@cache
def _ordinary(kind: str) -> frozenset[str]:
    rows = read_keyed([DATA / "wording.csv"], ("kind", "text"), ("kind", "text"))
    return frozenset(rows.filter(kind=kind)["text"])


@dataclass(frozen=True)
class Mention:
    """One place of a text that names a drug."""

    drug: str
    start: int
    end: int


# Snapshots name a hundred thousand drugs: what is worked out of a name is kept for the next arms only.
_KEPT = 4096


@lru_cache(maxsize=_KEPT)
def _variants(naming: Naming) -> tuple[str, ...]:
    """The spellings by which a text may name the drug, the longest first."""
    found = {variant for name in naming.names for variant in _spellings(name)}
    return tuple(sorted(found, key=lambda variant: (-len(variant), variant)))


def _spellings(name: str) -> set[str]:
    inside = [found[1:-1] for found in _BRACKETS.findall(name)]
    parts = {drug_name(name), *(part.strip().casefold() for each in inside for part in re.split(r"[,;/]", each))}
    return {part for part in parts if len(part) >= _SHORTEST and not part.isdigit()}


def mentions(text: str, namings: tuple[Naming, ...]) -> list[Mention]:
    """Every naming of a drug in the text, in order; of overlapping ones the longest."""
    lowered = text.lower()
    found = [
        Mention(naming.drug, start, start + len(variant))
        for naming in namings
        for variant in _variants(naming)
        for start in _places(lowered, variant)
    ]
    found.sort(key=lambda each: (each.start, -each.end, each.drug))
    kept: list[Mention] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _places(text: str, name: str) -> Iterator[int]:
    """Where the name stands by itself, not inside a longer one."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (at and text[at - 1].isalnum()) and not (end < len(text) and text[end].isalnum()):
            yield at
        at = text.find(name, at + 1)


def mask_placebo(text: str, namings: tuple[Naming, ...], placebo_of: str) -> str:
    """The text with every "placebo for X" blanked to "placebo", so that X does not look given."""
    for naming in namings:
        if not naming.drug.startswith("placebo") and (names := names_pattern(naming)) is not None:
            pattern = placebo_of.replace("{DRUG}", names)
            text = re.sub(pattern, lambda found: "placebo".ljust(len(found[0])), text, flags=re.IGNORECASE)
    return text


def names_pattern(naming: Naming) -> str | None:
    """A pattern of the drug's names; a short form in brackets belongs to the name it stands behind."""
    names = _variants(naming)
    return "(?:" + "|".join(map(re.escape, names)) + r")(?![^\W_])(?: ?\([\w-]{1,12}\))?" if names else None
