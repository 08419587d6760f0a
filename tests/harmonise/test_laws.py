"""Laws of the crosswalk that hold for every row, and the ones that carry a written exception."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety_pipeline.reference import load
from safety_pipeline.reference.crosswalk.cutoffs import computed_intervals

REFERENCES = load()
MAP = REFERENCES.grade_map
MAPPED = MAP.filter(pl.col("mapping_kind") != "unmappable")
TERM_KEY = ["grading_system", "term", "select_term"]
CROSSING = {
    # Grade 4 names "neurologic deficit" without a threat to life: wider downwards than grade 3.
    ("CTCAE v3.0", "Hemorrhage, CNS", ""),
    # New onset alone is grade 3, however mild it is.
    *((f"CTCAE {edition}", term, "") for edition in ("v5.0", "v6.0") for term in ("Atrial fibrillation", "Delirium")),
    *((f"CTCAE {edition}", term, "") for edition in ("v5.0", "v6.0") for term in ("Mania", "Psychosis")),
    ("CTCAE v5.0", "Mobitz (type) II atrioventricular block", ""),
    ("CTCAE v5.0", "Seizure", ""),
    # Grade 3 names a finding of the bones that may be without symptoms.
    ("CTCAE v3.0", "Neuroendocrine: gonadotropin secretion abnormality", ""),
    # Replacement by vein is severe, replacement that goes on need not be.
    ("CTC v2.0", "Urinary electrolyte wasting (e.g., Fanconi's syndrome, renal tubular acidosis)", ""),
    # A rise by 60 ms may end at any QTc, also below the limits of the milder grades.
    ("CTCAE v3.0", "Prolonged QTc interval", ""),
    ("CTCAE v5.0", "Electrocardiogram QT corrected interval prolonged", ""),
    ("CTCAE v6.0", "Electrocardiogram QT corrected interval prolonged", ""),
    # Grade 3 bounds the abnormal baseline (up to 5 x ULN), grades 2 and 4 do not.
    ("CTCAE v6.0", "Alanine aminotransferase increased", ""),
    ("CTCAE v6.0", "Aspartate aminotransferase increased", ""),
}


def test_v4_03_to_itself_is_the_identity():
    own = MAP.filter(grading_system="CTCAE v4.03")
    assert own.height == 3049
    same = (pl.col("grade") == pl.col("grade_lower")) & (pl.col("grade") == pl.col("grade_upper"))
    assert own.filter(
        ~(same & (pl.col("term") == pl.col("ctcae_term")) & (pl.col("mapping_kind") == "exact"))
    ).is_empty()


def test_every_grade_of_every_term_has_exactly_one_answer():
    expected = REFERENCES.term.select(*TERM_KEY, grade=pl.col("grades_defined").str.split("")).explode("grade")
    expected = expected.with_columns(pl.col("grade").cast(pl.Int64))
    found = MAP.select(*TERM_KEY, "grade")
    assert expected.height == found.height == 15_296
    assert expected.join(found, on=[*TERM_KEY, "grade"], how="anti").is_empty()


@pytest.mark.parametrize(
    "edition, n_terms",
    [("CTC v2.0", 317), ("CTCAE v3.0", 1059), ("CTCAE v4.03", 790), ("CTCAE v5.0", 837), ("CTCAE v6.0", 850)],
)
def test_no_term_of_an_edition_is_missing(edition, n_terms):
    assert REFERENCES.term.filter(grading_system=edition).height == n_terms


def test_an_unmappable_grade_has_no_grade_a_reason_and_a_severity():
    rows = MAP.filter(mapping_kind="unmappable")
    assert rows.height > 0
    assert rows.filter(
        pl.any_horizontal(pl.col("grade_lower", "grade_upper", "grade_preferred").is_not_null())
        | (pl.col("rationale") == "")
        | pl.col("concept_grade_lower").is_null()
    ).is_empty()


def test_the_preferred_grade_lies_inside_its_interval():
    outside = MAPPED.filter(
        ~pl.col("grade_preferred").is_between(pl.col("grade_lower"), pl.col("grade_upper")).fill_null(value=False)
    )
    assert outside.is_empty()


def test_one_grade_is_called_exact_or_narrower_and_several_are_not():
    one = pl.col("grade_lower") == pl.col("grade_upper")
    wrong = MAPPED.filter(
        (one & (pl.col("mapping_kind") == "broader")) | (~one & pl.col("mapping_kind").is_in(["exact", "narrower"]))
    )
    assert wrong.is_empty()


def test_every_mapped_grade_exists_in_the_v4_03_term():
    defined = REFERENCES.term.filter(grading_system="CTCAE v4.03").select(ctcae_term="term", defined="grades_defined")
    rows = MAPPED.join(defined, on="ctcae_term", how="left", validate="m:1")
    ends = [
        pl.col("defined").str.contains(pl.col(name).cast(pl.String), literal=True) | (pl.col(name) == 0)
        for name in ("grade_lower", "grade_upper", "grade_preferred")
    ]
    assert rows.filter(~pl.all_horizontal(ends)).select("grade_map_id").rows() == []


def test_intervals_rise_with_the_grade_but_for_the_written_exceptions():
    ordered = MAPPED.sort(*TERM_KEY, "grade").with_columns(
        before_lower=pl.col("grade_lower").shift().over(*TERM_KEY),
        before_upper=pl.col("grade_upper").shift().over(*TERM_KEY),
    )
    falls = ordered.filter(
        (pl.col("grade_lower") < pl.col("before_lower")) | (pl.col("grade_upper") < pl.col("before_upper"))
    )
    assert set(falls.select(TERM_KEY).rows()) == CROSSING


def test_an_interval_of_laboratory_values_is_the_one_its_cut_offs_give():
    written = MAP.filter(mapping_source="numeric cut-offs")
    computed = computed_intervals(REFERENCES.cutoff, REFERENCES.terms)
    key = [*TERM_KEY, "grade", "grade_lower", "grade_upper"]
    assert written.height == 201
    assert written.join(computed, on=key, how="anti").is_empty()


@given(
    target=st.sampled_from(sorted(REFERENCES.answers["target_id"].unique())),
    low=st.integers(1, 5),
    high=st.integers(1, 5),
)
@settings(max_examples=60, deadline=None)
def test_an_aggregated_cell_contains_its_members(target, low, high):
    low, high = min(low, high), max(low, high)
    own = REFERENCES.answers.filter(target_id=target)
    whole = own.filter(range_lower=low, range_upper=high)
    parts = own.filter(pl.col("range_lower") == pl.col("range_upper"), pl.col("range_lower").is_between(low, high))
    assert whole.height == min(1, parts.height)
    if parts.height:
        assert whole["grade_lower"].item() == parts["grade_lower"].min()
        assert whole["grade_upper"].item() == parts["grade_upper"].max()


def test_the_severe_threshold_is_equal_only_where_no_grade_crosses_it():
    equal = REFERENCES.terms.filter(threshold_relation="equal").select(*TERM_KEY)
    written = REFERENCES.threshold.select(*TERM_KEY)
    rows = MAP.join(equal.join(written, on=TERM_KEY, how="anti"), on=TERM_KEY, how="inner").with_columns(
        low=pl.coalesce("concept_grade_lower", "grade_lower"), high=pl.coalesce("concept_grade_upper", "grade_upper")
    )
    severe = pl.col("grade") >= 3
    assert rows.filter((severe & (pl.col("low") < 3)) | (~severe & (pl.col("high") >= 3))).is_empty()


def test_every_ctcae_term_is_named_as_in_its_dictionary():
    names = REFERENCES.term.filter(grading_system="CTCAE v4.03")["term"]
    for column in ("ctcae_term", "fallback_ctcae_term"):
        assert set(MAP[column].drop_nulls()) <= set(names)


def test_every_row_says_what_it_rests_on_and_who_looked():
    assert set(MAP["mapping_source"]) == {
        "same criterion", "numeric cut-offs", "expert reading", "official NCI v2-v3 map", "clause rule",
    }  # fmt: skip
    assert set(MAP["review_status"]) == {
        "identity",
        "same text",
        "computed",
        "read",
        "read by family",
        "read blind",
        "decided",
    }
    assert MAP.filter(pl.col("rationale") == "").is_empty()


def test_the_dictionaries_ship_no_grade_text_and_no_code():
    for frame in (REFERENCES.term, REFERENCES.synonym, REFERENCES.concept_member):
        assert not [name for name in frame.columns if "code" in name or ("text" in name and name != "text")]
    assert MAP["rationale"].str.len_chars().max() < 480


def test_the_way_through_v3_contains_the_direct_reading_or_the_row_says_what_it_would_be():
    v3 = MAP.filter(grading_system="CTCAE v3.0").select(
        v3_term="term", v3_select_term="select_term", v3_grade="grade",
        over_term="ctcae_term", over_lower="grade_lower", over_upper="grade_upper",
    )  # fmt: skip
    direct = MAP.filter(grading_system="CTC v2.0").join(
        REFERENCES.official, on=["term", "grade"], how="left", validate="1:1"
    )
    both = direct.join(v3, on=["v3_term", "v3_select_term", "v3_grade"], how="left", validate="m:1")
    inside = (pl.col("over_lower") <= pl.col("grade_lower")) & (pl.col("over_upper") >= pl.col("grade_upper"))
    neither = pl.col("over_lower").is_null() & pl.col("grade_lower").is_null()
    agrees = (inside | neither).fill_null(value=False) & (pl.col("over_term") == pl.col("ctcae_term"))
    silent = both.filter(~agrees & ~pl.col("rationale").str.contains("Through the official v2-v3 map"))
    assert both["over_term"].null_count() == 0
    assert silent.is_empty()


def test_the_crosswalk_has_one_newest_version_and_each_day_of_review_is_a_date():
    versions = REFERENCES.crosswalk_version
    assert versions["released_on"].is_sorted()
    assert versions["n_rows"].last() == MAP.height
    assert MAP["reviewed_on"].drop_nulls().str.to_date().is_between(pl.date(2026, 11, 1), pl.date(2030, 1, 1)).all()
    published = REFERENCES.dim_grade_map().collect()
    assert published["crosswalk_version"].unique().to_list() == [versions["version"].last()]
