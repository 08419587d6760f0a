"""Follows the tutorial, then the long recipes, to the letter in a fresh clone, and prints what each step took."""

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

from documented.blocks import Block, blocks, is_long
from documented.running import Desk, run, this_python

REPOSITORY = Path(__file__).resolve().parent.parent.parent
TUTORIAL = ("index.md", "register.md", "package.md")


def _pages(docs: Path) -> list[Path]:
    """The tutorial in its order, then the recipes that take too long for the quick tests."""
    recipes = sorted((docs / "howto").glob("*.md"))
    return [*(docs / "tutorial" / name for name in TUTORIAL), *(page for page in recipes if is_long(page))]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seen", type=Path, help="A file for what a person sees at each step.")
    asked.add_argument(
        "--installed", action="store_true", help="With the programs of this environment, without set-up."
    )
    arguments = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)
        desk = Desk(clone, this_python() if arguments.installed else clone / ".venv" / "bin")
        pages = _pages(clone / "docs")
        steps = [step for page in pages for step in blocks(page, page.stem) if not step.not_run]
        told = [(step, *_followed(step, desk)) for step in steps[arguments.installed :]]
    print(f"{sum(seconds for _, _, seconds in told):6.1f} s  in all {len(told)} steps")
    if seen := arguments.seen:
        seen.parent.mkdir(parents=True, exist_ok=True)
        seen.write_text("\n".join(f"$ {step.text}{printed}" for step, printed, _ in told), encoding="utf-8")


def _followed(step: Block, desk: Desk) -> tuple[str, float]:
    """What the step printed, and the seconds it took."""
    begun = time.monotonic()
    printed = run(step, desk)
    seconds = time.monotonic() - begun
    print(f"{seconds:6.1f} s  {step.name}  {step.text.splitlines()[0]}", flush=True)
    return printed, seconds


if __name__ == "__main__":
    main()
