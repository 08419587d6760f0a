"""Register records as JSON: API v2, and the retired full_studies, whose keys carry long prefixes."""

from collections.abc import Iterator

from safety_pipeline.ingest.ctgov.dialects import Dialect, EventKeys
from safety_pipeline.ingest.ctgov.groups import with_numbers_of_lines
from safety_pipeline.ingest.ctgov.node import Node
from safety_pipeline.ingest.ctgov.numbers import believable, percentage
from safety_pipeline.ingest.ctgov.register_words import total_label
from safety_pipeline.ingest.ctgov.study import Count, Design, Event, Group, Intervention, RegisteredArm, Study


def study(record: Node, dialect: Dialect) -> Study | None:
    """The record of one study, or nothing where it has no register number."""
    protocol = record.at(dialect.protocol)
    nct_id = protocol.text(dialect.nct_id)
    if nct_id is None:
        return None
    module = record.at(dialect.module)
    groups = list(_groups(module, dialect))
    _judge_threshold(module.at(dialect.threshold))
    events = [*_totals(module, dialect), *_events(module, dialect)]
    return Study(
        nct_id=nct_id,
        design=_design(protocol, dialect),
        has_module=not module.is_missing,
        time_frame=module.text(dialect.time_frame),
        description=module.text(dialect.description),
        threshold=module.printed(dialect.threshold),
        groups=with_numbers_of_lines(groups, events),
        events=tuple(events),
        faults=tuple(dict.fromkeys(record.faults)),
    )


def _judge_threshold(threshold: Node) -> None:
    if not threshold.is_missing and percentage(threshold.printed_here()) is None:
        threshold.fault("a percentage from 0 to 100", rule="threshold_is_a_percentage", kind="other")


def _design(protocol: Node, dialect: Dialect) -> Design:
    info = protocol.at(dialect.design_info)
    label, description, names = dialect.arm
    kind, name, other_names, arm_labels = dialect.intervention
    return Design(
        title=protocol.text(dialect.title),
        posted=protocol.text(dialect.posted),
        phases=protocol.texts(dialect.phases),
        allocation=info.text(dialect.allocation),
        model=info.text(dialect.model),
        conditions=protocol.texts(dialect.conditions),
        enrolment=protocol.printed(dialect.enrolment),
        enrolment_type=protocol.text(dialect.enrolment_type),
        arms=tuple(
            RegisteredArm(arm.text(label) or "", arm.text(description), arm.texts(names))
            for arm in protocol.at(dialect.arms).items()
        ),
        interventions=tuple(
            Intervention(each.text(kind) or "", each.text(name) or "", each.texts(other_names), each.texts(arm_labels))
            for each in protocol.at(dialect.interventions).items()
        ),
    )


def _groups(module: Node, dialect: Dialect) -> Iterator[Group]:
    group_id, title, description = dialect.group
    for node in module.at(dialect.groups).items():
        if (found := node.text(group_id)) is None:
            node.fault("a group with its id", rule="group_has_an_id")
            continue
        numbers = [
            believable(node.printed(f"{dialect.group_total.format(K=written)}AtRisk"))
            for kind, written in dialect.total_kinds
            if kind != "deaths"
        ]
        known = [number for number in numbers if number is not None]
        yield Group(found, found, node.text(title), node.text(description), max(known, default=None))


def _totals(module: Node, dialect: Dialect) -> Iterator[Event]:
    """One line a kind of total; a group that does not give it has no place on the line."""
    for number, (kind, written) in enumerate(dialect.total_kinds, start=1):
        prefix = dialect.group_total.format(K=written)
        counts = tuple(
            Count(
                group_id=node.text(dialect.group[0]) or "",
                place=f"{node.path}.{prefix}Affected",
                affected=node.printed(f"{prefix}Affected"),
                at_risk=node.printed(f"{prefix}AtRisk"),
            )
            for node in module.at(dialect.groups).items()
            if not (node.at(f"{prefix}Affected").is_missing and node.at(f"{prefix}AtRisk").is_missing)
        )
        if counts:
            seriousness = kind if kind in ("serious", "other") else None
            yield Event("total", number, total_label(kind), counts, seriousness=seriousness)


def _events(module: Node, dialect: Dialect) -> Iterator[Event]:
    for kind, key in dialect.events:
        keys = EventKeys.of(dialect, kind)
        for number, node in enumerate(module.at(key).items(), start=1):
            yield from _event(node, keys, number)


def _event(node: Node, keys: EventKeys, number: int) -> Iterator[Event]:
    """One line of the table; a line without any count is a fault, because a line must not vanish."""
    if not isinstance(node.value, dict):
        node.fault("an event with its counts", rule="event_is_an_object", kind=keys.kind)
        return
    term, body_system, vocabulary, notes, stats = keys.event
    named, holder = node.text(term), node.at(stats)
    if not isinstance(holder.value, list) or not holder.value:
        rule = "event_has_counts"
        holder.fault("a list with the counts of the groups", rule=rule, kind=keys.kind, term=named)
        return
    yield Event(
        kind=keys.kind,
        row_number=number,
        term=named or "",
        counts=tuple(_counts(holder, keys, named)),
        seriousness=keys.kind,
        body_system=node.text(body_system),
        vocabulary=node.text(vocabulary),
        notes=node.text(notes),
    )


def _counts(stats: Node, keys: EventKeys, term: str | None) -> Iterator[Count]:
    group_id, affected, at_risk, episodes = keys.count
    for each in stats.items():
        if not isinstance(each.value, dict):
            each.fault("the counts of a group", rule="count_is_an_object", kind=keys.kind, term=term)
            continue
        yield Count(
            group_id=each.printed(group_id) or "",
            place=each.path,
            affected=each.printed(affected),
            at_risk=each.printed(at_risk),
            episodes=each.printed(episodes),
        )
