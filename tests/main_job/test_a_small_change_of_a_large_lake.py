"""After a small change of a large lake only what it reaches is made again, and every table is as if made anew."""

import shutil

import polars as pl
import pytest
from changing_lake import read, summarise
from lakes import REPOSITORY
from test_a_review_of_several_trials import land_review
from truth.hostile import random_lake
from truth.memory_lake import land
from truth.simulation import PRINTERS
from truth.trial import Size

from safety_pipeline.orchestration.increments import basis, changes
from safety_pipeline.orchestration.increments.remade import remade
from safety_pipeline.orchestration.lakes import dq
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making import blocks
from safety_pipeline.orchestration.making.publications import PUBLICATIONS
from safety_pipeline.orchestration.making.summaries import SUMMARIES
from safety_pipeline.tables import compared, summarised

_SIZE = Size(patients=8, arms=2, terms=3)
# Of their own drugs, of one drug, and of imatinib.
_KINDS = sorted(PRINTERS)
_ALL = (*SUMMARIES, *PUBLICATIONS)
_SHIPPED = ("gist_400_vs_600_2002", "gist_long_term_2008", "melanoma_high_dose_2006")


def land_invented(folder, numbers):
    for number in numbers:
        land(folder, PRINTERS[_KINDS[number % len(_KINDS)]](3, range(number, number + 1), _SIZE))


def land_of_one_drug(folder, numbers):
    for number in numbers:
        land(folder, random_lake(5, number))


def land_shipped(folder, name):
    place = folder / "landed" / "literature" / name
    shutil.copytree(REPOSITORY / "data_lake" / "landed" / "literature" / name, place)


def take_away(folder, kind):
    first = sorted((folder / "landed" / kind).iterdir())[0]
    shutil.rmtree(first) if first.is_dir() else first.unlink()


def change_one_count(folder):
    for file in sorted((folder / "landed" / "literature").glob("*/document.yaml")):
        text = file.read_text(encoding="utf-8")
        if "n_at_risk: " in text and file.parent.name not in _SHIPPED:
            file.write_text(text.replace("n_at_risk: ", "n_at_risk: 1", 1), encoding="utf-8")
            return


def add(folder):
    """Trials of new drugs, one more of a known one, a second report of a trial, a document of several trials."""
    land_invented(folder, range(30, 33))
    land_of_one_drug(folder, [3])
    land_shipped(folder, "gist_long_term_2008")
    land_review(folder)


def take_and_change(folder):
    """An article and a package withdrawn, another number of patients in an arm."""
    take_away(folder, "literature")
    take_away(folder, "cdisc")
    change_one_count(folder)


@pytest.fixture(scope="module")
def small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_ROWS", 450)
        yield


@pytest.fixture(scope="module")
def first(tmp_path_factory, small_blocks):
    """A lake of many rows, as blocks are set, summarised for the first time."""
    folder = tmp_path_factory.mktemp("large") / "lake"
    land_shipped(folder, "gist_400_vs_600_2002")
    land_shipped(folder, "melanoma_high_dose_2006")
    land_invented(folder, range(28))
    land_of_one_drug(folder, [4, 8])
    lake = read(folder)
    assert not any(summarise(lake).values())
    assert len(blocks.blocks(lake)) > 2
    return folder


@pytest.fixture
def lake(first, tmp_path):
    """A copy of it, free to change."""
    return shutil.copytree(first, tmp_path / "lake")


@pytest.mark.parametrize("change", [add, take_and_change])
def test_every_table_is_as_if_made_of_the_whole_lake_in_its_order(lake, change):
    change(lake)
    changed = read(lake)
    made_so = summarise(changed)
    assert made_so["summarised/incidence_by_arm"]
    assert made_so["summarised/incidence_by_dose"]
    assert made_so["summarised/suspected_duplicate"]
    for summary in _ALL:
        table = summary.table
        here = changed.scan(table).collect()
        anew = table.restored(table.stored(table.conform(summary.in_blocks(changed)))).collect()
        if table is summarised.ROW_USE:  # nobody reads it in its order
            here, anew = (rows.sort("toxicity_id") for rows in (here, anew))
        assert here.equals(anew), table.path


