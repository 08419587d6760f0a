"""From the bytes of a landed file to the records in it, without trusting the file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from safety_pipeline.ingest.ctgov.dialects import LEGACY, V2, Dialect
from safety_pipeline.ingest.ctgov.json_study import study
from safety_pipeline.ingest.ctgov.node import Node
from safety_pipeline.ingest.ctgov.study import Fault, Study
from safety_pipeline.ingest.ctgov.xml_study import xml_study
from safety_pipeline.tables.delivery import RefusedError

# The largest records of the register are some tens of megabytes.
MOST_BYTES = 500_000_000
_FETCH = "fetch it again with `safety-pipeline land NCT...`"


@dataclass(frozen=True)
class Format:
    """A format of the register: ``suffix`` keeps document ids apart, ``priority`` decides which is counted."""

    suffix: str
    priority: int


V2_JSON, LEGACY_JSON, V1_XML = Format("", 5), Format(".legacy_json", 6), Format(".v1_xml", 7)
Found = tuple[Format, Study] | Fault


def records(path: Path) -> Iterator[Found]:
    """The studies of a file, and a fault for each entry that is none."""
    data = _bytes(path)
    if data.lstrip()[:1] == b"<":
        yield V1_XML, xml_study(_xml(path, data))
        return
    found = list(_json_records(Node(_json(path, data))))
    if not found:
        raise RefusedError("is_a_register_record", f"{path.name}: no register record in it; {_FETCH}.")
    yield from found


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise RefusedError("is_a_file", f"{path.name}: not a file; land each register record as a file of its own.")
    if path.stat().st_size > MOST_BYTES:
        raise RefusedError("size_is_believable", f"{path.name}: larger than any register record; split it.")
    return path.read_bytes().removeprefix(b"\xef\xbb\xbf")


def _json(path: Path, data: bytes) -> object:
    try:
        return json.loads(data)
    except RecursionError as error:
        raise RefusedError("is_readable_json", f"{path.name}: nested too deeply for a record; {_FETCH}.") from error
    except UnicodeDecodeError as error:
        raise RefusedError("is_readable_json", f"{path.name}: byte {error.start} is not UTF-8; {_FETCH}.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise RefusedError("is_readable_json", f"{path.name}: {place}: not JSON ({error.msg}); {_FETCH}.") from error
    except ValueError as error:
        raise RefusedError("is_readable_json", f"{path.name}: holds a number too long to read; {_FETCH}.") from error


def _json_records(root: Node) -> Iterator[Found]:
    for node in _entries(root):
        dialect, form = (V2, V2_JSON) if _has(node, V2) else (LEGACY, LEGACY_JSON)
        read = study(node, dialect) if isinstance(node.value, dict) else None
        if read is not None:
            yield form, read
        elif _has(node, V2) or _has(node, LEGACY) or node.path:
            wanted = f"{dialect.protocol}.{dialect.nct_id}"
            yield Fault(node.path or wanted, _kinds(node), f"a record with {wanted}", "is_a_register_record")


def _has(node: Node, dialect: Dialect) -> bool:
    return isinstance(node.value, dict) and dialect.protocol in node.value


def _entries(root: Node) -> Iterator[Node]:
    """A record by itself, in the list of a search, in the retired response, or in a wrapper that someone made."""
    if isinstance(root.value, list):
        yield from _own(root.items())
    elif not isinstance(root.value, dict):
        return
    elif "FullStudiesResponse" in root.value:
        yield from (node.at("Study") for node in _own(root.at("FullStudiesResponse.FullStudies").items()))
    elif "studies" in root.value:
        yield from _own(root.at("studies").items())
    else:
        wrapped = next((key for key in ("study", "Study") if isinstance(root.value.get(key), dict)), None)
        yield root.at(wrapped) if wrapped else root


def _own(nodes: Iterator[Node]) -> Iterator[Node]:
    """Each record with a list of faults of its own."""
    return (Node(node.value, node.path, []) for node in nodes)


def _kinds(node: Node) -> str:
    return ", ".join(sorted(node.value)[:5]) if isinstance(node.value, dict) else type(node.value).__name__


def _xml(path: Path, data: bytes) -> etree._Element:
    """The root of the XML, with entities left alone and nothing fetched."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error).split(", line")[0]
        line = getattr(error, "lineno", None)
        place = f"line {line}: " if line else ""
        raise RefusedError("is_readable_xml", f"{path.name}: {place}not XML ({reason}); {_FETCH}.") from error
    if root.tag != "clinical_study":
        raise RefusedError(
            "is_a_register_record", f"{path.name}: the root is <{root.tag}>, not <clinical_study>; {_FETCH}."
        )
    return root
