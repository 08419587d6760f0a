"""Time and memory of matching and grading 10 million reported rows, against three other ways to the same rows.

Run `python benchmarks/harmonise_speed.py`; each way runs in its own process so that its peak memory is its own.
`bare` is a Polars join of the same rows with the finished answers and a group-by: no matching, no normalisation.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from safety_pipeline.harmonise import grade
from safety_pipeline.reference import load

EDITIONS = ("CTC v2.0", "CTCAE v3.0", "CTCAE v4.03", "CTCAE v5.0", "CTCAE v6.0")
KEY = (
    "grading_system",
    "source_kind",
    "term_as_reported",
    "parent_row_label",
    "grade_lower_reported",
    "grade_upper_reported",
)
OUT = ("ctcae_term", "concept", "mapping_kind", "grade_lower", "grade_upper", "match_kind")
GROUP = ("grading_system", "concept", "mapping_kind", "grade_lower", "grade_upper")

REFERENCES = load()


def spellings(n: int) -> pl.DataFrame:
    """`n` texts: the names and synonyms of the references in varied case and punctuation, and unknown ones."""

    known = REFERENCES.matches.filter(source_kind="literature", parent_concept="").filter(
        pl.col("grading_system") != "not stated"
    )
    texts = known.select("grading_system", "text")
    wordings = (pl.col("text"), pl.col("text").str.to_uppercase(), pl.col("text") + " NOS", "unknown " + pl.col("text"))
    variants = [texts.with_columns(text=wording) for wording in wordings]
    return pl.concat(variants).unique(maintain_order=True).sample(n, seed=1, with_replacement=False)


def write_rows(path: Path, n_rows: int, n_spellings: int) -> None:
    names = spellings(n_spellings)
    rng = np.random.default_rng(1)
    pick = rng.integers(0, names.height, n_rows)
    low = rng.integers(1, 6, n_rows)
    frame = (
        names[pick]
        .rename({"text": "term_as_reported"})
        .with_columns(
            source_kind=pl.lit("literature"),
            parent_row_label=pl.lit(None, pl.String),
            grade_lower_reported=pl.Series(low),
            grade_upper_reported=pl.Series(low),
            n_affected=pl.Series(rng.integers(0, 50, n_rows)),
        )
    )
    frame.write_parquet(path)


def write_answers(rows: Path, answers: Path) -> None:

    distinct = pl.scan_parquet(rows).select(KEY).unique()
    grade(distinct, REFERENCES).select(*KEY, *OUT).collect().write_parquet(answers)


def ours(rows: Path, _answers: Path) -> pl.DataFrame:

    graded = grade(pl.scan_parquet(rows), REFERENCES)
    return graded.group_by(GROUP).agg(n=pl.len(), affected=pl.col("n_affected").sum()).collect(engine="streaming")


def bare(rows: Path, answers: Path) -> pl.DataFrame:
    on = [name for name in KEY if name != "parent_row_label"]
    joined = pl.scan_parquet(rows).join(pl.scan_parquet(answers).drop("parent_row_label"), on=on, how="left")
    return joined.group_by(GROUP).agg(n=pl.len(), affected=pl.col("n_affected").sum()).collect(engine="streaming")


def with_pandas(rows: Path, answers: Path) -> pl.DataFrame:
    on = [name for name in KEY if name != "parent_row_label"]
    joined = pd.read_parquet(rows).merge(pd.read_parquet(answers).drop(columns="parent_row_label"), on=on, how="left")
    grouped = joined.groupby(list(GROUP), dropna=False).agg(n=("n_affected", "size"), affected=("n_affected", "sum"))
    return pl.from_pandas(grouped.reset_index())


def with_duckdb(rows: Path, answers: Path) -> pl.DataFrame:
    on = [name for name in KEY if name != "parent_row_label"]
    query = f"""select {", ".join(GROUP)}, count(*) n, sum(n_affected)::bigint affected
        from '{rows}' left join '{answers}' using ({", ".join(on)}) group by all"""
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '6GB'")
        return pl.DataFrame(connection.execute(query).fetchall(), schema=[*GROUP, "n", "affected"], orient="row")


WAYS = {"ours": ours, "bare": bare, "pandas": with_pandas, "duckdb": with_duckdb}


def ready_references() -> float:
    """Seconds to read the references and prepare their joins, once a process; not part of a way's time."""
    started = time.perf_counter()
    assert not any(frame.is_empty() for frame in (REFERENCES.matches, REFERENCES.targets, REFERENCES.answers))
    return time.perf_counter() - started


def run_one(way: str, rows: Path, answers: Path) -> dict[str, float]:
    ready = ready_references() if way == "ours" else 0.0
    started = time.perf_counter()
    result = WAYS[way](rows, answers)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    counts = result.select(pl.col("n").sum(), pl.col("affected").sum()).row(0)
    return {
        "ready": ready,
        "seconds": seconds,
        "peak_gb": peak,
        "groups": result.height,
        "rows": int(counts[0]),
        "affected": int(counts[1]),
    }


def in_own_process(way: str, rows: Path, answers: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--way", way, "--rows", str(rows), "--answers", str(answers)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(n_rows: int, n_spellings: int, n_runs: int, ways: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows, answers = Path(folder) / "rows.parquet", Path(folder) / "answers.parquet"
        write_rows(rows, n_rows, n_spellings)
        write_answers(rows, answers)
        best = {
            way: min((in_own_process(way, rows, answers) for _ in range(n_runs)), key=lambda run: run["seconds"])
            for way in ways
        }
    print(f"{n_rows:,} rows, {n_spellings:,} spellings, best of {n_runs}")
    for way, run in best.items():
        ratio = run["seconds"] / best["bare"]["seconds"]
        time_spent = f"{run['seconds']:7.2f} s (+{run['ready']:.2f} s to be ready)  {ratio:5.2f} x bare"
        print(f"{way:8} {time_spent}  peak {run['peak_gb']:.2f} GB  groups {run['groups']}  rows {run['rows']:,}")
    assert len({(run["rows"], run["affected"], run["groups"]) for run in best.values()}) == 1, "the ways disagree"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--n-rows", type=int, default=10_000_000)
    parser.add_argument("--n-spellings", type=int, default=20_000)
    parser.add_argument("--n-runs", type=int, default=3)
    parser.add_argument("--ways", nargs="*", choices=WAYS, default=list(WAYS))
    arguments = parser.parse_args()
    if arguments.way:
        print(json.dumps(run_one(arguments.way, arguments.rows, arguments.answers)))
    else:
        compare(arguments.n_rows, arguments.n_spellings, arguments.n_runs, arguments.ways)


if __name__ == "__main__":
    main()
