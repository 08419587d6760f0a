"""How long an AACT-shaped snapshot takes to ingest, against Polars reading the same files and writing them as Parquet.

Run `python benchmarks/aact_speed.py` (a million events) or `python benchmarks/aact_speed.py --full` (ten million).
Each part runs in a process of its own, so that its peak memory can be told; the floor is
measured in the same run.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

EVENTS_PER_STUDY = 180
GROUPS_PER_STUDY = 3
_DRUGS = ("alphanib", "betamab", "gammastat", "deltaciclib", "epsilonol")
_OFTEN = ("once daily", "b.i.d.", "every 3 weeks", "weekly for 12 weeks", "three times a day")
_SYSTEMS = ("Gastrointestinal disorders", "Skin and subcutaneous tissue disorders", "Vascular disorders")
_TERMS = (
    "Nausea",
    "Rash",
    "Oedema peripheral",
    "Epistaxis",
    "Fatigue",
    "Headache",
    "Anaemia",
    'Rash, so-called ""bad""',
)
_ABOUT = (
    "Adverse events were collected at every visit, by questions and by examination, from the first dose until 30 days "
    "after the last dose, and coded by the site."
)


def _studies(n_events: int, first: int) -> Iterator[tuple[int, random.Random]]:
    for number in range(first, first + n_events // EVENTS_PER_STUDY):
        yield number, random.Random(number)  # noqa: S311  (made-up data, not secrets)


def write_snapshot(folder: Path, n_events: int, first: int = 0) -> None:
    """The tables of studies from that number on, with quoted newlines and doubled quotes as Postgres writes them."""
    files = {name: (folder / f"{name}.txt").open("w", newline="") for name in _HEADERS}
    for name, header in _HEADERS.items():
        files[name].write(header + "\n")
    for number, chance in _studies(n_events, first):
        for name, lines in _study(number, chance).items():
            files[name].writelines(lines)
    for file in files.values():
        file.close()


_HEADERS = {
    "studies": "nct_id|brief_title|phase|enrollment|enrollment_type|number_of_arms",
    "result_groups": "id|nct_id|ctgov_group_code|result_type|title|description",
    "reported_events": "id|nct_id|result_group_id|ctgov_group_code|time_frame|event_type|default_vocab|"
    "default_assessment|subjects_affected|subjects_at_risk|description|event_count|organ_system|adverse_event_term|"
    "frequency_threshold|vocab|assessment",
    "reported_event_totals": "id|nct_id|ctgov_group_code|event_type|classification|subjects_affected|"
    "subjects_at_risk|created_at|updated_at",
    "design_groups": "id|nct_id|group_type|title|description",
    "interventions": "id|nct_id|intervention_type|name|description",
    "design_group_interventions": "id|nct_id|design_group_id|intervention_id",
}


def _study(number: int, chance: random.Random) -> dict[str, list[str]]:
    nct = f"NCT{number:08d}"
    drug = f"{_DRUGS[number % len(_DRUGS)]}-{number % 997}"
    doses = [
        f"{drug} {50 * (group + 1)} mg {_OFTEN[(number + group) % len(_OFTEN)]}" for group in range(GROUPS_PER_STUDY)
    ]
    groups = range(GROUPS_PER_STUDY)
    at_risk = [chance.randint(20, 400) for _ in groups]
    ids = [number * GROUPS_PER_STUDY + group for group in groups]
    totals = ("serious", "other", "deaths")
    return {
        "studies": [f"{nct}|Study {number} of {drug}|PHASE{1 + number % 3}|{sum(at_risk)}|ACTUAL|{GROUPS_PER_STUDY}\n"],
        "interventions": [f"{number}|{nct}|DRUG|{drug}|Given by mouth.\n"],
        "design_groups": [f"{ids[g]}|{nct}|EXPERIMENTAL|{doses[g]}|{doses[g]} until progression\n" for g in groups],
        "design_group_interventions": [f"{ids[g]}|{nct}|{ids[g]}|{number}\n" for g in groups],
        "result_groups": [
            f"{ids[g]}|{nct}|EG{g:03d}|Reported Event|{doses[g]}|Patients were given {doses[g]}; group {number}.\n"
            for g in groups
        ],
        "reported_event_totals": [
            f"{ids[g]}|{nct}|EG{g:03d}|{kind}|Total, {kind}|{at_risk[g] // 3}|{at_risk[g]}||\n"
            for g in groups
            for kind in totals
        ],
        "reported_events": list(_events(number, nct, at_risk, chance)),
    }


def _events(number: int, nct: str, at_risk: list[int], chance: random.Random) -> Iterator[str]:
    frame = f"Up to {number % 90} weeks"
    about = f'"{_ABOUT}\nStudy {number}"'
    for line in range(EVENTS_PER_STUDY):
        group = line % GROUPS_PER_STUDY
        kind = "serious" if line < EVENTS_PER_STUDY // 2 else "other"
        affected = chance.randint(0, 9)
        term = f"{_TERMS[line % len(_TERMS)]} {line // GROUPS_PER_STUDY}"
        quoted = f'"{term}"' if '"' in term else term
        yield (
            f"{number * EVENTS_PER_STUDY + line}|{nct}|{number * 3 + group}|EG{group:03d}|{frame}|{kind}|||{affected}|"
            f"{at_risk[group]}|{about}|{affected + 1}|{_SYSTEMS[line % 3]}|{quoted}|5|MedDRA (21.0)|"
            "SYSTEMATIC_ASSESSMENT\n"
        )


def floor(source: Path, target: Path) -> int:
    """Polars alone: each file read as text and written as Parquet."""
    for file in sorted(source.glob("*.txt")):
        scanned = pl.scan_csv(file, separator="|", infer_schema=False)
        scanned.sink_parquet(target / f"{file.stem}.parquet", compression="zstd", compression_level=3)
    return int(pl.scan_parquet(target / "reported_events.parquet").select(pl.len()).collect().item())


def ingest(source: Path, target: Path) -> int:
    """The reader and the writer of the product."""
    from safety_pipeline.ingest.aact import read  # noqa: PLC0415  (each part loads only what it measures)
    from safety_pipeline.tables.delivery import Delivery  # noqa: PLC0415
    from safety_pipeline.tables.ingested import CELL, INGESTED  # noqa: PLC0415
    from safety_pipeline.tables.storage import write_tables  # noqa: PLC0415

    frames = read(Delivery("aact.benchmark", "aact", source, "0" * 64)).tables()
    stored = write_tables(
        {table: frames[table.name] for table in INGESTED}, lambda table: target / f"{table.name}.parquet"
    )
    return stored[CELL].n_rows


PARTS: dict[str, Callable[[Path, Path], int]] = {"floor": floor, "ingest": ingest}


def measure(part: str, source: Path) -> None:
    """Run one part here and print its seconds, peak memory and rows as JSON."""
    with tempfile.TemporaryDirectory() as target:
        start = time.perf_counter()
        rows = PARTS[part](source, Path(target))
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(json.dumps({"part": part, "seconds": round(seconds, 2), "peak_gb": round(peak, 2), "rows": rows}))


def compare(n_events: int, repeats: int) -> None:
    """Each round measures both parts one after the other, since the speed of a shared machine changes by the minute."""
    with tempfile.TemporaryDirectory() as folder:
        write_snapshot(Path(folder), n_events)
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e9
        print(f"{n_events:,} events, {size:.2f} GB of text")
        ratios, peaks = [], []
        for _ in range(repeats):
            found = {part: _measured(part, folder) for part in PARTS}
            ratios.append(found["ingest"]["seconds"] / found["floor"]["seconds"])
            peaks.append(found["ingest"]["peak_gb"])
            print(f"ingest takes {ratios[-1]:.2f} times the floor", flush=True)
        print(f"median of {repeats} rounds: {statistics.median(ratios):.2f}; peak memory {max(peaks):.2f} GB")


def _measured(part: str, folder: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--part", part, "--source", folder]
    result: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(result)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="ten million events instead of one")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--part", choices=list(PARTS))
    parser.add_argument("--source", type=Path)
    given = parser.parse_args()
    if given.part:
        measure(given.part, given.source)
    else:
        compare(10_000_000 if given.full else given.events, given.repeats)


if __name__ == "__main__":
    main()
