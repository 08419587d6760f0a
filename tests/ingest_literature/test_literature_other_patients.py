"""A line that counts other patients than its header: its number is divided by none, or by those its note gives."""

import pytest

ARMS = "Event,A 10 mg (N=60) n,B 20 mg (N=61) n\n"


def _patients(drafted, label, note=""):
    understood, _ = drafted(f"Adverse events,,\n{ARMS}{label},12,3\nCough,5,1\n{note}", "t.csv")
    found = next(row for row in understood.rows if row.label.startswith(label.strip('"')[:5]))
    return found.said.n_at_risk, understood


@pytest.mark.parametrize(
    "note",
    [
        "* Assessed in 50 patients only",
        "* Of 40 patients of A and all patients of B",
        "* The denominator is the number of patients with a laboratory value",
        "* Women only",
        "* Percentages are based on evaluable patients",
    ],
)
def test_a_note_on_other_patients_leaves_the_line_without_a_denominator(drafted, note):
    patients, understood = _patients(drafted, "Edema*", f'"{note}",,\n')
    assert patients == {}
    assert any(question.key.endswith("n_at_risk") for question in understood.questions)


def test_a_note_that_gives_the_patients_of_each_arm_is_used(drafted):
    patients, understood = _patients(drafted, "Edema*", '"* N = 50 and N = 45",,\n')
    assert patients == {understood.arms[0].id: 50, understood.arms[1].id: 45}


@pytest.mark.parametrize("note", ["* Two of them serious", "* Grade 4 in 2 patients", "† Assessed in 50 patients only"])
def test_a_note_on_something_else_or_of_another_line_changes_nothing(drafted, note):
    assert _patients(drafted, "Edema*", f'"{note}",,\n')[0] is None


@pytest.mark.parametrize("label", ["Menorrhagia (women only)", "Erectile dysfunction (men)", '"Mastodynia, females"'])
def test_an_event_of_one_sex_is_not_divided_by_all_patients(drafted, label):
    assert _patients(drafted, label)[0] == {}


def test_a_raised_mark_finds_its_note(drafted):
    page = (
        "<table><caption>Adverse events</caption><thead><tr><th>Event</th><th>A 10 mg (N=60) n</th></tr></thead><tbody>"
        "<tr><td>Edema<sup>b</sup></td><td>3</td></tr><tr><td>Rash<sup>a</sup></td><td>4</td></tr></tbody>"
        "<tfoot><tr><td colspan='2'>a Two were serious. b Of 50 patients assessed.</td></tr></tfoot></table>"
    )
    understood, _ = drafted(page, "t.html")
    events = [row for row in understood.rows if row.role == "event"]
    assert [row.said.n_at_risk for row in events] == [{}, None]
