"""Toxicity tables cut from articles, with a manifest that says what their tables do not."""

from safety_pipeline.ingest.literature.layout import (
    Understanding,
    draft_manifest,
    draft_text,
    provisional,
    render,
    understand,
)
from safety_pipeline.ingest.literature.listings import refuse_listings
from safety_pipeline.ingest.literature.reader import read

__all__ = [
    "Understanding",
    "draft_manifest",
    "draft_text",
    "provisional",
    "read",
    "refuse_listings",
    "render",
    "understand",
]
