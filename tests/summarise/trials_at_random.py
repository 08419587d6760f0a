"""Random sets of trials, hostile ones among them, through the rows by dose, the contrasts and the signals.

As a script (`python tests/summarise/trials_at_random.py --sets 10000`) it prints each law that a row breaks.
"""

import argparse
from collections.abc import Iterator

import numpy as np
import polars as pl
from printed_tables import EMPTY, row_of, stored

from safety_pipeline.reference.assessment import Designated
from safety_pipeline.reference.signal_rules import signal_rules
from safety_pipeline.summarise import by_arm, by_dose, by_term
from safety_pipeline.summarise.comparisons import arm_contrasts, contrasts, control_contrasts, signals
from safety_pipeline.summarise.comparisons.signal_evidence import evidence
from safety_pipeline.summarise.doubts import sensitivity
from safety_pipeline.summarise.evidence import row_use
from safety_pipeline.summarise.populations import arms, document_use
from safety_pipeline.summarise.sources import Sources
from safety_pipeline.tables import checked, harmonised, ingested
from safety_pipeline.tables.reference import DIM_CONCEPT, DIM_TERM

SLACK = 1e-9
MOST_TRIALS = 12
DRUGS = (("imatinib", 400.0), ("imatinib", 800.0), ("placebo", None))


def sizes(rng: np.random.Generator, n_trials: int) -> np.ndarray:
    """Patients of each arm: most of tens to hundreds, some of one or a few, some of thousands."""
    kind = rng.choice(4, p=[0.15, 0.7, 0.1, 0.05], size=(n_trials, len(DRUGS)))
    drawn = [rng.integers(low, high, kind.shape) for low, high in ((1, 5), (10, 300), (300, 1500), (1500, 6000))]
    return np.select([kind == number for number in range(4)], drawn)


def counts(rng: np.random.Generator, at_risk: np.ndarray) -> np.ndarray:
    """Patients affected of one term: rare, common or nearly all, alike or different; nobody or everybody at times."""
    shape = rng.choice(["rare", "some", "most", "none", "all", "apart"], p=[0.3, 0.35, 0.1, 0.1, 0.05, 0.1])
    if shape in ("none", "all"):
        return at_risk * (shape == "all")
    centre = {"rare": -5.0, "some": -1.5, "most": 3.0, "apart": -1.0}[shape]
    logit = centre + rng.normal(scale=4.0 if shape == "apart" else rng.uniform(0, 1.2), size=at_risk.shape)
    return rng.binomial(at_risk, 1 / (1 + np.exp(-logit)))


def sources(n_sets: int, seed: int) -> Sources:
    """Trials of three arms each; each set is a term that some of them count, bound, or hide below a threshold.

    One in eight is a term that no dictionary knows.
    """
    rng = np.random.default_rng(seed)
    names = [f"T{number:02d}" for number in range(MOST_TRIALS)]
    at_risk = sizes(rng, MOST_TRIALS)
    known = {"delivery_id": "d", "kind": "literature"}
    documents = [
        row_of(ingested.DOCUMENT, **known, document_id=name, trial_id=name, allocation="randomised", drug="imatinib",
               has_toxicity_results=True, document_priority=1, grading_system="CTCAE v4.03")
        for name in names
    ]  # fmt: skip
    threshold = {"threshold_percent": 5.0, "threshold_operator": ">=", "threshold_scope": "any_arm"}
    tables = [
        row_of(ingested.SOURCE_TABLE, delivery_id="d", document_id=name, trial_id=name, table_label="Table",
               table_kind="table", attribution="related", table_priority=1,
               **(threshold if hides else {}))
        for name, hides in zip(names, np.arange(MOST_TRIALS) % 3 == 0, strict=True)
    ]  # fmt: skip
    arm_rows = [
        row_of(ingested.ARM, delivery_id="d", document_id=name, trial_id=name, arm_id=f"{name}.{number}",
               label=f"{name}.{number}", drug=drug, dose_mg_per_day=dose, n_at_risk=int(at_risk[trial, number]))
        for trial, name in enumerate(names)
        for number, (drug, dose) in enumerate(DRUGS)
    ]  # fmt: skip
    document = ingested.DOCUMENT.from_rows(documents)
    use = document_use.document_use(document.collect()).lazy()
    arm = stored(arms.arms(ingested.ARM.from_rows(arm_rows), document, use))
    toxicity = pl.LazyFrame(list(cells(rng, n_sets, at_risk)), schema=checked.TOXICITY.schema, orient="row")
    source_table = ingested.SOURCE_TABLE.from_rows(tables)
    concepts = [row_of(DIM_CONCEPT, concept="c0", label="c0", is_headline=True)]
    others = [row_of(DIM_CONCEPT, concept=f"c{number}", label=f"c{number}") for number in range(1, n_sets)]
    return Sources(
        document=document,
        source_table=source_table,
        document_use=use,
        arm=arm,
        concept=DIM_CONCEPT.from_rows(concepts + others),
        term=DIM_TERM.empty(),
        toxicity=toxicity,
        rejected=checked.REJECTED.from_rows([]),
        row_use=stored(row_use.row_use(toxicity, source_table, use, arm)),
        life_table=harmonised.LIFE_TABLE.from_rows([]),
    )


