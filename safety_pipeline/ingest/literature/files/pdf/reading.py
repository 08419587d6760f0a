"""All tables of a PDF file, in the order of its pages; parts of one that goes on over the page joined."""

import io
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

from safety_pipeline.ingest.literature.files.pdf.areas import areas
from safety_pipeline.ingest.literature.files.pdf.broken_cells import with_whole_cells
from safety_pipeline.ingest.literature.files.pdf.found import Around, Cell, Lines, Region, UnclearError
from safety_pipeline.ingest.literature.files.pdf.marks import Box, Letter, Print, print_of
from safety_pipeline.ingest.literature.files.pdf.ruled import Frame, columns_of_frame, framed_lines, frames, uncovered
from safety_pipeline.ingest.literature.files.pdf.ruled import place_of as place_of_frame
from safety_pipeline.ingest.literature.files.pdf.text_lines import TextLine, text_lines
from safety_pipeline.ingest.literature.files.pdf.unruled import (
    MOST_CAPTION,
    NO_HEADER,
    around,
    place_of,
    stretches,
    unruled_lines,
)
from safety_pipeline.ingest.literature.files.pdf.words import BROKEN, CAPTION, LOCKED, MANY_PAGES, MOST_PAGES, NO_TEXT
from safety_pipeline.ingest.literature.layout_data import layout, pattern

FEWEST_LINES = 3
FEWEST_SUBJECTS = 4
OTHER_HEADER = "it may go on from the page before, but its header is another"
LISTING = "its lines begin with the numbers of subjects"
NEAR_COLUMN = 12.0
# Letters that a file draws without saying which they are.
NAMELESS = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")
NAMELESS_LETTERS = "the file does not say which letters it draws"
SCANNED = "a picture fills the page and its letters are what a machine recognised, so digits may be wrong"
CONTINUED = re.compile(r"\bcont(?:inued|\.|’d|'d|d\b)", re.IGNORECASE)


class UnreadableError(Exception):
    """Why nothing of the file can be read, in one of the words that both processes know."""


