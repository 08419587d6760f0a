"""Rows of `ingested/cell` and `ingested/refusal` from the lines of a register record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from safety_pipeline.ingest.ctgov.numbers import believable, is_whole
from safety_pipeline.ingest.ctgov.register_words import table_label
from safety_pipeline.ingest.ctgov.study import Count, Event, Fault, Group, Study
from safety_pipeline.ingest.ctgov.wording import NOT_STATED, edition_of, limits_in

Record = dict[str, object]


@dataclass(frozen=True)
class Source:
    """The delivery and document that every row of a record comes from."""

    delivery_id: str
    document_id: str
    source_file: str
    study: Study
    groups: Mapping[str, Group]
    attribution: str

    def place(self) -> Record:
        return {
            "delivery_id": self.delivery_id,
            "document_id": self.document_id,
            "trial_id": self.study.nct_id,
            "source_file": self.source_file,
        }

    def limits(self) -> frozenset[str]:
        """What the description of the events says that the record leaves out."""
        return limits_in(self.study.description or "")

    def arm_id(self, group_id: str) -> str:
        return f"{self.study.nct_id}.{group_id}"


@dataclass(frozen=True)
class Rows:
    """What the lines of a record become: every count is in one of the two lists."""

    cells: list[Record]
    refusals: list[Record]


def rows(source: Source) -> Rows:
    """One cell or one refusal for each count of each line."""
    cells: list[Record] = []
    refusals: list[Record] = []
    for event in source.study.events:
        repeated = _repeated(event)
        for count in event.counts:
            fault = _fault(source, event, count, is_repeated=id(count) in repeated)
            (cells.append(_cell(source, event, count)) if fault is None else refusals.append(fault))
    return Rows(cells, refusals)


def _repeated(event: Event) -> set[int]:
    """The counts that name a group again; where they differ the first is no better than the others."""
    by_group: dict[str, list[Count]] = {}
    for count in event.counts:
        by_group.setdefault(count.group_id, []).append(count)
    return {id(count) for same in by_group.values() for count in same[int(_agree(same)) :] if len(same) > 1}


def _agree(counts: Sequence[Count]) -> bool:
    return len({(count.affected, count.at_risk, count.episodes) for count in counts}) == 1


def fault_rows(source: Source) -> Iterator[Record]:
    """One refusal for each place of the record that does not hold what belongs there."""
    for fault in source.study.faults:
        is_of_line = fault.rule in _LINE_FAULTS
        line = _line(fault.kind, fault.term, source.attribution) if fault.kind and is_of_line else {}
        yield {**fault_row(source.place(), source.source_file, fault), **line}


# Faults that cost the counts of a line; which groups it counted cannot be read.
_LINE_FAULTS = ("event_is_an_object", "event_has_counts", "count_is_an_object")


def _line(kind: str, term: str | None, attribution: str) -> Record:
    """What a refused count was of: its event, and that a register counts any grade."""
    return {
        "row_label": term or None,
        "term_as_reported": term or None,
        "grade_band": "any",
        "seriousness": kind if kind in ("serious", "other") else None,
        "attribution": attribution,
    }


def fault_row(place: Record, source_file: str, fault: Fault) -> Record:
    """One row of `ingested/refusal`: what is wrong on which line of a record."""
    return {
        **place,
        "table_label": table_label(fault.kind) if fault.kind else None,
        "printed": fault.found,
        "rule": fault.rule,
        "explanation": f"{source_file}: {fault.place}: found {fault.found!r} where {fault.expected} belongs; "
        "fetch the record again, or correct that place.",
    }


def _coordinates(source: Source, event: Event, count: Count) -> Record:
    group = source.groups.get(count.group_id)
    return {
        **source.place(),
        "table_label": table_label(event.kind),
        "row_number": event.row_number,
        "row_label": event.term or None,
        "column_label": (group.title or group.printed_id) if group else count.group_id or None,
        "column_role": "arm",
        "arm_id": source.arm_id(count.group_id) if group else None,
        "printed": count.affected,
    }


def _fault(source: Source, event: Event, count: Count, *, is_repeated: bool) -> Record | None:
    found = _refused_for(source, event, count)
    if found is None and is_repeated:
        found = "group_is_counted_once", f"the group {count.group_id!r} is counted again on the line; keep one of them."
    if found is None:
        return None
    rule, sentence = found
    group = source.groups.get(count.group_id)
    return {
        **_coordinates(source, event, count),
        **_line(event.kind, event.term, source.attribution),
        "grading_system": _edition(source, event),
        "seriousness": event.seriousness,
        "n_at_risk": group.at_risk if group else None,
        "rule": rule,
        "explanation": f"{source.source_file}: {count.place}: {sentence}",
    }


def _refused_for(source: Source, event: Event, count: Count) -> tuple[str, str] | None:
    if not event.term:
        return "event_has_a_term", "the event has no term; correct the record, or leave the line out."
    if count.group_id not in source.groups:
        return "group_is_described", f"the group {count.group_id!r} is not among the record's groups; fetch it again."
    for name, printed in (("affected", count.affected), ("at risk", count.at_risk), ("events", count.episodes)):
        if printed is not None and not is_whole(printed):
            return "count_is_a_whole_number", f"the number {name} is {printed!r}, not a whole number; correct it."
    if count.affected is None and count.episodes is None and believable(count.at_risk) != 0:
        return "count_is_given", "neither patients affected nor events are given; fetch the record again."
    return None


def _cell(source: Source, event: Event, count: Count) -> Record:
    return {
        **_coordinates(source, event, count),
        **_numbers(source, count),
        "table_id": _table_of(source, event),
        "column_number": list(source.groups).index(count.group_id) + 1,
        "term_as_reported": event.term,
        "body_system_as_reported": event.body_system,
        "is_composite": False,
        "grading_system": _edition(source, event),
        "grade_lower_reported": 1,
        "grade_upper_reported": 5,
        "grade_band_as_reported": "any",
        "grade_counting": "unknown",
        "seriousness": event.seriousness,
        "attribution": source.attribution,
    }


def _table_of(source: Source, event: Event) -> str:
    """The table within the delivery; a file with several records names the record too."""
    return event.kind if source.study.nct_id in source.delivery_id else f"{source.study.nct_id}:{event.kind}"


def _edition(source: Source, event: Event) -> str:
    if event.kind == "total":
        return NOT_STATED
    return edition_of(event.vocabulary, source.study.description or "")


def _numbers(source: Source, count: Count) -> Record:
    affected, episodes = believable(count.affected), believable(count.episodes)
    at_risk = believable(count.at_risk)
    group_at_risk = source.groups[count.group_id].at_risk
    n_at_risk = group_at_risk if at_risk is None else at_risk
    is_part = affected is not None and "counts" in source.limits()
    return {
        "count_unit": "episodes" if affected is None and episodes is not None else "patients",
        "n_episodes": episodes,
        "n_printed": affected,
        "n_affected_lower": affected,
        "n_affected_upper": _most(affected, n_at_risk) if is_part else affected,
        "n_at_risk": n_at_risk,
        "cell_status": "derived_bounds" if is_part else _status(affected, episodes),
        "note": _note(has_no_number=at_risk is None, is_part=is_part),
    }


def _most(affected: int | None, n_at_risk: int | None) -> int | None:
    """All patients, since some may have had an event that was not counted; rules judge a count above them."""
    return None if affected is None or n_at_risk is None else max(affected, n_at_risk)


def _note(*, has_no_number: bool, is_part: bool) -> str | None:
    said = (
        "The line gives no number at risk; the group's number is used." if has_no_number else None,
        "The record says that milder events were not counted: the count is the least." if is_part else None,
    )
    return " ".join(each for each in said if each) or None


def _status(affected: int | None, episodes: int | None) -> str:
    if affected is None:
        return "missing" if episodes is None else "episodes_only"
    return "observed" if affected else "reported_zero"
