"""Guesses the layout of a table where it is unambiguous, shows the guess, and drafts its manifest."""

from safety_pipeline.ingest.literature.layout.drafts.draft import draft_manifest
from safety_pipeline.ingest.literature.layout.drafts.draft_text import comment_lines, draft_text
from safety_pipeline.ingest.literature.layout.drafts.provisional import provisional
from safety_pipeline.ingest.literature.layout.drafts.render import render
from safety_pipeline.ingest.literature.layout.guesses import (
    GuessedArm,
    GuessedColumn,
    GuessedRow,
    Question,
    Understanding,
)
from safety_pipeline.ingest.literature.layout.understanding import understand

__all__ = [
    "GuessedArm",
    "GuessedColumn",
    "GuessedRow",
    "Question",
    "Understanding",
    "comment_lines",
    "draft_manifest",
    "draft_text",
    "provisional",
    "render",
    "understand",
]
