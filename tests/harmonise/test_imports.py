"""Files a user brings: the official spreadsheets, MedDRA, own tables; and proposals for what was not matched."""

import polars as pl
import pytest

from safety_pipeline.harmonise.files import ReportedFileError, harmonise_file
from safety_pipeline.harmonise.matching.proposals import propose, unmatched_texts
from safety_pipeline.reference import load
from safety_pipeline.reference.own_files.differences import term_differences
from safety_pipeline.reference.own_files.meddra import MedDRAFileError, import_meddra
from safety_pipeline.reference.own_files.official import OfficialFileError, import_official


@pytest.mark.shared
@pytest.mark.parametrize(
    "name, edition, n_rows",
    [
        ("ctcae-v6.0.xlsx", "CTCAE v6.0", 850),
        ("CTCAE_4.02_2009-10-06.xls", "CTCAE v4.03", 790),
        ("MappingGrades2-3.xls", "v2-v3 map", 1351),
    ],
)
def test_an_official_spreadsheet_agrees_with_our_facts(shared, tmp_path, references, name, edition, n_rows):
    found = import_official(shared / "reference" / "ctcae" / name, tmp_path, references)
    assert (found.name, found.n_rows) == (edition, n_rows)
    assert found.path.is_relative_to(tmp_path)
    # NCI's map spells one v3.0 term otherwise than its own dictionary; nothing else differs.
    terms = found.differences["term"].str.replace(r" grade \d", "").unique().to_list()
    assert terms == (["Hypercholesterolemia"] if edition == "v2-v3 map" else [])


def test_a_file_that_is_no_spreadsheet_is_refused_by_name(tmp_path, references):
    (tmp_path / "notes.xls").write_text("not a workbook", encoding="utf-8")
    with pytest.raises(OfficialFileError, match=r"notes\.xls cannot be read as a spreadsheet"):
        import_official(tmp_path / "notes.xls", tmp_path, references)


def test_a_term_with_other_grades_is_named_with_both():
    theirs = pl.DataFrame({"term": ["Nausea", "New"], **{f"grade_{g}": ["x", "x"] for g in range(1, 6)}})
    ours = pl.DataFrame({"term": ["Nausea", "Gone"], "grades_defined": ["123", "12"]})
    assert term_differences(theirs, ours).rows() == [
        ("Gone", "only in our dictionary", None, "12"),
        ("Nausea", "different", "12345", "123"),
        ("New", "only in the official file", "12345", None),
    ]


def write_meddra(folder):
    (folder / "llt.asc").write_text("1$Queasiness$10$\n2$Nausea$10$\n3$Unheard of$11$\n", encoding="utf-8")
    (folder / "mdhier.asc").write_text("10$0$0$0$Nausea$\n11$0$0$0$Not a term of any edition$\n", encoding="utf-8")


def test_lower_level_names_become_synonyms_in_the_lake_without_codes(tmp_path, references, reported):
    write_meddra(tmp_path)
    assert import_meddra(tmp_path, tmp_path, references) == 5
    assert "10" not in (tmp_path / "reference" / "synonym_meddra.csv").read_text(encoding="utf-8").split(",")
    own = load(tmp_path / "reference")
    matched = own.matches.filter(text="Queasiness", source_kind="register", grading_system="CTC v2.0").row(
        0, named=True
    )
    assert (matched["target_id"], matched["match_kind"]) == ("v2.0/nausea", "meddra_pt")


def test_a_missing_meddra_file_is_named(tmp_path, references):
    with pytest.raises(MedDRAFileError, match=r"llt\.asc is missing"):
        import_meddra(tmp_path, tmp_path, references)


def test_a_csv_goes_in_and_every_row_comes_out_as_parquet(tmp_path, references):
    source, target = tmp_path / "in.csv", tmp_path / "out.parquet"
    source.write_text(
        "grading_system,term_as_reported,mine\nCTC v2.0,Nausea,7\nCTC v2.0,nonsense,8\n", encoding="utf-8"
    )
    assert harmonise_file(source, target, references) == 2
    rows = {row["mine"]: row for row in pl.read_parquet(target).to_dicts()}
    assert (rows[7]["ctcae_term"], rows[7]["grade_lower"], rows[7]["grade_upper"]) == ("Nausea", 1, 3)
    assert rows[8]["match_kind"] == "unmatched"


def test_a_table_without_the_needed_column_is_refused_by_name(tmp_path, references):
    (tmp_path / "in.csv").write_text("term\nNausea\n", encoding="utf-8")
    with pytest.raises(ReportedFileError, match=r"in\.csv lacks grading_system, term_as_reported; it needs"):
        harmonise_file(tmp_path / "in.csv", tmp_path / "out.parquet", references)


UNMATCHED = pl.LazyFrame(
    {
        "grading_system": ["CTCAE v4.03"] * 3,
        "term_as_reported": ["Nausae", "Nausae", "Zzzz qqqq"],
        "match_kind": ["unmatched"] * 3,
        "document_id": ["a", "b", "a"],
        "n_affected_upper": [2, 3, 1],
    }
)


def test_unmatched_texts_are_listed_with_their_counts():
    assert unmatched_texts(UNMATCHED).collect().rows() == [
        ("CTCAE v4.03", "Nausae", 2, 2, 5),
        ("CTCAE v4.03", "Zzzz qqqq", 1, 1, 1),
    ]


def test_a_near_spelling_is_proposed_with_a_score_and_not_applied(graded, references):
    rows = propose(unmatched_texts(UNMATCHED), references)
    assert rows.select("text", "term").rows() == [("Nausae", "Nausea")]
    assert 80 <= rows["score"].item() < 100
    assert graded("CTCAE v4.03", "Nausae", 1, 5)["match_kind"] == "unmatched"


def test_an_accepted_proposal_is_applied_and_says_so(tmp_path, references):
    line = "CTCAE v4.03,,,Nausae,Nausea,,,,,,accepted_proposal,accepted by a reader,ours\n"
    (tmp_path / "accepted_proposal.csv").write_text(
        ",".join(references.synonym.columns) + "\n" + line, encoding="utf-8"
    )
    found = load(tmp_path).matches.filter(text="Nausae", source_kind="literature", grading_system="CTCAE v4.03")
    assert found.select("target_id", "match_kind").rows() == [("v4.03/nausea", "accepted_proposal")]
