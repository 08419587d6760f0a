"""Every link of every Markdown page leads to a file or page that is there, and to a heading that stands in it."""

import re
import subprocess
from pathlib import Path

import pytest
from build_site.pages import assemble
from lakes import REPOSITORY

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?\)")
# Pictures that are shown in one palette only.
PALETTES = ("only-light", "only-dark")
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The pages of the site, those from the code among them."""
    folder = tmp_path_factory.mktemp("site")
    assemble(folder / "pages")
    return folder / "pages"


def _text(page: Path) -> str:
    return FENCE.sub("", page.read_text("utf-8"))


def _links(page: Path) -> list[str]:
    return [link for link in LINK.findall(_text(page)) if not re.match(r"[a-z]+:", link)]


def _headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", _text(page), re.MULTILINE)
    plain = (re.sub(r"\]\([^)]*\)|[`\[\]*]", "", title) for title in titles)
    return {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title).strip().lower()) for title in plain}


def _broken(page: Path) -> list[str]:
    found = []
    for link in _links(page):
        path, _, heading = link.partition("#")
        target = (page.parent / path) if path else page
        is_there = target.exists() and (not heading or heading in PALETTES or heading in _headings(target))
        found.extend([] if is_there else [link])
    return found


def test_no_link_of_the_site_is_broken(site):
    broken = {str(page.relative_to(site)): _broken(page) for page in site.rglob("*.md")}
    assert {page: links for page, links in broken.items() if links} == {}


def test_no_link_of_the_other_pages_of_the_repository_is_broken():
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    pages = [REPOSITORY / name for name in listed.stdout.split() if not name.startswith("docs/")]
    broken = {str(page): _broken(page) for page in pages if page.exists()}
    assert {page: links for page, links in broken.items() if links} == {}


def test_every_page_of_the_site_is_in_its_navigation(site):
    summaries = [site / "SUMMARY.md", *site.glob("*/**/SUMMARY.md")]
    reached = {(summary.parent / link).resolve() for summary in summaries for link in _links(summary)}
    pages = {page.resolve() for page in site.rglob("*.md") if page.name != "SUMMARY.md"}
    decisions = {page for page in pages if re.match(r"\d{4}-", page.name)}
    assert pages - decisions - reached == set()


def test_every_decision_is_in_the_index_of_decisions(site):
    index = (site / "decisions" / "README.md").read_text("utf-8")
    assert [page.name for page in (site / "decisions").glob("0*.md") if f"({page.name})" not in index] == []
