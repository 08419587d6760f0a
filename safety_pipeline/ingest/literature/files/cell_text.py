"""The text of one cell in markup: line breaks made spaces, raised footnote marks told apart from numbers."""

import re
from collections.abc import Iterator

from lxml import etree

from safety_pipeline.ingest.literature.numbers.printed import is_blank, kind_of

Element = etree._Element
_UNSEEN = {"script", "style", "label", "del", "template"}
_BREAKS = {"break", "br", "p", "div", "li", "list-item"}
_FOOTNOTE = re.compile(r"[\s,]*(?:[a-z]{1,2}|\d{1,2}|[*†‡§¶#‖^]+)(?:[\s,]+(?:[a-z]{1,2}|\d{1,2}|[*†‡§¶#‖^]+))*[\s,]*")
# A raised number after these belongs to the word: 10 to the 9th per litre, square metres, the chi-square test.
_POWER = re.compile(r"(?:10|\bc?m|[χΧ𝜒]|\bchi|\bX)\s*$", re.IGNORECASE)


def text_of(element: Element) -> str:
    """All the text of an element, as printed."""
    return "".join(text for text, _ in _pieces(element))


def bare_text_of(element: Element) -> str | None:
    """The text without its raised footnote marks; nothing where there is none, or where it is only a mark."""
    return bare_text(list(_pieces(element)))


def bare_text(pieces: list[tuple[str, bool]]) -> str | None:
    """The same of pieces of text, each with whether it is raised."""
    if not any(raised for _, raised in pieces):
        return None
    value = "".join(text for text, raised in pieces if not raised)
    if kind_of(value.strip()) is None:
        value = "".join(_kept(pieces))
    return None if is_blank(value) else " ".join(value.split())


def _kept(pieces: list[tuple[str, bool]]) -> Iterator[str]:
    """In words: everything that is not a footnote mark, powers and signs such as a raised plus included."""
    before = ""
    for text, raised in pieces:
        if not raised or not _FOOTNOTE.fullmatch(text) or (text.strip().isdigit() and _POWER.search(before)):
            yield text
            before += text


def _pieces(element: Element, *, raised: bool = False) -> Iterator[tuple[str, bool]]:
    """The text in its order, each piece with whether it is raised, and a space where the print breaks the line."""
    yield element.text or "", raised
    for child in element:
        name = name_of(child)
        if name not in _UNSEEN and not _is_hidden(child):
            yield from (
                _pieces(child, raised=raised or _is_raised(child, name)) if name else [(child.text or "", raised)]
            )
        yield " " if name in _BREAKS else "", raised
        yield child.tail or "", raised


def _is_hidden(element: Element) -> bool:
    """Whether a page does not show an element: it is no part of what is printed."""
    return (
        element.get("hidden") is not None or re.search(r"display:none|visibility:hidden", _style(element)) is not None
    )


def _style(element: Element) -> str:
    return re.sub(r"\s", "", element.get("style") or "").lower()


def _is_raised(element: Element, name: str) -> bool:
    return (
        name == "sup"
        or (name == "xref" and element.get("ref-type") not in {"table", "fig", "sec"})
        or (name == "a" and (element.get("href") or "").startswith("#"))
        or "vertical-align:super" in _style(element)
    )


def name_of(element: Element) -> str:
    """The element's name without its namespace; empty for comments and entities."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
