"""What the words of a caption or header say: grades, population, threshold, edition, attribution, dose."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from safety_pipeline.ingest.literature.grades import ANY, parse_grades
from safety_pipeline.ingest.literature.layout.words.plain_grades import plain_grades
from safety_pipeline.ingest.literature.layout_data import folded, layout, pattern, words
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

_TRAILING_MARK = re.compile(r"(?<=[\d%)])[a-j*†‡§¶#]{1,2}$")


def grades_of(text: str) -> str | None:
    """The grades that a header or label consists of, as a manifest writes them."""
    if is_word("any_grade", text.rstrip("*†‡§¶# ")):
        return ANY.band
    tidy = plain_grades(_TRAILING_MARK.sub("", tidy_spaces(text)))
    shapes = layout("patterns")["grades"]
    for name in ("lower_and_upper", "from", "single"):
        found = pattern(shapes[name]).fullmatch(tidy.strip(" ()[]:"))
        if found:
            return _band(found.groupdict())
    return None


def grades_within(text: str) -> tuple[str, str] | None:
    """The grades that a longer text names, and the words that name them; nothing where it names several."""
    tidy = plain_grades(text)
    found = [(band, each[0]) for each in _grade_words(tidy) if (band := grades_of(each[0]))]
    return found[0] if len({band for band, _ in found}) == 1 else None


def _grade_words(text: str) -> Iterator[re.Match[str]]:
    yield from pattern(layout("patterns")["grades_in_caption"]).finditer(text)
    yield from re.finditer(r"\b(?:any|all) grades?\b", text, re.IGNORECASE)


def population_of(text: str) -> int | None:
    """The number after `N =` in a text, where there is exactly one."""
    text = tidy_spaces(text)
    found = {
        int(re.sub(r"\D", "", each["n"]))
        for written in layout("patterns")["population"]
        for each in pattern(written).finditer(text)
    }
    return found.pop() if len(found) == 1 else None


def without_population(text: str) -> str:
    """The text without its `(N = ...)`; a bracket that it shared with something else stays closed."""
    text = tidy_spaces(text)
    for written in layout("patterns")["population"]:
        text = pattern(written).sub(" ", text)
    text = pattern(layout("patterns")["exposure"]).sub(" ", text)
    rest = " ".join(text.split()).strip(" ,;:")
    return rest + ")" if rest.count("(") == rest.count(")") + 1 and not rest.endswith("(") else rest


@dataclass(frozen=True)
class ThresholdHint:
    """A reporting threshold named in a caption; the scope is nothing where the words do not settle it."""

    percent: float
    operator: str
    scope: str | None


# A condition stands behind its percentage, in the same sentence.
_CONDITION_WITHIN = 120


def threshold_of(text: str) -> ThresholdHint | None:
    """The reporting threshold a caption names; none where it names a further condition for what is listed."""
    for rule, found, condition in _thresholds(text):
        if condition is None:
            scope = "any_arm" if pattern(rule["scope_any"]).search(text) else None
            operator = layout("patterns")["threshold_operators"][found["operator"].lower()]
            return ThresholdHint(float(found["percent"]), operator, scope)
    return None


def conditional_threshold(text: str) -> str | None:
    """The words of a threshold that does not say alone what is listed: "at least 5% and more often than placebo"."""
    for _, found, condition in _thresholds(text):
        if condition is not None:
            start, end = condition
            rest = re.split("[.;]", text[end:], maxsplit=1)[0]
            return tidy_spaces(text[min(start, found.start()) : end] + rest)
    return None


def _thresholds(text: str) -> Iterator[tuple[Mapping[str, str], re.Match[str], tuple[int, int] | None]]:
    """The first threshold of each way of writing one, and where a further condition for what is listed stands."""
    for rule in layout("patterns")["threshold"]:
        found = pattern(rule["pattern"]).search(text)
        if found:
            yield rule, found, _condition(text, found)


def _condition(text: str, threshold: re.Match[str]) -> tuple[int, int] | None:
    """Where a further condition begins and ends: behind the percentage, or words for a choice of events before it."""
    rules = layout("patterns")
    behind = text[threshold.end() :][:_CONDITION_WITHIN]
    for written in rules["threshold_condition"]:
        if found := pattern(written).search(behind):
            return threshold.end() + found.start(), threshold.end() + found.end()
    chosen = pattern(rules["selected_events"]).search(text[: threshold.start()])
    return (chosen.start(), threshold.end()) if chosen else None


def edition_of(text: str) -> str | None:
    """The edition of the NCI criteria a text names."""
    for rule in layout("patterns")["edition"]:
        found = pattern(rule["pattern"]).search(text)
        if found:
            return str(layout("patterns")["editions"].get(f"{rule['prefix']} {found['number']}", "")) or None
    return None


def attribution_of(text: str) -> str | None:
    """Whether a caption speaks of related events or of all; nothing where it speaks of both."""
    rules = layout("patterns")
    without_all = pattern(rules["attribution"]["all_causality"]).sub(" ", text)
    rest = pattern(rules["unrelated"]).sub(" ", without_all)
    is_of_all = without_all != text
    is_of_related = pattern(rules["attribution"]["related"]).search(rest) is not None
    if is_of_all == is_of_related:
        return None
    return "all_causality" if is_of_all else "related"


def attribution_in_header(text: str) -> str | None:
    """Whether a header says that the events below it are the related ones, or all."""
    rest = without_population(text)
    names = ("related", "all_causality")
    return next((name for name in names if is_word(f"{name}_headers", rest)), None) or attribution_of(rest)


def speaks_of_percentages(caption: str) -> bool:
    """Whether whole numbers below this caption are percentages; its reporting threshold does not count."""
    rules = layout("patterns")
    for rule in rules["threshold"]:
        caption = pattern(rule["pattern"] + rules["of_patients"]).sub(" ", caption)
    of_counts = pattern(rules["counts_caption"]).search(caption)
    return not of_counts and bool(pattern(rules["percent_caption"]).search(caption))


def speaks_of_percentages_below(footnotes: str) -> bool:
    """Whether a footnote calls the numbers of the table percentages."""
    return bool(pattern(layout("patterns")["percent_footnote"]).search(footnotes))


def daily_dose_of(text: str) -> float | None:
    """The one daily dose in mg that a text names; nothing for ranges or several doses."""
    rules = layout("patterns")["dose"]
    if pattern(rules["range"]).search(text):
        return None
    twice = {2 * float(found["amount"]) for found in pattern(rules["twice_daily"]).finditer(text)}
    doses = twice or {float(found["amount"]) for found in pattern(rules["daily"]).finditer(text)}
    return doses.pop() if len(doses) == 1 else None


def ignored_as(header: str) -> str | None:
    """Why a column with this header holds no counts."""
    begins = tuple(folded(each) for each in layout("words")["ignored_beginnings"])
    if folded(header).startswith(begins) or pattern(layout("patterns")["no_counts"]).search(header):
        return "rate, ratio or test"
    kinds: dict[str, Iterable[str]] = layout("words")["ignored_columns"]
    return next((kind for kind, names in kinds.items() if folded(header) in {folded(each) for each in names}), None)


def is_word(name: str, text: str) -> bool:
    """Whether a text is one of a list of `words.yaml`."""
    return folded(text) in words(name)


def names_events(text: str) -> bool:
    """Whether a text begins with the word over the labels of events."""
    return folded(text).startswith(tuple(words("label_headers")))


def grades_of_events(corner: str) -> tuple[str, str] | None:
    """The grades that the words over the labels give to every event below: "Grade 3 or 4 toxicity"."""
    found = grades_within(corner)
    rest = folded(plain_grades(corner).replace(found[1], " ")) if found else ""
    return found if any(re.search(rf"\b{re.escape(word)}\b", rest) for word in words("label_headers")) else None


def grades_in_label(label: str) -> tuple[str, str] | None:
    """The event and the grades of a label that begins or ends in grades."""
    for name in ("grades_at_start", "grades_at_end"):
        found = pattern(layout("patterns")[name]).match(plain_grades(label))
        band = grades_of(found["grades"].strip(" ()")) if found else None
        if found and band:
            return found["term"].strip(), band
    return None


def is_body_system(label: str) -> bool:
    """Whether a label names an organ system rather than an event."""
    return bool(pattern(layout("patterns")["body_system"]).search(label))


def names_arm(label: str) -> bool:
    """Whether a line without counts names a group of patients: by their number, a dose, or a word such as "arm"."""
    if is_body_system(without_population(label)):
        return False
    named = pattern(layout("patterns")["arm_name"]).fullmatch(without_population(label))
    return bool(named) or population_of(label) is not None or daily_dose_of(label) is not None


def _band(parts: dict[str, str | None]) -> str | None:
    lower, upper = parts.get("lower") or parts.get("plus"), parts.get("upper")
    written = f"{lower}-{upper}" if upper else (f"{lower}" if "plus" not in parts else f">={lower}")
    try:
        return parse_grades(written).band
    except ValueError:
        return None
