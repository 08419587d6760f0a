"""``python -m safety_pipeline``: the command line."""

from safety_pipeline.cli import program

program()
