"""What a second run does: nothing where nothing changed, and only what depends on a change otherwise."""

import json
import shutil

import polars as pl
from lakes import bring_up_to_date, published

from safety_pipeline.orchestration import progress
from safety_pipeline.orchestration.run import run

# What tells of runs and releases tells their time.
DATED = ("dq_result", "signal_history", "release")


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


def test_a_changed_delivery_alone_is_computed_again(computed_lake):
    before = files_with_times(computed_lake, below=".state/ingested")
    manifest = computed_lake / "landed" / "literature" / "gist_long_term_2008" / "document.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "\n# looked at again\n", encoding="utf-8")
    report = bring_up_to_date(computed_lake)
    after = files_with_times(computed_lake, below=".state/ingested")
    changed = {name for name in after if after[name] != before[name]}
    assert report.computed == ("literature.gist_long_term_2008",)
    assert changed == {".state/ingested/literature.gist_long_term_2008.json"}


def test_a_withdrawn_delivery_leaves_every_table(computed_lake):
    shutil.rmtree(computed_lake / "landed" / "literature" / "melanoma_high_dose_2006")
    report = bring_up_to_date(computed_lake)
    assert report.withdrawn == ("literature.melanoma_high_dose_2006",)
    for table in ("dim_document", "dim_trial", "dim_arm", "fact_toxicity", "incidence_by_arm", "coverage"):
        rows = published(computed_lake, table)
        assert (
            not rows.select(pl.concat_str(pl.all().cast(pl.String), ignore_nulls=True).str.contains("melanoma_high"))
            .to_series()
            .any()
        )
    assert not list(computed_lake.glob("ingested/*/literature.melanoma_high_dose_2006.parquet"))


def test_the_history_says_which_document_a_signal_went_with(computed_lake):
    first = published(computed_lake, "signal")["first_seen_release"].unique().to_list()
    shutil.rmtree(computed_lake / "landed" / "literature" / "melanoma_high_dose_2006")
    bring_up_to_date(computed_lake)
    history = published(computed_lake, "signal_history")
    gone = history.filter(pl.col("change") == "withdrawn")
    # Melanoma patients alone had 800 mg: one signal a headline concept and band.
    assert gone.height == 6
    assert gone["scope"].unique().to_list() == ["800 mg/day against other doses, across trials"]
    assert gone["change_reason"].unique().to_list() == [
        "No longer among the signals; documents withdrawn: melanoma_high_dose_2006."
    ]
    assert published(computed_lake, "signal")["first_seen_release"].unique().to_list() == first


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


def test_a_lake_copied_elsewhere_works_there(shipped_lake, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(shipped_lake, copy)  # follows the link, as a plain copy does
    assert bring_up_to_date(copy).was_current
    manifest = copy / "landed" / "literature" / "gist_long_term_2008" / "document.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "\n# looked at again\n", encoding="utf-8")
    assert bring_up_to_date(copy).faults == ()
    assert str(shipped_lake) not in (copy / "published" / "datapackage.json").read_text()


def test_long_work_says_how_far_it_has_come(computed_lake, monkeypatch):
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0.0)
    for manifest in sorted((computed_lake / "landed" / "literature").glob("*/document.yaml"))[:2]:
        manifest.write_text(manifest.read_text() + "\n")
    said = []
    run(computed_lake, said.append)
    assert [line.strip() for line in said if " of 2 " in line] == [
        f"{stage} {done} of 2 deliveries" for stage in ("ingested", "harmonised", "checked") for done in (0, 1)
    ]
