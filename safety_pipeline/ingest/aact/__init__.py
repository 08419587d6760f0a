"""AACT snapshots: pipe-delimited tables of many studies, streamed in bounded memory."""

from safety_pipeline.ingest.aact.reader import read

__all__ = ["read"]
