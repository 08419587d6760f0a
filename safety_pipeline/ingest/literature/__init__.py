"""Toxicity tables cut from articles, with a manifest that says what their tables do not."""

from safety_pipeline.ingest.literature.files.pdf.tables import Picture, pictures_of
from safety_pipeline.ingest.literature.layout import (
    Understanding,
    draft_manifest,
    draft_text,
    provisional,
    render,
    understand,
)
from safety_pipeline.ingest.literature.listings import refuse_listings
from safety_pipeline.ingest.literature.pictures import pictures_in
from safety_pipeline.ingest.literature.reader import read

__all__ = [
    "Picture",
    "Understanding",
    "draft_manifest",
    "draft_text",
    "pictures_in",
    "pictures_of",
    "provisional",
    "read",
    "refuse_listings",
    "render",
    "understand",
]
