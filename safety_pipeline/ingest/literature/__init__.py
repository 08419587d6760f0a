"""Toxicity tables cut from articles, with a manifest that says what their tables do not."""

from safety_pipeline.ingest.literature.layout import Understanding, draft_manifest, render, understand
from safety_pipeline.ingest.literature.reader import read

__all__ = ["Understanding", "draft_manifest", "read", "render", "understand"]
