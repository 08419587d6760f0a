"""Files written from the declared tables are as the tables say today."""

import json

import pytest
from lakes import REPOSITORY

from safety_pipeline.check.rules import RULES
from safety_pipeline.check.suites import check_names, read_suites, suites_folder
from safety_pipeline.commands.generate import generated_files
from safety_pipeline.tables.published import PUBLIC_TABLES

GENERATED = generated_files()


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_file_is_up_to_date(name):
    assert (REPOSITORY / name).read_text(encoding="utf-8") == GENERATED[name], "run `make generate`"


def test_no_derived_suite_is_left_over():
    derived = {f"expectations/derived/{path.name}" for path in (REPOSITORY / "expectations" / "derived").iterdir()}
    assert derived == {name for name in GENERATED if name.startswith("expectations/derived/")}


def test_every_row_rule_has_its_check():
    audit = json.loads((REPOSITORY / "expectations" / "clinical" / "row_rules.json").read_text())
    assert set(check_names(audit)) >= {rule.name for rule in RULES}


def test_there_are_at_most_150_checks():
    assert sum(len(check_names(suite)) for suite in read_suites(suites_folder())) <= 150


def test_every_public_table_of_the_design_is_declared_with_a_grain():
    assert all(table.description.startswith("One row per") for table in PUBLIC_TABLES)
