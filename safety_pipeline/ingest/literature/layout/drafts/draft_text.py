"""The draft of `document.yaml` as text: caption and footnotes above each table, each question beside its key."""

import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import yaml

from safety_pipeline.ingest.literature.layout.drafts.draft import draft_manifest
from safety_pipeline.ingest.literature.layout.guesses import Understanding

WIDTH = 100
LONGEST_NOTE = 600
Steps = list[str | int]
_STEP = re.compile(r"\[line (?P<line>\d+)\]|\[(?P<at>\d+)\]|(?P<name>\w+)")


def draft_text(understood: Understanding, document_id: str) -> str:
    """The draft; a comment goes above the key it is about, or above what would hold that key."""
    asked = [(question.key, question.text) for each in understood.all_tables for question in each.questions]
    draft = _without_blanks(draft_manifest(understood, document_id), "", {key for key, _ in asked})
    text = yaml.safe_dump(draft, allow_unicode=True, sort_keys=False, width=WIDTH + 20)
    root = yaml.compose(text)
    comments: defaultdict[int, list[str]] = defaultdict(list)
    for key, comment in (*_printed_around(understood), *asked):
        line, is_there = _line_of(root, list(_steps(key)))
        comments[line].append(comment if is_there else f"{key.rpartition('.')[2]}: {comment}")
    return "\n".join(_with_comments(text.splitlines(), comments)) + "\n"


def _printed_around(understood: Understanding) -> Iterator[tuple[str, str]]:
    for at, each in enumerate(understood.all_tables):
        for what, said in (("Caption", each.caption), ("Footnotes", each.footnotes)):
            if said:
                yield f"tables[{at}]", f"{what}: {said[:LONGEST_NOTE]}"


def _with_comments(lines: list[str], comments: dict[int, list[str]]) -> Iterator[str]:
    for at, line in enumerate(lines):
        indent = " " * (len(line) - len(line.lstrip()))
        for comment in comments.get(at, []):
            yield from (indent + part for part in comment_lines(comment))
        yield line


def comment_lines(comment: str) -> list[str]:
    """A comment as it stands in the draft, without the space before it."""
    return [f"# {part}" for part in textwrap.wrap(" ".join(comment.split()), WIDTH)]


def _steps(key: str) -> Iterator[str | int]:
    """The names, places and line numbers of a key such as `tables[0].rows[line 5].grades`."""
    for found in _STEP.finditer(key):
        if found["line"]:
            yield f"line {found['line']}"
        else:
            yield int(found["at"]) if found["at"] else found["name"]


def _line_of(node: yaml.Node | None, steps: Steps) -> tuple[int, bool]:
    """The line of a key counted from 0, or of the last of its steps that is there."""
    line = 0
    for step in steps:
        found = next((child for child in _children(node) if child[0] == step), None)
        if found is None:
            return line, False
        _, line, node = found
    return line, True


def _children(node: yaml.Node | None) -> Iterator[tuple[str | int, int, yaml.Node]]:
    """Each entry of a mapping or list by its name or place, and those of rows by their `line` too."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark.line, value
    elif isinstance(node, yaml.SequenceNode):
        for at, value in enumerate(node.value):
            own = next((each.value for name, _, each in _children(value) if name == "line"), None)
            yield at, value.start_mark.line, value
            yield f"line {own}", value.start_mark.line, value


def _without_blanks(draft: Any, key: str, asked: set[str]) -> Any:
    """The draft without the keys of tables that are empty and that nobody asks for."""
    if isinstance(draft, dict):
        kept = {name: each for name, each in draft.items() if each is not None or _is_needed(f"{key}.{name}", asked)}
        return {name: _without_blanks(each, f"{key}.{name}".strip("."), asked) for name, each in kept.items()}
    if isinstance(draft, list):
        return [_without_blanks(each, f"{key}[{at}]", asked) for at, each in enumerate(draft)]
    return draft


def _is_needed(key: str, asked: set[str]) -> bool:
    return key.strip(".") in asked or not key.startswith((".tables", "tables")) or key.endswith((".arm", ".grades"))
