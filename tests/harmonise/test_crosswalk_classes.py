"""Classes of error that an independent reading once found, each as a law over all rows.

The criteria themselves are not in the project; they are read from the shared official dictionaries.
"""

import re

import polars as pl
import pytest

from safety_pipeline.reference import load
from safety_pipeline.reference.read import DATA, read_keyed

MAP = load().grade_map
MAPPED = MAP.filter(pl.col("grade_lower").is_not_null(), pl.col("grading_system") != "CTCAE v4.03")
FILES = {
    "CTC v2.0": ("ctc_v2_0", None), "CTCAE v3.0": ("ctcae_v3_0", "select_ae"),
    "CTCAE v5.0": ("ctcae_v5_0", None), "CTCAE v6.0": ("ctcae_v6_0", None),
}  # fmt: skip
WIDER_THAN_ITS_WORDS = {
    # These editions have no hypokalemia grade 2, so their grade 1 holds patients of both.
    "v2.0/hypokalemia/1",
    "v3.0/potassium_serum_low_hypokalemia/1",
    # v2.0 has no grade between this one and death, v3.0 no other one at all.
    "v2.0/dic_disseminated_intravascular_coagulation/4",
    "v3.0/alcohol_intolerance_syndrome_antabuse_like_syndrome/3",
    # v6.0 grade 3 is hospitalization alone, so its grade 2 takes treatments that v4.03 names in grade 3.
    "v6.0/retroperitoneal_hemorrhage/2",
}
PAEDIATRIC = r" or (mild/moderate|severe) impact on age-appropriate normal daily activity \(pediatric\)"


def test_no_single_grade_stands_in_a_row_whose_reason_leaves_a_grade_open():
    one = pl.col("grade_lower") == pl.col("grade_upper")
    leaves_open = pl.col("rationale").str.contains("left open") | (pl.col("review_status") == "rule, wide")
    assert MAPPED.filter(one & leaves_open).is_empty()


def test_a_preferred_grade_that_differs_from_the_source_grade_has_a_reason_of_its_own():
    moved = MAPPED.filter(pl.col("grade_preferred") != pl.col("grade"))
    by_rule = moved.filter(pl.col("review_status").str.starts_with("rule"), mapping_source="clause rule")
    assert moved.height > 100
    assert by_rule.select("grade_map_id", "rationale").rows() == []


def dictionary(shared, name, select):
    rows = pl.read_csv(shared / "reference" / "ctcae" / f"{name}.csv", infer_schema=False).to_dicts()
    return {
        (row["term"], (row[select] or "") if select else "", grade): row[f"grade_{grade}"] or ""
        for row in rows
        if row["term"]
        for grade in range(1, 6)
    }


@pytest.fixture(scope="module")
def rows(shared):
    """Every mapped row with its criterion, and the criteria of its v4.03 term."""
    own = {system: dictionary(shared, *file) for system, file in FILES.items()}
    target = dictionary(shared, "ctcae_v4_03", None)
    return [
        row
        | {
            "says": own[row["grading_system"]][row["term"], row["select_term"], row["grade"]],
            "there": {grade: target[row["ctcae_term"], "", grade] for grade in range(1, 6)},
        }
        for row in MAPPED.to_dicts()
    ]


def clauses(criterion):
    plain = re.sub(PAEDIATRIC, "", criterion.lower()).replace("self-care", "self care").replace("10^9", "10e9")
    return frozenset(re.sub(r"[^a-z0-9<>=.%/]+", " ", part).strip() for part in plain.split(";"))


@pytest.mark.shared
def test_the_whole_criterion_of_a_v4_03_grade_reads_as_that_grade(rows):
    """With or without the paediatric wording of v6.0."""
    wrong = []
    for row in rows:
        same = [grade for grade, text in row["there"].items() if text and clauses(text) == clauses(row["says"])]
        is_that = same and (row["grade_lower"], row["grade_upper"]) == (same[0], same[0])
        if same and not is_that and row["grade_map_id"] not in WIDER_THAN_ITS_WORDS:
            wrong.append((row["grade_map_id"], same))
    assert wrong == []


@pytest.mark.shared
def test_equal_criteria_have_equal_intervals_across_terms_and_editions_where_v4_03_reads_alike(rows):
    found = {}
    for row in rows:
        criteria = clauses(row["says"]), tuple(clauses(text) for text in row["there"].values())
        interval = row["grade_lower"], row["grade_upper"], row["grade_preferred"]
        if row["mapping_source"] != "numeric cut-offs" and row["grade_map_id"] not in WIDER_THAN_ITS_WORDS:
            found.setdefault(criteria, {}).setdefault(interval, row)
    differing = {says for (says, _), answers in found.items() if len(answers) > 1}
    # Of bleeding, v6.0 lets the same words take transfusion and endoscopy too: its grade 3 is hospitalization alone.
    bleeding = {says for says in differing if says & {"intervention indicated", "invasive intervention not indicated"}}
    # What these words hold depends on the other grades of the term.
    assert differing - bleeding == {frozenset({words}) for words in ("present", ">uln")}


@pytest.mark.shared
def test_a_patient_with_symptoms_is_never_in_a_grade_for_findings_without(rows):
    wrong = [
        row["grade_map_id"]
        for row in rows
        if row["grade_lower"] == 1
        and re.match(r"symptomatic|moderate symptoms|moderate pain", row["says"].lower())
        and "new onset" not in row["says"].lower()
        and re.match(r"asymptomatic(?!.*(mild symptom| or mild|bsa))", row["there"][1].lower())
    ]
    assert wrong == []


@pytest.mark.shared
def test_an_intervention_that_is_not_indicated_is_not_one_that_is(rows):
    wrong = []
    for row in rows:
        denied = re.match(r"(repair or revision|operative intervention) not indicated$", row["says"].lower())
        if denied and row["grade_lower"] == row["grade_upper"]:
            text = row["there"][row["grade_lower"]].lower()
            if denied[1].split()[0] in text and "not indicated" not in text:
                wrong.append(row["grade_map_id"])
    assert wrong == []


CRITERIA = read_keyed(
    [DATA / "criterion.csv"], ("family", "terms", "criterion", "grade", "reason", "source"), ("terms", "criterion")
)


@pytest.mark.shared
@pytest.mark.parametrize("rule", CRITERIA.to_dicts(), ids=lambda rule: f"{rule['family']}: {rule['criterion']}")
def test_a_criterion_that_stands_alone_is_placed_where_v4_03_names_it(rows, rule):
    grade = int(rule["grade"])
    about = [
        row
        for row in rows
        if re.search(rule["terms"], row["ctcae_term"]) and row["there"][grade]
        and any(re.search(rule["criterion"], clause.strip()) for clause in row["says"].lower().split(";"))
    ]  # fmt: skip
    outside = [row["grade_map_id"] for row in about if not row["grade_lower"] <= grade <= row["grade_upper"]]
    assert about
    assert outside == [], rule["reason"]
