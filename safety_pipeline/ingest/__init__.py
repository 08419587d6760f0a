"""Readers: bytes of a delivery in, the ingested tables out."""
