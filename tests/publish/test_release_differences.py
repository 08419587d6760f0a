"""What `release diff` says of two releases: which numbers changed, by how much, and what made them so."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from lakes import REPOSITORY, bring_up_to_date
from starlette.testclient import TestClient

from safety_pipeline.cli import main
from safety_pipeline.commands import release as release_command
from safety_pipeline.explore.app import application
from safety_pipeline.explore.pages import releases as releases_page
from safety_pipeline.publish.release_difference import difference
from safety_pipeline.publish.release_history import NoSuchReleaseError, find_release, releases

SYNONYM = {
    "grading_system": "CTC v2.0",
    "source_kind": "literature",
    "parent_concept": "",
    "text": "dermatitis or rash",
    "term": "Pruritus",
    "select_term": "",
    "ctcae_term": "",
    "concept": "pruritus",
    "concept_relation": "equal",
    "site": "",
    "match_kind": "synonym",
    "rationale": "For this test.",
    "source": "ours",
}
VERDICT = {
    "grade_map_id": "v2.0/edema/3",
    "verdict": "change",
    "grade_lower": "3",
    "grade_upper": "3",
    "grade_preferred": "3",
    "comment": "For this test.",
    "reviewer": "A. Reviewer",
    "reviewed_on": "2026-11-01",
}
READ_AS_PRURITUS = (
    "crosswalk: “Dermatitis or rash” is read as Pruritus (pruritus), before as Rash maculo-papular (rash)"
)


def told_differences(lake, before="previous", after="latest"):
    command = ["release", "diff", before, after, "--lake", str(lake), "--json"]
    return json.loads(CliRunner().invoke(main, command, catch_exceptions=False).output)


def numbers_of(told, table, question):
    return [row for row in told["numbers"] if row["table_name"] == table and row["question"].startswith(question)]


@pytest.fixture
def two_releases(shipped_lake, tmp_path):
    """The folder of the shipped release, and a copy of it that a test may change."""
    before = (shipped_lake / "published" / "latest").resolve()
    after = tmp_path / "after"
    shutil.copytree(before, after)
    for file in after.iterdir():
        file.chmod(0o644)
    return before, after


def rewrite(folder, table, change):
    file = folder / f"{table}.parquet"
    change(pl.read_parquet(file).with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))).write_parquet(file)


def where(condition, **values):
    return lambda rows: rows.with_columns(
        pl.when(condition).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in values.items()
    )


@pytest.fixture(scope="module")
def lake_without_a_document(shipped_lake, tmp_path_factory):
    """The shipped lake after its owner has withdrawn a document and run again."""
    lake = tmp_path_factory.mktemp("withdrawn") / "lake"
    shutil.copytree(shipped_lake, lake, symlinks=True)
    shutil.rmtree(lake / "landed" / "literature" / "kit_solid_tumour_nct02461849")
    assert bring_up_to_date(lake).faults == ()
    return lake


@pytest.fixture(scope="module")
def lake_with_own_crosswalk(lake_without_a_document, tmp_path_factory):
    """The same lake after its owner has added a synonym and a reviewer's verdict, and keeps two releases."""
    lake = tmp_path_factory.mktemp("crosswalk") / "lake"
    shutil.copytree(lake_without_a_document, lake, symlinks=True)
    (lake / "reference").mkdir()
    for name, row in (("synonym", SYNONYM), ("verdict", VERDICT)):
        pl.DataFrame([row]).write_csv(lake / "reference" / f"{name}.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFETY_RELEASES_KEPT", "2")
        assert bring_up_to_date(lake).faults == ()
    return lake


@pytest.fixture(scope="module")
def lake_of_other_code(lake_without_a_document, tmp_path_factory):
    """The same lake after another version of the product ran on it: its Wilson limits are of 99 %."""
    folder = tmp_path_factory.mktemp("code")
    lake = Path(shutil.copytree(lake_without_a_document, folder / "lake", symlinks=True))
    for part in ("safety_pipeline", "expectations", "dashboards"):
        shutil.copytree(REPOSITORY / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "safety_pipeline" / "summarise" / "estimators" / "proportion.py"
    text = file.read_text(encoding="utf-8")
    before, wilson, after = text.partition("def wilson(")
    file.write_text(before + wilson + after.replace("normal_quantile(level)", "normal_quantile(0.99)", 1), "utf-8")
    command = [sys.executable, "-m", "safety_pipeline", "run", "--lake", str(lake)]
    subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, check=True, capture_output=True)
    return lake


