"""How text as printed finds its term."""

import polars as pl
import pytest

from safety_pipeline.harmonise import NoAnswerError, grade, lookup
from safety_pipeline.reference import load
from safety_pipeline.reference.read import ReferenceDataError

V2, V3, V4 = "CTC v2.0", "CTCAE v3.0", "CTCAE v4.03"


@pytest.mark.parametrize(
    "text, term, kind",
    [
        ("Nausea", "Nausea", "exact"),
        ("NAUSEA", "Nausea", "exact"),
        ("Diarrhoea", "Diarrhea", "spelling"),
        ("Anaemia", "Anemia", "spelling"),
        ("Rash, maculo-papular", "Rash maculo-papular", "spelling"),
        ("oedema peripheral", "Edema limbs", "synonym"),
        ("Rash NOS", "Rash maculo-papular", "synonym"),
        ("skin rashes", "Rash maculo-papular", "synonym"),
        ("Haemoptysis", "Bronchopulmonary hemorrhage", "synonym"),
        ("Pyrexia", "Fever", "synonym"),
        ("hand–foot syndrome", "Palmar-plantar erythrodysesthesia syndrome", "synonym"),
    ],
)
def test_spellings_and_synonyms_meet_their_term(graded, text, term, kind):
    row = graded(V4, text, 1, 5)
    assert (row["source_term"], row["match_kind"]) == (term, kind)


def test_a_text_that_only_names_a_concept_has_no_grades_and_says_which_concept(references):
    said = "'ankle oedema bilateral' is no term of CTCAE v3.0, .* the concept 'edema'"
    with pytest.raises(NoAnswerError, match=said):
        lookup("CTCAE v3.0", "ankle oedema bilateral", 2, references)


def test_an_unknown_text_keeps_its_row_without_a_mapping(graded):
    row = graded(V4, "Not an adverse event", 1, 5)
    assert row["match_kind"] == "unmatched"
    assert {row[name] for name in ("ctcae_term", "concept", "mapping_kind", "grade_lower", "grade_map_id")} == {None}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Rash, grade 3", (3, 3)),
        ("Rash (grade 3-4)", (3, 4)),
        ("Grade 3 or 4 rash", (3, 4)),
        ("rash grade 2 to 3", (2, 3)),
        ("Rash CTCAE grade >= 3", (3, 5)),
        ("Rash, grade 3 or higher", (3, 5)),
        ("Rash", (1, 5)),
    ],
)
def test_a_grade_typed_inside_the_term_becomes_the_reported_grade(graded, text, expected):
    row = graded(V4, text, 1, 5)
    assert row["source_term"] == "Rash maculo-papular"
    assert (row["grade_lower_reported"], row["grade_upper_reported"]) == expected


def test_a_grade_that_is_part_of_a_name_is_not_a_reported_grade(graded):
    row = graded(V2, "Hemorrhage/bleeding with grade 3 or 4 thrombocytopenia", 1, 5)
    assert (row["grade_lower_reported"], row["grade_upper_reported"]) == (1, 5)


def test_a_typed_grade_never_widens_what_the_column_says(graded):
    row = graded(V4, "Rash, grade 3", 1, 2)
    assert (row["grade_lower_reported"], row["grade_upper_reported"]) == (1, 2)


def test_two_terms_in_one_cell_are_the_union_of_both(graded):
    row = graded(V2, "Nausea and vomiting", 3)
    assert (row["grade_lower"], row["grade_upper"]) == (2, 3)
    assert row["grade_map_id"] == "v2.0/nausea/3; v2.0/vomiting/3"


def test_the_same_word_means_another_term_in_another_edition(graded):
    found = [graded(edition, "Rash", 1, 5)["source_term"] for edition in (V2, V3, V4, "CTCAE v6.0")]
    assert found == ["Rash/desquamation", "Rash/desquamation", "Rash maculo-papular", "Rash maculo-papular"]


@pytest.mark.parametrize("parent, term", [("Edema", "Edema limbs"), (None, None), ("Gastrointestinal", None)])
def test_a_site_alone_is_read_only_beneath_a_parent_that_gives_it_meaning(graded, parent, term):
    assert graded(V4, "Leg", 1, 5, parent=parent)["ctcae_term"] == term


def test_fluid_retention_alone_is_wider_than_edema(graded):
    row = graded(V2, "Fluid retention", 1, 5)
    assert (row["concept"], row["concept_relation"]) == ("edema", "superset")


def test_where_no_edition_is_stated_the_term_is_named_and_no_grade_converted(graded):
    row = graded("not stated", "Skin rash", 3)
    assert (row["ctcae_term"], row["concept"], row["grade_lower"], row["mapping_kind"]) == (
        "Rash maculo-papular", "rash", None, None,
    )  # fmt: skip
    assert "no edition" in row["rationale"]


