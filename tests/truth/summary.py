"""A tally as text: what was judged, violations by kind, and the smallest example of each kind."""

from truth.law import Judged
from truth.tally import Kind, Tally

_MEASURES = ("rows", "violations", "right points", "wrong points", "bounds", "0 to N", "no bounds")
_SHOWN = ("arm_id", "concept", "grade_band", "attribution", "n_affected_lower", "n_affected_upper", "n_at_risk",
          "incidence", "reporting_status", "concept_relation", "grade_band_as_reported", "reason")  # fmt: skip


def totals(tally: Tally) -> str:
    sources = sorted({source for source, _ in tally.judged})
    heading = "".join(f"{measure:>14}" for measure in _MEASURES)
    lines = [
        f"{source:10}" + "".join(f"{tally.judged[source, measure]:14}" for measure in _MEASURES) for source in sources
    ]
    return "\n".join([f"{'source':10}{heading}", *lines])


def violations(tally: Tally) -> str:
    """A line for each kind: source, band, what was asked, the fault, and the gravest thing the source does not say."""
    lines = [f"{tally.violations[kind]:6}  {' | '.join(kind)}  ({_statuses(tally, kind)})" for kind in _ordered(tally)]
    return "\n".join(lines) or "none"


def examples(tally: Tally) -> str:
    return "\n\n".join(_example(kind, tally.violations[kind], tally.examples[kind]) for kind in _ordered(tally))


def _ordered(tally: Tally) -> list[Kind]:
    return sorted(tally.violations, key=lambda kind: (-tally.violations[kind], kind))


def _statuses(tally: Tally, kind: Kind) -> str:
    counts = {status: n for (each, status), n in tally.statuses.items() if each == kind}
    return ", ".join(f"{status} {counts[status]}" for status in sorted(counts, key=lambda status: -counts[status]))


def _example(kind: Kind, n: int, least: Judged) -> str:
    published = "\n".join(f"{name}: {least.row[name]}" for name in _SHOWN)
    trial = least.source.trial
    return (
        f"## {n} x {' | '.join(kind)}\n\nseed {trial.seed}, trial {trial.number}; {'; '.join(least.source.features)}"
        f"\n\n```\n{least.source.text()}\n```\n\nPublished ({'; '.join(least.faults)}):\n\n```\n{published}\n```\n\n"
        f"Truth: **{least.truth}**"
    )