def test_equal_releases_differ_in_nothing(shipped_lake):
    told = told_differences(shipped_lake, "latest", "latest")
    assert (told["inputs"], told["crosswalk"], told["numbers"]) == ([], [], [])


def test_a_withdrawn_document_is_named_with_every_number_it_moved(lake_without_a_document):
    told = told_differences(lake_without_a_document)
    assert {"kind": "document", "name": "kit_solid_tumour_nct02461849"}.items() <= told["inputs"][0].items()
    [dose] = numbers_of(told, "mart_incidence_by_dose", "Edema, imatinib, 400 mg/day, any grade")
    assert (dose["before"], dose["after"]) == ("2 trials from 29.4 to 71.2 %", "52/73, 71.2 % (60.0 to 80.3)")
    assert dose["cause"] == "document kit_solid_tumour_nct02461849 withdrawn"
    assert all("kit_solid_tumour_nct02461849 withdrawn" in row["cause"] for row in told["numbers"])


def test_a_changed_synonym_is_named_with_both_readings(lake_with_own_crosswalk):
    told = told_differences(lake_with_own_crosswalk)
    [arm] = numbers_of(told, "mart_incidence_by_arm", "Pruritus, B2222 (GIST), imatinib 400 mg, severe")
    # The row of rashes, printed as 2 of 73 with grade 3 or 4, counts as itching now, of which none was printed.
    assert (arm["before"], arm["after"]) == ("0/73, 0.0 % (0.0 to 5.0)", "2/73, 2.7 % (0.8 to 9.5)")
    assert arm["moved_points"] == pytest.approx(100 * 2 / 73)
    assert arm["cause"] == READ_AS_PRURITUS
    [dose] = numbers_of(told, "mart_incidence_by_dose", "Pruritus, imatinib, 600 mg/day, severe")
    assert (dose["after"], dose["cause"]) == ("2/74, 2.7 % (0.7 to 9.3)", READ_AS_PRURITUS)
    signals = numbers_of(told, "mart_signal", "Rash, imatinib, 600 against 400 mg/day")
    assert {row["cause"] for row in signals} == {READ_AS_PRURITUS}


def test_a_changed_grade_interval_is_named_with_its_crosswalk_row(lake_with_own_crosswalk):
    told = told_differences(lake_with_own_crosswalk)
    [row] = told["crosswalk"]
    assert (row["grade_map_id"], row["before"]) == ("v2.0/edema/3", "Edema limbs, grades 2 to 3, ambiguous")
    assert row["after"] == "Edema limbs, grades 3 to 3, narrower"
    counts = numbers_of(told, "fact_toxicity", "Edema or fluid retention, gist_400_vs_600_2002")
    # The row prints grade 3 or 4 in three columns: 400 mg, 600 mg, all.
    assert [(each["before"], each["after"]) for each in counts] == [("v4.03 grades 2 to 3", "v4.03 grades 3 to 3")] * 3
    assert {each["cause"] for each in counts} == {
        "crosswalk: rows v2.0/edema/3, v2.0/edema/4 place v4.03 grades 3 to 3, before 2 to 3"
    }


def test_a_new_version_of_the_code_is_named_where_the_cells_are_the_same(lake_of_other_code):
    told = told_differences(lake_of_other_code)
    assert {(row["kind"], row["name"]) for row in told["inputs"]} == {("code", "summarised")}
    [dose] = numbers_of(told, "mart_incidence_by_dose", "Edema, imatinib, 400 mg/day, any grade")
    assert dose["before"] == "52/73, 71.2 % (60.0 to 80.3)"
    # The Wilson score limits of 52 of 73 at 99 %.
    assert dose["after"] == "52/73, 71.2 % (56.3 to 82.6)"
    assert {row["cause"] for row in told["numbers"]} == {"code of the stage summarised"}


def test_the_differences_are_printed_with_the_crosswalk_rows_that_changed(lake_with_own_crosswalk):
    printed = CliRunner().invoke(main, ["release", "diff", "--lake", str(lake_with_own_crosswalk)]).output
    assert "crosswalk v2.0/edema/3: Edema limbs, grades 2 to 3, ambiguous -> Edema limbs, grades 3 to 3" in printed
    assert f"because: {READ_AS_PRURITUS}" in printed


