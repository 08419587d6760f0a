"""Units, frequencies and words of dose texts, read from `reference/data/dose` and compiled once."""

import re
from dataclasses import dataclass
from functools import cache

import polars as pl

from safety_pipeline.reference.read import DATA, read_keyed

_COLUMNS = {
    "unit": ("pattern", "unit", "kind", "mg"),
    "per": ("pattern", "kind", "short"),
    "frequency": ("pattern", "times_per_day", "meaning"),
    "word": ("kind", "pattern"),
    "number_word": ("word", "value"),
    "sign": ("sign", "read_as"),
    "sentence": ("name", "sentence"),
}
_FORMS = "tablets?|capsules?|pills?|caps|tabs|puffs?|inhalations?|actuations?|sprays?|sachets?|patches|vials?"
# Thousands are taken whole, so that a long list of numbers is not tried in every way of cutting it.
NUMBER = (
    r"(?>[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?)|\d+(?:\.\d+)?\s?[x×*]\s?10\^\d{1,2}|10\^\d{1,2}"
    r"|0,\d+|\d+,\d{1,2}(?!\d)|\d+(?:[.·]\d+)?|(?<![^\s(])\.\d+"
)
_JOINT = r"\s*(?:-|–|—|−|/|,\s*or|,\s*and|,|\bto\b|\bor\b|\band\b)\s*"
_MOST_NUMBERS = 12


@cache
def rows(name: str) -> pl.DataFrame:
    """One file of `reference/data/dose`, its key (the first column) proven."""
    columns = _COLUMNS[name]
    key = columns if name == "word" else columns[:1]
    return read_keyed([DATA / "dose" / f"{name}.csv"], columns, key)


@cache
def sentence(name: str) -> str:
    """The sentence of this name that says of a dose what it is, or why there is none."""
    found: dict[str, str] = dict(rows("sentence").iter_rows())
    return found[name]


@cache
def word_source(kind: str) -> str:
    """The pattern of a kind of word, as written."""
    return str(rows("word").filter(pl.col("kind") == kind)["pattern"][0])


@cache
def word(kind: str) -> re.Pattern[str]:
    """Words of one kind, anywhere in a text, in whatever case."""
    return re.compile(word_source(kind), re.IGNORECASE)


@dataclass(frozen=True)
class Unit:
    """A unit of amount: ``mg`` is its mass in mg, nothing where it has none."""

    name: str
    kind: str
    mg: float | None


@dataclass(frozen=True)
class Frequency:
    """How often: times a day, or in words why it is not daily, or which time of the day."""

    times_per_day: float | None
    meaning: str


@cache
def units() -> tuple[Unit, ...]:
    return tuple(
        Unit(row["unit"], row["kind"], float(row["mg"]) if row["mg"] else None) for row in rows("unit").to_dicts()
    )


@cache
def frequencies() -> tuple[Frequency, ...]:
    return tuple(
        Frequency(float(row["times_per_day"]) if row["times_per_day"] else None, row["meaning"])
        for row in rows("frequency").to_dicts()
    )


@dataclass(frozen=True)
class Per:
    """What an amount is divided by: its kind, and how it is written short."""

    kind: str
    short: str


@cache
def pers() -> tuple[Per, ...]:
    """What an amount may be given per (a kilogram, a square metre), as the data file lists it."""
    return tuple(Per(row["kind"], row["short"]) for row in rows("per").to_dicts())


@cache
def per_pattern() -> re.Pattern[str]:
    """`/kg`, `per m2`, `/kilogram (kg)`: what an amount is divided by."""
    each = "|".join(f"(?P<p{at}>{written})" for at, written in enumerate(rows("per")["pattern"]))
    return re.compile(
        rf"\s*(?:/|\bper\b|\ba\b(?= day))\s*(?:{each})(?![A-Za-z0-9])(?:\s*\([^)\s]{{1,8}}\))?", re.IGNORECASE
    )


@cache
def amount_pattern() -> re.Pattern[str]:
    """Numbers with their unit, before them how many of them; what they are divided by is looked at afterwards."""
    unit = "|".join(f"(?P<u{at}>{_exact(written)})" for at, written in enumerate(rows("unit")["pattern"]))
    word_numbers = "|".join(rows("number_word")["word"])
    how_many = rf"(?P<many>(?<![\d.,/-])\d{{1,2}}(?:\.5)?|\b(?:{word_numbers}))"
    many = rf"(?:{how_many}(?:\s*[x×*]\s*|\s+(?:(?:{_FORMS})\s+of\s+)?))?"
    numbers = rf"(?P<numbers>(?:{NUMBER})(?:(?:{_JOINT})(?:{NUMBER})){{0,{_MOST_NUMBERS}}})"
    scale = r"(?:\s*(?:million|billion|trillion)\b)?"
    return re.compile(
        rf"(?<![\w.^]){many}(?<![\d.,^]){numbers}{scale}[\s-]*(?:{unit})(?![A-Za-z0-9^])(?:\s*\([^)\s]{{1,6}}\))?"
    )


def _exact(written: str) -> str:
    """Units of one or two letters keep their case, which is their meaning (g, Gy, U); words do not."""
    parts = (part if len(part) <= 2 else f"(?i:{part})" for part in written.split("|"))
    return "|".join(parts)


@cache
def frequency_pattern() -> re.Pattern[str]:
    """Where a text says how often; the group that matched is the number of the frequency."""
    each = "|".join(f"(?P<f{at}>{written})" for at, written in enumerate(rows("frequency")["pattern"]))
    # Tried where a word begins or a slash stands, not inside of every word.
    return re.compile(rf"(?:(?<![A-Za-z])(?=[A-Za-z0-9])|(?=[/×*]))(?:{each})", re.IGNORECASE)


@cache
def number_words() -> dict[str, float]:
    return {name: float(value) for name, value in rows("number_word").iter_rows()}


@cache
def count_pattern() -> re.Pattern[str]:
    """`2 tablets`, `one or two capsules`; the group ``n`` is the number as printed."""
    return re.compile(word_source("count").replace("{NUMBER_WORD}", "|".join(number_words())), re.IGNORECASE)
