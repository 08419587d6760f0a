"""A tally as text: what was judged, violations by kind, and the smallest example of each kind."""

from truth.law import Judged
from truth.tally import Kind, Tally
from truth.tightness import EXCLUDING, NARROWEST, NO_BOUNDS, WIDER, Compared

_VERDICTS = (WIDER, NO_BOUNDS, EXCLUDING)

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


def tightness(tally: Tally) -> str:
    """For each kind of question the share of bounds that are the narrowest possible, and what the others are."""
    kinds = sorted({kind for kind, _ in tally.tightness})
    heading = f"{'source | lists | asked | band':50}{'rows':>7}{'narrowest':>11}" + "".join(
        f"{v:>23}" for v in _VERDICTS
    )
    return "\n".join([heading, *(_tightness_line(tally, kind) for kind in kinds)])


def _tightness_line(tally: Tally, kind: Kind) -> str:
    rows = sum(n for (each, _), n in tally.tightness.items() if each == kind)
    share = f"{100 * tally.tightness[kind, NARROWEST] / rows:.0f} %"
    others = "".join(f"{tally.tightness[kind, verdict]:23}" for verdict in _VERDICTS)
    return f"{' | '.join(kind):50}{rows:7}{share:>11}{others}"


def unpublished(tally: Tally) -> str:
    """What stops publication, the most frequent first, with one lake in which it does."""
    lakes: dict[str, list[str]] = {}
    for lake, faults in tally.unpublished.items():
        for fault in {fault.split(" in {")[0]: fault for fault in faults}:
            lakes.setdefault(fault, []).append(lake)
    ordered = sorted(lakes, key=lambda fault: -len(lakes[fault]))
    return "\n".join(f"{len(lakes[fault]):6}  {fault}  (such as {lakes[fault][0]})" for fault in ordered) or "none"


def excluding(tally: Tally) -> str:
    """The smallest source of each kind of question whose published bounds exclude a completion."""
    return "\n\n".join(_excluding(kind, tally.excluding[kind]) for kind in sorted(tally.excluding))


def _excluding(kind: Kind, least: Compared) -> str:
    lower, upper = least.narrowest
    return f"{_case(kind, least.judged)}Completions of this source have from **{lower}** to **{upper}** patients."


def examples(tally: Tally) -> str:
    return "\n\n".join(_example(kind, tally.violations[kind], tally.examples[kind]) for kind in _ordered(tally))


def _ordered(tally: Tally) -> list[Kind]:
    return sorted(tally.violations, key=lambda kind: (-tally.violations[kind], kind))


def _statuses(tally: Tally, kind: Kind) -> str:
    counts = {status: n for (each, status), n in tally.statuses.items() if each == kind}
    return ", ".join(f"{status} {counts[status]}" for status in sorted(counts, key=lambda status: -counts[status]))


def _example(kind: Kind, n: int, least: Judged) -> str:
    return f"{_case((f'{n} x {kind[0]}', *kind[1:]), least)}Truth: **{least.truth}**"


def _case(kind: Kind, judged: Judged) -> str:
    published = "\n".join(f"{name}: {judged.row.get(name)}" for name in _SHOWN)
    trial = judged.source.trial
    return (
        f"## {' | '.join(kind)}\n\nseed {trial.seed}, trial {trial.number}; {'; '.join(judged.source.features)}"
        f"\n\n```\n{judged.source.text()}\n```\n\nPublished ({'; '.join(judged.faults) or 'bounds'}):"
        f"\n\n```\n{published}\n```\n\n"
    )
