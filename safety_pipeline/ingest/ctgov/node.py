"""A place in parsed JSON of unknown shape: looking further never fails, and what has the wrong type is written down."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from safety_pipeline.ingest.ctgov.study import Fault

_SHOWN = 60
# The API writes Markdown: a backslash before a sign is its escape, not part of the text.
ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8});")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~|^&=])")


@dataclass(frozen=True)
class Node:
    """A value with its path; all nodes of one record share the list of faults."""

    value: object
    path: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_missing(self) -> bool:
        return self.value is None

    def at(self, dotted: str) -> "Node":
        """The node below, key by key; a missing key is a missing node."""
        node = self
        for key in dotted.split("."):
            node = node._child(key)
        return node

    def _child(self, key: str) -> "Node":
        path = f"{self.path}.{key}" if self.path else key
        if self.value is None:
            return Node(None, path, self.faults)
        if not isinstance(self.value, dict):
            self.fault("an object")
            return Node(None, path, self.faults)
        return Node(self.value.get(key), path, self.faults)

    def items(self) -> Iterator["Node"]:
        """The nodes of a list; anything else is a fault."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.fault("a list")
            return
        for position, value in enumerate(self.value):
            yield Node(value, f"{self.path}[{position}]", self.faults)

    def text(self, dotted: str) -> str | None:
        """The text below, with single spaces; a number counts as text."""
        node = self.at(dotted)
        if node.value is None:
            return None
        if isinstance(node.value, (dict, list, bool)):
            node.fault("a text")
            return None
        return tidy(str(node.value))

    def texts(self, dotted: str) -> tuple[str, ...]:
        """The texts of the list below."""
        found = [Node({"": item.value}, item.path, self.faults).text("") for item in self.at(dotted).items()]
        return tuple(each for each in found if each)

    def printed(self, dotted: str) -> str | None:
        """Whatever stands below, as text, for the reader of numbers to judge."""
        return self.at(dotted).printed_here()

    def printed_here(self) -> str | None:
        return None if self.value is None else shown(self.value)

    def fault(
        self, expected: str, *, rule: str = "value_has_its_type", kind: str | None = None, term: str | None = None
    ) -> None:
        """Write down that this place does not hold what belongs there, and on which line of which table it stands."""
        self.faults.append(Fault(self.path or "the whole file", shown(self.value), expected, rule, kind, term))


def shown(value: object) -> str:
    """A value as a short text."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)[: 4 * _SHOWN]
    return clean(text.strip())[:_SHOWN]


def tidy(text: str) -> str | None:
    """A text on one line, without the escapes of Markdown and HTML (`&#x27;`); empty is nothing."""
    plain = ENTITY.sub(lambda found: html.unescape(found[0]), clean(text))
    return _ESCAPED.sub(r"\1", " ".join(plain.split())) or None


def clean(text: str) -> str:
    """The text without half characters, which no file could store."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").replace("\0", "�")
