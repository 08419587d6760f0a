"""The commands as a newcomer types them: help everywhere, one clear sentence for a mistake, never a stack trace."""

import json

import polars as pl
import pytest
from click.testing import CliRunner
from lakes import REPOSITORY

from safety_pipeline.cli import main

COMMANDS = [
    [], ["run"], ["summary"], ["check"], ["land"], ["harmonise"], ["ui"], ["reference"], ["reference", "import"],
    ["reference", "import-meddra"], ["reference", "review"], ["reference", "unmatched"], ["reference", "changes"],
    ["reference", "export"], ["reference", "verdicts"],
]  # fmt: skip


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command):
    answered = call(*command, "--help")
    assert answered.exit_code == 0
    assert "Usage:" in answered.output


def test_the_readme_names_every_command():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for command in ("run", "land", "summary", "check", "harmonise", "ui"):
        assert f"safety-pipeline {command}" in readme


def test_the_readme_shows_what_the_summary_prints_today(shipped_lake):
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    shown = readme.split("<!-- summary -->")[1].split("<!-- end of summary -->")[0]
    printed = call("summary", "--lake", shipped_lake).output.split("\nReport ")[0]
    assert [line.rstrip() for line in printed.strip().splitlines()] == [
        line.rstrip() for line in shown.replace("```", "").strip().splitlines()
    ]


def test_the_summary_of_an_unknown_concept_lists_those_there_are(shipped_lake):
    answered = call("summary", "--concept", "oedema", "--lake", shipped_lake)
    assert answered.exit_code == 1
    assert "edema" in answered.output


def test_the_summary_of_an_empty_folder_says_what_to_do(tmp_path):
    answered = call("summary", "--lake", tmp_path)
    assert answered.exit_code == 1
    assert "run `safety-pipeline run` first" in answered.output


def test_check_lists_findings_and_refusals(shipped_lake):
    answered = call("check", "--lake", shipped_lake)
    assert answered.exit_code == 0
    assert "0 refused" in answered.output


def test_harmonise_answers_with_the_columns_of_the_grade_map():
    answered = call("harmonise", "--system", "CTC v2.0", "--term", "Edema", "--grade", 3, "--json")
    answer = json.loads(answered.output)
    assert (answer["ctcae_term"], answer["grade_lower"], answer["grade_upper"]) == ("Edema limbs", 2, 3)
    assert answer["rationale"]


@pytest.mark.parametrize(
    ("system", "term", "grade", "exist"),
    [("CTC v2.0", "Epistaxis", 2, "1, 3, 4, 5"), ("CTCAE v4.03", "Nausea", 4, "1, 2, 3")],
)
def test_a_grade_that_does_not_exist_is_refused_with_those_that_do(system, term, grade, exist):
    answered = call("harmonise", "--system", system, "--term", term, "--grade", grade)
    assert answered.exit_code == 1
    assert exist in answered.output


def test_harmonise_without_a_question_says_what_is_missing():
    answered = call("harmonise", "--term", "Edema")
    assert answered.exit_code == 2
    assert "--system, --grade" in answered.output


def test_a_file_is_harmonised_to_a_file(tmp_path):
    source = tmp_path / "reported.csv"
    source.write_text("grading_system,term_as_reported\nCTC v2.0,Oedema\nCTC v2.0,nonsense\n")
    assert call("harmonise", source, tmp_path / "out.parquet").exit_code == 0
    assert pl.read_parquet(tmp_path / "out.parquet")["concept"].to_list() == ["edema", None]


def test_landing_a_table_shows_the_guess_and_drafts_a_manifest(tmp_path):
    source = tmp_path / "table.csv"
    source.write_text("Event,Drug A (n = 20),Drug B (n = 21)\nRash,5 (25.0),6 (28.6)\nNausea,2 (10.0),3 (14.3)\n")
    answered = call("land", source, "--lake", tmp_path / "lake")
    assert answered.exit_code == 0, answered.output
    assert "to settle in document.yaml" in answered.output
    assert (tmp_path / "lake" / "landed" / "literature" / "table" / "document.yaml").exists()


def test_landing_what_does_not_exist_says_so(tmp_path):
    answered = call("land", "nowhere.csv", "--lake", tmp_path)
    assert answered.exit_code == 1
    assert "no such file" in answered.output


def test_two_equal_releases_show_no_change(shipped_lake):
    facts = shipped_lake / "published" / "fact_toxicity.parquet"
    answered = call("reference", "changes", facts, facts)
    assert answered.exit_code == 0
    assert answered.output == "No published count changes.\n"


def test_the_unmatched_events_of_the_shipped_documents_are_none(shipped_lake):
    answered = call("reference", "unmatched", "--lake", shipped_lake)
    assert answered.exit_code == 0
    assert len(answered.output.strip().splitlines()) == 1
