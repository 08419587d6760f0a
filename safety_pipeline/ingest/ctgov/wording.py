"""What the texts of a register record say: the edition, whether events count whatever the cause, what is left out."""

from dataclasses import dataclass
from functools import cache, lru_cache

from safety_pipeline.ingest.ctgov.register_words import patterns, register_rows

NOT_STATED = "not stated"


@lru_cache(maxsize=4096)
def editions_in(text: str) -> tuple[str, ...]:
    """The editions of the NCI criteria that a text names, each once."""
    found = (edition for edition, pattern in patterns("edition", "grading_system") if pattern.search(text))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def names_criteria(kind: str, text: str) -> bool:
    """Whether a text names criteria of this kind, as the data file words them."""
    return any(pattern.search(text) for meaning, pattern in patterns("criteria", "kind") if meaning == kind)


@lru_cache(maxsize=4096)
def edition_of(vocabulary: str | None, described: str) -> str:
    """The edition that graded a line: its vocabulary's, or the description's where the vocabulary leaves it open.

    A line with another vocabulary (MedDRA, RTOG) is not placed on an edition that the description names.
    """
    named = editions_in(vocabulary or "")
    if named:
        return named[0] if len(named) == 1 else NOT_STATED
    is_open = vocabulary is None or (names_criteria("nci", vocabulary) and not names_criteria("other", vocabulary))
    described_editions = editions_in(described)
    return described_editions[0] if is_open and len(described_editions) == 1 else NOT_STATED


@dataclass(frozen=True)
class Grading:
    """The edition of a whole document, how it is known, and where."""

    edition: str
    basis: str
    evidence: str


def document_grading(vocabularies: tuple[str | None, ...], described: str) -> Grading:
    """One edition where every line that has one has the same; otherwise not stated, with what was found."""
    editions = sorted({edition_of(each, described) for each in vocabularies} - {NOT_STATED})
    named = sorted({each for each in vocabularies if each})
    where = f"source vocabulary: {'; '.join(named)}" if named else "no source vocabulary is given"
    if len(editions) == 1:
        return Grading(editions[0], "stated", f"{where}{_remark(editions[0])}")
    if editions:
        return Grading(NOT_STATED, "not_stated", f"{where}; the lines name several editions: {', '.join(editions)}")
    mentioned = editions_in(described)
    aside = f"; the description mentions {', '.join(mentioned)}" if mentioned else ""
    return Grading(NOT_STATED, "not_stated", f"{where}; no edition of the NCI criteria is named{aside}")


@cache
def _remark(edition: str) -> str:
    remarks = dict(register_rows("edition").select("grading_system", "remark").iter_rows())
    return f" ({remarks[edition]})" if remarks.get(edition) else ""


@lru_cache(maxsize=4096)
def limits_in(text: str) -> frozenset[str]:
    """What a text says that the record leaves out beside its threshold.

    `silence`: an event that is not listed may have happened; `counts`: so may more of one that is.
    """
    return frozenset(limited for limited, pattern in patterns("limit", "limits") if pattern.search(text))


def attribution_of(*texts: str | None) -> str:
    """Whether the record says that events count whatever caused them, or only if related; not stated otherwise."""
    written = " ".join(text for text in texts if text)
    said = {meaning for meaning, pattern in patterns("attribution", "attribution") if pattern.search(written)}
    return said.pop() if len(said) == 1 else "not_stated"
