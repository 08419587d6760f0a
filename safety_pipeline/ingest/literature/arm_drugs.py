"""The drugs that the name of an arm says were taken; a name that says none leaves it to the document."""

import re
from collections.abc import Sequence
from functools import cache

from safety_pipeline.ingest.literature.layout_data import folded, layout, pattern, words
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

PLACEBO = "placebo"


def drugs_in(label: str) -> list[str]:
    """Each drug that a label names before a dose, before "group", or by a drug's ending, in order."""
    text = _without_imitated(label)
    found = sorted((each for shape in _shapes() for each in shape.finditer(text)), key=lambda each: each.start("drug"))
    named = dict.fromkeys(each["drug"].casefold() for each in found)
    return [name for name in named if not set(re.split(r"\W", name)) <= words("no_drugs")]


def drug_of_arm(label: str, of_document: str, others: Sequence[str] = ()) -> str | None:
    """The drug of an arm that a manifest leaves open: the one that its name says, else that of the document.

    Nothing for a comparison without a named drug: a control took anything but what the document is about, and nobody
    knows what beside a placebo or after it. Nothing
    either where another arm is called by the drug of the document and this one by other words: "Interferon alfa"
    beside "Imatinib".
    """
    if _names(of_document, label):
        return of_document
    if named := drugs_in(label):
        return named[0]
    is_called_otherwise = any(_names(of_document, other) for other in others) and _has_words_of_its_own(label)
    return None if is_comparison(label) or is_called_otherwise else of_document


def _names(drug: str, label: str) -> bool:
    return drug.casefold() in _without_imitated(label).casefold()


def _without_imitated(label: str) -> str:
    """The label without the drug that a placebo is made to look like: nobody took it."""
    return pattern(layout("patterns")["imitated_drug"]).sub(" ", tidy_spaces(label))


def _has_words_of_its_own(label: str) -> bool:
    """Whether anything but a dose, a number, a group of patients or a word for an arm stands in a label."""
    text = pattern(layout("patterns")["words_beside_drugs"]).sub(" ", folded(label))
    is_part = pattern(layout("patterns")["part_arm"]).search(label) or pattern(layout("patterns")["whole_arm"]).search(
        label
    )
    return not is_part and bool({word for word in re.split(r"[\W\d_]+", text) if len(word) > 1} - words("no_drugs"))


def is_comparison(label: str) -> bool:
    """Whether a label names a comparison by its place in the trial and not by a drug: "control", "observation"."""
    return bool(pattern(layout("patterns")["comparison_arm"]).search(folded(label)))


@cache
def _shapes() -> list[re.Pattern[str]]:
    return [pattern(written) for written in layout("patterns")["drug_in_arm"]]
