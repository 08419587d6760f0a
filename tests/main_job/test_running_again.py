"""What a second run does: nothing where nothing changed, and only what depends on a change otherwise."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from lakes import bring_up_to_date, published

from safety_pipeline.orchestration.making import progress
from safety_pipeline.orchestration.runs.run import run

# What tells of runs and releases tells their time.
DATED = ("dq_result", "signal_history", "release")
CHANGED = ("gist_long_term_2008", "kit_solid_tumour_nct02461849")


def files_with_times(lake, *, below=""):
    folder = lake / below
    return {
        path.relative_to(lake).as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and ".dagster" not in path.parts and path.name != "writer.lock"
    }


def test_nothing_is_computed_or_rewritten_when_nothing_changed(computed_lake):
    before = files_with_times(computed_lake)
    report = bring_up_to_date(computed_lake)
    assert report.was_current
    assert files_with_times(computed_lake) == before


@pytest.fixture(scope="module")
def changed(shipped_lake, tmp_path_factory):
    """A lake copied elsewhere, run as it is, and again after two of its five manifests were looked at."""
    lake = tmp_path_factory.mktemp("changed") / "copy"
    shutil.copytree(shipped_lake, lake)  # follows the link, as a plain copy does
    told = {"lake": lake, "as copied": bring_up_to_date(lake)}
    told["before"] = files_with_times(lake, below=".state/ingested")
    for name in CHANGED:
        manifest = lake / "landed" / "literature" / name / "document.yaml"
        manifest.write_text(manifest.read_text(encoding="utf-8") + "\n# looked at again\n", encoding="utf-8")
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(progress, "EVERY_SECONDS", 0.0)
        told["as changed"] = run(lake, said.append)
    return told | {"said": said, "after": files_with_times(lake, below=".state/ingested")}


def test_changed_deliveries_alone_are_computed_again(changed):
    again = {name for name, time in changed["after"].items() if time != changed["before"][name]}
    assert changed["as changed"].computed == tuple(f"literature.{name}" for name in CHANGED)
    assert again == {f".state/ingested/literature.{name}.json" for name in CHANGED}


def test_a_lake_copied_elsewhere_works_there(changed, shipped_lake):
    assert changed["as copied"].was_current
    assert changed["as changed"].faults == ()
    assert str(shipped_lake) not in (changed["lake"] / "published" / "datapackage.json").read_text()


def test_long_work_says_how_far_it_has_come(changed):
    assert [line.strip() for line in changed["said"] if " of 2 " in line] == [
        f"{stage} {done} of 2 deliveries" for stage in ("ingested", "harmonised", "checked") for done in (0, 1)
    ]


@pytest.fixture(scope="module")
def withdrawn(shipped_lake, tmp_path_factory):
    """The lake after a document was taken away, and the report of the run that followed."""
    lake = Path(shutil.copytree(shipped_lake, tmp_path_factory.mktemp("withdrawn") / "lake", symlinks=True))
    shutil.rmtree(lake / "landed" / "literature" / "melanoma_high_dose_2006")
    return lake, bring_up_to_date(lake)


def test_a_withdrawn_delivery_leaves_every_table(withdrawn):
    lake, report = withdrawn
    assert report.withdrawn == ("literature.melanoma_high_dose_2006",)
    for table in ("dim_document", "dim_trial", "dim_arm", "fact_toxicity", "incidence_by_arm", "coverage"):
        rows = published(lake, table)
        assert (
            not rows.select(pl.concat_str(pl.all().cast(pl.String), ignore_nulls=True).str.contains("melanoma_high"))
            .to_series()
            .any()
        )
    assert not list(lake.glob("ingested/*/literature.melanoma_high_dose_2006.parquet"))


def test_the_history_says_which_document_a_signal_went_with(withdrawn, shipped_lake):
    lake, _ = withdrawn
    first = published(shipped_lake, "signal")["first_seen_release"].unique().to_list()
    history = published(lake, "signal_history")
    gone = history.filter(pl.col("change") == "withdrawn")
    # Melanoma patients alone had 800 mg: one signal a headline concept and band.
    assert gone.height == 6
    assert gone["scope"].unique().to_list() == ["800 mg/day against other doses, across trials"]
    assert gone["change_reason"].unique().to_list() == [
        "No longer among the signals; documents withdrawn: melanoma_high_dose_2006."
    ]
    assert published(lake, "signal")["first_seen_release"].unique().to_list() == first


def test_a_deleted_table_is_made_again_with_the_same_bytes(computed_lake):
    table = computed_lake / "summarised" / "coverage.parquet"
    bytes_before = table.read_bytes()
    table.unlink()
    bring_up_to_date(computed_lake)
    assert table.read_bytes() == bytes_before


def test_two_lakes_with_the_same_documents_publish_the_same_bytes(new_lake, shipped_lake):
    bring_up_to_date(new_lake)
    names = [path.name for path in (shipped_lake / "published").glob("*.parquet") if path.stem not in DATED]
    assert len(names) > 10
    for name in names:
        assert (new_lake / "published" / name).read_bytes() == (shipped_lake / "published" / name).read_bytes(), name


def test_an_empty_folder_is_a_valid_empty_lake(tmp_path):
    report = bring_up_to_date(tmp_path)
    assert report.faults == ()
    assert published(tmp_path, "fact_toxicity").height == 0
    assert json.loads((tmp_path / "published" / "datapackage.json").read_text())["resources"]
