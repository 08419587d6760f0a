"""The commands as a newcomer types them: help everywhere, one clear sentence for a mistake, never a stack trace."""

import io
import json
import os
import subprocess
import sys

import polars as pl
import pytest
from click.testing import CliRunner
from lakes import REPOSITORY
from rich.console import Console

from safety_pipeline.cli import main
from safety_pipeline.commands._print import print_summary
from safety_pipeline.publish.summary_text import Chosen

COMMANDS = [
    [], ["run"], ["summary"], ["check"], ["land"], ["harmonise"], ["ui"], ["reference"], ["reference", "import"],
    ["reference", "import-meddra"], ["reference", "review"], ["reference", "unmatched"], ["reference", "changes"],
    ["reference", "export"], ["reference", "verdicts"],
    ["explore"], ["release"], ["release", "list"], ["release", "show"], ["release", "diff"], ["release", "reproduce"],
    ["release", "trend"],
    ["verify"], ["export"], ["init"], ["store"], ["store", "show"], ["store", "folder"], ["store", "clean"],
]  # fmt: skip


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command):
    answered = call(*command, "--help")
    assert answered.exit_code == 0
    assert "Usage:" in answered.output


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_command_that_ends_has_said_all_and_tidied_up_and_leaves_its_exit_code(code):
    tidies = "atexit.register(print, 'tidied up')"
    command = f"lambda: ({tidies}, threading.Timer(0.1, print, ['in a thread']).start(), print('said'), exit({code}))"
    script = f"import atexit, threading; from safety_pipeline import cli; cli.main = {command}; cli.program()"
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert ended.stdout.splitlines() == ["said", "in a thread", "tidied up"]
    assert (ended.returncode, ended.stderr) == (code, "")


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


@pytest.mark.parametrize("spelling", ["oedema", "Edema", "EDEMA"])
def test_the_summary_understands_another_spelling(shipped_lake, spelling):
    answered = call("summary", "--concept", spelling, "--lake", shipped_lake)
    assert answered.output == call("summary", "--concept", "edema", "--lake", shipped_lake).output
    assert "57/74" in answered.output


def test_the_summary_of_an_unknown_name_offers_near_ones(shipped_lake):
    no_concept = call("summary", "--concept", "haemorhage", "--lake", shipped_lake)
    no_drug = call("summary", "--drug", "imatinip", "--lake", shipped_lake)
    assert (no_concept.exit_code, no_drug.exit_code) == (1, 1)
    assert "Near: haemorrhage" in no_concept.output
    assert "Near: imatinib" in no_drug.output


def test_the_summary_as_json_has_a_row_for_each_answer(shipped_lake):
    rows = json.loads(call("summary", "--concept", "edema", "--json", "--lake", shipped_lake).output)
    labels = {(row["dose_mg_per_day"], row["grade_band"]): row["label"] for row in rows}
    assert labels[600.0, "any"] == "57/74, 77.0 % (66.3 to 85.1)"
    assert len(labels) == 6


def test_the_summary_leads_from_an_answer_to_its_printed_cells(shipped_lake):
    lines = call("summary", "--concept", "edema", "--cells", "--lake", shipped_lake).output.splitlines()
    place = "gist_400_vs_600_2002, Table 3, table_3.tsv, line 5, column 3"
    at = lines.index("      B2222, imatinib 600 mg: 57/74, 77.0 % (66.3 to 85.1)")
    assert lines[at + 1].strip() == f"“57 (77.0)” {place}: Edema or fluid retention / Any grade / 600 mg (N=74)"


def test_the_summary_says_why_a_blank_cell_is_a_number_and_why_an_arm_has_no_cell(shipped_lake):
    told = call("summary", "--concept", "edema", "--cells", "--lake", shipped_lake).output
    assert "(blank) kit_solid_tumour_nct02461849, Table 2, table_2.txt, line 3, column 4" in told
    assert "an empty cell is 0" in told
    assert "no cell: The document reports toxicity, but nothing on this concept and band." in told


def test_lines_of_the_summary_end_where_their_text_ends(shipped_lake):
    lines = call("summary", "--lake", shipped_lake).output.splitlines()
    assert [line for line in lines if line != line.rstrip()] == []


def test_the_lines_for_a_narrow_terminal_fit_it(shipped_lake):
    terminal = io.StringIO()
    console = Console(file=terminal, width=80, force_terminal=True, color_system=None)
    print_summary(console, shipped_lake / "published", Chosen())
    printed = terminal.getvalue()
    assert max(len(line) for line in printed.splitlines()) <= 80
    assert "57/74, 77.0 % (66.3 to 85.1)" in printed


def test_a_terminal_as_wide_as_the_table_gets_the_table(shipped_lake, capsys):
    console = Console(file=io.StringIO(), width=125, force_terminal=True, color_system=None)
    print_summary(console, shipped_lake / "published", Chosen())
    assert "concept      drug      mg/day" in capsys.readouterr().out


def test_no_color_leaves_text_alone(shipped_lake):
    command = [sys.executable, "-m", "safety_pipeline", "summary", "--lake", str(shipped_lake)]
    environment = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1", "COLUMNS": "200"}
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    assert "\x1b" not in printed


