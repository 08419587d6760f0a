"""Whether the words of a term can be read: what is in code or in a language nobody listed may mean anything."""

import re
from dataclasses import dataclass

import polars as pl

# Shorter words are too often abbreviations, and too few to tell a language by.
_SHORTEST = 4
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Wording:
    """The words that terms are made of: those known, the endings of those not listed, and those that say nothing."""

    words: frozenset[str]
    endings: tuple[str, ...]
    empty: frozenset[str]

    def is_readable(self, text: str) -> bool:
        """Whether each longer word is known, by itself or its ending, and at least one says something of the event."""
        words = [word for word in _WORD.findall(text.casefold()) if len(word) >= _SHORTEST or not word.isascii()]
        telling = [word for word in words if word not in self.empty]
        return bool(telling) and all(map(self._is_known, telling))

    def _is_known(self, word: str) -> bool:
        return word in self.words or (word.isascii() and word.endswith(self.endings))


def wording(rows: pl.DataFrame, names: pl.Series) -> Wording:
    """The wording of the data file `wording.csv`, with the words of the names that the dictionaries have."""
    of_kind = {kind: rows.filter(kind=kind)["text"].to_list() for kind in ("word", "ending", "empty")}
    known = {word for name in names for word in _WORD.findall(name.casefold()) if len(word) >= _SHORTEST}
    return Wording(frozenset(known.union(of_kind["word"])), tuple(of_kind["ending"]), frozenset(of_kind["empty"]))
