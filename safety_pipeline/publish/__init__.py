"""From summaries to a release: star schema, DuckDB file, dictionary and report."""
