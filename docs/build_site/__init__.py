"""Builds the documentation site: the pages of `docs/`, and those of its reference that come from the code."""
