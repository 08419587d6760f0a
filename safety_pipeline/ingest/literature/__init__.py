"""Toxicity tables cut from articles, with a manifest that says what their tables do not."""

from safety_pipeline.ingest.literature.files import open_grid
from safety_pipeline.ingest.literature.files.pdf.tables import Picture, pictures_of
from safety_pipeline.ingest.literature.grid import Box, Grid
from safety_pipeline.ingest.literature.layout import (
    Question,
    Understanding,
    comment_lines,
    draft_manifest,
    draft_text,
    provisional,
    render,
    understand,
)
from safety_pipeline.ingest.literature.lines.labels import fold as label_key
from safety_pipeline.ingest.literature.listings import refuse_listings
from safety_pipeline.ingest.literature.manifest import CONTENTS, parse
from safety_pipeline.ingest.literature.numbers.printed import label_of
from safety_pipeline.ingest.literature.pictures import pictures_in
from safety_pipeline.ingest.literature.reader import read

__all__ = [
    "CONTENTS",
    "Box",
    "Grid",
    "Picture",
    "Question",
    "Understanding",
    "comment_lines",
    "draft_manifest",
    "draft_text",
    "label_key",
    "label_of",
    "open_grid",
    "parse",
    "pictures_in",
    "pictures_of",
    "provisional",
    "read",
    "refuse_listings",
    "render",
    "understand",
]
