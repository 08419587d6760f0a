"""The name that a person means who spells it in another way, and near ones where no name is meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import narwhals as nw
import polars as pl
from rapidfuzz import fuzz, process

from safety_pipeline.reference.read import DATA, read_rows
from safety_pipeline.reference.texts.spelling import SpellingRule, plain_words, term_key

_NEAR_ENOUGH = 70
_SHOWN = 5


@dataclass(frozen=True)
class Found:
    """The ``name`` that was meant, or null and up to five near ones, the nearest first."""

    name: str | None
    near: tuple[str, ...] = ()


def find_name(asked: str, names: Mapping[str, str]) -> Found:
    """The name asked for by itself or by its label: `oedema`, `Edema`; spelling families are those of terms."""
    if asked in names:
        return Found(asked)
    known = {key: name for name, key in zip(names, _keys(tuple(names)), strict=True)}
    known |= {key: name for name, key in zip(names, _keys(tuple(names.values())), strict=True)}
    key = _keys((asked,))[0]
    if key in known:
        return Found(known[key])
    matches = process.extract(key, list(known), scorer=fuzz.WRatio, score_cutoff=_NEAR_ENOUGH, limit=2 * _SHOWN)
    return Found(None, tuple(dict.fromkeys(known[match] for match, _, _ in matches))[:_SHOWN])


@cache
def _rules() -> tuple[SpellingRule, ...]:
    rows = read_rows(DATA / "spelling.csv", ("step", "pattern", "replacement"))
    return tuple(SpellingRule(*row) for row in rows.iter_rows())


@cache
def _keys(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts without what spellings differ in."""
    frame = nw.from_native(
        pl.DataFrame({"text": [text.replace("_", " ") for text in texts]}, schema={"text": pl.String})
    )
    keyed = frame.select(key=term_key(plain_words(nw.col("text"), _rules()), _rules()))
    return tuple(nw.to_native(keyed)["key"].to_list())
