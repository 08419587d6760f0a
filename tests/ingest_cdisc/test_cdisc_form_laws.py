"""Laws of any package: the form it comes in, the order of its rows and the spelling of its names change no fact."""

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from packages import tables

LAW = settings(max_examples=25, deadline=None)
ARMS = {"H": "Drug 20 mg BID", "L": "Drug 20 mg QD", "SCRNFAIL": "Screen Failure"}
DAYS = st.sampled_from(["2020-03-09", "2020-03-10", "2020-03-20", "2020-03", ""])


@st.composite
def studies(draw):
    """Subjects with planned and actual arm, and events of theirs."""
    codes = st.sampled_from(list(ARMS))
    people = []
    for at in range(draw(st.integers(1, 6))):
        planned, actual = draw(codes), draw(codes)
        people.append((f"s{at}", planned, "SCRNFAIL" if planned == "SCRNFAIL" else actual))
    names = st.sampled_from([name for name, *_ in people])
    terms, grades = st.sampled_from(["Nausea", "Oedema", ""]), st.sampled_from(["1", "3", ""])
    return people, draw(st.lists(st.tuples(names, terms, grades, DAYS, st.sampled_from(["Y", "N", ""])), max_size=8))


def collected(people, events):
    dm = [{"STUDYID": "S", "USUBJID": name, "ARMCD": planned, "ARM": ARMS[planned], "ACTARMCD": actual,
           "ACTARM": ARMS[actual], "RFXSTDTC": _first(actual)} for name, planned, actual in people]  # fmt: skip
    ae = [{"USUBJID": name, "AESEQ": at, "AETERM": "as written", "AEDECOD": term, "AETOXGR": grade, "AESTDTC": day,
           "AEREL": related} for at, (name, term, grade, day, related) in enumerate(events)]  # fmt: skip
    return {"dm": dm, "ae": ae}


def analysed(people, events):
    adsl = [{"STUDYID": "S", "USUBJID": name, "TRT01P": ARMS[planned], "TRT01A": ARMS[actual], "TRTSDT": _first(actual),
             "SAFFL": "Y" if _first(actual) else "N"} for name, planned, actual in people]  # fmt: skip
    arms = {name: ARMS[actual] for name, _, actual in people}
    adae = [{"USUBJID": name, "AESEQ": at, "TRTA": arms[name], "AETERM": "as written",
             "AEDECOD": term, "ATOXGR": grade, "ASTDT": day, "AREL": related}
            for at, (name, term, grade, day, related) in enumerate(events)]  # fmt: skip
    return {"adsl": adsl, "adae": adae}


def _first(actual):
    return "" if actual == "SCRNFAIL" else "2020-03-10"


NAMES = ("STUDYID", "USUBJID", "AESEQ", "AETERM")


def facts(datasets, rename=str):
    """What a package says, but for where it says it and in which order."""
    with tempfile.TemporaryDirectory() as place:
        for name, rows in datasets.items():
            names = list(rows[0]) if rows else [*NAMES]
            content = {
                "columns": [{"name": rename(each)} for each in names],
                "rows": [list(row.values()) for row in rows],
            }
            (Path(place) / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        found = tables(Path(place))
    columns = {
        "arm": ("label", "n_at_risk", "n_assigned", "dose_mg_per_day", "analysis_population"),
        "subject": ("subject_id", "arm_id", "planned_arm_id", "is_safety_population"),
        "event": ("subject_id", "term_as_reported", "grade", "is_related", "is_treatment_emergent", "start_day"),
        "source_table": ("complete_from_grade", "analysis_population"),
        "refusal": ("rule",),
    }
    ids = found["document"]["trial_id"].to_list()
    return ids, {name: sorted(found[name].select(each).rows(), key=repr) for name, each in columns.items()}


@LAW
@given(study=studies())
def test_a_study_as_analysed_has_the_facts_it_has_as_collected(study):
    assert facts(analysed(*study)) == facts(collected(*study))


@LAW
@given(study=studies(), mixer=st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_case_of_names_changes_a_fact(study, mixer):
    datasets = collected(*study)
    shuffled = {name: mixer.sample(rows, len(rows)) for name, rows in datasets.items()}
    assert facts(shuffled, str.lower) == facts(datasets)
