"""The reference of the site says what the code says: each command, table, setting and method is on its page."""

import re

import click
import pytest
from build_site.pages import generated_pages
from lakes import REPOSITORY

from safety_pipeline.cli import main
from safety_pipeline.settings import SETTINGS
from safety_pipeline.tables import vocabulary
from safety_pipeline.tables.published import PUBLIC_TABLES

# Names of editions and signs say themselves; methods have a page of their own, and so has the crosswalk.
TOLD_ELSEWHERE = (
    "GRADING_SYSTEMS",
    "THRESHOLD_OPERATORS",
    "CI_METHODS",
    "P_METHODS",
    "HETEROGENEITY_METHODS",
    "UNITS_OVER_TIME",
    "MAPPING_SOURCES",
    "REVIEW_STATUSES",
)


@pytest.fixture(scope="module")
def pages():
    return generated_pages()


def test_every_visible_command_and_option_is_on_the_page_of_the_command_line(pages):
    page = pages["reference/commands.md"]
    context = click.Context(main)
    commands = [main.get_command(context, name) for name in main.list_commands(context)]
    visible = [command for command in commands if not command.hidden]
    assert [command.name for command in visible if f"\n## {command.name}\n" not in page] == []
    assert "--fail-on-findings" in page


def test_every_public_table_has_a_page_with_all_its_columns(pages):
    for table in PUBLIC_TABLES:
        page = pages[f"reference/tables/{table.name}.md"]
        assert re.findall(r"^\| `(\w+)` \|", page.split("## ")[0], re.MULTILINE) == table.column_names


def test_every_environment_variable_the_program_names_is_declared_and_told(pages):
    sources = (REPOSITORY / "safety_pipeline").rglob("*.py")
    named = {name for path in sources for name in re.findall(r"\bSAFETY_[A-Z_]+\b", path.read_text("utf-8"))}
    assert named == {setting.name for setting in SETTINGS if setting.name.startswith("SAFETY_")}
    assert [name for name in named if f"| `{name}` |" not in pages["reference/settings.md"]] == []


def test_the_page_on_estimators_names_the_methods_each_function_knows(pages):
    by_hand = (REPOSITORY / "docs" / "estimators.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", by_hand, re.MULTILINE)
    generated = pages["reference/library/estimators.md"]
    assert len(rows) == 4
    for function, methods in rows:
        assert f"| `{function}` | {methods} |" in generated


def test_the_glossary_has_every_word_of_the_closed_lists():
    glossary = (REPOSITORY / "docs" / "words.md").read_text("utf-8")
    missing = {
        name: [word for word in words if f"`{word}`" not in glossary]
        for name, words in vars(vocabulary).items()
        if name.isupper() and isinstance(words, tuple) and name not in TOLD_ELSEWHERE
    }
    assert {name: words for name, words in missing.items() if words} == {}
