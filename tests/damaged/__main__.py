"""Prints, for each reader, how many damaged files it read and refused, and every one that broke a law.

`make fuzz-readers` runs it; `FUZZ_READERS="--reader 'table PDF' --inputs 500"` asks for less.

Input number n of a reader and a seed is the same file in every run; `--only n` reads that one again and shows where
it fails.
"""

import argparse
import logging
import resource
import sys
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from damaged.damage import damaged
from damaged.readers import Folder, Reader, readers
from safety_pipeline.ingest.literature.files import apart, old_workbook, old_workbook_child
from safety_pipeline.ingest.literature.files.pdf import child, tables

# A file that makes a reader ask for more than this breaks a law, and does not end the machine.
MOST_MEMORY = 6_000_000_000


def main() -> int:
    """Fails where any input broke a law."""
    options = _options()
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    logging.disable(logging.CRITICAL)
    _read_in_this_process()
    known = readers()
    broken = 0
    print("| reader | inputs | read | refused | broke a law | seconds |\n|---|---|---|---|---|---|", flush=True)
    for name in options.reader or known:
        began = time.monotonic()
        numbers = [options.only] if options.only is not None else range(options.inputs)
        found = _outcomes(name, known[name], numbers, options)
        broken += found["broken"]
        counts = f"{found.total()} | {found['read']} | {found['refused']} | {found['broken']}"
        print(f"| {name} | {counts} | {time.monotonic() - began:.0f} |", flush=True)
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m damaged")
    parser.add_argument("--inputs", type=int, default=10_000, help="how many files for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", action="append", help="a reader by its name; all without it")
    parser.add_argument("--only", type=int, help="the one input with this number")
    parser.add_argument("--keep", type=Path, help="a folder to write the input of --only to")
    return parser.parse_args()


def _outcomes(name: str, reader: Reader, numbers: Sequence[int], options: argparse.Namespace) -> Counter[str]:
    found: Counter[str] = Counter()
    for number in numbers:
        files = input_number(name, reader, options.seed, number)
        if options.keep:
            _kept(files, options.keep)
        try:
            found[reader.law(files)] += 1
        except Exception as error:  # noqa: BLE001 - a broken law is counted, and the next input read
            found["broken"] += 1
            said = traceback.format_exc() if options.only is not None else f"{type(error).__name__}: {error}"[:200]
            print(f"BROKEN {name}, input {number}: {said}", file=sys.stderr, flush=True)
    return found


def _kept(files: Folder, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)


def input_number(name: str, reader: Reader, seed: int, number: int) -> Folder:
    """The folder that is input ``number`` of a reader: a sound one with one or two of its files damaged."""
    random = Random(zlib.crc32(f"{name}/{seed}/{number}".encode()))  # noqa: S311 - to be the same again
    files = dict(random.choice(reader.sound))
    for file in random.sample(sorted(files), min(len(files), random.choice((1, 1, 2)))):
        files[file] = damaged(files[file], random)
    return files


def _read_in_this_process() -> None:
    """The same readers without a process for each file; what ends that process ends the reading here."""

    def ask(module: str, content: bytes, *arguments: str) -> object:
        read = child.read if module == tables.CHILD else old_workbook_child.sheets_in
        try:
            return read(content, list(arguments))
        except Exception as error:
            raise apart.GaveUpError from error

    for module in (tables, old_workbook):
        module.ask = ask  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
