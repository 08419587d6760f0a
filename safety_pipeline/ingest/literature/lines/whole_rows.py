"""What a label such as "Any" or "Total" counts: everything of the section it stands in, or of the whole table."""

from dataclasses import dataclass

from safety_pipeline.ingest.literature.grid import Box
from safety_pipeline.ingest.literature.layout.words.units import split_unit
from safety_pipeline.ingest.literature.layout.words.wording import is_word, names_events
from safety_pipeline.ingest.literature.lines.labels import Meaning
from safety_pipeline.ingest.literature.lines.said import NOTHING, Said

UNSPECIFIED = "unspecified"


@dataclass(frozen=True)
class Stretch:
    """The section that lines stand in: its name, how far in it stands, and the lines of counts read below it."""

    name: str
    indent: int
    is_of_events: bool
    n_lines: int = 0
    lines_indent: int = 0


def stretch_of(name: str | None, said: Said, box: Box) -> Stretch | None:
    """The stretch that a section begins; its whole is no event where it only says whose events, or which, follow."""
    if name is None:
        return None
    is_of_events = said == NOTHING and not names_events(name) and bool(split_unit(name)[0])
    return Stretch(name, box.indent, is_of_events)


def whole_of(meaning: Meaning, stretch: Stretch | None, box: Box) -> str | None:
    """The event of a label that is only a word for everything; nothing where the label is to be read as it stands.

    Right below the name of a section, or as far in as its other lines, it is the whole of the section; less far in
    than these it is the whole of the table. Else it may be either, and is not told apart.
    """
    if stretch is None or not stretch.is_of_events or meaning.is_named or not is_word("whole_rows", meaning.term):
        return None
    if stretch.n_lines == 0 or box.indent > stretch.indent:
        return stretch.name
    return None if stretch.lines_indent > stretch.indent else UNSPECIFIED
