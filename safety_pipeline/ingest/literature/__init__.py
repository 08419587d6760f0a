"""Toxicity tables cut from articles, with a manifest that says what their tables do not."""

from safety_pipeline.ingest.literature.reader import read

__all__ = ["read"]
