"""The overview and the terms of the pilot study against a recount of the raw rows in plain Python."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyreadstat
import pytest
from ingest_cdisc.packages import delivery

from safety_pipeline.harmonise import overview, toxicity
from safety_pipeline.ingest.cdisc import read
from safety_pipeline.reference import load

pytestmark = pytest.mark.shared
FORMS = ("adam_tdf", "adam_dataset_json", "sdtm_tdf")
RELATED, UNJUDGED = ("PROBABLE", "POSSIBLE"), ("", None)
SEVERITIES = ("MILD", "MODERATE", "SEVERE")
Row = dict[str, object]


def raw(folder: Path, name: str) -> list[Row]:
    """The rows of a data set as the file has them."""
    if (path := folder / f"{name}.xpt").exists():
        columns = pyreadstat.read_xport(str(path), output_format="dict")[0]
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    content = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    names = [column["name"] for column in content["columns"]]
    return [dict(zip(names, row, strict=True)) for row in content["rows"]]


def people(folder: Path) -> dict[object, object]:
    """The arm of each subject of the safety population."""
    if folder.name.startswith("adam"):
        return {row["USUBJID"]: row["TRT01A"] for row in raw(folder, "adsl") if row["SAFFL"] == "Y"}
    treated = (row for row in raw(folder, "dm") if row["RFXSTDTC"] and row["ACTARM"] != "Screen Failure")
    return {row["USUBJID"]: row["ACTARM"] for row in treated}


def emergent(folder: Path) -> Iterator[Row]:
    """The treatment-emergent events."""
    if folder.name.startswith("adam"):
        yield from (row for row in raw(folder, "adae") if row["TRTEMFL"] == "Y")
        return
    marks = {(row["USUBJID"], float(row["IDVARVAL"])) for row in raw(folder, "suppae")
             if row["QNAM"] == "AETRTEM" and row["QVAL"] == "Y"}  # fmt: skip
    yield from (row for row in raw(folder, "ae") if (row["USUBJID"], float(row["AESEQ"])) in marks)


@pytest.fixture(scope="module", params=FORMS)
def package(request, samples):
    """A package as it was read, its arms' labels, and its events by subject with the subjects' arms."""
    folder = samples / request.param
    ingested = read(delivery(folder))
    labels = dict(ingested.arm.collect().select("arm_id", "label").rows())
    arms, events = people(folder), defaultdict(list)
    for row in emergent(folder):
        if row["USUBJID"] in arms:
            events[row["USUBJID"]].append(row)
    return ingested.tables(), labels, arms, events


def counted(package) -> dict[tuple[str, str], tuple[int, int]]:
    """Our bounds by arm and category."""
    tables, labels, _, _ = package
    rows = overview(tables).collect().select("arm_id", "category", "n_affected_lower", "n_affected_upper")
    return {(labels[arm], category): (low, high) for arm, category, low, high in rows.iter_rows()}


def recounted(package, holds) -> dict[str, int]:
    """Subjects of each arm whose events meet a condition."""
    _, _, arms, events = package
    found = dict.fromkeys(arms.values(), 0)
    for subject, rows in events.items():
        found[arms[subject]] += bool(holds(rows))
    return found


EXACT = {
    "any": bool,
    "serious": lambda rows: any(row["AESER"] == "Y" for row in rows),
    "fatal": lambda rows: any(row["AESDTH"] == "Y" or row["AEOUT"] == "FATAL" for row in rows),
    **{
        f"worst_severity_{name.lower()}": lambda rows, place=place: (
            max(SEVERITIES.index(row["AESEV"]) for row in rows) == place
        )
        for place, name in enumerate(SEVERITIES)
    },
}


@pytest.mark.parametrize("category", EXACT)
def test_a_category_of_the_overview_has_the_recounted_subjects(package, category):
    ours, recount = counted(package), recounted(package, EXACT[category])
    assert {arm: ours[arm, category] for arm in recount} == {arm: (n, n) for arm, n in recount.items()}
    assert len(recount) == 3


def test_related_events_lie_between_the_judged_and_the_unjudged_ones(package):
    ours = counted(package)
    judged = recounted(package, lambda rows: any(row["AEREL"] in RELATED for row in rows))
    most = recounted(package, lambda rows: any(row["AEREL"] in (*RELATED, *UNJUDGED) for row in rows))
    assert {arm: ours[arm, "related"] for arm in judged} == {arm: (judged[arm], most[arm]) for arm in judged}


def test_what_the_package_never_records_is_in_no_category(package):
    """AEACN is blank in every row, and nothing is graded."""
    assert {category for _, category in counted(package)} == {*EXACT, "related", "serious_related"}


def test_every_term_has_the_recounted_subjects_and_its_organ_system(package):
    tables, labels, arms, events = package
    subjects, systems = defaultdict(set), {}
    for subject, rows in events.items():
        for row in rows:
            subjects[arms[subject], row["AEDECOD"]].add(subject)
            systems[row["AEDECOD"]] = row["AEBODSYS"]
    rows = toxicity(tables, load()).collect().filter(attribution="all_causality", grade_band="any", is_composite=False)
    names = ("arm_id", "row_label", "n_affected_lower", "n_affected_upper", "body_system_as_reported")
    terms = rows.select(names).rows()
    ours = {(labels[arm], term): (low, high) for arm, term, low, high, _ in terms if high}
    assert ours == {key: (len(had), len(had)) for key, had in subjects.items()}
    assert {term: system for _, term, _, _, system in terms} == systems
    assert len(systems) > 200
