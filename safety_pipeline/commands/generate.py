"""The files of the repository that are written from the declared tables, so that they cannot fall behind."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from safety_pipeline.check.suites import derived_suites
from safety_pipeline.publish.dictionary import contract, dictionary_markdown
from safety_pipeline.superset.bundle import bundle
from safety_pipeline.tables.storage import write_text


@click.command(hidden=True)
def generate() -> None:
    """Write the files of the repository that come from the declared tables (for developers)."""
    written = write_generated(Path.cwd())
    click.echo("\n".join(written) or "Every generated file is up to date.")


def generated_files() -> Mapping[str, str]:
    """Path below the repository to content, for every generated file."""
    suites = {f"expectations/derived/{suite['name']}.json": _json(suite) for suite in derived_suites()}
    dashboard = {f"dashboards/superset/bundle/{name}": text for name, text in bundle().items()}
    texts = {"docs/data_dictionary.md": dictionary_markdown(), "docs/contract.json": contract()}
    return {**suites, **texts, **dashboard}


def _json(content: object) -> str:
    return json.dumps(content, indent=2) + "\n"


def write_generated(repository: Path) -> list[str]:
    """Write what differs; answers the paths that did."""
    stale = [name for name, text in generated_files().items() if _is_stale(repository / name, text)]
    for name in stale:
        write_text(repository / name, generated_files()[name])
    return stale


def _is_stale(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text(encoding="utf-8") != text
