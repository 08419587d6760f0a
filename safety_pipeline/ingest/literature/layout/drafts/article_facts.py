"""What the XML of a whole article says of the article itself: title, DOI, year."""

import re
from pathlib import Path

from lxml import etree

from safety_pipeline.ingest.foreign_xml import root_of

ENDINGS = {".xml", ".nxml"}
LARGEST_BYTES = 20_000_000
FIRST_YEAR, LAST_YEAR = 1950, 2100
Facts = dict[str, str | int]


def article_facts(path: Path) -> Facts:
    """The facts that are there; nothing for other files, tables cut from an article, and broken XML."""
    if path.suffix.lower() not in ENDINGS or path.stat().st_size > LARGEST_BYTES:
        return {}
    try:
        root = root_of(path.read_bytes())
    except (etree.XMLSyntaxError, ValueError):
        return {}
    meta = next(iter(root.iterfind(".//{*}front/{*}article-meta")), None)
    if meta is None:
        return {}
    found = {"title": _title(meta), "doi": _doi(meta), "year": _year(meta)}
    return {name: fact for name, fact in found.items() if fact}


def _title(meta: etree._Element) -> str | None:
    title = meta.find("{*}title-group/{*}article-title")
    return None if title is None else " ".join("".join(str(each) for each in title.itertext()).split())


def _doi(meta: etree._Element) -> str | None:
    named = meta.iterfind("{*}article-id[@pub-id-type='doi']")
    return next((each.text.strip() for each in named if each.text), None)


def _year(meta: etree._Element) -> int | None:
    """The first year in which it was published, in print or on the web."""
    written = (each.text or "" for each in meta.iterfind("{*}pub-date/{*}year"))
    years = [int(each) for each in written if re.fullmatch(r"\d{4}", each.strip())]
    return min((year for year in years if FIRST_YEAR <= year <= LAST_YEAR), default=None)
