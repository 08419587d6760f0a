"""What a printed value says of the number of patients: the bounds, and where they come from."""

from dataclasses import dataclass, replace
from decimal import Decimal

from safety_pipeline.ingest.literature.manifest import BlankMeans, Table
from safety_pipeline.ingest.literature.numbers.percent import counts_below, counts_that_fit
from safety_pipeline.ingest.literature.numbers.printed import Printed, is_blank
from safety_pipeline.ingest.literature.places import Fault


@dataclass(frozen=True)
class Count:
    """The numbers of one cell, in the words of `ingested/cell`."""

    status: str
    n_at_risk: int | None
    bounds: tuple[int, int] | None = None
    printed: Printed | None = None
    n_episodes: int | None = None
    note: str | None = None

    def record(self) -> dict[str, object]:
        lower, upper = self.bounds if self.bounds is not None else (None, None)
        share = self.printed.share if self.printed else None
        return {
            "cell_status": self.status,
            "n_at_risk": self.n_at_risk,
            "n_affected_lower": lower,
            "n_affected_upper": upper,
            "n_printed": self.printed.n if self.printed else None,
            "percent_printed": float(share) if share is not None else None,
            "percent_decimals": self.printed.decimals if self.printed else None,
            "n_episodes": self.n_episodes,
        }


def printed_count(value: Printed, n_at_risk: int | None, count_unit: str) -> Count | Fault:
    """The count behind a printed value; a percentage alone gives every count that is printed so."""
    n_at_risk = value.n_at_risk if value.n_at_risk is not None else n_at_risk
    if count_unit == "episodes":
        return _episodes(value, n_at_risk)
    if value.n is not None:
        status = "observed" if value.n else "reported_zero"
        return Count(status, n_at_risk, (value.n, value.n), value, value.n_events, note=_marked(value))
    if value.n_below is not None:
        return Count("derived_bounds", n_at_risk, (0, max(0, value.n_below - 1)), value, note=_marked(value))
    return _from_percent(value, n_at_risk)


def _episodes(value: Printed, n_at_risk: int | None) -> Count | Fault:
    if value.n is None:
        return Fault("count_can_be_known", "episodes are counted, but no whole number is printed; mend the content")
    return Count("episodes_only", n_at_risk, printed=value, n_episodes=value.n, note=_marked(value))


def _marked(value: Printed) -> str | None:
    return f"printed with the footnote mark {value.marks!r}" if value.marks else None


def of_the_others(count: Count) -> Count | Fault:
    """Of a line of the patients without any event, those with one: all the others."""
    if count.bounds is None:
        return count
    n_at_risk, (lower, upper) = count.n_at_risk, count.bounds
    if n_at_risk is None or upper > n_at_risk:
        why = "it counts patients without any event, and those with one are the others of a number that is not known"
        return Fault("count_can_be_known", f"{why}; give n_at_risk for the arm")
    status = "reported_zero" if count.status == "observed" and lower == n_at_risk else count.status
    return replace(
        count,
        status="observed" if status == "reported_zero" and upper == 0 else status,
        bounds=(n_at_risk - upper, n_at_risk - lower),
        printed=None if count.printed is None else _of_the_others(count.printed, n_at_risk),
        note="; ".join(filter(None, (count.note, "the patients without any event are printed"))),
    )


def _of_the_others(printed: Printed, n_at_risk: int) -> Printed:
    percent = None if printed.percent is None else str(100 - Decimal(printed.percent))
    return replace(printed, n=None if printed.n is None else n_at_risk - printed.n, percent=percent, n_events=None)


def blank_count(printed: str, table: Table, n_at_risk: int | None) -> Count:
    """The count behind an empty cell or a dash: 0 only where the manifest names who says so."""
    meaning = table.blank_means if is_blank(printed) else table.dash_means
    if meaning is not None and meaning.value == 0:
        return _zero(meaning, n_at_risk)
    what = "empty cell" if is_blank(printed) else f"{printed!r} is printed"
    return Count("missing", n_at_risk, note=f"{what}; the document does not say what that means")


def _zero(meaning: BlankMeans, n_at_risk: int | None) -> Count:
    return Count(meaning.status or "reported_zero", n_at_risk, (0, 0), note=f"an empty cell is 0: {meaning.source}")


def _from_percent(value: Printed, n_at_risk: int | None) -> Count | Fault:
    share = value.share if value.percent_below is None else value.percent_below
    if share is None or not n_at_risk:
        return Fault("count_can_be_known", "a percentage alone needs the number of patients; add n_at_risk to the arm")
    if value.percent_below is not None:
        most = counts_below(n_at_risk, share)
        return Count("derived_bounds", n_at_risk, (0, most), value, note=_marked(value))
    bounds = counts_that_fit(n_at_risk, share, value.decimals or 0)
    if bounds is None:
        return Fault(
            "percent_fits_a_count",
            f"no count out of {n_at_risk} is printed as {value.percent} percent; check n_at_risk in document.yaml",
        )
    certain = "observed" if bounds[0] else "reported_zero"
    return Count(certain if bounds[0] == bounds[1] else "derived_bounds", n_at_risk, bounds, value, note=_marked(value))
