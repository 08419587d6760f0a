"""What the trial summary (TS) says of the study; `study.yaml` stands before it."""

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.package.refusals import Record
from safety_pipeline.ingest.cdisc.package.study import Study
from safety_pipeline.ingest.cdisc.package.words import trial_parameters, words

_FIELDS = ("registry_id", "title", "year", "phase", "allocation", "indication", "n_planned")
NOT_STATED = "not_stated"
_DESIGN = "INTMODEL"


def summarised_drug(trial: Dataset | None) -> str | None:
    """The drug under study by the trial summary."""
    drug = _summarised(trial).get("drug")
    return str(drug) if drug else None


def trial_facts(study: Study, trial: Dataset | None) -> Record:
    """Columns of the document that describe the trial, but for the drug."""
    said = {name: value for name, value in study.model_dump(include=set(_FIELDS)).items() if value is not None}
    if said.get("allocation") == NOT_STATED:
        del said["allocation"]
    found = {"allocation": NOT_STATED, **_summarised(trial), **said}
    return {name: value for name, value in found.items() if name != "drug"}


def is_crossover(study: Study, trial: Dataset | None) -> bool:
    """Whether every subject was to be given several treatments one after another, as TS or a person says."""
    if study.crossover is not None:
        return study.crossover
    if trial is None:
        return False
    designs = trial.frame.filter(pl.col("name").str.to_uppercase() == _DESIGN)["value"].drop_nulls()
    return any(words("design").get(design.upper()) == "crossover" for design in designs)


def _summarised(trial: Dataset | None) -> Record:
    if trial is None:
        return {}
    given = trial.frame.select("name", "value").drop_nulls().iter_rows()
    found: Record = {}
    for parameter, value in given:
        column = trial_parameters().get(parameter.upper())
        read = None if column is None else _read(column, value)
        if column is not None and read is not None:
            found.setdefault(column, read)
    return found


def _read(column: str, value: str) -> object:
    """The value in our words; null where it is none of those we know."""
    if column in ("phase", "allocation"):
        return words(column).get(value.upper())
    if column == "n_planned":
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
    return value
