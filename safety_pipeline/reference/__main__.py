"""Writes what is generated from the references: `counts PAGE.md`."""

import sys
from pathlib import Path

from safety_pipeline.reference.crosswalk.report import with_counts
from safety_pipeline.reference.readers.reading_report import with_readings
from safety_pipeline.reference.references import load

_USAGE = "python -m safety_pipeline.reference counts docs/crosswalk.md"


def main(arguments: list[str]) -> int:
    """The exit code."""
    match arguments:
        case ["counts", page]:
            path = Path(page)
            written = with_readings(with_counts(path.read_text(encoding="utf-8"), load()))
            path.write_text(written, encoding="utf-8")
        case _:
            sys.stderr.write(f"usage: {_USAGE}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
