"""Data set files as frames of texts, whatever their format."""

from safety_pipeline.ingest.cdisc.files.define import Definitions, read_define
from safety_pipeline.ingest.cdisc.files.opening import Dataset, open_parts
from safety_pipeline.ingest.cdisc.files.package import Package, find_datasets
from safety_pipeline.ingest.cdisc.files.unpacked import unpacked

__all__ = [
    "Dataset",
    "Definitions",
    "Package",
    "find_datasets",
    "open_parts",
    "read_define",
    "unpacked",
]
