"""The subjects of a package: which arm, planned and actual, and whether in the safety population."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.package.refusals import Record, row_refusals
from safety_pipeline.ingest.cdisc.package.words import note, truths
from safety_pipeline.ingest.cdisc.people.treatments import is_total, treatments


@dataclass(frozen=True)
class Subjects:
    """One row per subject; ``arm_label`` is null for who is in no arm.

    ``later`` and ``has_actual`` are those of `Treatments`.
    """

    frame: pl.DataFrame
    refusals: tuple[Record, ...]
    notes: tuple[str, ...]
    later: frozenset[str]
    has_actual: bool


def read_subjects(dataset: Dataset, period: pl.DataFrame, arm_basis: str) -> Subjects:
    """Subjects by the best of what the data set and EX say; a subject listed twice in two arms is refused."""
    found = treatments(dataset)
    treated = found.frame.join(period, on="subject", how="left", validate="m:1").with_columns(
        first_dose=pl.coalesce("first_dose", "first_given"), last_dose=pl.coalesce("last_dose", "last_given")
    )
    arm = pl.col("planned_label" if arm_basis == "planned" else "actual_label")
    placed = treated.with_columns(
        arm_label=pl.when(pl.col("actual_label").is_not_null()).then(arm),
        exposure_days=_exposure_days(),
        death_day=_death_day(),
    )
    safe, how = _safety(dataset, placed)
    judged = placed.with_columns(is_treated=safe.fill_null(value=False))
    known = judged.with_columns(is_safety_population=pl.col("is_treated") & pl.col("actual_label").is_not_null())
    kept, refusals = _once(known, dataset)
    lost = _treated_without_arm(kept, dataset)
    notes = (*how, *([] if found.has_actual else [note("planned_for_actual", dataset=dataset.name)]))
    return Subjects(kept, (*refusals, *lost), (*notes, *_notes(kept, arm_basis)), found.later, found.has_actual)


def _treated_without_arm(kept: pl.DataFrame, dataset: Dataset) -> list[Record]:
    """Refusals of subjects who were treated and have no arm, and nothing says why; nobody guesses the planned one."""
    is_silent = pl.all_horizontal(pl.col(name).is_null() for name in ("actual_arm", "actual_arm_code", "no_arm_reason"))
    was_dosed = pl.lit(value=_is_flagged(dataset)) | pl.col("first_dose").is_not_null()
    return row_refusals(dataset, kept.filter(pl.col("is_treated"), is_silent, was_dosed), "treated_subject_has_an_arm")


def _exposure_days() -> pl.Expr:
    """Both days count; null where a date is partial or the order is wrong."""
    first, last = (day_of(name) for name in _PERIOD)
    days = (last - first).dt.total_days() + 1
    return pl.when(days > 0).then(days.cast(pl.Float64))


def _death_day() -> pl.Expr:
    """The day of death, the first dose being day 1; null where either date is partial."""
    first, death = (day_of(name) for name in ("first_dose", "death"))
    return (death - first).dt.total_days() + 1


def day_of(name: str) -> pl.Expr:
    """The date in a column of dates or times in ISO 8601, null where it is partial."""
    return pl.col(name).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


_PERIOD = ("first_dose", "last_dose")


def _safety(dataset: Dataset, placed: pl.DataFrame) -> tuple[pl.Expr, list[str]]:
    """Who is in the safety population: as flagged, else who had a first dose, else who has an arm."""
    if _is_flagged(dataset):
        yes = [word for word, is_yes in truths("flag").items() if is_yes]
        return pl.col("safety_flag").str.to_uppercase().is_in(yes), []
    if placed["first_dose"].count():
        return pl.col("first_dose").is_not_null(), [note("safety_by_dose", dataset=dataset.name)]
    return pl.lit(value=True), [note("safety_by_arm")]


def _is_flagged(dataset: Dataset) -> bool:
    """Whether the flag of the safety population says anything: one that is blank for everybody was never filled."""
    return "safety_flag" in dataset.present and bool(dataset.frame["safety_flag"].count())


def _once(known: pl.DataFrame, dataset: Dataset) -> tuple[pl.DataFrame, tuple[Record, ...]]:
    """Each subject once: the row in the safety population where there are two, none where they name two arms."""
    nameless = known.filter(pl.col("subject").is_null())
    in_total = is_total("actual_label")
    is_of_total = in_total & (~in_total).any().over("subject") & pl.col("subject").is_not_null()
    totals, known = known.filter(is_of_total), known.filter(~is_of_total)
    named = known.filter(pl.col("subject").is_not_null()).sort(
        pl.col("is_safety_population"), "row_number", descending=[True, False]
    )
    safe_arm = pl.when("is_safety_population").then(pl.struct("actual_label", "planned_label"))
    named = named.with_columns(n_arms=safe_arm.drop_nulls().n_unique().over("subject"))
    unclear = named.filter(pl.col("n_arms") > 1)
    clear = named.filter(pl.col("n_arms") <= 1)
    kept = clear.unique("subject", keep="first", maintain_order=True).sort("row_number")
    repeated = clear.join(kept.select("row_number"), on="row_number", how="anti")
    return kept.drop("n_arms"), (
        *row_refusals(dataset, nameless, "subject_has_an_identifier"),
        *row_refusals(dataset, totals, "row_is_of_a_total"),
        *row_refusals(dataset, unclear, "subject_has_one_arm"),
        *row_refusals(dataset, repeated, "subject_is_once"),
    )


def _notes(kept: pl.DataFrame, arm_basis: str) -> list[str]:
    in_arm = pl.col("arm_label").is_not_null()
    safe = pl.col("is_safety_population")
    differs = safe & (pl.col("actual_label") != pl.col("planned_label"))
    counts = {
        "arms_unreal": (~in_arm & ~pl.col("is_without_arm")).sum(),
        "no_arm": pl.col("is_without_arm").sum(),
        "not_safety": (in_arm & ~safe).sum(),
        "planned_differs": differs.sum(),
        "switching": (safe & pl.col("is_switching")).sum(),
    }
    found = kept.select(**counts).row(0, named=True)
    basis = "of actual treatment" if arm_basis == "actual" else "they were planned for"
    return [note(name, n=n, basis=basis) for name, n in found.items() if n]
