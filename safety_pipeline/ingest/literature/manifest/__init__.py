"""What a person knows of a document that its tables do not say: `document.yaml`."""

from safety_pipeline.ingest.literature.manifest.document import Arm, Document, GradingSystem, Manifest
from safety_pipeline.ingest.literature.manifest.file import load, parse
from safety_pipeline.ingest.literature.manifest.table import CONTENTS, BlankMeans, Column, Row, Statement, SubRow, Table

__all__ = [
    "CONTENTS",
    "Arm",
    "BlankMeans",
    "Column",
    "Document",
    "GradingSystem",
    "Manifest",
    "Row",
    "Statement",
    "SubRow",
    "Table",
    "load",
    "parse",
]
