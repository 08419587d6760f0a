"""A dose text brought into the usual form: signs, HTML, spelled numbers and inverse units written in one way."""

import html
import re
from functools import cache, lru_cache

from safety_pipeline.dose.grammar import number_words, rows

_TAG = re.compile(r"</?(?:sup|sub|b|i|em|strong)\s*/?>", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:p|br|ul|ol|li|div|span|td|tr)\s*/?>", re.IGNORECASE)
_MASS = r"(?:m?c?gs?|milligram(?:me)?s?|microgram(?:me)?s?|gram(?:me)?s?|µg|μg|ug)"
# "1 000 mg" is a thousand; "2 500 mg" may be two of 500 and is left for the reading to refuse.
_GROUPS = re.compile(rf"(?<![\w.,])([1-9]\d{{0,2}})((?: \d{{3}}){{0,2}} 000)(?=[ -]?{_MASS}\b)", re.IGNORECASE)
_IN_BRACKETS = re.compile(rf"(?:\b(\d+(?:\.\d+)?) ?)?\((\d+(?:\.\d+)?)\)(?=[ -]?{_MASS}\b)", re.IGNORECASE)
_INVERSE = re.compile(r"\b(mg|mcg|µg|μg|ug|g)[ ·.*]{0,2}(kg|m)\s?\^?-([12])(?![\w.])")
_INVERSE_DAY = re.compile(r"(/(?:kg|m2))[ ·.*]{0,2}(?:day|d)\s?\^?-1(?![\w.])")
_LETTERS = re.compile("[a-z]+")
_SUPERSCRIPT = re.compile(r"(?<=10)[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


# Titles are repeated from arm to arm and from study to study.
_SHORT = 200


def in_usual_form(text: str) -> str:
    """The text on one line, as the grammar expects it; numbers and words stay what they are."""
    return _read_again(text) if len(text) <= _SHORT else _read(text)


@lru_cache(maxsize=16_384)
def _read_again(text: str) -> str:
    return _read(text)


def _read(text: str) -> str:
    plain = html.unescape(html.unescape(text)) if "&" in text else text
    if "<" in plain:
        plain = _BREAK.sub(" ", _TAG.sub("", plain))
    if not plain.isascii():
        plain = _SUPERSCRIPT.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), plain.translate(_signs()))
    return _numbers_as_digits(" ".join(plain.split()))


def _numbers_as_digits(plain: str) -> str:
    """Each rule is asked for only where a text has what it is about: most texts have none of it."""
    if "(" in plain:
        plain = _said_twice().sub(_once, plain)
    if not _number_words().isdisjoint(_LETTERS.findall(plain.casefold())):
        plain = _spelled().sub(lambda found: f"{_value(found[0]):g}", plain)
    if " 000" in plain:
        plain = _GROUPS.sub(lambda found: found[1] + found[2].replace(" ", ""), plain)
    if "(" in plain:
        plain = _IN_BRACKETS.sub(_without_brackets, plain)
    if "-1" in plain or "-2" in plain:
        plain = _INVERSE.sub(lambda found: f"{found[1]}/{found[2]}{found[3] if found[2] == 'm' else ''}", plain)
        plain = _INVERSE_DAY.sub(r"\1/day", plain)
    return plain


def _without_brackets(found: re.Match[str]) -> str:
    """`four hundred (400) mg` names one number twice; two different ones stay as they are."""
    return found[2] if found[1] is None or float(found[1]) == float(found[2]) else found[0]


@cache
def _signs() -> dict[int, str]:
    names = {"space": " ", "nothing": ""}
    return {int(sign, 16): names.get(read_as, read_as) for sign, read_as in rows("sign").iter_rows()}


@cache
def _number_words() -> frozenset[str]:
    return frozenset(number_words()) - {"a"}


@cache
def _spelled() -> re.Pattern[str]:
    """`four hundred`, `twenty-five`, where a unit of mass follows; two numbers side by side are not one."""
    words = {name: number_words()[name] for name in number_words() if name in _number_words()}
    units, teens, tens = (
        "|".join(name for name, value in words.items() if low <= value < high)
        for low, high in ((1, 10), (10, 20), (20, 100))
    )
    small = rf"(?:(?:{tens})(?:[ -](?:{units}))?|{teens}|{units})"
    hundreds = rf"(?:(?:{small}[ -])?hundred(?:(?:[ -]and)?[ -]{small})?|{small})"
    number = rf"(?:(?:{hundreds}[ -])?thousand(?:(?:[ -]and)?[ -]{hundreds})?|{hundreds})"
    return re.compile(rf"\b{number}(?=[ -]?(?:\([\d.,]{{1,8}}\) ?)?{_MASS}\b)", re.IGNORECASE)


@cache
def _said_twice() -> re.Pattern[str]:
    """`two (2)` and `2 (two)`."""
    words = "|".join(name for name in number_words() if name in _number_words())
    return re.compile(rf"\b(?:({words}) ?\((\d{{1,3}})\)|(\d{{1,3}}) ?\(({words})\))", re.IGNORECASE)


def _once(found: re.Match[str]) -> str:
    """The word, where the digits say the same; two different numbers stay as they are."""
    named, digits = found[1] or found[4], found[2] or found[3]
    return named if number_words()[named.casefold()] == float(digits) else found[0]


def _value(spelled: str) -> float:
    """The number that the words say: `one hundred and fifty` is 150."""
    total = current = 0.0
    for each in _LETTERS.findall(spelled.casefold()):
        value = number_words().get(each, 0.0)
        if value < 100:
            current += value
        else:
            current = max(current, 1.0) * value
        if value == 1000:
            total, current = total + current, 0.0
    return total + current