def test_no_row_is_lost_or_repeated(references, reported):
    rows = [(V2, text, None, 1, 5) for text in ("Nausea", "nausea", "no such thing", "Rash", "Nausea")]
    assert grade(reported(*rows), references).collect().height == len(rows)


def write_overlay(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return load(folder)


def test_a_user_adds_a_synonym_and_a_concept_in_files(tmp_path, reported, references):
    header = ",".join(references.synonym.columns) + "\n"
    (tmp_path / "concept.csv").write_text(
        "concept,label,definition,boundary,is_headline,source\nitch,Itch,Any itching,,false,ours\n", encoding="utf-8"
    )
    own = write_overlay(
        tmp_path, "synonym.csv", header + "CTCAE v4.03,,,scratchiness,Pruritus,,,itch,equal,,synonym,ours,ours\n"
    )
    row = grade(reported((V4, "Scratchiness", None, 2, 2)), own).collect().row(0, named=True)
    assert (row["source_term"], row["concept"], row["grade_lower"]) == ("Pruritus", "itch", 2)
    assert "itch" in own.dim_concept().collect()["concept"].to_list()


def test_a_repeated_key_names_both_files_and_lines(tmp_path):
    with pytest.raises(
        ReferenceDataError, match=r"concept\.csv line 2 .*concept\.csv line 2|line 2 and concept.csv line 2"
    ):
        write_overlay(
            tmp_path, "concept.csv", "concept,label,definition,boundary,is_headline,source\nedema,x,x,,true,ours\n"
        )


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(ReferenceDataError, match=r"concept\.csv: line 1 lacks source; it needs"):
        write_overlay(tmp_path, "concept.csv", "concept,label,definition,boundary,is_headline\na,x,x,,true\n")


def test_a_scoped_synonym_speaks_only_for_its_kind_of_source(tmp_path, references):
    header = ",".join(references.synonym.columns) + "\n"
    own = write_overlay(
        tmp_path, "synonym.csv", header + "CTCAE v4.03,register,,queasy,Nausea,,,,,,meddra_pt,ours,ours\n"
    )
    rows = pl.LazyFrame(
        {
            "grading_system": [V4, V4],
            "source_kind": ["register", "literature"],
            "term_as_reported": ["Queasy", "Queasy"],
            "parent_row_label": pl.Series([None, None], dtype=pl.String),
            "grade_lower_reported": [1, 1],
            "grade_upper_reported": [5, 5],
        }
    )
    found = grade(rows, own).collect().sort("source_kind")["match_kind"].to_list()
    assert found == ["unmatched", "meddra_pt"]


@pytest.mark.parametrize("system", [V2, V3, V4])
@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Edema events", "edema"),
        ("Oedema event", "edema"),
        ("Any edema", "edema"),
        ("Rash events", "rash"),
        ("Haemorrhage events", "haemorrhage"),
        ("Bleeding events", "haemorrhage"),
        ("Any haemorrhage", "haemorrhage"),
    ],
)
def test_events_of_a_word_or_any_of_it_are_the_word(graded, system, text, concept):
    bare = graded(system, text.removeprefix("Any ").split(" event")[0], 1, 5)
    row = graded(system, text, 1, 5)
    assert (row["concept"], row["concept_relation"]) == (concept, bare["concept_relation"])
    assert row["ctcae_term"] == bare["ctcae_term"]


@pytest.mark.parametrize("system", ["CTC v2.0", "CTCAE v3.0", "CTCAE v4.03"])
@pytest.mark.parametrize(
    "text",
    [
        "≥1 adverse event", "At least 1 TEAE", "Subjects with one or more TEAEs", "Any treatment-related AE",
        "Any adverse experience", "No. of patients with ≥ 1 toxicity", "Patients reporting an adverse event",
        "Any grade toxicity", "Overall incidence of adverse events", "No. with ≥ 1 AE", "With ≥1 AE", "Any TEAE",
        "Any adverse reaction", "All grade AEs", "Number with at least one AE", "No. of patients who experienced AEs",
    ],
)  # fmt: skip
def test_the_patients_with_one_event_or_more_have_any_event(graded, system, text):
    assert graded(system, text, 1, 5)["concept"] == "any_event"


@pytest.mark.parametrize("text", ["No AE", "Without AE", "No. without AE", "None", "AE-free"])
def test_the_patients_without_any_event_have_none(graded, text):
    assert graded("CTCAE v3.0", text, 1, 5)["concept"] is None


def test_one_event_or_more_of_a_kind_is_that_kind(graded):
    assert graded("CTCAE v4.03", "Patients with at least one epistaxis", 1, 5)["ctcae_term"] == "Epistaxis"