def test_check_as_json_names_findings_and_refusals(shipped_lake):
    told = json.loads(call("check", "--json", "--lake", shipped_lake).output)
    assert {finding["check_name"] for finding in told["findings"]} >= {"edition_is_known"}
    assert told["refused"] == []


def test_findings_end_with_a_code_of_their_own_where_it_is_asked_for(shipped_lake):
    assert call("check", "--lake", shipped_lake).exit_code == 0
    assert call("check", "--fail-on-findings", "--lake", shipped_lake).exit_code == 3


def test_run_as_json_says_what_was_done(shipped_lake):
    told = json.loads(call("run", "--json", "--lake", shipped_lake).output)
    assert (told["was_current"], told["faults"], len(told["release_id"])) == (True, [], 16)


def test_land_as_json_says_what_was_landed_guessed_and_asked(tmp_path):
    source = tmp_path / "table.csv"
    source.write_text("Event,Drug A (n = 20),Drug B (n = 21)\nRash,5 (25.0),6 (28.6)\nNausea,2 (10.0),3 (14.3)\n")
    told = json.loads(call("land", source, "--json", "--lake", tmp_path / "lake").output)
    assert (told["sources"], told["refused"]) == ([str(source)], [])
    [landing] = told["landed"]
    assert landing["delivery_id"] == "literature.table"
    assert landing["path"] == str(tmp_path / "lake" / "landed" / "literature" / "table")
    assert [arm["n_at_risk"] for arm in landing["arms"]] == [20, 21]
    columns = landing["tables"][0]["columns"]
    assert [(column["number"], column["role"]) for column in columns] == [(1, "label"), (2, "count"), (3, "count")]
    assert "document.allocation" in {question["key"] for question in landing["questions"]}


def test_land_as_json_counts_what_a_document_folder_holds(tmp_path):
    source = REPOSITORY / "data_lake" / "landed" / "literature" / "gist_400_vs_600_2002"
    [landing] = json.loads(call("land", source, "--json", "--lake", tmp_path).output)["landed"]
    # Two arms and the column of all patients; nothing is asked, since its document.yaml answers.
    assert (landing["delivery_id"], landing["found"]["arm"]) == ("literature.gist_400_vs_600_2002", 2)
    assert (landing["questions"], landing["refused"]) == ([], [])


def test_land_as_json_names_the_sources_that_were_not_landed(tmp_path):
    source = tmp_path / "table.csv"
    source.write_text("Event,Drug A (n = 20),Drug B (n = 21)\nRash,5 (25.0),6 (28.6)\nNausea,2 (10.0),3 (14.3)\n")
    command = ["land", str(source), str(tmp_path / "nothing.csv"), "--json", "--lake", str(tmp_path / "lake")]
    answered = CliRunner().invoke(main, command)
    told = json.loads(answered.stdout)
    assert answered.exit_code == 1
    assert [each["delivery_id"] for each in told["landed"]] == ["literature.table"]
    [refused] = told["refused"]
    assert refused["source"].endswith("nothing.csv")
    assert "there is no such file or folder" in refused["reason"]


def test_the_summary_of_an_empty_folder_says_what_to_do(tmp_path):
    answered = call("summary", "--lake", tmp_path)
    assert answered.exit_code == 1
    assert "run `safety-pipeline run` first" in answered.output


def test_check_lists_findings_and_refusals(shipped_lake):
    answered = call("check", "--lake", shipped_lake)
    assert answered.exit_code == 0
    assert "0 refused" in answered.output


def test_check_says_in_which_documents_rows_are_flagged(shipped_lake):
    lines = call("check", "--lake", shipped_lake).output.splitlines()
    at = next(number for number, line in enumerate(lines) if "tables_agree" in line)
    assert lines[at + 1].strip() == "in kit_solid_tumour_nct02461849 (8)"


def test_a_lake_without_documents_says_how_to_begin(tmp_path):
    answered = call("run", "--lake", tmp_path)
    assert answered.exit_code == 0
    assert "safety-pipeline init" in answered.output


def test_a_release_before_the_only_one_is_said_not_to_be_there(shipped_lake):
    answered = call("release", "diff", "--lake", shipped_lake)
    assert answered.exit_code == 1
    assert "No release before the latest is kept" in answered.output


@pytest.mark.parametrize("command", [["explore"], ["desk"], ["ui"], ["reference", "review"]], ids=" ".join)
def test_a_port_that_cannot_be_is_refused_in_a_sentence(shipped_lake, command):
    answered = call(*command, "--port", 99999, "--lake", shipped_lake)
    assert answered.exit_code == 2
    assert "99999 is not in the range" in answered.output


@pytest.mark.parametrize("group", [[], ["release"], ["reference"], ["store"]], ids=" ".join)
def test_the_list_of_commands_cuts_no_sentence(group):
    assert "..." not in call(*group, "--help").output.split("Commands:")[1]


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


def test_a_lake_begins_with_the_shipped_documents_and_keeps_what_was_changed_in_them(tmp_path):
    assert call("init", "--lake", tmp_path).output.count("Landed") == 5
    changed = tmp_path / "landed" / "literature" / "gist_long_term_2008" / "document.yaml"
    changed.write_text("mine")
    assert "holds all of them already" in call("init", "--lake", tmp_path).output
    assert changed.read_text() == "mine"


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
