"""Rates and incidence by a day of the pilot study against statsmodels on the raw files, without any of our code."""

import pandas as pd
import polars as pl
import pyreadstat
import pytest
from ingest_cdisc.packages import delivery
from statsmodels.duration.survfunc import SurvfuncRight
from summarise.printed_tables import Printed

from safety_pipeline.harmonise import life_table
from safety_pipeline.ingest.cdisc import read
from safety_pipeline.reference import load
from safety_pipeline.summarise.over_time import incidence_over_time
from safety_pipeline.summarise.sources import Sources

pytestmark = pytest.mark.shared
EDEMA = {"EYE SWELLING", "OEDEMA", "OEDEMA PERIPHERAL", "SWELLING"}
ARMS = {"Placebo": "placebo", "Xanomeline High Dose": "xanomeline_high_dose"}


@pytest.fixture(scope="module")
def times(samples):
    """Days to the first edema under treatment, or to the last dose, per arm; nobody died of the arms looked at."""
    adsl, adae = (pyreadstat.read_xport(str(samples / "adam_tdf" / f"{name}.xpt"))[0] for name in ("adsl", "adae"))
    people = adsl[adsl.SAFFL == "Y"].assign(last=lambda rows: _days(rows.TRTEDT, rows.TRTSDT))
    edema = adae[(adae.TRTEMFL == "Y") & adae.AEDECOD.isin(EDEMA)].merge(people[["USUBJID", "TRTSDT"]], on="USUBJID")
    first = edema.assign(day=_days(edema.ASTDT, edema.TRTSDT_y)).groupby("USUBJID").day.min()
    people = people.assign(day=people.USUBJID.map(first))
    people["event"] = people.day.notna() & (people.day <= people["last"])
    people["time"] = people.day.where(people.event, people["last"])
    return people


def _days(later, earlier):
    return (pd.to_datetime(later) - pd.to_datetime(earlier)).dt.days + 1


@pytest.fixture(scope="module")
def found(samples):
    tables = read(delivery(samples / "adam_tdf")).tables()
    printed = Printed().sources()
    known = {name: getattr(printed, name) for name in printed.__dataclass_fields__}
    arm = tables["arm"].with_columns(allocation=pl.lit("randomised"))
    sources = Sources(
        **known | {"arm": arm, "source_table": tables["source_table"], "life_table": life_table(tables, load())}
    )
    return incidence_over_time(sources, [84, 168]).collect().filter(
        concept="edema", grade_band="any", attribution="all_causality"
    )  # fmt: skip


@pytest.mark.parametrize("arm", ARMS)
def test_the_rate_of_edema_is_first_events_over_patient_years(times, found, arm):
    own = times[times.TRT01A.eq(arm)]
    row = found.filter(measure="exposure_adjusted_rate", arm_id=f"CDISCPILOT01.{ARMS[arm]}").row(0, named=True)
    assert row["n_affected_lower"] == own.event.sum()
    assert row["patient_years"] == pytest.approx(own.time.sum() / 365.25)
    assert row["estimate"] == pytest.approx(100 * own.event.sum() / (own.time.sum() / 365.25))


@pytest.mark.parametrize("day", [84, 168])
@pytest.mark.parametrize("arm", ARMS)
def test_the_incidence_of_edema_by_a_day_without_deaths_is_one_minus_kaplan_meier(times, found, arm, day):
    own = times[times.TRT01A.eq(arm)]
    curve = SurvfuncRight(own.time.to_numpy(), own.event.to_numpy().astype(int))
    before = [1.0, *curve.surv_prob[curve.surv_times <= day]]
    row = found.filter(measure="cumulative_incidence", by_day=day, arm_id=f"CDISCPILOT01.{ARMS[arm]}").row(
        0, named=True
    )
    assert row["estimate"] == pytest.approx(1 - before[-1])
