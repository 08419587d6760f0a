"""Every page of the site: what is written by hand in `docs/`, and what the code says."""

import re
import shutil
from pathlib import Path

from build_site.command_line import command_line_page
from build_site.library import library_pages
from build_site.metric_page import metrics_page
from build_site.settings import settings_page
from build_site.tables import table_pages
from build_site.vocabularies import vocabularies_page

REPOSITORY = Path(__file__).resolve().parent.parent.parent
DOCS = REPOSITORY / "docs"
# Pages that readers of the repository look for at its root.
FROM_THE_ROOT = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
# Found by their parts: each table has a page of its own, and a navigation is no page.
NOT_SEARCHED = ("data_dictionary.md", "SUMMARY.md")
WRITTEN_BY_HAND = ("*.md", "*.png", "*.svg", "*.css", "*.js", "*.csv", "*.json")


def generated_pages() -> dict[str, str]:
    """Path below the site to text, of each page that comes from the code."""
    return {
        "reference/commands.md": command_line_page(),
        "reference/metrics.md": metrics_page(),
        "reference/settings.md": settings_page(),
        "reference/vocabularies.md": vocabularies_page(),
        **{f"reference/tables/{name}": text for name, text in table_pages().items()},
        **{f"reference/library/{name}": text for name, text in library_pages().items()},
        **{page: _as_in_docs(REPOSITORY / name) for name, page in FROM_THE_ROOT.items()},
    }


def assemble(target: Path) -> None:
    """Fill an empty folder with all the pages and pictures of the site."""
    shutil.rmtree(target, ignore_errors=True)
    for pattern in WRITTEN_BY_HAND:
        for source in DOCS.rglob(pattern):
            _copy(source, target / source.relative_to(DOCS))
    for name, text in generated_pages().items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in NOT_SEARCHED:
        for path in target.rglob(name):
            path.write_text(f"---\nsearch:\n  exclude: true\n---\n\n{path.read_text('utf-8')}", encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _as_in_docs(source: Path) -> str:
    """A page of the repository's root with its links as they are from `docs/`."""
    return re.sub(r"\]\(docs/", "](", source.read_text(encoding="utf-8"))
