"""The drugs that the name of an arm says were taken; a name that says none leaves it to the document."""

import re
from functools import cache

from safety_pipeline.ingest.literature.layout_data import folded, layout, pattern, words
from safety_pipeline.ingest.literature.printed import tidy_spaces

PLACEBO = "placebo"


def drugs_in(label: str) -> list[str]:
    """Each drug that a label names before a dose, before "group", or by a drug's ending, in order."""
    text = tidy_spaces(label)
    found = sorted((each for shape in _shapes() for each in shape.finditer(text)), key=lambda each: each.start("drug"))
    named = dict.fromkeys(each["drug"].casefold() for each in found)
    return [name for name in named if not set(re.split(r"\W", name)) <= words("no_drugs")]


def drug_of_arm(label: str, of_document: str) -> str | None:
    """The drug of an arm that a manifest leaves open: the one that its name says, else that of the document.

    Nothing for a comparison without a named drug: a control took anything but what the document is about.
    """
    named = drugs_in(label)
    if of_document.casefold() in tidy_spaces(label).casefold() or of_document.casefold() in named:
        return of_document
    if named:
        return named[0]
    return None if is_comparison(label) else of_document


def is_comparison(label: str) -> bool:
    """Whether a label names a comparison by its place in the trial and not by a drug: "control", "observation"."""
    return bool(pattern(layout("patterns")["comparison_arm"]).search(folded(label)))


@cache
def _shapes() -> list[re.Pattern[str]]:
    return [pattern(written) for written in layout("patterns")["drug_in_arm"]]
