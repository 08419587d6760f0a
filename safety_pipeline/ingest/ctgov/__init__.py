"""ClinicalTrials.gov records: API v2 JSON, the retired full_studies JSON and the public v1 XML."""

from safety_pipeline.ingest.ctgov.reader import read

__all__ = ["read"]
