"""An arm whose label states another dose than every dose that EX says its subjects were given."""

from collections.abc import Sequence

import polars as pl

from safety_pipeline.dose import Dose, Naming, drug_name, mass_in_mg, parse_dose
from safety_pipeline.ingest.cdisc.package.words import note

_NEARLY = 1e-6


def conflict(dose: Dose, given: pl.DataFrame, own: Sequence[Naming]) -> Dose | None:
    """The arm without a dose where its label and EX contradict each other: nothing says which of both is wrong."""
    if dose.amount is None or dose.drug is None or dose.is_placebo:
        return None
    of_drug = given.filter(pl.col("treatment").map_elements(drug_name, return_dtype=pl.String) == dose.drug)
    regimens = of_drug.drop_nulls("regimen").unique("regimen", maintain_order=True)
    read = regimens.select("regimen", "is_zero").iter_rows()
    if regimens.is_empty() or any(not is_zero and _agrees(dose, parse_dose(text, own)) for text, is_zero in read):
        return None
    reason = note("dose_conflict", label=dose.text, doses=", ".join(regimens["regimen"]))
    return Dose(drug=dose.drug, combination_drugs=dose.combination_drugs, text=dose.text, reason=reason)


def _agrees(label: Dose, given: Dose) -> bool:
    """Whether both may be the same dose; an amount without a frequency may be one of several of the day."""
    one, other = mass_in_mg(label), mass_in_mg(given)
    if one is None or other is None:
        return True
    if label.mg_per_day is not None and given.mg_per_day is not None:
        return _same(label.mg_per_day, given.mg_per_day)
    by_day = label.mg_per_day or one, given.mg_per_day or other
    if _same(one, other) or _same(*by_day) or _same(by_day[0], other) or _same(one, by_day[1]):
        return True
    return given.mg_per_day is None and other < by_day[0]


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _NEARLY * max(abs(one), abs(other))
