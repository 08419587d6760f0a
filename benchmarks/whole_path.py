"""How long landed to published takes at register size, against one DuckDB script that makes the same four tables.

Run `python benchmarks/whole_path.py` (a hundred thousand events) or with `--events 1000000 10000000`. The
snapshot is that of `aact_speed.py`. Each side runs in a process of its own, one after the other in the same round; the
ratios are of one round, and their median is what counts on a shared machine.

The script is the obvious one: texts read by DuckDB, the distinct terms joined to the crosswalk by name, a fact table,
counts by arm with bounds and Wilson intervals, crude totals by dose, coverage, Parquet files and a DuckDB file. It
checks nothing, keeps no source of a number, and knows no silence: it is a floor, not a rival.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from aact_speed import write_snapshot

_TEXTS = ("reported_events", "reported_event_totals", "result_groups", "studies")
_TABLES = {
    # Which concept a term belongs to is looked up once a distinct text.
    "term": """
        with text as (select distinct adverse_event_term as printed from reported_events)
        select printed, lower(regexp_replace(printed, '\\s+\\d+$', '')) as plain,
               min(concept) as concept, min(ctcae_term) as ctcae_term
        from text left join crosswalk on lower(regexp_replace(printed, '\\s+\\d+$', '')) = lower(crosswalk.term)
        group by all""",
    "fact": """
        select id as toxicity_id, nct_id as trial_id, nct_id || '.' || ctgov_group_code as arm_id, event_type,
               organ_system, printed as term_as_reported, ctcae_term, concept,
               subjects_affected::bigint as n_affected, subjects_at_risk::bigint as n_at_risk,
               event_count::bigint as n_episodes, frequency_threshold::double as threshold_percent
        from reported_events join term on adverse_event_term = printed
        where subjects_affected::bigint <= subjects_at_risk::bigint and subjects_at_risk::bigint > 0""",
    "by_arm": """
        with counts as (
          select trial_id, arm_id, coalesce(concept, ctcae_term, lower(term_as_reported)) as concept,
                 max(n_affected) as n_lower, least(sum(n_affected), max(n_at_risk)) as n_upper,
                 max(n_at_risk) as n_at_risk
          from fact group by all),
        rates as (select *, n_lower / n_at_risk as p, 1.959963985 as z from counts)
        select trial_id, arm_id, concept, n_lower, n_upper, n_at_risk, p as incidence,
               (p + z*z/(2*n_at_risk) - z*sqrt(p*(1-p)/n_at_risk + z*z/(4*n_at_risk*n_at_risk))) / (1 + z*z/n_at_risk)
                 as ci_lower,
               (p + z*z/(2*n_at_risk) + z*sqrt(p*(1-p)/n_at_risk + z*z/(4*n_at_risk*n_at_risk))) / (1 + z*z/n_at_risk)
                 as ci_upper
        from rates order by all""",
    "by_dose": """
        with arm as (
          select nct_id || '.' || ctgov_group_code as arm_id, split_part(title, ' ', 1) as drug,
                 try_cast(split_part(title, ' ', 2) as double) as dose
          from result_groups)
        select concept, drug, dose, count(distinct trial_id) as k_trials, sum(n_lower) as n_lower,
               sum(n_upper) as n_upper, sum(n_at_risk) as n_at_risk, sum(n_lower) / sum(n_at_risk) as crude
        from by_arm join arm using (arm_id) group by all order by all""",
    "coverage": """
        with headline as (select distinct concept from crosswalk where concept is not null)
        select trial_id, arm_id, headline.concept, n_lower is not null as is_listed, n_lower, n_upper
        from (select distinct trial_id, arm_id from fact) cross join headline
        left join by_arm using (trial_id, arm_id, concept) order by all""",
}


def script(source: Path, target: Path) -> int:
    """The obvious DuckDB script; answers the rows of its fact table."""
    database = duckdb.connect(str(target / "safety.duckdb"))
    database.execute("set preserve_insertion_order = false")
    for name in _TEXTS:
        file = source / "landed" / "aact" / "snapshot" / f"{name}.txt"
        database.execute(
            f"create temp table {name} as select * from read_csv(?, delim='|', header=true, all_varchar=true, "
            "quote='\"', escape='\"', parallel=false)",
            [str(file)],
        )
    database.execute(f"create temp table crosswalk as select * from read_parquet('{_crosswalk(target)}')")
    for name, query in _TABLES.items():
        database.execute(f"create table {name} as {query}")
        database.execute(f"copy {name} to '{target / name}.parquet' (compression zstd)")
    (n_rows,) = database.execute("select count(*) from fact").fetchone() or (0,)
    database.close()
    return int(n_rows)


def _crosswalk(target: Path) -> Path:
    """The terms the product knows, as a table of the script."""
    from safety_pipeline import reference  # noqa: PLC0415  (each side loads only what it measures)

    terms = reference.load(None).dim_term().select("term", "concept", "ctcae_term").unique("term")
    place = target / "crosswalk.parquet"
    terms.collect().write_parquet(place)
    return place


def product(source: Path, target: Path) -> int:
    """`safety-pipeline run` in an empty lake with the same snapshot; answers the rows of its fact table."""
    import polars as pl  # noqa: PLC0415

    from safety_pipeline.orchestration.run import run  # noqa: PLC0415

    (target / "landed").symlink_to(source / "landed")
    report = run(target, say=lambda _: None)
    assert not report.faults, report.faults
    return int(pl.scan_parquet(target / "published" / "fact_toxicity.parquet").select(pl.len()).collect().item())


SIDES: dict[str, Callable[[Path, Path], int]] = {"script": script, "product": product}


def measure(side: str, source: Path) -> None:
    """Run one side here and print its seconds, peak memory and rows as JSON."""
    with tempfile.TemporaryDirectory() as target:
        start, used = time.perf_counter(), time.process_time()
        rows = SIDES[side](source, Path(target))
        seconds, cpu = time.perf_counter() - start, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(
        json.dumps(
            {"side": side, "wall_s": round(seconds, 1), "cpu_s": round(cpu, 1), "peak_gb": round(peak, 2), "rows": rows}
        )
    )


def compare(n_events: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "landed" / "aact" / "snapshot"
        snapshot.mkdir(parents=True)
        write_snapshot(snapshot, n_events)
        size = sum(file.stat().st_size for file in snapshot.iterdir()) / 1e9
        print(f"{n_events:,} events, {size:.2f} GB of text", flush=True)
        ratios = []
        for _ in range(rounds):
            found = {side: _measured(side, folder) for side in SIDES}
            ratios.append(found["product"]["wall_s"] / found["script"]["wall_s"])
        print(f"{n_events:,} events: {statistics.median(ratios):.1f} times the script (median of {rounds})", flush=True)


def _measured(side: str, folder: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--side", side, "--source", folder]
    result: dict[str, float] = json.loads(
        subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]
    )
    print(result, flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=list(SIDES))
    parser.add_argument("--source", type=Path)
    given = parser.parse_args()
    if given.side:
        measure(given.side, given.source)
        return
    for n_events in given.events:
        compare(n_events, given.rounds)


if __name__ == "__main__":
    main()
