"""Damaged files of every kind through the reader that is meant for them."""
