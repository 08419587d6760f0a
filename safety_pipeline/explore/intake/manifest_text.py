"""`document.yaml` as it is edited at the desk: what a person wrote in it, comments and order included, stays."""

import io
from collections.abc import Iterable, MutableMapping
from typing import Any

from ruamel.yaml import YAML

from safety_pipeline.ingest.literature import comment_lines

Manifest = MutableMapping[str, Any]
_WIDEST = 4096


def parsed(text: str) -> Manifest:
    """The manifest, with its comments."""
    manifest: Manifest = _yaml(text).load(text)
    return manifest


def written(manifest: Manifest, like: str) -> str:
    """The text of a manifest, its lists set in as in the text it was read from."""
    target = io.StringIO()
    _yaml(like).dump(manifest, target)
    return target.getvalue()


def without_questions(text: str, settled: Iterable[tuple[str, str]]) -> str:
    """The text without the comments that ask what is settled; each is the key and the question."""
    lines = text.splitlines()
    for key, question in settled:
        for asked in (comment_lines(question), comment_lines(f"{key.rpartition('.')[2]}: {question}")):
            lines = _without(lines, asked)
    return "\n".join(lines) + "\n"


def _without(lines: list[str], block: list[str]) -> list[str]:
    """The lines without the first run of them that reads as the block."""
    bare = [line.strip() for line in lines]
    at = next((at for at in range(len(lines)) if bare[at : at + len(block)] == block), None)
    return lines if at is None else lines[:at] + lines[at + len(block) :]


def _yaml(text: str) -> YAML:
    handler = YAML()
    handler.preserve_quotes = True
    handler.width = _WIDEST
    handler.representer.add_representer(type(None), _null)
    if "\n- " in text:
        handler.indent(mapping=2, sequence=2, offset=0)
    else:
        handler.indent(mapping=2, sequence=4, offset=2)
    return handler


def _null(representer: Any, _: None) -> Any:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")
