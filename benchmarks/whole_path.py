"""How long landed to published takes at register size, against the obvious ways to make the same four tables.

Run `python benchmarks/whole_path.py` (a hundred thousand events) or with `--events 1000000 10000000`. The
snapshot is that of `aact_speed.py`; the others are in `other_engines.py`. Each side runs in a process of its own, one
after the other in the same round; ratios are of one round, and their median is what counts on a shared machine.
Processor time and memory are of the process and those it starts.

The rows of the fact table of every side that makes one are compared. The other tables do not mean the same: the product
bounds what is not printed, and keeps every arm and concept. `--results FILE` keeps what was measured, for
`--draw FILE PICTURE`. `--without pandas` leaves a side out: pandas needs more memory than a laptop has for ten million.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import other_engines
import polars as pl
from aact_speed import write_snapshot
from matplotlib.figure import Figure

Measured = dict[str, Any]
_FACT = {
    "trial_id": pl.String(),
    "arm_id": pl.String(),
    "term_as_reported": pl.String(),
    "n_affected": pl.Int64(),
    "n_at_risk": pl.Int64(),
    "n_episodes": pl.Int64(),
}


def product(source: Path, target: Path) -> Path:
    """`safety-pipeline run` in an empty lake with the same snapshot; answers the file of its fact table."""
    (target / "landed").mkdir()
    (target / "landed" / "aact").symlink_to(source / "landed" / "aact")
    _run(target)
    return target / "published" / "fact_toxicity.parquet"


def _run(lake: Path) -> None:
    from safety_pipeline.orchestration.runs.run import run  # noqa: PLC0415  (each side loads only what it measures)

    report = run(lake, say=lambda _: None)
    assert not report.faults, report.faults


def unchanged(lake: Path) -> None:
    """A second run of the product in the lake of the first."""
    _run(lake)


def one_more(lake: Path) -> None:
    """A run of the product after one more document was landed: a small record of the register."""
    folder = lake / "landed" / "aact" / "one_more"
    real = (lake / "landed" / "aact" / "snapshot").resolve()
    (lake / "landed" / "aact").unlink()
    folder.mkdir(parents=True)
    (folder.parent / "snapshot").symlink_to(real)
    write_snapshot(folder, 180, first=90_000_000)
    _run(lake)


SIDES: dict[str, Callable[[Path, Path], Path | None]] = {
    "duckdb": other_engines.script,
    "product": product,
    "pandas": other_engines.pandas_on_arrow,
    "polars floor": other_engines.polars_floor,
}
AGAIN: dict[str, Callable[[Path], None]] = {"product, unchanged": unchanged, "product, one more": one_more}


def measure(side: str, source: Path, target: Path) -> None:
    """Run one side here and print its seconds, peak memory and the digest of its facts as JSON."""
    start, used = time.perf_counter(), _cpu()
    fact = AGAIN[side](target) if side in AGAIN else SIDES[side](source, target)
    found = {
        "side": side,
        "wall_s": round(time.perf_counter() - start, 2),
        "cpu_s": round(_cpu() - used, 2),
        "peak_gb": round(sum(each.ru_maxrss for each in _usage()) * 1024 / 1e9, 2),
    }
    print(json.dumps({**found, "facts": digest(fact) if fact else None}))


def _usage() -> list[resource.struct_rusage]:
    return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]


def _cpu() -> float:
    return sum(each.ru_utime + each.ru_stime for each in _usage())


def digest(fact: Path) -> str:
    """One value of all counts of events, in any order."""
    rows = pl.scan_parquet(fact)
    names = rows.collect_schema().names()
    if "source_file" in names:
        events = rows.filter(pl.col("source_file") == "reported_events.txt")
        rows = events.with_columns(n_affected=pl.col("n_affected_lower"))
    hashed = rows.select(pl.struct(pl.col(name).cast(dtype) for name, dtype in _FACT.items()).hash())
    count, total = hashed.select(pl.len(), (pl.first() % 2**31).sum()).collect(engine="streaming").row(0)
    return f"{count} rows, {total:x}"


def compare(n_events: int, rounds: int, sides: Sequence[str]) -> list[Measured]:
    """What every round measured of every side, with the events and the round."""
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "landed" / "aact" / "snapshot"
        snapshot.mkdir(parents=True)
        write_snapshot(snapshot, n_events)
        size = sum(file.stat().st_size for file in snapshot.iterdir()) / 1e9
        print(f"{n_events:,} events, {size:.2f} GB of text", flush=True)
        for number in range(rounds):
            measured += [{"events": n_events, "round": number, **each} for each in _round(folder, sides)]
    return measured


def _round(folder: str, sides: Sequence[str]) -> list[Measured]:
    found = []
    for side in sides:
        with tempfile.TemporaryDirectory() as target:
            found.append(_measured(side, folder, target))
            found += [_measured(again, folder, target) for again in AGAIN if side == "product"]
    facts = {each["facts"] for each in found if each["facts"]}
    assert len(facts) == 1, f"the sides count other events: {found}"
    return found


def _measured(side: str, folder: str, target: str) -> Measured:
    command = [sys.executable, __file__, "--side", side, "--source", folder, "--target", target]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    result: Measured = json.loads(lines[-1])
    print(result, flush=True)
    return result


def table(measured: list[Measured]) -> str:
    """Medians by events and side, and the median of the ratios to the DuckDB script of the same round."""
    lines = ["| events | side | wall s | CPU s | peak GB | times DuckDB, wall | CPU |", "|---|---|---|---|---|---|---|"]
    for n_events in sorted({each["events"] for each in measured}):
        of_size = [each for each in measured if each["events"] == n_events]
        measured_here = {each["side"] for each in of_size}
        lines += [_line(n_events, side, of_size) for side in (*SIDES, *AGAIN) if side in measured_here]
    return "\n".join(lines)


def _line(n_events: int, side: str, measured: list[Measured]) -> str:
    own = [each for each in measured if each["side"] == side]
    floors = {each["round"]: each for each in measured if each["side"] == "duckdb"}
    medians = [f"{statistics.median(each[name] for each in own):.4g}" for name in ("wall_s", "cpu_s", "peak_gb")]
    ratios = [_ratio([each[name] / floors[each["round"]][name] for each in own if floors]) for name in _RATIOS]
    return f"| {n_events:,} | {side} | {' | '.join([*medians, *ratios])} |"


def _ratio(ratios: list[float]) -> str:
    """The median; nothing where the DuckDB script was left out."""
    return f"{statistics.median(ratios):.1f}" if ratios else ""


_RATIOS = ("wall_s", "cpu_s")


def draw(measured: list[Measured], picture: Path) -> None:
    """Processor time and peak memory by events, both scales logarithmic."""
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    for axes, (name, label) in zip(figure.subplots(1, 2), _DRAWN.items(), strict=True):
        for side in SIDES:
            points = _medians(measured, side, name)
            axes.plot(list(points), list(points.values()), marker="o", label=side)
        axes.set(xscale="log", yscale="log", xlabel="events", ylabel=label)
        axes.grid(visible=True, alpha=0.3)
    figure.axes[0].legend()
    figure.savefig(picture, dpi=120)


_DRAWN = {"cpu_s": "processor seconds", "peak_gb": "peak memory, GB"}


def _medians(measured: list[Measured], side: str, name: str) -> Mapping[int, float]:
    sizes = sorted({each["events"] for each in measured if each["side"] == side})
    return {
        size: statistics.median(each[name] for each in measured if (each["events"], each["side"]) == (size, side))
        for size in sizes
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", choices=SIDES, nargs="+", default=[], metavar="SIDE")
    parser.add_argument("--side", choices=[*SIDES, *AGAIN])
    parser.add_argument("--source", type=Path)
    parser.add_argument("--target", type=Path)
    parser.add_argument("--results", type=Path, help="a JSON file that what is measured is added to")
    parser.add_argument("--draw", type=Path, nargs=2, metavar=("RESULTS", "PICTURE"))
    given = parser.parse_args()
    if given.side:
        measure(given.side, given.source, given.target)
    elif given.draw:
        draw(json.loads(given.draw[0].read_text()), given.draw[1])
    else:
        sides = [side for side in SIDES if side not in given.without]
        _compare_all(given.events, given.rounds, sides, given.results)


def _compare_all(sizes: list[int], rounds: int, sides: Sequence[str], results: Path | None) -> None:
    measured = json.loads(results.read_text()) if results and results.exists() else []
    for n_events in sizes:
        measured += compare(n_events, rounds, sides)
        if results:
            results.write_text(json.dumps(measured, indent=1))
    print(table(measured))


if __name__ == "__main__":
    main()
