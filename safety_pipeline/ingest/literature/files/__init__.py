"""Table files of every accepted format, each made into one grid."""

from safety_pipeline.ingest.literature.files.opening import open_grid, open_grids, open_tables

__all__ = ["open_grid", "open_grids", "open_tables"]