def test_without_a_change_nothing_is_reached(lake):
    found = changes.changes(read(lake))
    assert (found.changed_documents, found.trials, found.drugs) == (set(), set(), set())


def test_a_change_reaches_the_trials_of_its_drug_and_no_others(lake):
    land_of_one_drug(lake, [3])
    changed = read(lake)
    for summary in SUMMARIES[:2]:
        summary.write(changed)
    found = changes.changes(changed)
    arms = changed.scan(summarised.ARM).collect()
    assert set(arms.filter(pl.col("drug").is_in(["imatinib"]))["trial_id"]).isdisjoint(found.trials)
    assert found.changed_documents <= found.documents
    assert len(found.documents) < changed.scan(summarised.DOCUMENT_USE).collect().height


def land_as_another_trial(folder, name):
    """The same tables as an article of another trial."""
    article = folder / "landed" / "literature" / name
    copy = shutil.copytree(article, article.with_name("another_paper_2003"))
    lines = (copy / "document.yaml").read_text(encoding="utf-8").splitlines()
    own = [line for line in lines if not line.strip().startswith(("trial_id:", "same_patients_as:", "registry_id:"))]
    text = "\n".join([*own, "trial_id: ANOTHER"])
    (copy / "document.yaml").write_text(text.replace(name, copy.name), encoding="utf-8")


def test_a_suspected_pair_of_an_old_and_a_new_document_is_found(lake):
    land_as_another_trial(lake, "gist_400_vs_600_2002")
    changed = read(lake)
    assert summarise(changed)["summarised/suspected_duplicate"]
    pairs = changed.scan(compared.SUSPECTED_DUPLICATE).collect()
    assert pairs.select("document_id", "other_document_id").rows() == [("another_paper_2003", "gist_400_vs_600_2002")]


def other_rules(lake, monkeypatch):
    monkeypatch.setattr(basis, "code_version", lambda stage: f"another {stage}")


def damaged_table(lake, monkeypatch):
    (lake / basis.FOLDER / "summarised.arm.parquet").write_bytes(b"PAR1")


def no_memory(lake, monkeypatch):
    (lake / basis.FOLDER / "made_of.json").unlink()


def broken_memory(lake, monkeypatch):
    (lake / basis.FOLDER / "made_of.json").write_text("{")


def other_left_out(lake, monkeypatch):
    place = Lake(lake).left_out_path(next(iter(Lake(lake).deliveries)))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text('{"rule": "a", "stage": "ingested", "explanation": "b"}')


def large_change(lake, monkeypatch):
    land_of_one_drug(lake, [10])


@pytest.mark.parametrize("reason", [other_rules, damaged_table, no_memory, broken_memory, other_left_out, large_change])
def test_everything_is_made_again_after(lake, monkeypatch, reason):
    reason(lake, monkeypatch)
    changed = read(lake)
    assert [remade(changed, summary) for summary in SUMMARIES[:2]] == [None, None]
    for summary in SUMMARIES[:2]:
        summary.write(changed)
    assert all(remade(changed, summary) is None for summary in _ALL)


def test_a_damaged_table_is_made_again_alone(lake):
    (lake / basis.FOLDER / "summarised.incidence_by_arm.parquet").write_bytes(b"PAR1")
    made_so = summarise(read(lake))
    assert not made_so["summarised/incidence_by_arm"]
    assert made_so["summarised/coverage"]


def failed_table(lake):
    dq.record_fault(lake, "summarised/sensitivity", "could not be made")


def rows_taken_out(lake):
    place = lake.folder / ".state" / "taken_out" / "summarised" / "coverage" / "_all.parquet"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"")


@pytest.mark.parametrize("fault", [failed_table, rows_taken_out])
def test_a_run_with_a_fault_is_no_basis_for_the_next(lake, fault):
    known = Lake(lake)
    fault(known)
    basis.keep(known, "a release")
    assert basis.basis(known) is None


def test_a_lake_of_few_rows_keeps_no_basis(lake, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 10**6)
    basis.keep(Lake(lake), "a release")
    assert not (lake / basis.FOLDER).exists()
