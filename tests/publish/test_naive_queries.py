"""Queries as an analyst in a hurry writes them: each gives the right number, nothing, or an error."""

import duckdb
import polars as pl
import pytest

from safety_pipeline.publish.metrics import metrics

EDEMA = "concept = 'edema' AND grade_band = 'any' AND drug = 'imatinib'"
BY_DOSE = f"FROM mart_incidence_by_dose WHERE {EDEMA}"
BY_ARM = f"FROM mart_incidence_by_arm WHERE {EDEMA}"

# What the articles print: 52 of 73 and 57 of 74 in the randomised trial, 5 of 17 in the other.
RIGHT = {
    "the average at one dose of one trial": (f"SELECT avg(value) {BY_DOSE} AND dose_mg_per_day = 600", 57 / 74),
    "the sum at one dose of one trial": (f"SELECT sum(value) {BY_DOSE} AND dose_mg_per_day = 600", 57 / 74),
    "the average where two trials differ": (f"SELECT avg(value) {BY_DOSE} AND dose_mg_per_day = 400", None),
    "the lowest trial": (f"SELECT min(value_lower) {BY_DOSE} AND dose_mg_per_day = 400", 5 / 17),
    "the highest trial": (f"SELECT max(value_upper) {BY_DOSE} AND dose_mg_per_day = 400", 52 / 73),
    "the number of answers at a dose": (f"SELECT count(*) {BY_DOSE} AND dose_mg_per_day = 400", 1),
    "the text for a card": (f"SELECT label {BY_DOSE} AND dose_mg_per_day = 600", "57/74, 77.0 % (66.3 to 85.1)"),
    "the average of an arm": (f"SELECT avg(value) {BY_ARM} AND arm_label = 'imatinib 400 mg'", 52 / 73),
    "the patients of a dose": (f"SELECT patients {BY_DOSE} AND dose_mg_per_day = 400", "57/90 crude"),
    "the average of an overview": (
        "SELECT avg(value) FROM mart_overview WHERE category = 'related' AND arm_label = 'imatinib 400 mg'",
        71 / 73,
    ),
    "the average difference of a printed row": (
        "SELECT avg(risk_difference) FROM mart_comparison WHERE row_label = 'Edema or fluid retention' "
        "AND grade_band = 'any'",
        57 / 74 - 52 / 73,
    ),
    "the answers that a flag leaves": (f"SELECT count(*) {BY_DOSE} AND is_headline", 3),
    "what is known of an arm that printed nothing": (
        "SELECT any_value(patients) FROM mart_coverage WHERE arm_id = 'NCT00084513.escalation' AND concept = 'edema'",
        None,
    ),
    "a dose nobody counted": (f"SELECT max(value) {BY_DOSE} AND dose_mg_per_day = 800", None),
    "why a dose has none": (
        f"SELECT why {BY_DOSE} AND dose_mg_per_day = 800",
        "No trial at this dose gives a count of patients.",
    ),
    "a pivot by dose": (
        f"""SELECT "600 mg/day" FROM (PIVOT (SELECT dose_label, value {BY_DOSE}) ON dose_label USING sum(value))""",
        57 / 74,
    ),
    "a pivot of words": (
        f"""SELECT "400 mg/day" FROM (PIVOT (SELECT dose_label, label {BY_DOSE}) ON dose_label USING max(label))""",
        "2 trials from 29.4 to 71.2 %",
    ),
}
IMPOSSIBLE = {
    "adding up patients": f"SELECT sum(patients) {BY_DOSE}",
    "averaging patients": f"SELECT avg(patients) {BY_ARM}",
    "adding up counts": f"SELECT sum(n_affected_upper) {BY_DOSE}",
    "adding up counts of arms": f"SELECT sum(n_affected_lower) {BY_ARM}",
    "a rate from sums": f"SELECT sum(n_affected_lower) / sum(n_at_risk) {BY_ARM}",
    "averaging the words": f"SELECT avg(label) {BY_DOSE}",
    "a mean weighted by patients": f"SELECT sum(value * n_at_risk) / sum(n_at_risk) {BY_ARM}",
    "adding up patients of two doses": "SELECT sum(group_patients) FROM mart_comparison",
    "adding up patients of what is covered": "SELECT sum(patients) FROM mart_coverage",
    "adding up patients of an overview": "SELECT sum(patients) FROM mart_overview",
    "a flag that the wide table needs": f"SELECT avg(value) {BY_DOSE} AND is_default",
    "a stratum that the wide table needs": f"SELECT avg(value) {BY_DOSE} AND stratum = 'all'",
    "averaging signals": "SELECT avg(label) FROM mart_signal",
    "splitting no list": f"SELECT toxicity_ids {BY_ARM}",
}


@pytest.fixture(scope="module")
def database(shipped_lake):
    with duckdb.connect(str(shipped_lake / "published" / "safety.duckdb"), read_only=True) as opened:
        yield opened


@pytest.mark.parametrize("query", RIGHT)
def test_it_gives_the_right_answer(database, query):
    sql, expected = RIGHT[query]
    rows = database.execute(sql).fetchall()
    assert len(rows) == 1
    assert rows[0][0] == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize("query", IMPOSSIBLE)
def test_it_cannot_be_asked(database, query):
    with pytest.raises(duckdb.BinderException):
        database.execute(IMPOSSIBLE[query])


def test_a_metric_shows_no_number_where_a_chart_mixes_questions(database):
    of_one_question = metrics().filter(pl.col("additivity") == "never", pl.col("grain") != "any")
    for metric in of_one_question.collect().to_dicts():
        shown = database.execute(f"SELECT {metric['expression']} FROM {metric['table_name']}").fetchone()[0]
        assert shown is None or shown.startswith("choose one"), metric["metric"]


def test_a_metric_of_one_question_is_the_value_of_its_row(database):
    for metric in metrics().filter(metric="incidence", table_name="mart_incidence_by_dose").collect().to_dicts():
        chosen = f"SELECT {metric['expression']} {BY_DOSE} AND dose_mg_per_day = 600"
        assert database.execute(chosen).fetchone()[0] == pytest.approx(57 / 74)


def test_bars_by_dose_made_with_the_metrics_have_a_value_or_a_reason(database):
    sql = f"""SELECT dose_label, CASE WHEN count(*) = 1 THEN max(value) END, max(value_kind) {BY_DOSE} GROUP BY 1"""
    assert {dose: kind for dose, _, kind in database.execute(sql).fetchall()} == {
        "400 mg/day": "range_of_trials",
        "600 mg/day": "point",
        "800 mg/day": "not_known",
    }