def cells(rng: np.random.Generator, n_sets: int, at_risk: np.ndarray) -> Iterator[dict[str, object]]:
    """The printed counts; one in twelve is known only within bounds."""
    empty = {column.name: None if column.nullable else _emptiest(column) for column in checked.TOXICITY.columns}
    for number in range(n_sets):
        affected = counts(rng, at_risk)
        k = int(rng.integers(1, MOST_TRIALS + 1))
        for trial in rng.choice(MOST_TRIALS, size=k, replace=False):
            for arm in range(len(DRUGS)):
                n, size = int(affected[trial, arm]), int(at_risk[trial, arm])
                upper = min(size, n + 2) if rng.random() < 1 / 12 else n
                name = f"T{trial:02d}"
                yield empty | {
                    "toxicity_id": f"{number}.{trial}.{arm}", "delivery_id": "d", "document_id": name,
                    "trial_id": name, "arm_id": f"{name}.{arm}", "table_label": "Table", "row_label": f"Term {number}",
                    "term_as_reported": f"Term {number}", "concept": None if number % 8 == 3 else f"c{number}",
                    "concept_relation": None if number % 8 == 3 else "equal",
                    "grading_system": "CTCAE v4.03", "grade_lower_reported": 1, "grade_upper_reported": 5,
                    "grade_band": "any", "grade_band_as_reported": "any", "grade_counting": "worst",
                    "threshold_relation": "equal", "count_unit": "patients", "attribution": "related",
                    "column_role": "arm", "n_affected_lower": n, "n_affected_upper": upper, "n_at_risk": size,
                    "cell_status": "derived_bounds" if upper > n else "observed" if n else "reported_zero",
                }  # fmt: skip


def _emptiest(column):
    return column.allowed[0] if column.allowed else EMPTY[type(column.dtype)]


def faults(n_sets: int, seed: int) -> list[str]:
    """The laws that a row breaks, each with how many rows break it and one of them."""
    made = sources(n_sets, seed)
    answers = stored(by_arm.incidence_by_arm(made, stored(by_arm.concepts_by_drug(made))))
    doses = by_dose.incidence_by_dose(answers, made.arm).collect()
    systems = pl.LazyFrame(schema={"concept": pl.String, "body_system": pl.String})
    compared = contrasts.with_stratified(contrasts.dose_contrast(made, systems), made.arm).collect()
    controlled = arm_contrasts.arm_contrast(made, systems).collect()
    over_trials = control_contrasts.control_contrast(answers, controlled.lazy(), made.arm, systems).collect()
    shown = evidence(made.arm, answers, by_term.incidence_by_term(made), doses.lazy(), compared.lazy())
    found = signals.signal(made.concept, shown, signal_rules(), Designated((), ())).collect()
    sensitivity.sensitivity(made, answers, doses.lazy()).collect()
    return [
        *_broken("by dose", doses, _laws_of_doses()),
        *_broken("dose contrast", compared, _laws_of_contrasts()),
        *_broken("arm contrast", controlled, _laws_of_contrasts()),
        *_broken("control contrast", over_trials, _laws_of_contrasts() | _laws_of_controls()),
        *_broken("signal", found, {"basis names every figure": ~pl.col("basis").str.contains("{", literal=True)}),
    ]


