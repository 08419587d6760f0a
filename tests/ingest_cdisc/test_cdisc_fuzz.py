"""Mutated packages: the reader answers, and every row is an event, a subject or a refusal.

Set SAFETY_FUZZ_EXAMPLES=10000 for the long run.
"""

import json
import os
import tempfile
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages import AE, DM, delivery, parsed, tables, write

from safety_pipeline.harmonise import toxicity
from safety_pipeline.ingest.cdisc import read
from safety_pipeline.reference import load

EXAMPLES = int(os.environ.get("SAFETY_FUZZ_EXAMPLES", "90"))
NO_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]
FUZZ = settings(max_examples=EXAMPLES, deadline=20_000, suppress_health_check=NO_CHECKS)
COUNTED = settings(FUZZ, max_examples=max(EXAMPLES // 10, 15))
ADSL = """
    STUDYID | USUBJID | TRT01A  | TRT01P  | TRT02A  | SAFFL | TRTSDT     | TRTEDT     | TR01EDT
    S       | a       | Drug    | Drug    | Placebo | Y     | 2020-03-10 | 2020-03-30 | 2020-03-12
    S       | b       | Placebo | Drug    |         | Y     | 2020-03-10 |            |
    S       | c       | Placebo | Placebo |         | N     |            |            |
"""
ADAE = """
    USUBJID | AESEQ | TRTA    | APERIOD | AETERM | AEDECOD | ATOXGR | AEREL | TRTEMFL | ASTDT
    a       | 1     | Drug    | 1       | x      | Nausea  | 2      | Y     | Y       | 2020-03-11
    a       | 2     | Placebo | 2       | y      | Oedema  | 3      | N     | Y       | 2020-03-20
    b       | 1     | Placebo | 1       | z      | Rash    | 1      |       |         | 2020-03
"""
EX = """
    USUBJID | EXTRT   | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC    | EXENDTC
    a       | Drug    | 20     | mg     | BID      | 2020-03-10 | 2020-03-12
    c       | Placebo | 0      | mg     | BID      | 2020-03-10 |
"""
SUPPAE = """
    USUBJID | IDVAR | IDVARVAL | QNAM    | QVAL
    a       | AESEQ | 1        | AETRTEM | Y
    c       | AESEQ | 1        | AETRTEM | N
"""
TS = "STUDYID | TSPARMCD | TSVAL\n S | TPHASE | PHASE II TRIAL\n S | PLANSUB | 300"
STUDY = b"allocation: randomised\nmin_cell: 5\narms:\n  - {arm: HIGH, drug: d, dose_mg_per_day: 40}\n"
DEFINE = b"""<?xml version="1.0"?><ODM xmlns="http://www.cdisc.org/ns/odm/v1.3"><Study OID="S"><MetaDataVersion OID="M">
<ItemDef OID="I" Name="AETOXGR"><Description><TranslatedText>CTCAE v4.03</TranslatedText></Description></ItemDef>
</MetaDataVersion></Study></ODM>"""
FORMS = {
    "collected": {"dm": DM, "ae": AE, "ex": EX, "suppae": SUPPAE, "ts": TS},
    "analysed": {"adsl": ADSL, "adae": ADAE},
}
SUFFIXES = ("xpt", "json", "ndjson", "csv", "parquet", "zip")


def _file(folder, name, text, suffix):
    """A data set in a format, as bytes."""
    frame, path = parsed(text), folder / f"{name}.{suffix}"
    head = {"datasetJSONVersion": "1.1.0", "records": len(frame), "columns": [{"name": each} for each in frame.columns]}
    rows = frame.to_numpy().tolist()
    match suffix:
        case "json":
            path.write_text(json.dumps(head | {"rows": rows}), encoding="utf-8")
        case "ndjson":
            path.write_text("\n".join(json.dumps(each) for each in (head, *rows)), encoding="utf-8")
        case "zip":
            write(frame, folder / f"{name}.csv")
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(folder / f"{name}.csv", f"{name}.csv")
        case _:
            write(frame, path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Every data set of both forms in every format."""
    folder = tmp_path_factory.mktemp("whole")
    return {
        (form, suffix): {f"{name}.{suffix}": _file(folder, name, text, suffix) for name, text in datasets.items()}
        for form, datasets in FORMS.items()
        for suffix in SUFFIXES
    }


FRAGMENT = st.one_of(
    st.binary(max_size=12),
    st.sampled_from([b"", b",", b"\n", b'"', b"\0" * 8, b"\xff\xfe", b"9" * 40, b"NaN", b"Total", b"{", b"&x;", b"PK"]),
)
MUTATION = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 40), FRAGMENT)
CHANGE = st.tuples(st.integers(0, 6), st.lists(MUTATION, min_size=1, max_size=5), st.sampled_from([1, 1, 1, 0.9, 0.5]))


def _mutated(content, mutations, cut):
    changed = bytearray(content)
    for place, taken, put in mutations:
        at = int(place * len(changed))
        changed[at : at + taken] = put
    return bytes(changed[: max(1, int(cut * len(changed)))])


def _read(files):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "s"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return tables(folder)


def _proven(found):
    """What holds of any package: an answer, arms that are there, denominators that are their subjects."""
    assert found["document"].height + found["refusal"].height
    assert set(found["subject"]["arm_id"].drop_nulls()) <= set(found["arm"]["arm_id"])
    read = found["event"].filter(~pl.col("is_refused"))
    assert set(read["subject_id"]) <= set(found["subject"]["subject_id"])
    safe = found["subject"].filter("is_safety_population").group_by("arm_id").len()
    at_risk = found["arm"].filter(pl.col("n_at_risk") > 0).select("arm_id", "n_at_risk")
    assert dict(safe.iter_rows()) == dict(at_risk.iter_rows())


@FUZZ
@given(
    form=st.sampled_from(list(FORMS)),
    suffix=st.sampled_from(SUFFIXES),
    changes=st.lists(CHANGE, min_size=1, max_size=3),
)
def test_any_bytes_in_any_files_are_read_or_refused(whole, form, suffix, changes):
    files = whole[form, suffix] | {"study.yaml": STUDY, "define.xml": DEFINE}
    for at, mutations, cut in changes:
        name = sorted(files)[at % len(files)]
        files[name] = _mutated(files[name], mutations, cut)
    _proven(_read(files))


TEXT = st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=10)
NUMBERS = ["", "1", "3", "0", "9" * 30, "-1e308", "nan", "1e400", "Grade 3", "III", "2020-03", "2020-03-11"]
WORDS = ["Y", "N", "a", "A ", "b", "Nausea", "Drug", "drug ", "Placebo", "Total", "Screen Failure", "UNPLAN", "AESEQ"]
ODD = st.one_of(TEXT, st.sampled_from(NUMBERS), st.sampled_from(WORDS))


@st.composite
def datasets(draw):
    """A package whose data sets have rows repeated, left out and filled with odd cells."""
    form = FORMS[draw(st.sampled_from(list(FORMS)))]
    changed = {}
    for name, text in form.items():
        frame = parsed(text)
        rows = [list(row) for row in draw(st.lists(st.sampled_from(frame.to_numpy().tolist()), max_size=6))]
        for row in rows:
            for at in draw(st.lists(st.integers(0, len(row) - 1), max_size=3)):
                row[at] = draw(ODD)
        gone = draw(st.sets(st.integers(1, len(frame.columns) - 1), max_size=2))
        columns = [{"name": f"X{at}" if at in gone else column} for at, column in enumerate(frame.columns)]
        changed[name] = {"columns": columns, "rows": rows}
    return changed


@pytest.fixture(scope="module")
def references():
    return load()


def _written(folder, changed):
    for name, content in changed.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


@FUZZ
@given(changed=datasets())
def test_every_row_is_a_subject_an_event_or_a_refusal(changed):
    with tempfile.TemporaryDirectory() as place:
        found = tables(_written(Path(place), changed))
    _proven(found)
    if found["document"].height:
        _no_row_is_lost(found, changed)


@COUNTED
@given(changed=datasets())
def test_counts_stay_within_their_arms(references, changed):
    with tempfile.TemporaryDirectory() as place:
        ingested = read(delivery(_written(Path(place), changed))).tables()
    if ingested["document"].collect().height:
        counted = toxicity(ingested, references).collect()
        assert (counted["n_affected_lower"] <= counted["n_affected_upper"]).all()
        assert (counted["n_affected_upper"] <= counted["n_at_risk"]).all()


KEPT = ("grade_is_1_to_5", "grade_fits_the_outcome", "treated_subject_has_an_arm")


def _no_row_is_lost(found, changed):
    refused = found["refusal"].filter(~pl.col("rule").is_in(KEPT))
    for name, table in (("adae", "event"), ("ae", "event"), ("adsl", "subject"), ("dm", "subject")):
        # A subject of a crossover has a row for each treatment.
        is_first = pl.col("course_number").fill_null(1) == 1
        kept = found[table].filter(~pl.col("is_refused") if table == "event" else is_first)
        rows = kept.height + refused.filter(pl.col("table_label") == name.upper()).height
        assert name not in changed or rows == len(changed[name]["rows"])