def regions_of(content: bytes) -> list[Region]:
    """Every table found, read or refused."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            if len(document.pages) > MOST_PAGES:
                raise UnreadableError(MANY_PAGES)
            pages = [print_of(page) for page in document.pages]
    except PDFPasswordIncorrect:
        raise UnreadableError(LOCKED) from None
    except PdfminerException as error:
        raise UnreadableError(LOCKED if "Password" in repr(error) else BROKEN) from None
    except (
        PDFException,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OSError,
        ArithmeticError,
        RecursionError,
        AssertionError,
    ):
        raise UnreadableError(BROKEN) from None
    if not any(page.letters for page in pages):
        raise UnreadableError(NO_TEXT)
    return joined_over_pages([region for page in pages for region in _of_page(page)])


def _of_page(page: Print) -> list[Region]:
    framed = _framed_tables(page)
    found = [*_framed(page, framed), *_unframed(page, framed), *_listed(page)]
    seen = [_as_seen(page, each) for each in sorted(found, key=lambda each: each.parts[0][1].top)]
    return [refused(each, SCANNED) for each in seen] if page.is_scan else seen


def _framed_tables(page: Print) -> list[tuple[Frame, Lines]]:
    """The frames that hold one value a cell, each with its lines."""
    found = ((frame, framed_lines(frame, page.letters)) for frame in frames(page.rules))
    return [(frame, lines) for frame, lines in found if lines is not None]


def _listed(page: Print) -> Iterator[Region]:
    """Lines that begin with the numbers of subjects, wherever they stand: a listing, whether or not it is a table."""
    shape = pattern(layout("patterns")["subject_number"])
    begun = [found[0] for line in text_lines(page.letters) if (found := shape.match(line.text)) and "-" in found[0]]
    if len(set(begun)) >= FEWEST_SUBJECTS:
        words = tuple((number, number) for number in begun)
        part = (page.number, Box(0, 0, page.width, page.height))
        yield Region((part,), Around(LISTING), [], problem=LISTING, words=words)


def _as_seen(page: Print, region: Region) -> Region:
    return replace(region, parts=tuple((number, page.on_page(place)) for number, place in region.parts))


def _framed(page: Print, framed: Sequence[tuple[Frame, Lines]]) -> Iterator[Region]:
    lines = text_lines(page.letters)
    for frame, cells in framed:
        if sum(cell.piece is not None for line in cells for cell in line) < 4:
            continue
        place = place_of_frame(frame)
        parts, columns = ((page.number, place),), columns_of_frame(frame)
        yield _checked(Region(parts, _around_frame(lines, place), cells, columns=columns, keeps_spans=True))


def _around_frame(lines: Sequence[TextLine], place: Box) -> Around:
    """The caption right above a frame, and the notes right below it."""
    near = [line for line in lines if line.place.x0 < place.x1 and line.place.x1 > place.x0]
    above = [line for line in near if line.baseline <= place.top + 2]
    below = [line for line in near if line.place.top >= place.bottom - 2]
    nearest = range(1, min(MOST_CAPTION, len(above)) + 1)
    begun = next((at for at in nearest if CAPTION.match(above[-at].text)), None)
    caption = " ".join(line.text for line in above[-begun:]) if begun else ""
    notes: list[str] = []
    bottom = place.bottom
    for line in below[:12]:
        if line.place.top - bottom > (1.2 if notes else 2.0) * line.size:
            break
        notes.append(line.text)
        bottom = line.place.bottom
    return Around(caption, " ".join(notes))


def _unframed(page: Print, framed: Sequence[tuple[Frame, Lines]]) -> Iterator[Region]:
    taken = [place_of_frame(frame) for frame, _ in framed]
    for letters in areas(replace(page, letters=tuple(uncovered(page.letters, taken)))):
        yield from _in_area(page, letters)


def _in_area(page: Print, letters: Sequence[Letter]) -> Iterator[Region]:
    lines = with_whole_cells(text_lines(letters, page.rules))
    for found in stretches(lines, page.rules):
        place = place_of(lines, found)
        region = Region(((page.number, place),), around(lines, found), [])
        try:
            cells, n_header, columns = unruled_lines(lines, page.rules, found)
        except UnclearError as error:
            inside = lines[found.head : found.last + 1]
            words = tuple(tuple(piece.text for piece in line.pieces) for line in inside)
            yield replace(region, problem=str(error), words=words)
            continue
        yield _checked(replace(region, lines=cells, n_header=n_header, columns=columns))


def _checked(region: Region) -> Region:
    texts = [cell.piece.text for line in region.lines for cell in line if cell.piece]
    if any(NAMELESS.search(text) for text in texts):
        return refused(region, NAMELESS_LETTERS)
    return region


def refused(region: Region, problem: str) -> Region:
    """The region without its cells; the first reason stands."""
    words = region.words or tuple(tuple(_texts(line)) for line in region.lines)
    return replace(region, problem=region.problem or problem, words=words, lines=[])


def joined_over_pages(regions: Sequence[Region]) -> list[Region]:
    """The regions; one that goes on at the top of the next page is one with what it goes on from."""
    joined: list[Region] = []
    for region in regions:
        before = next((at for at in range(len(joined) - 1, -1, -1) if _goes_on(joined[at], region)), None)
        if before is not None:
            joined[before] = _with_rest(joined[before], region)
        elif region.n_header == 0 and region.problem is None:
            joined.append(refused(region, NO_HEADER))
        elif any(_may_go_on(each, region) for each in joined):
            joined.append(refused(region, OTHER_HEADER))
        else:
            joined.append(region)
    return [region for region in joined if not _is_text(region)]


def _is_text(region: Region) -> bool:
    """Whether a region is only a line or two with numbers, without a title: running text, or the foot of a page."""
    return not region.around.caption and len(region.lines or region.words) < FEWEST_LINES


def _goes_on(before: Region, region: Region) -> bool:
    """Whether a region is the rest of the one before: next page, no caption of its own, the same columns."""
    caption = region.around.caption
    if region.parts[0][0] != before.parts[-1][0] + 1 or region.problem or before.problem:
        return False
    if caption and not CONTINUED.search(caption) and caption != before.around.caption:
        return False
    return _are_alike(before, region) and (bool(caption) or not _differ(before, region))


def _may_go_on(before: Region, region: Region) -> bool:
    """Whether a region without a title has the columns of one on the page before, under another header."""
    is_next = region.parts[0][0] == before.parts[-1][0] + 1
    return is_next and not region.around.caption and bool(region.columns) and _are_alike(before, region)


def _are_alike(before: Region, region: Region) -> bool:
    if len(region.columns) != len(before.columns):
        return False
    return all(abs(a - b) < NEAR_COLUMN for a, b in zip(before.columns, region.columns, strict=True))


def _differ(before: Region, region: Region) -> bool:
    """Whether a region has a header, and another one than the region before."""
    return bool(region.n_header) and _repeated(before, region) < (region.n_header or 0)


def _repeated(before: Region, region: Region) -> int:
    """How many lines at the top of a region are those at the top of the region before."""
    pairs = zip(before.lines, region.lines, strict=False)
    return len(list(takewhile(lambda pair: _texts(pair[0]) == _texts(pair[1]), pairs)))


def _texts(line: Sequence[Cell]) -> list[str]:
    return [cell.piece.text for cell in line if cell.piece]


def _with_rest(before: Region, region: Region) -> Region:
    notes = region.around.footnotes or before.around.footnotes
    rest = region.lines[max(region.n_header or 0, _repeated(before, region)) :]
    around_both = Around(before.around.caption, notes)
    return replace(before, parts=before.parts + region.parts, lines=[*before.lines, *rest], around=around_both)
