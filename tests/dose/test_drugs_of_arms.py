"""The drug of an arm as a pharmacist reads its texts: names made up, or of substances that every pharmacopoeia has."""

import pytest

from safety_pipeline.dose import Naming, abbreviations, drug_name, drug_of_title, parse_dose, parts_of

NAMES = {
    "Torvalemib mesylate": "torvalemib",
    "Dimethyl Fumarate": "dimethyl fumarate",
    "Ferric citrate": "ferric citrate",
    "Magnesium sulfate": "magnesium sulfate",
    "Torvalemib 0.25 mg": "torvalemib",
    "TORVALEMIB 2.5 mg/5 mL oral solution": "torvalemib oral solution",
    "Arm A: TOR+GAV": "tor+gav",
    "Group 2 - Torvalemib": "torvalemib",
    "Diroximel fumarate": "diroximel fumarate",
    "Sodium tetradecyl sulfate": "sodium tetradecyl sulfate",
    "Dextran sulfate": "dextran sulfate",
    "Torvalemib succinate XR": "torvalemib",
}


@pytest.mark.parametrize(("printed", "name"), NAMES.items())
def test_a_name_has_no_strength_salt_or_label_but_what_is_part_of_the_substance(printed: str, name: str) -> None:
    assert drug_name(printed) == name


def _dose(*texts: str, drugs: tuple[str, ...] = ("Torvalemib",)) -> tuple[str | None, float | None, str | None]:
    dose = parse_dose(texts, [Naming(drug_name(each), (each,)) for each in drugs])
    return dose.drug, dose.mg_per_day, dose.reason


@pytest.mark.parametrize("title", ["Never Received Torvalemib", "Never user of torvalemib", "Not treated"])
def test_a_group_that_was_never_given_anything_has_no_drug(title: str) -> None:
    drug, dose, reason = _dose(title, "Randomised to torvalemib 20 mg daily, but never received study treatment.")
    assert (drug, dose) == (None, None)
    assert "given nothing" in str(reason)


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Untreated cohort", "Participants who were not given torvalemib"),
        ("Non-treated controls", ""),
        ("Pre-treatment", "Events before the first dose of torvalemib"),
        ("Observation", "Patients in this group were not administered torvalemib."),
    ],
)
def test_a_group_outside_of_treatment_has_no_drug(title: str, description: str) -> None:
    assert _dose(title, description)[:2] == (None, None)


PLACEBOS = [
    "Placebo capsules identical in appearance to torvalemib 50 mg, once daily",
    "Placebo tablets indistinguishable in size, shape and colour from torvalemib tablets, twice daily",
    "Dummy tablets matching torvalemib",
    "Placebo that looks like torvalemib 50 mg",
    "Placebo similar in taste and smell to the active torvalemib",
]


@pytest.mark.parametrize("description", PLACEBOS)
def test_what_a_placebo_is_made_to_look_like_is_not_given(description: str) -> None:
    assert _dose("Control group", description)[:2] == ("placebo", None)


def test_a_drug_given_beside_placebo_is_given() -> None:
    assert _dose("Placebo", "Placebo once daily plus torvalemib 20 mg twice daily")[:2] == ("torvalemib", 40)


def test_who_had_placebo_before_has_the_drug_now() -> None:
    assert _dose("Prior placebo - torvalemib 50 mg once daily")[0] == "torvalemib"


CYCLES = [
    "Torvalemib 150 mg orally on days 1 through 28 of every 42 day cycle",
    "Torvalemib 150 mg orally once daily on days 1-28 of every 42 days",
    "Torvalemib 150 mg PO daily, days 1 to 14 every 21 days",
    "Torvalemib 150 mg daily on Days 1 to 14, every 21 days",
]


@pytest.mark.parametrize("text", CYCLES)
def test_how_often_a_cycle_begins_is_not_how_often_the_drug_is_taken(text: str) -> None:
    assert _dose(text)[:2] == ("torvalemib", 150)


def test_an_amount_every_few_days_is_no_daily_dose() -> None:
    assert _dose("Torvalemib 150 mg every 3 days")[1] is None


def test_patients_without_treatment_before_the_study_have_their_drug() -> None:
    assert _dose("Previously untreated", "Never received prior chemotherapy. Torvalemib 20 mg once daily")[:2] == (
        "torvalemib",
        20,
    )


@pytest.mark.parametrize("title", ["Placebo -> OL Torvalemib", "SFE OL Torvalemib", "Torvalemib & Placebo"])
def test_placebo_before_or_beside_a_drug_makes_no_placebo_group(title: str) -> None:
    assert _dose(title, "")[0] == "torvalemib"


@pytest.mark.parametrize(
    ("title", "drug", "mg"),
    [
        ("Placebo → Torvalemib 40 mg QD", None, None),
        ("Placebo > Torvalemib 40 mg QD", None, None),
        ("Placebo/Torvalemib 40 mg QD", None, None),
        ("From placebo to Torvalemib 40 mg QD", None, None),
        ("Torvalemib 40 mg QD → Placebo", None, None),
        ("Torvalemib 40 mg QD + placebo/vehicle", "torvalemib", 40),
        ("Placebo matching to Torvalemib 40 mg QD", "placebo", None),
    ],
)
def test_a_sign_of_a_switch_between_placebo_and_a_drug_makes_the_group_neither(
    title: str, drug: str | None, mg: float | None
) -> None:
    assert _dose(title)[:2] == (drug, mg)


