"""Laws: whatever the patients really had, the bounds made of their printed table hold the true count."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from printed_tables import Printed, answer, bounds

# A patient's grades of each of two sub-terms; several events of one patient are several entries.
GRADE_LISTS = st.lists(st.integers(1, 5), max_size=3)
PATIENTS = st.lists(st.tuples(GRADE_LISTS, GRADE_LISTS), min_size=1, max_size=12)
COLUMNS = st.sampled_from([("any", ">=3"), ("any", "3-4"), ("1", "2", "3", "4", "5"), ("1-2", ">=3"), ("1", "2", "3")])
SPAN = {"any": (1, 5), ">=3": (3, 5), "3-4": (3, 4), "1-2": (1, 2)} | {str(n): (n, n) for n in range(1, 6)}
LAW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def count(patients, column, counting):
    """What a table prints in a grade column: patients by worst grade, or patients with any event of the grade."""
    low, high = SPAN[column]
    if counting == "worst":
        return sum(bool(grades) and low <= max(grades) <= high for grades in patients)
    return sum(any(low <= grade <= high for grade in grades) for grades in patients)


def holds(row, truth):
    low, high = bounds(row)
    return low <= truth <= high and (row["incidence"] is None or low == truth == high)


def severe_truth(patients, columns):
    """A column `3-4` leaves out the dead, who are then a known caution and not part of the printed band."""
    top = 4 if "3-4" in columns else 5
    return sum(any(3 <= grade <= top for grade in grades) for grades in patients)


@given(PATIENTS, COLUMNS, st.sampled_from(["worst", "each"]))
@LAW
def test_one_printed_row_bounds_the_patients_it_was_made_of(patients, columns, counting):
    events = [first for first, _ in patients]
    printed = Printed().document("D").table().arm("D.400", 400.0, len(patients))
    for column in columns:
        # A column that spans a band counts patients once in either way of counting.
        by = "each" if column in ("any", ">=3", "3-4") else counting
        printed.cell("D.400", "Edema", column, count(events, column, by), grade_counting=counting)
    rows = printed.by_arm()
    assert holds(answer(rows, "D.400", "edema", "any"), sum(map(bool, events)))
    assert holds(answer(rows, "D.400", "edema", "severe"), severe_truth(events, columns))


@given(PATIENTS)
@LAW
def test_several_rows_of_a_concept_bound_the_patients_with_any_of_them(patients):
    printed = Printed().document("D").table().arm("D.400", 400.0, len(patients))
    for place, term in enumerate(("Leg", "Face")):
        events = [patient[place] for patient in patients]
        for column in ("any", ">=3"):
            n = count(events, column, "each")
            printed.cell("D.400", term, column, n, concept="edema", concept_relation="subset")
    together = [first + second for first, second in patients]
    rows = printed.by_arm()
    assert holds(answer(rows, "D.400", "edema", "any"), sum(map(bool, together)))
    assert holds(answer(rows, "D.400", "edema", "severe"), severe_truth(together, ()))


@given(st.integers(1, 200), st.integers(0, 200), st.integers(1, 300), st.sampled_from([">=", ">"]))
@LAW
def test_an_event_that_a_threshold_hides_lies_within_its_bounds(n, affected, per_mille, operator):
    affected = min(affected, n)
    at_or_above = affected * 1000 >= per_mille * n if operator == ">=" else affected * 1000 > per_mille * n
    printed = Printed().document("D").arm("D.400", 400.0, n)
    printed.table(threshold_percent=per_mille / 10, threshold_operator=operator, threshold_scope="any_arm")
    printed.cell("D.400", "Nausea", "any", n)
    if at_or_above:
        printed.cell("D.400", "Edema", "any", affected)
    assert holds(printed.answer("D.400", "edema", "any"), affected)


@given(st.lists(st.integers(0, 20), min_size=2, max_size=2), st.lists(st.integers(0, 20), min_size=2, max_size=2))
@settings(LAW, max_examples=8)
def test_a_second_report_of_the_same_patients_changes_no_used_number(first, second):
    def trial(*, twice):
        printed = Printed().document("A", "T").table()
        for arm, dose, n in (("T.400", 400.0, first[0]), ("T.600", 600.0, first[1])):
            printed.arm(arm, dose, 20).cell(arm, "Edema", "any", n)
        if twice:
            printed.document("B", "T", document_priority=2).table()
            for arm, dose, n in (("T.400", 400.0, second[0]), ("T.600", 600.0, second[1])):
                printed.arm(arm, dose, 20).cell(arm, "Edema", "any", n)
        return printed

    once, twice = trial(twice=False), trial(twice=True)
    for table in ("by_dose", "contrasts"):
        assert getattr(once, table)().equals(getattr(twice, table)())
    assert once.by_arm().drop("toxicity_ids").equals(twice.by_arm().drop("toxicity_ids"))
    statuses = twice.coverage().filter(document_id="B")["reporting_status"].unique().to_list()
    assert statuses == ["superseded"]