def test_what_is_left_out_of_a_long_list_is_counted_and_named_where_it_is_whole(lake_with_own_crosswalk, monkeypatch):
    monkeypatch.setattr(release_command, "_SHOWN", 0)
    monkeypatch.setattr(releases_page, "MAX_ROWS", 1)
    told = told_differences(lake_with_own_crosswalk)
    printed = CliRunner().invoke(main, ["release", "diff", "--lake", str(lake_with_own_crosswalk)]).output
    for part in ("crosswalk", "numbers"):
        assert f"and {len(told[part])} more (--json lists them)" in printed
    with TestClient(application(lake_with_own_crosswalk / "published"), base_url="http://127.0.0.1") as client:
        page = client.get("/releases/diff?before=previous&after=latest").text
    assert len(told["numbers"]) > 1 == len(told["crosswalk"])
    assert page.count("only the first 1 are shown") == 1


def test_the_releases_are_followed_side_by_side(lake_without_a_document):
    command = ["release", "trend", "--lake", str(lake_without_a_document), "--json"]
    told = json.loads(CliRunner().invoke(main, command, catch_exceptions=False).output)
    assert [row["documents"] for row in told["releases"]] == [5, 4]
    of_check = [row for row in told["checks"] if row["check_name"] == "edition_is_known"]
    # The two rows without an edition stay; the rows looked at are those of the documents that stay.
    assert [row["n_failing"] for row in of_check] == [2, 2]
    assert [row["n_checked"] for row in of_check] == [row["counts"] for row in told["releases"]]


def test_a_setting_comes_before_the_code_where_the_cells_are_the_same(two_releases):
    before, after = two_releases
    is_input = pl.col("name").is_in(["smallest_cell", "summarised", "scipy"])
    rewrite(after, "release_input", where(is_input, version="9"))
    rewrite(after, "mart_incidence_by_dose", where(pl.col("value_kind") == "point", value_lower=0.0))
    causes = difference(before, after).numbers["cause"].unique().to_list()
    assert len(causes) == 1
    assert causes[0].startswith("setting smallest_cell as the package says to 9; code of the stage summarised; ")
    assert causes[0].endswith("to 9")


def test_another_order_of_words_is_no_other_number(two_releases):
    before, after = two_releases
    rewrite(after, "mart_incidence_by_arm", where(pl.col("arm_id") == "B2222.400", label="52 of 73"))
    assert difference(before, after).numbers.height == 0


def test_a_run_forgets_the_releases_beyond_the_number_set(lake_with_own_crosswalk, lake_without_a_document):
    before_that, oldest = releases(lake_without_a_document / "published")
    latest, kept = releases(lake_with_own_crosswalk / "published")
    assert (latest.is_latest, kept.release_id) == (True, before_that.release_id)
    assert oldest.release_id not in (latest.release_id, kept.release_id)


def test_the_releases_are_kept_in_their_order(lake_without_a_document, shipped_lake):
    kept = releases(lake_without_a_document / "published")
    assert [each.is_latest for each in kept] == [True, False]
    before = find_release(lake_without_a_document / "published", "previous")
    assert before.release_id == releases(shipped_lake / "published")[0].release_id


def test_a_release_that_is_not_there_is_answered_with_those_that_are(shipped_lake):
    name = releases(shipped_lake / "published")[0].release_id
    with pytest.raises(NoSuchReleaseError, match=name):
        find_release(shipped_lake / "published", "nothing")


def test_a_release_is_built_again_byte_by_byte(computed_lake):
    done = CliRunner().invoke(main, ["release", "reproduce", "--lake", str(computed_lake)])
    assert done.exit_code == 0, done.output
    assert "0 differ" in done.output


def test_what_cannot_be_built_again_says_which_input_is_another_one(lake_without_a_document):
    done = CliRunner().invoke(main, ["release", "reproduce", "previous", "--lake", str(lake_without_a_document)])
    assert done.exit_code == 1
    assert "document  kit_solid_tumour_nct02461849 gone" in done.output


def test_verify_names_the_files_that_are_not_as_they_were_written(computed_lake):
    verify = ["verify", "--lake", str(computed_lake)]
    assert "every file is as it was written" in CliRunner().invoke(main, verify).output
    stored = computed_lake / "summarised" / "incidence_by_arm.parquet"
    stored.write_bytes(stored.read_bytes() + b"\0")
    (computed_lake / "published" / "signal.parquet").unlink()
    done = CliRunner().invoke(main, verify)
    assert done.exit_code == 1
    assert "signal.parquet: missing" in done.output
    assert "incidence_by_arm.parquet: other bytes than recorded" in done.output
    assert "2 files differ" in done.output
