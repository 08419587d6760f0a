"""What one printed cell says: a count, a percentage, a denominator, or nothing."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from safety_pipeline.ingest.literature.layout_data import dash_class, layout

_MARKS = layout("printed_values")


def _any_of(name: str) -> str:
    return "(?:" + "|".join(re.escape(each) for each in sorted(_MARKS[name], key=len, reverse=True)) + ")"


_POINT, _OPEN, _CLOSE = _any_of("decimal_marks"), _any_of("opening_brackets"), _any_of("closing_brackets")
_LESS, _DASH = _any_of("below_signs"), dash_class()
_NUMBER = rf"\d{{1,9}}(?:{_POINT}\d{{1,6}})?"
# Raised signs, and a letter glued to the digits, between a count and its bracket: "12a (21.4)", "12* (21.4)".
_MARK_BEFORE = rf"(?:{_any_of('footnote_marks')}|(?<=\d)[{_MARKS['footnote_letters']}](?![\w.]))"
_BRACKETED = rf"{_NUMBER}{_MARK_BEFORE}{{0,3}}\s*{_OPEN}\s*(?:{_LESS})?\s*{_NUMBER}\s*%?\s*{_CLOSE}"
# A count, a percentage or both, as they stand in running text; no groups, so that findall gives whole values.
VALUE = rf"(?:{_NUMBER}\s*/\s*\d{{1,9}}(?:\s*{_OPEN}\s*{_NUMBER}\s*%?\s*{_CLOSE})?|{_BRACKETED}|{_NUMBER}(?:\s*%)?)"

# "<1" or "<1%" without anything beside it.
BELOW = rf"{_LESS}\s*{_NUMBER}(?:\s*%)?"
# Raised letters and signs that follow a value in text; a letter only where no word goes on from it.
MARKS_AFTER = (
    rf"(?:(?:{_any_of('footnote_marks')})+|[{_MARKS['footnote_letters']}](?:,[{_MARKS['footnote_letters']}])*(?!\w))?"
)

_COUNT = r"(?P<n>\d{1,3}(?:[,'’]\d{3}){1,2}|\d{1,9})"
_SHARE = rf"\d{{1,3}}(?:{_POINT}\d{{1,6}})?"
_PERCENT = rf"(?:(?P<percent>{_SHARE})|(?P<below>{_LESS}\s*{_SHARE})|{_DASH})\s*%?"
_OUT_OF = r"\s*(?:/|of|out of)\s*(?P<of>\d{1,9})"
# Patients with their percentage, and the events they had: "20 (24.7) [25]".
WITH_EVENTS = "n (%) [E]"
# A percentage with its confidence interval, which holds no count: "22.7 (13.3-34.7)".
INTERVAL = "% (95% CI)"
_SHAPES = {
    WITH_EVENTS: re.compile(
        rf"{_COUNT}(?P<within>{_MARK_BEFORE}{{0,3}})\s*{_OPEN}\s*{_PERCENT}\s*{_CLOSE}\s*[,;]?\s*{_OPEN}?\s*"
        rf"(?P<events>\d{{1,6}})\s*{_CLOSE}?"
    ),
    INTERVAL: re.compile(
        rf"{_PERCENT}\s*[,;]?\s*{_OPEN}\s*(?:95\s*%\s*CI\s*[:,=]?\s*)?{_SHARE}\s*%?\s*(?:{_DASH}|[,;]|to)\s*"
        rf"{_SHARE}\s*%?\s*{_CLOSE}"
    ),
    "n (rate)": re.compile(rf"{_COUNT}\s*{_OPEN}\s*{_NUMBER}\s*{_CLOSE}"),
    "n (%)": re.compile(rf"{_COUNT}(?P<within>{_MARK_BEFORE}{{0,3}})\s*{_OPEN}\s*{_PERCENT}\s*{_CLOSE}"),
    "% (n)": re.compile(rf"{_PERCENT}\s*{_OPEN}\s*{_COUNT}\s*{_CLOSE}"),
    "n": re.compile(rf"(?:{_COUNT}|(?P<fewer>{_LESS}\s*\d{{1,6}}))"),
    "%": re.compile(_PERCENT),
    "n/N (%)": re.compile(rf"{_COUNT}{_OUT_OF}\s*{_OPEN}\s*{_PERCENT}\s*{_CLOSE}"),
    "n/N": re.compile(rf"{_COUNT}{_OUT_OF}"),
    # "52, 71.2" or "52, 71%": the space and the decimals tell it from a decimal comma and from two counts.
    "n, %": re.compile(rf"{_COUNT},\s+(?P<percent>\d{{1,3}}\.\d{{1,6}}(?=\s*%?$)|\d{{1,3}}(?=\s*%))\s*%?"),
    # "1.234 (56,7)": points between thousands, where the percentage shows that the comma is the decimal mark.
    "n. (%)": re.compile(
        rf"(?P<n>\d{{1,3}}(?:\.\d{{3}}){{1,2}})\s*{_OPEN}\s*(?P<percent>\d{{1,3}}(?:,\d{{1,6}})?)\s*%?\s*{_CLOSE}"
    ),
    "% alone": re.compile(rf"(?:(?P<percent>{_SHARE})|(?P<below>{_LESS}\s*{_SHARE}))\s*%|(?P<none>0{_POINT}0{{1,6}})"),
}
# A count may stand without its percentage: a bare 0 under "n (%)" is how most tables print none. A percentage may stand
# without its count where its sign says so, or where it is "0.0", which is no count.
_SHORTER = {
    "n (%)": ("n", "n, %", "n. (%)", "% alone"),
    "n/N (%)": ("n/N", "n (%)", "n"),
    "n/N": ("n",),
    WITH_EVENTS: ("n (%)", "n", "% alone"),
    INTERVAL: ("%",),
    "n (rate)": ("n",),
    "% (n)": (),
    "n": (),
    "%": (),
}
_BRACKETED_EVENTS = re.compile(rf"{_BRACKETED}\s*[,;]?\s*{_OPEN}\s*\d{{1,6}}\s*{_CLOSE}")
_KINDS = {
    "n (%)": "n (%)",
    "n. (%)": "n (%)",
    "% (n)": "% (n)",
    "n/N (%)": "n/N (%)",
    "n/N": "n/N",
    "n": "n",
    "%": "%",
    "n, %": "n (%)",
    INTERVAL: INTERVAL,
}
# Full-width forms, as East Asian journals set them, one by one onto the plain signs.
_PLAIN = {**{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}, **{ord(sign): None for sign in _MARKS["unseen"]}}
# A thin space between digits is set by typesetters only, and only between thousands.
_THOUSANDS = re.compile(r"(?<=\d)[\u2009\u202f](?=\d{3}(?!\d))")
_BRACKET_LOST = re.compile(rf"{_COUNT}(?:\s*{_OPEN}|\s)\s*{_PERCENT}(?:\s*{_CLOSE})?")
_COUNT_AND_PERCENT = re.compile(rf"(?<![\w{_MARKS['decimal_marks'][0]}]){_BRACKETED}")
_FOOTNOTE = re.compile(
    rf"(?P<value>.*[\d%)\]])\s?(?P<marks>(?:{_any_of('footnote_marks')}|[{_MARKS['footnote_letters']}],?)+)"
)
_BULLET = re.compile(rf"\A(?:{_any_of('bullets')}|{_DASH})+\s*(?=[^\W\d_])")
_NO_VALUE = re.compile(rf"{_DASH}+|{_any_of('fillers')}|{_any_of('no_value_words')}", re.IGNORECASE)


LONGEST_VALUE = 200


@dataclass(frozen=True)
class Printed:
    """The numbers of one cell, as printed; `percent` keeps its digits, since they say how it was rounded.

    `percent_below` and `n_below` are what "<1" promises, and "≤1" with the next number: the number stays under it.
    """

    text: str
    n: int | None = None
    percent: str | None = None
    n_at_risk: int | None = None
    percent_below: Fraction | None = None
    n_below: int | None = None
    n_events: int | None = None
    marks: str = ""

    @property
    def decimals(self) -> int | None:
        return None if self.percent is None else len(self.percent.partition(".")[2])

    @property
    def share(self) -> Fraction | None:
        """The percentage as an exact number on 0-100."""
        return None if self.percent is None else Fraction(self.percent)


def read_printed(text: str, content: str) -> Printed | None:
    """The numbers in a cell of the stated content, or nothing where the cell is not of that kind."""
    if len(text) > LONGEST_VALUE:
        return None
    tidy = tidy_spaces(text)
    plain = Printed(tidy, n=0) if tidy.casefold() in _MARKS["zero_words"] else _match(tidy, content)
    if plain is not None:
        return plain
    found = _FOOTNOTE.fullmatch(tidy)
    value = _match(found["value"].strip(), content) if found else None
    return replace(value, text=tidy, marks=value.marks + found["marks"]) if found and value else None


def read_without_bracket(text: str) -> Printed | None:
    """A count and its percentage where a bracket was lost; only to be trusted where the percentage fits n/N."""
    found = _BRACKET_LOST.fullmatch(tidy_spaces(text)) if len(text) <= LONGEST_VALUE else None
    return _printed(text, found.groupdict()) if found else None


def tidy_spaces(text: str) -> str:
    """The text with every kind of space and full-width sign made plain, thin spaces between thousands taken out."""
    return " ".join(_THOUSANDS.sub("", text.translate(_PLAIN)).split())


def label_of(text: str) -> str:
    """A label without the bullet or dash that sets it further in."""
    return _BULLET.sub("", tidy_spaces(text))


def is_bulleted(text: str) -> bool:
    """Whether a bullet or dash sets a label further in."""
    return bool(_BULLET.match(tidy_spaces(text)))


def is_blank(text: str) -> bool:
    """Whether nothing is printed."""
    return not tidy_spaces(text)


def is_dash(text: str) -> bool:
    """Whether a sign or word is printed that stands for no number."""
    return bool(_NO_VALUE.fullmatch(tidy_spaces(text)))


def holds_value(text: str) -> bool:
    """Whether a count with its percentage stands anywhere in a text."""
    return len(text) <= LONGEST_VALUE and bool(_COUNT_AND_PERCENT.search(tidy_spaces(text)))


@lru_cache(maxsize=8192)
def kind_of(text: str) -> str | None:
    """The content a cell has by itself, or nothing where it is no value; a bare whole number is a count."""
    if len(text) > LONGEST_VALUE:
        return None
    tidy = tidy_spaces(text)
    if tidy.casefold() in _MARKS["zero_words"]:
        return "n"
    if _BRACKETED_EVENTS.fullmatch(tidy):
        return WITH_EVENTS
    unmarked = _FOOTNOTE.fullmatch(tidy)
    return _kind(tidy) or (_kind(unmarked["value"].strip()) if unmarked else None)


def _kind(tidy: str) -> str | None:
    for shape, kind in _KINDS.items():
        found = _SHAPES[shape].fullmatch(tidy)
        if found and any(found.groupdict().values()):
            return kind
    return None


def _match(tidy: str, content: str) -> Printed | None:
    for shape in (content, *_SHORTER[content]):
        found = _SHAPES[shape].fullmatch(tidy)
        if found and any(found.groupdict().values()):
            return _printed(tidy, found.groupdict())
    return None


def _printed(text: str, parts: dict[str, str | None]) -> Printed:
    n, of, below, fewer = (parts.get(name) for name in ("n", "of", "below", "fewer"))
    percent = parts.get("percent") or parts.get("none")
    return Printed(
        text=tidy_spaces(text),
        n=int(re.sub(r"\D", "", n)) if n else None,
        percent=_decimal(percent) if percent else None,
        n_at_risk=int(of) if of else None,
        percent_below=_percent_below(below) if below else None,
        n_below=int(_digits(fewer)) + _admits_itself(fewer) if fewer else None,
        n_events=int(events) if (events := parts.get("events")) else None,
        marks=parts.get("within") or "",
    )


def _percent_below(written: str) -> Fraction:
    """The percentage that the counts stay under: after a sign that admits the number, up to its next last digit."""
    number = _decimal(_digits(written))
    unit = Fraction(1, 10 ** len(number.partition(".")[2]))
    return Fraction(number) + unit * _admits_itself(written)


def _admits_itself(written: str) -> int:
    return int(written.startswith(tuple(_MARKS["at_most_signs"])))


def _decimal(written: str) -> str:
    return re.sub(_POINT, ".", written)


def _digits(written: str) -> str:
    return re.sub(rf"{_LESS}|\s", "", written)
