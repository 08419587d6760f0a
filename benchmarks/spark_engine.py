"""What `safety-pipeline run --engine spark` costs beside Polars on the same AACT-shaped snapshot; tables compared.

Run `python benchmarks/spark_engine.py --events 1000000 --spark-master "local-cluster[2,1,1024]"`. On one machine Spark
has no more cores than Polars has, so this says what Spark costs, not what more machines bring. Processor time and peak
memory are of the process and all below it, looked at twice a second.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from aact_speed import write_snapshot

from safety_pipeline.orchestration.lakes.machine import UnusableClusterError
from safety_pipeline.orchestration.spark.session import require_spark

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TABLES = ("fact_toxicity", "incidence_by_arm", "coverage")


def run(lake: Path, engine: list[str]) -> dict[str, float]:
    """A run in an empty lake: its seconds, processor seconds and peak of memory."""
    command = [sys.executable, "-m", "safety_pipeline", "run", "--json", "--lake", str(lake), *engine]
    start, used, peak = time.perf_counter(), dict[int, float](), 0
    with (lake / "said.txt").open("w") as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        while process.poll() is None:
            seen = _tree(process.pid)
            used |= {each: cpu for each, (cpu, _) in seen.items()}
            peak = max(peak, sum(pages for _, pages in seen.values()))
            time.sleep(0.5)
    assert process.returncode == 0, (lake / "said.txt").read_text()[-2000:]
    return {"wall_s": time.perf_counter() - start, "cpu_s": sum(used.values()), "peak_gb": peak * _PAGE / 1e9}


def _tree(root: int) -> dict[int, tuple[float, int]]:
    """Processor seconds and pages of memory of a process and of all it started, by number."""
    parents, found = dict[int, int](), dict[int, tuple[float, int]]()
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        number = int(place.parent.name)
        parents[number] = int(fields[1])
        found[number] = ((int(fields[11]) + int(fields[12])) / _TICK, int(fields[21]))
    return {number: what for number, what in found.items() if _is_below(number, root, parents)}


def _is_below(number: int, root: int, parents: dict[int, int]) -> bool:
    while number not in (0, root):
        number = parents.get(number, 0)
    return number == root


def compare(n_events: int, master: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "landed" / "aact" / "snapshot"
        snapshot.mkdir(parents=True)
        write_snapshot(snapshot, n_events)
        lakes = {name: Path(folder) / name for name in ("polars", "spark")}
        for name, lake in lakes.items():
            (lake / "landed").mkdir(parents=True)
            (lake / "landed" / "aact").symlink_to(snapshot.parent)
            engine = ["--engine", "spark", "--spark-master", master] if name == "spark" else []
            measured = run(lake, engine)
            shown = ", ".join(f"{each} {value:.1f}" for each, value in measured.items())
            print(f"{n_events:,} events, {name}: {shown}; load {os.getloadavg()[0]:.0f}", flush=True)
        for table in _TABLES:
            here, there = (pl.read_parquet(lake / "published" / f"{table}.parquet") for lake in lakes.values())
            assert there.equals(here), f"{table} differs"
            print(f"{table}: {here.height:,} rows, equal row by row", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--spark-master", default="local-cluster[2,1,1024]")
    given = parser.parse_args()
    try:
        require_spark()
    except UnusableClusterError as error:
        print(f"Not measured: {error}")
        return
    compare(given.events, given.spark_master)


if __name__ == "__main__":
    main()
