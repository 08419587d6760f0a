"""From the bytes of a landed file to the records in it, without trusting the file."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from safety_pipeline.ingest.ctgov.dialects import LEGACY, V2, Dialect
from safety_pipeline.ingest.ctgov.json_study import study
from safety_pipeline.ingest.ctgov.node import Node
from safety_pipeline.ingest.ctgov.packed import contents
from safety_pipeline.ingest.ctgov.study import Fault, Study
from safety_pipeline.ingest.ctgov.xml_study import xml_study
from safety_pipeline.ingest.foreign_xml import root_of
from safety_pipeline.tables.delivery import RefusedError

_FETCH = "fetch it again with `safety-pipeline land NCT...`"
# UTF-16 has its own order mark, and two bytes to a sign.
_XML_OPENINGS = (b"<", b"\xff\xfe<\0", b"\xfe\xff\0<")
_PLACE = re.compile(r"^[^:]*: (?:line \d+(?:, column \d+)?: )?")
_NCT = re.compile(r"NCT\d{8}", re.ASCII)


@dataclass(frozen=True)
class Format:
    """A format of the register: ``suffix`` keeps document ids apart, ``priority`` decides which is counted."""

    suffix: str
    priority: int


V2_JSON, LEGACY_JSON, V1_XML = Format("", 5), Format(".legacy_json", 6), Format(".v1_xml", 7)
Found = tuple[Format, Study] | Fault


def records(path: Path) -> Iterator[Found]:
    """The studies of a file, and a fault for each entry that is none."""
    is_alone = True
    for name, data in contents(path):
        is_alone = is_alone and name == path.name
        try:
            yield from _records(name, data)
        except RefusedError as error:
            if is_alone:
                raise
            yield Fault(name, _why(error), "a register record", error.rule)


def _records(name: str, data: bytes | RefusedError) -> Iterator[Found]:
    if isinstance(data, RefusedError):
        raise data
    if data.lstrip().startswith(_XML_OPENINGS):
        yield from _xml_records(name, data)
        return
    found = list(_json_lines(name, data) or _json_records(Node(_json(name, data))))
    if not found:
        raise RefusedError("is_a_register_record", f"{name}: no register record in it; {_FETCH}.")
    yield from found


def _xml_records(name: str, data: bytes) -> Iterator[Found]:
    read = xml_study(_xml(name, data))
    if _NCT.fullmatch(read.nct_id):
        yield V1_XML, read
    else:
        yield Fault("id_info/nct_id", read.nct_id, "NCT and eight digits", "is_a_register_record")


def _json_lines(name: str, data: bytes) -> list[Found]:
    """The records of a file with one on each line; nothing where it is no such file."""
    lines = [(number, line) for number, line in enumerate(data.splitlines(), start=1) if line.strip()]
    if len(lines) < 2 or not all(line.lstrip().startswith(b"{") for _, line in lines):
        return []
    found: list[Found] = []
    for number, line in lines:
        try:
            found.extend(_json_records(Node(_json(name, line), f"line {number}")))
        except RefusedError as error:
            found.append(Fault(f"line {number}", _why(error), "a register record", error.rule))
    return found


def _why(error: RefusedError) -> str:
    """What was found, without the place and the advice around it."""
    return _PLACE.sub("", error.explanation.partition("; ")[0])


def _json(name: str, data: bytes) -> object:
    try:
        return json.loads(data)
    except RecursionError as error:
        raise RefusedError("is_readable_json", f"{name}: nested too deeply for a record; {_FETCH}.") from error
    except UnicodeDecodeError as error:
        raise RefusedError("is_readable_json", f"{name}: byte {error.start} is not UTF-8; {_FETCH}.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise RefusedError("is_readable_json", f"{name}: {place}: not JSON ({error.msg}); {_FETCH}.") from error
    except ValueError as error:
        raise RefusedError("is_readable_json", f"{name}: holds a number too long to read; {_FETCH}.") from error


def _json_records(root: Node) -> Iterator[Found]:
    for node in _records_of(root):
        dialect, form = (V2, V2_JSON) if _has(node, V2) else (LEGACY, LEGACY_JSON)
        read = study(node, dialect) if isinstance(node.value, dict) else None
        wanted = f"{dialect.protocol}.{dialect.nct_id}"
        if read is not None and _NCT.fullmatch(read.nct_id):
            yield form, read
        elif read is not None:
            yield Fault(_join(node, wanted), read.nct_id[:60], "NCT and eight digits", "is_a_register_record")
        elif _has(node, V2) or _has(node, LEGACY) or node.path:
            yield Fault(node.path or wanted, _kinds(node), f"a record with {wanted}", "is_a_register_record")


def _join(node: Node, wanted: str) -> str:
    return f"{node.path}.{wanted}" if node.path else wanted


def _has(node: Node, dialect: Dialect) -> bool:
    return isinstance(node.value, dict) and dialect.protocol in node.value


def _records_of(root: Node) -> Iterator[Node]:
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


def _xml(name: str, data: bytes) -> etree._Element:
    """The root of the XML, with entities left alone and nothing fetched."""
    try:
        root = root_of(data, only_elements=True)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error).split(", line")[0]
        line = getattr(error, "lineno", None)
        place = f"line {line}: " if line else ""
        raise RefusedError("is_readable_xml", f"{name}: {place}not XML ({reason}); {_FETCH}.") from error
    if root.tag != "clinical_study":
        raise RefusedError("is_a_register_record", f"{name}: the root is <{root.tag}>, not <clinical_study>; {_FETCH}.")
    return root
