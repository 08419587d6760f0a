"""The crosswalk as a data product of its own: tables, SSSOM mappings, FHIR concept maps and their README."""

from safety_pipeline.reference.product.files import product_files

__all__ = ["product_files"]
