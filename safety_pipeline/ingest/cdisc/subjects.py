"""The subjects of a package: which arm, planned and actual, and whether in the safety population."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.ingest.cdisc.files import Dataset
from safety_pipeline.ingest.cdisc.refusals import Record, row_refusals
from safety_pipeline.ingest.cdisc.words import note, truths, words


@dataclass(frozen=True)
class Subjects:
    """One row per subject; ``arm_label`` is null for who is in no arm."""

    frame: pl.DataFrame
    refusals: tuple[Record, ...]
    notes: tuple[str, ...]


def read_subjects(dataset: Dataset, period: pl.DataFrame, arm_basis: str) -> Subjects:
    """Subjects by the best of what the data set and EX say; a subject listed twice in two arms is refused."""
    named = dataset.frame.with_columns(
        actual_label=_real_arm("actual_arm", "actual_arm_code"),
        planned_label=_real_arm("planned_arm", "planned_arm_code"),
        is_without_arm=_means("actual_arm", "no_arm") | _means("actual_arm_code", "no_arm"),
    )
    treated = named.join(period, on="subject", how="left", validate="m:1").with_columns(
        first_dose=pl.coalesce("first_dose", "first_given"), last_dose=pl.coalesce("last_dose", "last_given")
    )
    arm = pl.col("planned_label" if arm_basis == "planned" else "actual_label")
    placed = treated.with_columns(
        arm_label=pl.when(pl.col("actual_label").is_not_null()).then(arm),
        exposure_days=_exposure_days(),
        death_day=_death_day(),
    )
    safe, how = _safety(dataset, placed)
    known = placed.with_columns(is_safety_population=safe.fill_null(value=False) & pl.col("actual_label").is_not_null())
    kept, refusals = _once(known, dataset)
    return Subjects(kept, refusals, (*how, *_notes(kept, arm_basis)))


def _real_arm(label: str, code: str) -> pl.Expr:
    """The arm's label, its code where it has none; null where label or code say there is no arm."""
    unreal = pl.any_horizontal(
        pl.col(name).str.to_uppercase().is_in(list(words("arm"))).fill_null(value=False) for name in (label, code)
    )
    return pl.when(~unreal).then(pl.coalesce(label, code))


def _means(name: str, meaning: str) -> pl.Expr:
    meant = [word for word, each in words("arm").items() if each == meaning]
    return pl.col(name).str.to_uppercase().is_in(meant).fill_null(value=False)


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
    if "safety_flag" in dataset.present:
        yes = [word for word, is_yes in truths("flag").items() if is_yes]
        return pl.col("safety_flag").str.to_uppercase().is_in(yes), []
    if placed["first_dose"].count():
        return pl.col("first_dose").is_not_null(), [note("safety_by_dose", dataset=dataset.name)]
    return pl.lit(value=True), [note("safety_by_arm")]


def _once(known: pl.DataFrame, dataset: Dataset) -> tuple[pl.DataFrame, tuple[Record, ...]]:
    """Each subject once: the row in the safety population where there are two, none where they name two arms."""
    nameless = known.filter(pl.col("subject").is_null())
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
    }
    found = kept.select(**counts).row(0, named=True)
    basis = "of actual treatment" if arm_basis == "actual" else "they were planned for"
    return [note(name, n=n, basis=basis) for name, n in found.items() if n]
