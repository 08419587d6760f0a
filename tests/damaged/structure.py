"""XML and JSON that stay well formed while parts are lost, doubled, moved or say something else.

Changed bytes mostly end the reading at the parser; what stands behind it meets only files that parse.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

MOST_CHANGES = 4
TEXTS = (
    "", " ", "0", "-1", "9" * 40, "1e400", "NaN", "12 (3.4)", "73/73", "<5", "Total", "Grade 3-4", "N = 73", "=1+1",
    "\u2028", "<script>", "../..", "2026-11-29",
)  # fmt: skip
VALUES = (None, True, [], {}, [[]], -1, 10**30, 1.5, *TEXTS)


def restructured(content: bytes, random: Random) -> bytes | None:
    """The file with one to four of its parts changed; nothing where it is neither XML nor JSON."""
    if content.lstrip()[:1] == b"<":
        return _xml(content, random)
    if content.lstrip()[:1] in (b"{", b"["):
        return _json(content, random)
    return None


def _xml(content: bytes, random: Random) -> bytes | None:
    try:
        root = ET.fromstring(content)  # noqa: S314 - files of our own
    except ET.ParseError:
        return None
    for _ in range(random.randint(1, MOST_CHANGES)):
        parents = [element for element in root.iter() if len(element)]
        random.choice(_OF_ELEMENTS)(random.choice(parents or [root]), random)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _lost(parent: ET.Element, random: Random) -> None:
    if len(parent):
        del parent[random.randrange(len(parent))]


def _doubled(parent: ET.Element, random: Random) -> None:
    if len(parent):
        parent.insert(random.randint(0, len(parent)), random.choice(parent))


def _moved(parent: ET.Element, random: Random) -> None:
    children = list(parent)
    random.shuffle(children)
    parent[:] = children


def _said_otherwise(parent: ET.Element, random: Random) -> None:
    random.choice([parent, *parent]).text = random.choice(TEXTS)


def _described_otherwise(parent: ET.Element, random: Random) -> None:
    element = random.choice([parent, *parent])
    element.set(random.choice([*element.attrib, "colspan", "rowspan", "group_id"]), random.choice(TEXTS[1:8]))


def _named_otherwise(parent: ET.Element, random: Random) -> None:
    random.choice([parent, *parent]).tag = random.choice([parent, *parent]).tag


_OF_ELEMENTS: tuple[Callable[[ET.Element, Random], None], ...] = (
    _lost, _doubled, _moved, _said_otherwise, _described_otherwise, _named_otherwise,
)  # fmt: skip


def _json(content: bytes, random: Random) -> bytes | None:
    try:
        whole = json.loads(content)
    except ValueError:
        return None
    for _ in range(random.randint(1, MOST_CHANGES)):
        places = list(_places(whole))
        if places:
            _changed(*random.choice(places), random)
    return json.dumps(whole).encode()


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Each container with each of its keys or positions."""
    found = []
    waiting = [value]
    while waiting:
        container = waiting.pop()
        keys = (
            container if isinstance(container, dict) else range(len(container)) if isinstance(container, list) else ()
        )
        found.extend((container, key) for key in keys)
        waiting.extend(container[key] for key in keys)
    return found


def _changed(container: Any, key: Any, random: Random) -> None:
    """One value lost, replaced, doubled, or moved to a place that another one had."""
    kind = random.randrange(4)
    if kind == 0:
        del container[key]
    elif kind == 1:
        container[key] = random.choice(VALUES)
    elif isinstance(container, list):
        container.insert(random.randint(0, len(container)), container[key])
    else:
        container[random.choice(list(container))] = container[key]
