"""Official texts of grades: taken from a user's files, and found again by edition, term and grade."""

import polars as pl
import pytest
from official_files import official_files

from safety_pipeline.reference.own_files.grade_texts import KEY, grade_texts
from safety_pipeline.reference.own_files.official import OfficialFileError, import_official


def test_texts_of_all_imported_files_are_found_by_edition_term_and_grade(tmp_path, references):
    for file in official_files(tmp_path):
        import_official(file, tmp_path, references)
    texts = grade_texts(tmp_path)
    found = {
        (edition, term, grade): text
        for edition, term, grade, text in texts.select("grading_system", "term", "grade", "text").iter_rows()
    }
    assert found["CTC v2.0", "Edema", 3] == "old text 3"
    assert found["CTCAE v4.03", "Edema limbs", 2] == "new text 2"
    assert found["CTCAE v3.0", "Edema: limb", 1] == "listed text 1"
    assert found["CTCAE v3.0", "Edema: limb", 4] == "middle text 4"
    assert ("CTCAE v4.03", "Edema limbs", 4) not in found
    assert texts.select(KEY).is_duplicated().sum() == 0


def test_a_lake_without_official_files_has_no_texts(tmp_path):
    assert grade_texts(tmp_path).is_empty()


@pytest.mark.parametrize("content", ["a,b\n1,2\n", '"a\nb'])
def test_another_text_file_is_refused_by_name(tmp_path, references, content):
    (tmp_path / "notes.txt").write_text(content, encoding="utf-8")
    with pytest.raises(OfficialFileError, match=r"notes\.txt"):
        import_official(tmp_path / "notes.txt", tmp_path, references)


@pytest.mark.shared
def test_the_real_files_give_a_text_to_every_row_of_their_editions(shared, tmp_path, references):
    folder = shared / "reference" / "ctcae"
    for name in ("CTCAEv3Grades.txt", "CTCAE_4.02_2009-10-06.xls", "MappingGrades2-3.xls", "ctcae-v6.0.xlsx"):
        import_official(folder / name, tmp_path, references)
    bare = references.grade_map.join(grade_texts(tmp_path), on=KEY, how="anti")
    assert bare["grading_system"].unique().to_list() == ["CTCAE v5.0"]
    assert bare.height == references.grade_map.filter(pl.col("grading_system") == "CTCAE v5.0").height
