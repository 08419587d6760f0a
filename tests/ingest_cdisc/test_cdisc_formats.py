"""The same data set in different formats, spellings and types."""

import resource
import struct

import polars as pl
import pyreadstat
import pytest
from ingest_cdisc.packages import ADSL, AE, DM, adae, package, parsed, tables, write

from safety_pipeline.ingest.cdisc.files.sas7bdat import MAGIC


def test_the_label_of_the_grade_variable_may_name_the_edition(tmp_path):
    folder = package(tmp_path / "s", adsl=ADSL)
    frame = parsed("USUBJID | AETERM | ATOXGR | TRTEMFL\n a | x | 3 | Y")
    labels = {"ATOXGR": "Toxicity Grade (CTCAE v4.03)"}
    pyreadstat.write_xport(frame, str(folder / "adae.xpt"), column_labels=labels, table_name="ADAE")
    row = tables(folder)["document"].row(0, named=True)
    assert (row["grading_system"], row["grading_system_basis"]) == ("CTCAE v4.03", "stated")
    assert row["grading_system_evidence"] == "label of ADAE.ATOXGR"


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xpt", "sas7bdat"])
def test_every_format_gives_the_same_events(tmp_path, suffix):
    expected = tables(package(tmp_path / "a", dm=DM, ae=AE))
    found = tables(package(tmp_path / "b", as_format=suffix, dm=DM, ae=AE))
    for name in ("subject", "event"):
        kept = [each for each in found[name].columns if each not in ("delivery_id", "document_id", "source_file")]
        assert found[name].select(kept).equals(expected[name].select(kept))


def test_a_sas_data_set_that_ends_early_is_refused_without_a_word_of_it(tmp_path):
    folder = package(tmp_path / "s", dm=DM)
    (folder / "ae.sas7bdat").write_bytes(MAGIC + b"\x00ZQ-91-0001" * 90)
    assert "ae.sas7bdat cannot be read as a SAS data set" in tables(folder)["refusal"]["explanation"][0]


@pytest.mark.parametrize("stated", [(24, 2_000_000_000), (20, 1_000_000)])
def test_a_sas_data_set_that_says_it_holds_more_than_it_can_is_refused_before_memory_is_asked_for(tmp_path, stated):
    """The number of rows, or the length of one, stands in the last 480 bytes of the page."""
    folder = package(tmp_path / "s", as_format="sas7bdat", dm=DM, ae=AE)
    content = bytearray((folder / "ae.sas7bdat").read_bytes())
    struct.pack_into("<I", content, len(content) - 480 + stated[0], stated[1])
    (folder / "ae.sas7bdat").write_bytes(content)
    began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (row,) = tables(folder)["refusal"].to_dicts()
    assert row["explanation"].startswith("ae.sas7bdat ")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - began < 200_000


@pytest.mark.parametrize("version", [5, 8])
def test_both_versions_of_transport_files_are_read(tmp_path, version):
    folder = package(tmp_path / "s", dm=DM)
    pyreadstat.write_xport(parsed(AE), str(folder / "AE.XPT"), file_format_version=version, table_name="AE")
    assert tables(folder)["event"].height == 3


def test_names_are_read_in_any_case_and_in_subfolders(tmp_path):
    folder = package(tmp_path / "s")
    (folder / "SDTM").mkdir()
    write(parsed(DM.replace("USUBJID", "usubjid")), folder / "SDTM" / "Dm.csv")
    write(parsed(AE.replace("AETERM", "AeTerm")), folder / "SDTM" / "AE.csv")
    found = tables(folder)
    assert found["event"].height == 3
    assert set(found["event"]["source_file"]) == {"SDTM/AE.csv"}


def test_sas_day_numbers_are_dates(tmp_path):
    """21984 days after 1 January 1960 is 10 March 2020."""
    adsl = ADSL.replace("2020-03-10", "21984").replace("2020-03-12", "21986")
    found = tables(package(tmp_path / "s", adsl=adsl, adae=adae("a | 1 | x | Nausea | 1 | Y | 1")))
    assert found["subject"].filter(pl.col("subject_id") == "a")["exposure_days"].to_list() == [3.0]


TS = """
    STUDYID | TSPARMCD | TSVAL
    S       | TPHASE   | PHASE II TRIAL
    S       | RANDOM   | Y
    S       | INDIC    | Gastrointestinal stromal tumour
    S       | PLANSUB  | 300
"""


def test_the_trial_summary_describes_the_trial_and_study_yaml_stands_before_it(tmp_path):
    found = tables(package(tmp_path / "s", dm=DM, ae=AE, ts=TS, study="indication: GIST"))
    row = found["document"].row(0, named=True)
    assert (row["phase"], row["allocation"], row["indication"]) == ("2", "randomised", "GIST")
    assert (row["n_planned"], row["n_enrolled"], row["n_safety"]) == (300, 3, 3)


def test_typed_parquet_columns_are_read_as_the_values_they_hold(tmp_path):
    """Categories, time zones and decimals are common in files written by other programs."""
    folder = package(tmp_path / "s", dm=DM)
    start = pl.Series(["2020-03-11T08:00:00", "2020-03-09T08:00:00"]).str.to_datetime().dt.replace_time_zone("UTC")
    frame = pl.DataFrame(
        {
            "USUBJID": pl.Series(["a", "c"], dtype=pl.Categorical),
            "AESEQ": pl.Series(["1", "2"]).str.to_decimal(scale=2),
            "AETERM": ["x", "y"],
            "AETOXGR": [3.0, None],
            "AESTDTC": start,
        }
    )
    frame.write_parquet(folder / "ae.parquet")
    events = tables(folder)["event"]
    assert events.select("subject_id", "grade", "is_treatment_emergent").rows() == [("a", 3, True), ("c", None, False)]
