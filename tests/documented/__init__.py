"""Runs what the documentation tells people to type, and compares what they see with what the pages show."""
