"""Where a package holds a study twice, as analysed and as collected: what the two say differently."""

from dataclasses import dataclass, field

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.package.words import note
from safety_pipeline.ingest.cdisc.people.subjects import Subjects
from safety_pipeline.ingest.cdisc.people.treatments import treatments


@dataclass(frozen=True)
class Elsewhere:
    """How many subjects of each arm's denominator the data set that is not counted has in another arm."""

    dataset: str = ""
    by_arm: dict[str, int] = field(default_factory=dict)


def arms_elsewhere(subjects: Subjects, other: Dataset | None) -> Elsewhere:
    """Only labels that both data sets use are compared: another spelling is not another arm."""
    if other is None:
        return Elsewhere()
    theirs = treatments(other).frame.select("subject", theirs=pl.col("actual_label")).drop_nulls().unique("subject")
    counted = subjects.frame.filter("is_safety_population").join(theirs, on="subject", how="inner", validate="m:1")
    differs = counted.filter(
        pl.col("theirs").is_in(subjects.frame["actual_label"].drop_nulls().unique().to_list()),
        pl.col("actual_label").is_in(theirs["theirs"].unique().to_list()),
        pl.col("theirs") != pl.col("actual_label"),
    )
    return Elsewhere(other.name, dict(differs.drop_nulls("arm_label").group_by("arm_label").len().iter_rows()))


def notes_on_arms(used: Dataset, elsewhere: Elsewhere) -> list[str]:
    """A sentence on the subjects whom the data set that is not counted has in another arm."""
    n = sum(elsewhere.by_arm.values())
    return [note("other_arms", used=used.name, unused=elsewhere.dataset, n=n)] if n else []


def notes_on_events(used: Dataset, other: Dataset | None) -> list[str]:
    """How many events only one of the two listings holds, by subject and sequence number."""
    if other is None or not {"sequence"} <= used.present & other.present:
        return []
    ours, theirs = _keys(used), _keys(other)
    n, m = (ours.join(theirs, on=_KEY, how="anti").height, theirs.join(ours, on=_KEY, how="anti").height)
    return [note("other_events", used=used.name, unused=other.name, n=n, m=m)] if n or m else []


_KEY = ["subject", "sequence"]


def _keys(dataset: Dataset) -> pl.DataFrame:
    return dataset.frame.select("subject", pl.col("sequence").cast(pl.Float64, strict=False)).drop_nulls()
