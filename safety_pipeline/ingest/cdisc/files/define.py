"""`define.xml`: what a package says of its variables and dictionaries, read without trusting the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from safety_pipeline.ingest.cdisc.files.opened import broken
from safety_pipeline.ingest.foreign_xml import root_of

LARGEST_BYTES = 200_000_000
_FIX = "export define.xml again, or take it away"


@dataclass(frozen=True)
class Definitions:
    """``of_variable`` holds the texts on each variable, by upper-case name; ``dictionaries`` names and versions."""

    file: str
    of_variable: dict[str, tuple[str, ...]]
    dictionaries: tuple[str, ...]


def read_define(path: Path, file: str) -> Definitions:
    """Labels, descriptions, comments, code lists and dictionaries of each variable, in versions 1.0 to 2.1."""
    root = _root(path, file)
    by_oid = {oid: each for each in root.iter() if isinstance(each.tag, str) and (oid := each.get("OID"))}
    found: dict[str, tuple[str, ...]] = {}
    for item in _named(root, "ItemDef"):
        name = (item.get("Name") or "").strip().upper()
        texts = [*_texts(item), *(text for other in _referred(item, by_oid) for text in _texts(other))]
        found[name] = (*found.get(name, ()), *texts)
    return Definitions(
        file, found, tuple(dict.fromkeys(_dictionary(each) for each in _named(root, "ExternalCodeList")))
    )


def _root(path: Path, file: str) -> etree._Element:
    """The root of the XML; entities are left alone and nothing is fetched."""
    if path.stat().st_size > LARGEST_BYTES:
        raise broken(file, f"is larger than {LARGEST_BYTES} bytes", _FIX)
    try:
        return root_of(path.read_bytes(), only_elements=True)
    except (etree.XMLSyntaxError, ValueError):
        raise broken(file, "is not XML", _FIX) from None


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _named(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (each for each in element.iter() if _local(each) == name)


def _referred(item: etree._Element, by_oid: dict[str, etree._Element]) -> Iterator[etree._Element]:
    """The code lists, comments and methods that a variable refers to by their OID."""
    for each in item.iter():
        for attribute, value in each.attrib.items():
            if str(attribute).endswith("OID") and attribute != "OID" and value in by_oid:
                yield by_oid[value]


def _texts(element: etree._Element) -> Iterator[str]:
    """Name, label, comment, description and dictionary of an element, not the values of a code list."""
    for attribute, value in element.attrib.items():
        if etree.QName(attribute).localname in ("Name", "Label", "Comment"):
            yield str(value)
    for each in element.iter():
        if _local(each) == "ExternalCodeList":
            yield _dictionary(each)
        elif _local(each) == "TranslatedText" and _local(_above(each)) == "Description":
            yield " ".join((each.text or "").split())


def _above(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    return element if parent is None else parent


def _dictionary(element: etree._Element) -> str:
    """Name and version of a dictionary, as in `MedDRA 8.0`."""
    return " ".join(filter(None, (element.get("Dictionary", "").strip(), element.get("Version", "").strip())))
