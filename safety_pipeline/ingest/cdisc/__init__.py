"""CDISC packages: SDTM and ADaM data sets as XPT, Dataset-JSON, Parquet or CSV."""

from safety_pipeline.ingest.cdisc.reader import read

__all__ = ["read"]
