"""What `release diff` says of two releases: which numbers changed, by how much, and what made them so."""

import json
import shutil

import polars as pl
import pytest
from click.testing import CliRunner
from lakes import bring_up_to_date

from safety_pipeline.cli import main
from safety_pipeline.publish.release_difference import difference
from safety_pipeline.publish.release_history import NoSuchReleaseError, find_release, releases


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


OF_EDEMA = (pl.col("arm_id") == "B2222.400") & (pl.col("concept") == "edema") & (pl.col("grade_band") == "any")
THE_CELL = pl.col("toxicity_id") == "literature.gist_400_vs_600_2002:1:r5.1:c2"


def number_of(found):
    return found.numbers.filter(table_name="mart_incidence_by_arm").to_dicts()


def test_equal_releases_differ_in_nothing(two_releases):
    found = difference(*two_releases)
    assert (found.inputs.height, found.crosswalk.height, found.numbers.height) == (0, 0, 0)


def test_a_changed_synonym_is_named_with_both_readings(two_releases):
    before, after = two_releases
    rewrite(after, "fact_toxicity", where(THE_CELL, source_term="Edema", ctcae_term="Edema trunk"))
    rewrite(after, "mart_incidence_by_arm", where(OF_EDEMA, value=50 / 73, label="50/73"))
    [row] = number_of(difference(before, after))
    assert row["cause"] == (
        "crosswalk: “Edema or fluid retention” is read as Edema trunk (edema), before as Edema limbs (edema)"
    )
    assert row["moved_points"] == pytest.approx(100 * (50 - 52) / 73)
    assert (row["before"], row["after"]) == ("52/73, 71.2 % (60.0 to 80.3)", "50/73")


def test_a_changed_grade_interval_is_named_with_its_crosswalk_row(two_releases):
    before, after = two_releases
    is_row = pl.col("grade_map_id") == "v2.0/edema/3"
    rewrite(after, "dim_grade_map", where(is_row, grade_lower=3, grade_upper=3))
    rewrite(after, "fact_toxicity", where(THE_CELL, grade_lower=2))
    rewrite(after, "mart_incidence_by_arm", where(OF_EDEMA, caution="another"))
    found = difference(before, after)
    assert found.crosswalk["grade_map_id"].to_list() == ["v2.0/edema/3"]
    assert found.crosswalk["after"].item().startswith("Edema limbs, grades 3 to 3")
    [row] = number_of(found)
    assert "v2.0/edema/3" in row["cause"]
    assert row["cause"].endswith("place v4.03 grades 2 to 3, before 1 to 3")
    assert row["what"] == "caution"


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
    rewrite(after, "mart_incidence_by_arm", where(OF_EDEMA, label="52 of 73"))
    assert difference(before, after).numbers.height == 0


@pytest.fixture(scope="module")
def lake_without_a_document(shipped_lake, tmp_path_factory):
    """The shipped lake after its owner has withdrawn a document, added a synonym, and run again."""
    lake = tmp_path_factory.mktemp("withdrawn") / "lake"
    shutil.copytree(shipped_lake, lake, symlinks=True)
    shutil.rmtree(lake / "landed" / "literature" / "kit_solid_tumour_nct02461849")
    assert bring_up_to_date(lake).faults == ()
    return lake


def test_a_withdrawn_document_is_named_with_every_number_it_moved(lake_without_a_document):
    command = ["release", "diff", "--lake", str(lake_without_a_document), "--json"]
    told = json.loads(CliRunner().invoke(main, command, catch_exceptions=False).output)
    assert {"kind": "document", "name": "kit_solid_tumour_nct02461849"}.items() <= told["inputs"][0].items()
    dose = next(row for row in told["numbers"] if row["question"].startswith("Edema, imatinib, 400 mg/day, any grade"))
    assert (dose["before"], dose["after"]) == ("2 trials from 29.4 to 71.2 %", "52/73, 71.2 % (60.0 to 80.3)")
    assert dose["cause"] == "document kit_solid_tumour_nct02461849 withdrawn"
    assert all("kit_solid_tumour_nct02461849 withdrawn" in row["cause"] for row in told["numbers"])


def test_a_run_forgets_the_releases_beyond_the_number_set(computed_lake, monkeypatch):
    monkeypatch.setenv("SAFETY_RELEASES_KEPT", "1")
    shutil.rmtree(computed_lake / "landed" / "literature" / "kit_solid_tumour_nct02461849")
    assert bring_up_to_date(computed_lake).faults == ()
    assert [each.is_latest for each in releases(computed_lake / "published")] == [True]


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
