"""Register records as the retired public XML, in which the totals stand among the events."""

import re
from collections.abc import Iterator

from lxml import etree

from safety_pipeline.ingest.ctgov.groups import with_numbers_of_lines
from safety_pipeline.ingest.ctgov.node import shown, tidy
from safety_pipeline.ingest.ctgov.numbers import believable, percentage
from safety_pipeline.ingest.ctgov.register_words import total_kind, total_label, total_row
from safety_pipeline.ingest.ctgov.study import (
    Count,
    Design,
    Event,
    Fault,
    Group,
    Intervention,
    RegisteredArm,
    Study,
)
from safety_pipeline.tables.delivery import RefusedError

_KINDS = ("serious", "other")
_GROUP_ID = re.compile(r"E(\d{1,4})", re.ASCII)
_IN_DESIGN = re.compile(r"(Allocation|Intervention Model):\s*([^,]+)")


def xml_study(root: etree._Element) -> Study:
    """The record in the XML; a record without its number is refused."""
    nct_id = _text(root, "id_info/nct_id")
    if nct_id is None:
        raise RefusedError("is_a_register_record", "the XML has no id_info/nct_id; fetch the record again.")
    module = root.find("clinical_results/reported_events")
    faults: list[Fault] = []
    _judge_threshold(module, faults)
    lines = [] if module is None else [line for kind in _KINDS for line in _lines(module, kind, faults)]
    return Study(
        nct_id=nct_id,
        design=_design(root),
        has_module=module is not None,
        time_frame=_text(module, "time_frame"),
        description=_text(module, "desc"),
        threshold=_text(module, "other_events/frequency_threshold"),
        groups=with_numbers_of_lines(list(_groups(module, lines, faults)), lines),
        events=tuple(lines),
        faults=tuple(faults),
    )


def _judge_threshold(module: etree._Element | None, faults: list[Fault]) -> None:
    threshold = None if module is None else module.find("other_events/frequency_threshold")
    if threshold is not None and percentage(_inside(threshold)) is None:
        faults.append(_fault(threshold, "a percentage from 0 to 100", "threshold_is_a_percentage", "other"))


def _text(element: etree._Element | None, path: str) -> str | None:
    found = None if element is None else element.find(path)
    return None if found is None else tidy(_inside(found))


def _inside(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _texts(element: etree._Element, path: str) -> tuple[str, ...]:
    return tuple(text for each in element.findall(path) if (text := tidy(_inside(each))))


def _design(root: etree._Element) -> Design:
    # Records written before 2017 hold the design as one sentence.
    sentence = dict(_IN_DESIGN.findall(_text(root, "study_design") or ""))
    enrolment = root.find("enrollment")
    phase = _text(root, "phase")
    return Design(
        title=_text(root, "brief_title"),
        # Records written before 2017 have only the day on which the results were first received.
        posted=_text(root, "results_first_posted") or _text(root, "firstreceived_results_date"),
        phases=(phase,) if phase else (),
        allocation=_text(root, "study_design_info/allocation") or sentence.get("Allocation"),
        model=_text(root, "study_design_info/intervention_model") or sentence.get("Intervention Model"),
        conditions=_texts(root, "condition"),
        enrolment=_text(root, "enrollment"),
        enrolment_type=None if enrolment is None else enrolment.get("type"),
        arms=tuple(
            RegisteredArm(_text(arm, "arm_group_label") or "", _text(arm, "description"))
            for arm in root.findall("arm_group")
        ),
        interventions=tuple(_intervention(each) for each in root.findall("intervention")),
    )


def _intervention(element: etree._Element) -> Intervention:
    return Intervention(
        kind=_text(element, "intervention_type") or "",
        name=_text(element, "intervention_name") or "",
        other_names=_texts(element, "other_name"),
        arm_labels=_texts(element, "arm_group_label"),
    )


def _groups(module: etree._Element | None, lines: list[Event], faults: list[Fault]) -> Iterator[Group]:
    if module is None:
        return
    for group in module.findall("group_list/group"):
        printed = group.get("group_id")
        if printed is None:
            faults.append(_fault(group, "a group with its group_id", "group_has_an_id", None))
            continue
        group_id = _modern(printed)
        yield Group(group_id, printed, _text(group, "title"), _text(group, "description"), _at_risk(lines, group_id))


def _modern(group_id: str) -> str:
    """The group's id as the API numbers it: E1 is EG000."""
    found = _GROUP_ID.fullmatch(group_id)
    return f"EG{int(found[1]) - 1:03d}" if found and int(found[1]) else group_id


def _at_risk(lines: list[Event], group_id: str) -> int | None:
    """The group's own number: the totals of serious and other events, not of deaths."""
    totals = (count for line in lines if line.kind == "total" and line.seriousness for count in line.counts)
    known = [believable(count.at_risk) for count in totals if count.group_id == group_id]
    return max((number for number in known if number is not None), default=None)


def _lines(module: etree._Element, kind: str, faults: list[Fault]) -> Iterator[Event]:
    table = module.find(f"{kind}_events")
    if table is None:
        return
    default = _text(table, "default_vocab")
    number = 0
    for category in table.iterfind("category_list/category"):
        title = _text(category, "title")
        for event in category.iterfind("event_list/event"):
            total = _total_kind(_text(event, "sub_title") or "", kind) if title == "Total" else None
            number += total is None
            yield from _total(event, total) if total else _event(event, kind, (title, default), number, faults)


def _total_kind(label: str, kind: str) -> str | None:
    """The kind of total that the label names; a bare "Total" is that of its table."""
    return total_kind(label) or (kind if label.casefold().startswith("total") else None)


def _total(event: etree._Element, kind: str) -> Iterator[Event]:
    row = total_row(kind)
    yield Event(
        "total", int(row["row_number"]), total_label(kind), _counts(event), seriousness=row["seriousness"] or None
    )


def _event(
    event: etree._Element, kind: str, heading: tuple[str | None, str | None], number: int, faults: list[Fault]
) -> Iterator[Event]:
    title, default = heading
    counts = _counts(event)
    if not counts:
        faults.append(_fault(event, "an event with its counts", "event_has_counts", kind, _text(event, "sub_title")))
        return
    sub_title = event.find("sub_title")
    yield Event(
        kind=kind,
        row_number=number,
        term=_text(event, "sub_title") or "",
        counts=counts,
        seriousness=kind,
        body_system=title,
        vocabulary=tidy((sub_title.get("vocab") or "") if sub_title is not None else "") or default,
        notes=_text(event, "description"),
    )


def _counts(event: etree._Element) -> tuple[Count, ...]:
    return tuple(
        Count(
            group_id=_modern(each.get("group_id") or ""),
            place=_place(each),
            affected=each.get("subjects_affected"),
            at_risk=each.get("subjects_at_risk"),
            episodes=each.get("events"),
        )
        for each in event.iterfind("counts")
    )


def _place(element: etree._Element) -> str:
    return f"line {element.sourceline}, {element.tag}"


def _fault(element: etree._Element, expected: str, rule: str, kind: str | None, term: str | None = None) -> Fault:
    return Fault(_place(element), shown(" ".join(_inside(element).split())), expected, rule, kind, term)
