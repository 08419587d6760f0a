"""What a PDF holds, as the process of its own in which it is opened answers it."""

import base64
import io
import json
from dataclasses import asdict
from typing import Any

import pypdfium2

from safety_pipeline.ingest.literature.files.apart import answer
from safety_pipeline.ingest.literature.files.pdf.cells import spanned_lines
from safety_pipeline.ingest.literature.files.pdf.found import Region
from safety_pipeline.ingest.literature.files.pdf.reading import UnreadableError, regions_of

MARGIN = 6.0
SHARPNESS = 1.6


def read(content: bytes, arguments: list[str]) -> Any:
    """The tables of a PDF, or pictures of the places that the argument lists."""
    return pictures(content, json.loads(arguments[0])) if arguments else tables(content)


def tables(content: bytes) -> dict[str, Any]:
    """`tables`, one entry a region, or `unreadable` with the reason."""
    try:
        return {"tables": [_table(region) for region in regions_of(content)]}
    except UnreadableError as error:
        return {"unreadable": str(error)}


def _table(region: Region) -> dict[str, Any]:
    return {
        "where": region.where,
        "parts": [[page, place.x0, place.top, place.x1, place.bottom] for page, place in region.parts],
        "problem": region.problem,
        "words": region.words,
        "caption": region.around.caption,
        "footnotes": region.around.footnotes,
        "lines": [[asdict(cell) for cell in line] for line in spanned_lines(region)],
        "n_header": region.n_header,
        "keeps_spans": region.keeps_spans,
    }


def pictures(content: bytes, places: list[list[float]]) -> list[str]:
    """A PNG of each place, as base64."""
    document = pypdfium2.PdfDocument(content)
    return [_picture(document, int(page), *ends) for page, *ends in places]


def _picture(document: pypdfium2.PdfDocument, number: int, left: float, top: float, right: float, bottom: float) -> str:
    page = document[number - 1]
    image = page.render(scale=SHARPNESS).to_pil()
    ends = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
    box = [max(0, round(each * SHARPNESS)) for each in ends]
    held = io.BytesIO()
    image.crop((box[0], box[1], min(box[2], image.width), min(box[3], image.height))).save(held, "PNG")
    return base64.b64encode(held.getvalue()).decode()


if __name__ == "__main__":
    answer(read)