def test_placebo_that_something_unnamed_follows_is_neither() -> None:
    drug, _, reason = _dose("Placebo then open-label", "placebo, later the active drug", drugs=("Torvalemib", "Gavo"))
    assert drug is None
    assert "follows placebo" in str(reason)


@pytest.mark.parametrize(
    "text",
    [
        "placebo matching torvalemib",
        "placebo injections that match those of torvalemib",
        "placebo identical to torvalemib",
    ],
)
def test_a_placebo_that_looks_like_the_drug_is_placebo(text: str) -> None:
    assert _dose("Group B", text)[0] == "placebo"


def test_a_placebo_of_a_drug_with_a_short_form_is_placebo() -> None:
    naming = Naming("torvalemib", ("Torvalemib", "TOR"))
    assert parse_dose(["Placebo", "an injection of placebo matching torvalemib (TOR)."], [naming]).drug == "placebo"


def test_a_title_with_the_dose_of_the_day_agrees_with_its_parts_in_the_description() -> None:
    assert _dose("Torvalemib 800 mg", "400 mg po bid")[:2] == ("torvalemib", 800)


def test_a_name_that_joins_drugs_by_a_plus_gives_each_of_them() -> None:
    assert [drug_name(part) for part in parts_of("Arm B: 20 mg torvalemib (TOR) + gavorelin 5 mg")] == [
        "torvalemib",
        "gavorelin",
    ]


def test_a_short_form_that_the_texts_give_in_brackets_names_the_drug() -> None:
    texts = ["an injection of torvalemib (TOR) or placebo (PBO)", "gavorelin (see above)"]
    assert abbreviations(Naming("torvalemib", ("Torvalemib",)), texts) == {"TOR"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TORVALEMIB(T-1b) daily", {"T-1b"}),
        ("torvalemib (tor) daily", set()),
        ("torvalemib (To be given) daily", set()),
        ("torvalemib daily (TOR)", set()),
        ("torvalemib tablets (TOR)", set()),
        ("tor (TOR)", set()),
    ],
)
def test_a_short_form_is_in_capitals_and_stands_right_behind_a_name_of_the_drug(text: str, found: set[str]) -> None:
    assert abbreviations(Naming("torvalemib", ("Torvalemib", "tor")), [text]) == found


@pytest.mark.parametrize(
    ("title", "drug"),
    [
        ("Torvalemib", "torvalemib"),
        ("Torvalemib 20 mg", "torvalemib"),
        ("Treatment", None),
        ("Observation", None),
        ("Hypertension", None),
        ("Group A", None),
    ],
)
def test_a_title_of_one_word_that_is_no_ordinary_word_is_a_drug(title: str, drug: str | None) -> None:
    assert drug_of_title(title) == drug


@pytest.mark.parametrize(
    "title",
    [
        "Placebo to Torvalemib 40 mg",
        "Placebo - Torvalemib 40 mg",
        "Placebo–Torvalemib",
        "Torvalemib 40 mg QD/Placebo",
        "Torvalemib 40 mg QD to Placebo",
        "Torvalemib - Placebo",
    ],
)
def test_a_title_that_only_joins_placebo_and_a_drug_gives_neither(title: str) -> None:
    drug, mg, reason = _dose(title, "")
    assert (drug, mg) == (None, None)
    assert "no text says whether one follows the other" in str(reason)


@pytest.mark.parametrize(
    ("title", "description", "drug", "mg"),
    [
        ("Placebo to Torvalemib 40 mg", "Matching placebo once daily", "placebo", None),
        ("Placebo - Torvalemib", "one placebo tablet a day for 12 weeks", "placebo", None),
        ("Placebo to Torvalemib 40 mg", "given placebo, and torvalemib 40 mg QD in the extension", None, None),
        ("Placebo to match Torvalemib 40 mg", "", "placebo", None),
        ("Matching placebo for Torvalemib 40 mg", "", "placebo", None),
        ("Torvalemib 40 mg placebo", "", "placebo", None),
        ("Torvalemib 40 mg QD/Placebo", "torvalemib 40 mg QD with a matching placebo of 20 mg", "torvalemib", 40),
        ("Torvalemib 40 mg QD/Placebo", "40 mg QD in period 1 and placebo in period 2", None, None),
        ("Placebo", "placebo to torvalemib 40 mg once daily", "placebo", None),
        ("Torvalemib 40 mg QD (placebo-controlled)", "", "torvalemib", 40),
    ],
)
def test_the_description_settles_what_a_joined_title_means(
    title: str, description: str, drug: str | None, mg: float | None
) -> None:
    assert _dose(title, description)[:2] == (drug, mg)


def test_a_group_given_one_of_placebo_and_a_drug_has_neither() -> None:
    drug, _, reason = _dose("Torvalemib or placebo", "")
    assert drug is None
    assert "not one of them" in str(reason)
