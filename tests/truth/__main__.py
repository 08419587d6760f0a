"""`make soundness`: invented trials through the real pipeline; exit 1 where something published is not true."""

import argparse
import os
import sys
import time
from pathlib import Path

from truth import summary
from truth.simulation import PRINTERS, batches, simulate
from truth.tally import Tally


def main() -> int:
    wanted = _arguments()
    started = time.monotonic()
    tally = Tally()
    asked = batches(wanted.seed, wanted.trials, wanted.lakes, wanted.source)
    for batch, found in simulate(asked, wanted.processes):
        tally.merge(found)
        print(f"{time.monotonic() - started:6.0f} s  {batch}: {_verdict(found)}", file=sys.stderr)
    print(_report(tally))
    if wanted.examples:
        cases = f"# Not true\n\n{summary.examples(tally)}\n\n# Excluding a completion\n\n{summary.excluding(tally)}\n"
        wanted.examples.write_text(cases, encoding="utf-8")
    return 0 if tally.is_sound else 1


def _verdict(found: Tally) -> str:
    return (
        "sound"
        if found.is_sound
        else f"{found.violations.total()} violations, {found.n_excluding} exclude a completion"
    )


def _report(tally: Tally) -> str:
    parts = [
        summary.totals(tally),
        f"violations by kind:\n{summary.violations(tally)}",
        f"tightness on tiny trials:\n{summary.tightness(tally)}",
        f"lakes that do not publish, of {tally.n_lakes}:\n{summary.unpublished(tally)}",
        f"headline questions without a row: {len(tally.unanswered)} {tally.unanswered[:1] or ''}",
    ]
    return "\n\n".join(parts)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m truth", description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000, help="how many, shared out among the kinds of source")
    parser.add_argument("--lakes", type=int, default=0, help="how many lakes of trials at the edges to publish")
    parser.add_argument("--seed", type=int, default=1, help="another seed invents other trials")
    parser.add_argument("--source", nargs="+", choices=PRINTERS, default=list(PRINTERS))
    parser.add_argument("--examples", type=Path, help="write the smallest example of each kind of violation to a file")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
