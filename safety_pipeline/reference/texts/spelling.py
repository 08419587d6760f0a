"""The key two spellings of one term share, and the grade typed inside a term; the same on every engine."""

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals as nw

GRADE_WORDS = (
    r" ((ctcae|ctc|nci) )*(grade|gr|g|toxicity grade) ?(ge )?[1-5]"
    r"( (or|to|and))?( [1-5])?( (or )?(higher|worse|more|greater|above))? "
)
_FROM = r" (grade|gr|g) ?(ge )?{grade} "
_TO = r" (grade|gr|g) ?[1-5] ((or|to|and) )?{grade} "
_OPEN = r" (grade|gr|g) ?(ge [1-5] |[1-5] (or )?(higher|worse|more|greater|above) )"


@dataclass(frozen=True)
class SpellingRule:
    """One replacement; ``prepare`` rules see the text as printed, ``spell`` rules see it in lower case.

    ``frame`` rules see the key of a text that is known by no other.
    """

    step: str
    pattern: str
    replacement: str


def plain_words(text: nw.Expr, rules: Sequence[SpellingRule]) -> nw.Expr:
    """The words in lower case, ASCII, with one blank around each; grades typed in the text still there."""
    plain = _apply(text, [rule for rule in rules if rule.step == "prepare"])
    return nw.concat_str(nw.lit(" "), plain.str.to_lowercase(), nw.lit(" ")).str.replace_all(" +", " ")


def term_key(words: nw.Expr, rules: Sequence[SpellingRule]) -> nw.Expr:
    """The key of `plain_words`: spelling families, plural and grade words removed."""
    return spelt(words.str.replace_all(GRADE_WORDS, " "), rules).str.strip_chars(" ")


def unframed_key(key: nw.Expr, rules: Sequence[SpellingRule]) -> nw.Expr:
    """A `term_key` without the words that only say that the patients of an event are counted."""
    padded = nw.concat_str(nw.lit(" "), key, nw.lit(" "))
    return _apply(padded, [rule for rule in rules if rule.step == "frame"]).str.strip_chars(" ")


def spelt(words: nw.Expr, rules: Sequence[SpellingRule]) -> nw.Expr:
    """The words with their spelling families and plurals brought together."""
    return _apply(words, [rule for rule in rules if rule.step == "spell"])


def typed_lower(words: nw.Expr) -> nw.Expr:
    """The lowest grade typed inside the term, null where none is."""
    return _first_grade(words, _FROM)


def typed_upper(words: nw.Expr) -> nw.Expr:
    """The highest grade typed inside the term: 5 for an open range, null where none is typed."""
    open_ended = nw.when(words.str.contains(_OPEN)).then(nw.lit(5))
    return nw.coalesce(open_ended, _first_grade(words, _TO), typed_lower(words))


def _first_grade(words: nw.Expr, pattern: str) -> nw.Expr:
    found = [nw.when(words.str.contains(pattern.format(grade=grade))).then(nw.lit(grade)) for grade in range(1, 6)]
    return nw.coalesce(*found)


def _apply(text: nw.Expr, rules: Sequence[SpellingRule]) -> nw.Expr:
    for rule in rules:
        text = text.str.replace_all(rule.pattern, rule.replacement)
    return text
