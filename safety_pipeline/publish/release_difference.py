"""What changed from one release to another: inputs, crosswalk rows and published numbers, each with its cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from safety_pipeline.publish import release_causes
from safety_pipeline.publish.release_history import read
from safety_pipeline.tables import marts, published
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.reference import DIM_GRADE_MAP
from safety_pipeline.tables.released import RELEASE_INPUT


@dataclass(frozen=True)
class _Numbers:
    """The numbers of one published table: what names a row, what it says, and which of them moves in points."""

    table: Table
    key: str
    names: tuple[str, ...]
    said: tuple[str, ...]
    value: str = "value"
    label: str = "label"


_ANSWER = ("value_kind", "value", "value_lower", "value_upper", "patients")
_DIFFERENCE = ("risk_difference", "risk_difference_lower", "risk_difference_upper")
_BY_DOSE = _Numbers(
    marts.MART_INCIDENCE_BY_DOSE, "dose_id", ("concept_label", "drug", "dose_label"), (*_ANSWER, "caution")
)
_BY_ARM = _Numbers(
    marts.MART_INCIDENCE_BY_ARM, "incidence_id", ("concept_label", "trial_label", "arm_label"), (*_ANSWER, "caution")
)
_COMPARISON = _Numbers(
    marts.MART_COMPARISON,
    "comparison_id",
    ("row_label", "trial_label", "groups_label"),
    (*_DIFFERENCE, "group_patients", "reference_patients"),
    "risk_difference",
)
_SIGNAL = _Numbers(
    marts.MART_SIGNAL,
    "signal_id",
    ("concept_label", "drug", "scope"),
    (*_DIFFERENCE, "assessment"),
    "risk_difference",
    "assessment_label",
)
_OVERVIEW = _Numbers(marts.MART_OVERVIEW, "overview_id", ("category_label", "trial_label", "arm_label"), (*_ANSWER,))
_QUESTION = ("concept", "grade_band", "attribution")
_QUALIFIED = ("grade_band_label", "attribution_label")
_CROSSWALK = ("ctcae_term", "grade_lower", "grade_upper", "grade_preferred", "mapping_kind", "rationale")
_SAME = 1e-9


@dataclass(frozen=True)
class Difference:
    """Two releases compared: ``inputs`` they are made of, ``crosswalk`` rows, and ``numbers`` with their causes."""

    inputs: pl.DataFrame
    crosswalk: pl.DataFrame
    numbers: pl.DataFrame


def difference(before: Path, after: Path) -> Difference:
    """What changed from the release in the one folder to that in the other."""
    inputs = release_causes.changed_inputs(_inputs(before), _inputs(after))
    causes = _causes_of_arms(before, after, inputs)
    of_doses = _causes_of_doses(before, after, causes)
    caused = (
        (_BY_DOSE, of_doses),
        (_BY_ARM, causes),
        (_COMPARISON, _causes_alike(before, after, (_BY_ARM, causes), _COMPARISON, ("trial_id", *_QUESTION))),
        (_SIGNAL, _causes_alike(before, after, (_BY_DOSE, of_doses), _SIGNAL, ("drug", *_QUESTION[:2]))),
        (_OVERVIEW, causes.clear()),
    )
    changed = [
        _changed(before, after, numbers).join(known, on="id", how="left", validate="1:1") for numbers, known in caused
    ]
    numbers = pl.concat([*changed, _graded(before, after, inputs)], how="vertical_relaxed")
    told = numbers.with_columns(pl.col("cause").fill_null(release_causes.other_causes(inputs)))
    return Difference(inputs, changed_crosswalk(before, after), told)


def _inputs(folder: Path) -> pl.DataFrame:
    """What the release is made of; of one that an older product made, its documents only."""
    recorded = read(folder, RELEASE_INPUT)
    if not recorded.is_empty():
        return recorded
    documents = read(folder, published.DIM_DOCUMENT)
    return documents.select(kind=pl.lit("document"), name="document_id", version="content_sha256")


def changed_crosswalk(before: Path, after: Path) -> pl.DataFrame:
    """One row per crosswalk row that came, went or changed: its name, and both readings in words."""
    key = "grade_map_id"
    then, now = (read(folder, DIM_GRADE_MAP).select(key, *_CROSSWALK) for folder in (before, after))
    both = then.with_columns(there=True).join(
        now.with_columns(there=True), on=key, how="full", coalesce=True, validate="1:1"
    )
    moved = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_right")) for name in (*_CROSSWALK, "there"))
    return both.filter(moved).select(key, before=_placed(""), after=_placed("_right")).sort(key)


def _placed(side: str) -> pl.Expr:
    grades = pl.format("grades {} to {}", f"grade_lower{side}", f"grade_upper{side}").fill_null("no grade")
    placed = pl.format("{}, {}, {}", pl.col(f"ctcae_term{side}").fill_null("no term"), grades, f"mapping_kind{side}")
    return pl.when(pl.col(f"there{side}")).then(placed)


def _changed(before: Path, after: Path, numbers: _Numbers) -> pl.DataFrame:
    """One row per number of a table that came, went or changed, with both answers and the move in points."""
    sides = [read(folder, numbers.table).with_columns(there=True) for folder in (before, after)]
    both = sides[0].join(sides[1], on=numbers.key, how="full", coalesce=True, validate="1:1")
    qualified = [name for name in _QUALIFIED if name in numbers.table.schema]
    question = [pl.coalesce(name, f"{name}_right") for name in (*numbers.names, *qualified)]
    moved = pl.any_horizontal(_has_moved(name, numbers.table) for name in (*numbers.said, "there"))
    return both.filter(moved).select(
        table_name=pl.lit(numbers.table.name),
        id=pl.col(numbers.key),
        question=pl.concat_str(question, separator=", ", ignore_nulls=True),
        change=_change(),
        before=pl.col(numbers.label),
        after=pl.col(f"{numbers.label}_right"),
        moved_points=100 * (pl.col(f"{numbers.value}_right") - pl.col(numbers.value)),
        what=_what(numbers),
    ).sort("question")  # fmt: skip


def _graded(before: Path, after: Path, inputs: pl.DataFrame) -> pl.DataFrame:
    """One row per printed count that both releases have and that stands for other grades of v4.03 now."""
    then, now = (read(folder, published.FACT_TOXICITY) for folder in (before, after))
    both = then.join(now, on="toxicity_id", how="inner", validate="1:1")
    grades = [pl.format("v4.03 grades {} to {}", f"grade_lower{end}", f"grade_upper{end}") for end in ("", "_right")]
    moved = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}_right")) for name in ("grade_lower", "grade_upper")
    )
    place = pl.concat_str(
        "term_as_reported", "document_id", "table_label", "column_label", separator=", ", ignore_nulls=True
    )
    causes = release_causes.cell_causes(
        then.select(release_causes.COMPARED), now.select(release_causes.COMPARED), inputs
    )
    told = both.filter(moved).select(
        table_name=pl.lit(published.FACT_TOXICITY.name),
        id="toxicity_id",
        question=place,
        change=pl.lit("changed"),
        before=grades[0],
        after=grades[1],
        moved_points=pl.lit(None, pl.Float64),
        what=pl.lit("grades"),
    )
    return told.join(causes, left_on="id", right_on="toxicity_id", how="left", validate="1:1").sort("question", "id")


def _has_moved(name: str, table: Table) -> pl.Expr:
    """Whether the two sides differ by more than rounding, or only one has a value."""
    then, now = pl.col(name), pl.col(f"{name}_right")
    if name != "there" and table.column(name).dtype.is_numeric():
        return ((then - now).abs() > _SAME).fill_null(then.is_null() != now.is_null())
    return then.ne_missing(now)


def _change() -> pl.Expr:
    return (
        pl.when(pl.col("there").is_null())
        .then(pl.lit("added"))
        .when(pl.col("there_right").is_null())
        .then(pl.lit("withdrawn"))
        .otherwise(pl.lit("changed"))
    )


def _what(numbers: _Numbers) -> pl.Expr:
    """Which columns differ, for a number whose words are the same."""
    told = [pl.when(_has_moved(name, numbers.table)).then(pl.lit(name)) for name in numbers.said]
    return pl.concat_str(told, separator=", ", ignore_nulls=True)


def _causes_of_arms(before: Path, after: Path, inputs: pl.DataFrame) -> pl.DataFrame:
    """One row per number of an arm whose cells or document changed: `id` and its `cause`."""
    facts = [read(folder, published.FACT_TOXICITY).select(release_causes.COMPARED) for folder in (before, after)]
    cells = release_causes.cell_causes(facts[0], facts[1], inputs)
    behind = _both(before, after, marts.BRIDGE_INCIDENCE_TOXICITY, ("incidence_id", "toxicity_id"))
    documents = release_causes.document_causes(inputs).rename({"document_cause": "cause"})
    arms = _both(before, after, marts.MART_INCIDENCE_BY_ARM, ("incidence_id", "document_id"))
    of_cells = behind.join(cells, on="toxicity_id", how="inner").select(id="incidence_id", cause="cause")
    of_documents = arms.join(documents, on="document_id", how="inner").select(id="incidence_id", cause="cause")
    return _joined(pl.concat([of_cells, of_documents]))


def _causes_of_doses(before: Path, after: Path, causes: pl.DataFrame) -> pl.DataFrame:
    """One row per answer by dose of which an arm has a cause."""
    arms = _both(before, after, marts.BRIDGE_DOSE_TRIAL, ("dose_id", "incidence_id"))
    return _joined(
        arms.join(causes, left_on="incidence_id", right_on="id", how="inner").select(id="dose_id", cause="cause")
    )


def _causes_alike(
    before: Path, after: Path, known: tuple[_Numbers, pl.DataFrame], of: _Numbers, alike: tuple[str, ...]
) -> pl.DataFrame:
    """One row per number of which an answer to the same question, named by the columns ``alike``, has a cause."""
    numbers, causes = known
    asked = _both(before, after, numbers.table, (numbers.key, *alike)).rename({numbers.key: "id"})
    behind = asked.join(causes, on="id", how="inner").select(*alike, "cause")
    ours = _both(before, after, of.table, (of.key, *alike)).rename({of.key: "id"})
    return _joined(ours.join(behind, on=alike, how="inner").select("id", "cause"))


def _both(before: Path, after: Path, table: Table, columns: Sequence[str]) -> pl.DataFrame:
    """The pairs that either release has."""
    return pl.concat([read(folder, table).select(columns) for folder in (before, after)]).unique()


def _joined(causes: pl.DataFrame) -> pl.DataFrame:
    each = causes.with_columns(pl.col("cause").str.split("; ")).explode("cause").unique()
    return each.group_by("id").agg(pl.col("cause").sort().str.join("; "))
