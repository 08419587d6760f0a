"""What a caption, header or heading says of the counts under it: attribution, outcome, unit, patients."""

import re

from safety_pipeline.ingest.literature.layout.words.wording import (
    attribution_in_header,
    grades_of_events,
    grades_within,
    ignored_as,
    is_word,
    without_population,
)
from safety_pipeline.ingest.literature.layout_data import layout, pattern
from safety_pipeline.ingest.literature.lines.said import Said
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

# A text that every edition's synonyms take for events of any kind.
ANY_EVENT = "any adverse event"
_MARK_AT_END = re.compile(r"[\s*†‡§¶#]+$")


def said_in_heading(label: str) -> Said:
    """What a heading says of every count below it."""
    text = _MARK_AT_END.sub("", label)
    within = grades_within(text) or grades_of_events(text)
    return Said(
        grades=within[0] if within else None,
        attribution=None if is_unrelated(text) else attribution_in_header(text) or _of_any_cause(text),
        count_unit="episodes" if counts_events(text) else None,
        outcome=outcome_of(text),
    )


def _of_any_cause(heading: str) -> str | None:
    """What emerged under treatment counts whoever is thought to have caused it, unless the heading says more."""
    return "all_causality" if _finds("treatment_emergent", heading) else None


def why_not_counted(heading: str) -> str | None:
    """Why the lines below a heading count no events, or only such as nobody holds the drug for."""
    if is_unrelated(heading):
        return f"{heading}: not related to the drug"
    if _holds_rates_only(heading):
        return f"{heading}: rate per time"
    is_other = is_word("not_event_sections", heading) or _finds("no_event_heading", heading)
    return heading if is_other and outcome_of(heading) is None else None


def why_no_count(label: str) -> str | None:
    """Why the numbers beside a label are not counted: rates, or times such as that to the onset of an event."""
    if _holds_rates_only(label):
        return "rate per time"
    return "a time, not a number of patients" if _finds("time_of_event", label) else None


def _holds_rates_only(text: str) -> bool:
    return is_rate(text) and not _finds("counts_beside_rate", text)


def why_left_out(header: str) -> str | None:
    """Why a column with this header holds no counts, or only of events that nobody holds the drug for."""
    return ignored_as(header) or (f"{header}: not related to the drug" if is_unrelated(header) else None)


def outcome_in_header(text: str) -> tuple[str | None, str]:
    """What the events of a column had to lead to where its header begins with that, and the name behind it."""
    for name, written in layout("patterns")["outcome_headers"].items():
        if found := pattern(written).match(tidy_spaces(text)):
            return name, tidy_spaces(text)[found.end() :].strip(" ,;:-–(")
    return None, text


def outcome_of(text: str) -> str | None:
    """What the events had to lead to, to be counted."""
    return outcome_and_rest(text)[0]


def outcome_of_caption(caption: str) -> str | None:
    """What the events had to lead to, also where the caption begins with the reasons for it."""
    rules = layout("patterns")
    reasons = {name: pattern(rules["caption_start"] + written) for name, written in rules["outcome_of_reasons"].items()}
    return outcome_of(caption) or next((name for name, reason in reasons.items() if reason.search(caption)), None)


def outcome_and_rest(text: str) -> tuple[str | None, str]:
    """What the events had to lead to, and what stands before the words that say so."""
    tidy = tidy_spaces(text)
    if not _finds("outcome_among_others", tidy):
        for name, written in layout("patterns")["outcome"].items():
            if found := pattern(written).search(tidy):
                return name, tidy[: found.start()].strip(" ,;:-–(")
    return None, tidy


def said_of_event(label: str) -> tuple[Said, str | None]:
    """What the label of a line says of its own counts, and the event it names where that is one of any kind."""
    if _finds("negated_event", label):
        return Said(), None
    outcome, before = outcome_and_rest(label)
    is_of_any_kind = _finds("event_of_any_kind", before)
    attribution = attribution_in_header(label) if is_of_any_kind else None
    unit = "episodes" if counts_events(label) else None
    named = ANY_EVENT if outcome and is_of_any_kind else None
    return Said(outcome=outcome, attribution=attribution, count_unit=unit), named


def counts_events(text: str) -> bool:
    """Whether the numbers below are events, and not the patients who had them."""
    return _finds("counts_events", without_population(text)) or is_rate(text)


def counts_events_by_caption(caption: str) -> bool:
    """Whether a caption says that events are numbered below, by time or with no word of patients."""
    return is_rate(caption) or (
        _finds("counts_events_in_caption", caption) and not _finds("speaks_of_patients", caption)
    )


def counts_courses(caption: str) -> bool:
    """Whether a caption says that courses of treatment with an event are numbered below."""
    return _finds("counts_courses", caption)


def why_no_events(caption: str) -> str | None:
    """What a caption speaks of in place of events: of what patients had before treatment, or what became of events."""
    if _finds("before_treatment", caption):
        return "what patients had before treatment"
    return "what became of events, or was done about them" if _finds("after_events", caption) else None


def counts_worst_grade(text: str) -> bool:
    """Whether the words around a table say that each patient counts at the worst grade only."""
    return _finds("worst_grade", text)


def names_two_outcomes(caption: str) -> bool:
    """Whether a caption stands over all events and over those that led to something, each for itself."""
    return _finds("outcome_beside_others", caption)


def counts_those_without_any_event(label: str) -> bool:
    """Whether a line counts the patients who had no adverse event of any kind."""
    return _finds("without_any_event", label)


def counts_shifts(caption: str) -> bool:
    """Whether a caption says that changes from one grade to another are counted."""
    return _finds("shift_caption", caption)


def counts_other_patients(note: str) -> bool:
    """Whether a note says that its line counts other patients than the header does."""
    return _finds("other_patients", note)


def is_of_one_sex(label: str) -> bool:
    """Whether a line counts events of one sex only."""
    return _finds("one_sex", label)


def is_crossover(caption: str) -> bool:
    """Whether a caption says that the same patients were given one treatment after the other."""
    return _finds("crossover", caption)


def event_in_caption(caption: str) -> str | None:
    """The one event that a caption names over lines of grades."""
    found = pattern(layout("patterns")["event_in_caption"]).search(tidy_spaces(caption))
    return found["term"].strip() if found and not is_word("label_headers", found["term"]) else None


def is_rate(text: str) -> bool:
    """Whether a header speaks of events by the time under observation."""
    return _finds("rate_per_time", text)


def is_unrelated(text: str) -> bool:
    """Whether a heading stands over events that were judged not to be related to the drug."""
    rules = layout("patterns")
    rest = pattern(rules["unrelated"]).sub(" ", text)
    said = [
        pattern(rules["attribution"][name]).search(each) for name, each in (("all_causality", text), ("related", rest))
    ]
    return _finds("unrelated", text) and not any(said)


def populations_in(label: str) -> list[int]:
    """Every number of patients that a label gives as `N = ...` or as "(77 and 69 patients)", in order."""
    text = tidy_spaces(label)
    for written in layout("patterns")["populations"]:
        if listed := pattern(written).search(text):
            return [_whole(each[0]) for each in pattern("{N}").finditer(listed["several"])]
    found = (each for written in layout("patterns")["population"] for each in pattern(written).finditer(text))
    return [_whole(each["n"]) for each in sorted(found, key=re.Match.start)]


def _whole(number: str) -> int:
    return int(re.sub(r"\D", "", number))


def _finds(name: str, text: str) -> bool:
    return bool(pattern(layout("patterns")[name]).search(tidy_spaces(text)))
