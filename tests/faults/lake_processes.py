"""Commands in processes of their own, as a person starts them beside each other."""

import subprocess
import sys


def start(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "safety_pipeline", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **options,
    )


def finish(process):
    """The exit code and everything said."""
    said, _ = process.communicate(timeout=600)
    return process.returncode, " ".join(said.split())


def command(*arguments):
    return finish(start(*arguments))


def change_a_title(lake, number):
    """A change that makes another release."""
    manifest = lake / "landed" / "literature" / "gist_long_term_2008" / "document.yaml"
    lines = manifest.read_text(encoding="utf-8").splitlines()
    changed = [f"  title: Edition {number}" if line.startswith("  title:") else line for line in lines]
    assert changed != lines
    manifest.write_text("\n".join(changed) + "\n", encoding="utf-8")