def _inside(value: str, lower: str, upper: str) -> pl.Expr:
    return (pl.col(value) >= pl.col(lower) - SLACK) & (pl.col(value) <= pl.col(upper) + SLACK)


def _laws_of_doses() -> dict[str, pl.Expr]:
    group = ["concept", "drug", "dose_mg_per_day", "grade_band", "attribution", "stratum"]
    wider = (pl.col("prediction_lower") <= pl.col("ci_lower") + SLACK) & (
        pl.col("prediction_upper") >= pl.col("ci_upper") - SLACK
    )
    nobody = (pl.col("n_affected_upper") == 0) & (pl.col("k_trials") > 1)
    return {
        "an interval holds its estimate": _inside("incidence", "ci_lower", "ci_upper"),
        "a range for a further trial is as wide as the interval": wider,
        "one default row a group": pl.col("is_default").sum().over(group) == 1,
        "an interval has a width": pl.col("ci_upper") > pl.col("ci_lower"),
        "without an event no estimate is above 0": ~(nobody & (pl.col("incidence") > 0)),
        "bounds are counted": (pl.col("n_affected_lower") == pl.col("n_affected_upper")) | (pl.col("k_bounded") > 0),
    }


def _laws_of_contrasts() -> dict[str, pl.Expr]:
    limited = pl.col("measure") != "trend"
    return {
        "an interval holds its estimate": ~limited | _inside("estimate", "ci_lower", "ci_upper"),
        "an interval has a width": pl.col("ci_upper") > pl.col("ci_lower"),
        "an adjusted p-value is not below its own": pl.col("p_bh") >= pl.col("p_value"),
        "no figure without a state": ~limited | pl.col("estimate").is_not_null() | pl.col("state").is_not_null(),
    }


def _laws_of_controls() -> dict[str, pl.Expr]:
    ends = [("ci_lower", "estimate_lower"), ("estimate_lower", "estimate_upper"), ("estimate_upper", "ci_upper")]
    inside = pl.all_horizontal(*((pl.col(low) <= pl.col(high) + SLACK).fill_null(value=True) for low, high in ends))
    counted = pl.col("counts_used") == "counts"
    event = ["comparison", "drug", "comparator_drug", "dose_mg_per_day", "level", "row_label", "grade_band"]
    return {
        "limits hold what the bounds allow": inside,
        "bounds have no estimate and no test": counted
        | (pl.col("estimate").is_null() & pl.col("p_value").is_null() & (pl.col("k_bounded") > 0)),
        "each trial is named once": pl.col("trial_ids").str.split("; ").list.n_unique() == pl.col("k_trials"),
        "two trials at least": pl.col("k_trials") > 1,
        "one row is shown first": pl.col("is_default").sum().over(*event, "attribution", "measure") == 1,
        "a difference has limits": (pl.col("measure") != "risk_difference") | pl.col("ci_lower").is_not_null(),
    }


def _broken(table: str, rows: pl.DataFrame, laws: dict[str, pl.Expr]) -> Iterator[str]:
    for law, holds in laws.items():
        wrong = rows.filter(~holds.fill_null(value=True))
        if wrong.height:
            known = {name: value for name, value in wrong.row(0, named=True).items() if value is not None}
            yield f"{table}: {law}: {wrong.height} of {rows.height} rows do not, such as {known}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=10_000)
    parser.add_argument("--a-run", type=int, default=500, help="sets of one lake")
    parser.add_argument("--seed", type=int, default=20261128)
    options = parser.parse_args()
    n_broken = 0
    for start in range(0, options.sets, options.a_run):
        broken = faults(min(options.a_run, options.sets - start), options.seed + start)
        n_broken += len(broken)
        print(f"{start + options.a_run} sets", *broken, sep="\n", flush=True)
    raise SystemExit(f"{n_broken} laws broken" if n_broken else 0)


if __name__ == "__main__":
    main()
