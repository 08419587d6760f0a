"""The tables and the release as Dagster's assets: their checks, metadata, partitions and resources."""
