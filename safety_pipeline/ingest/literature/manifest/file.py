"""Reads `document.yaml`, and says what is wrong with it in one sentence that names the key and the fix."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from safety_pipeline.ingest.literature.manifest.document import Manifest
from safety_pipeline.ingest.literature.manifest.problems import describe
from safety_pipeline.tables.delivery import RefusedError

NAME = "document.yaml"
LARGEST_BYTES = 2_000_000


class _Loader(yaml.SafeLoader):
    """Plain YAML without anchors (a few lines of them unfold into gigabytes) and without repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = parent.start_mark if parent else None
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not accepted; write it out", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def load(folder: Path, document_id: str) -> Manifest:
    """The manifest of a delivery, whose document_id is the name of its folder."""
    manifest = parse(_text(folder / NAME))
    if manifest.document.document_id != document_id:
        raise _refusal(
            f"document.document_id: {manifest.document.document_id!r} is not the name of the folder; "
            f"write document_id: {document_id}, or rename the folder"
        )
    return manifest


def parse(text: str) -> Manifest:
    """The manifest written in a text."""
    content = _yaml(text)
    if not isinstance(content, dict):
        raise _refusal("is empty or a list; write keys, beginning with document:")
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        raise _refusal(describe(error, Manifest)) from None


def _yaml(text: str) -> object:
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        problem = error.problem or error.context
        raise _refusal(f"{place}: {problem}; mend the YAML there (indentation, quotes, colons)") from None
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise _refusal(f"is not YAML ({type(error).__name__}); save it as plain UTF-8 YAML") from None


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError:
        raise _refusal(f"is missing; put it into {path.parent.name}/ next to the table files") from None
    if len(content) > LARGEST_BYTES:
        raise _refusal(f"is larger than {LARGEST_BYTES} bytes; a manifest is a few pages of text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(f"is not UTF-8 at byte {error.start + 1}; save it as UTF-8") from None


def _refusal(problem: str) -> RefusedError:
    joint = " " if problem.startswith("is ") else ": "
    return RefusedError("manifest_is_valid", f"{NAME}{joint}{problem}", source_file=NAME)
