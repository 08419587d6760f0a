"""The command line: its commands live in `commands/`, one file each, and are loaded when they are asked for."""

import atexit
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import ClassVar

import click

from safety_pipeline.commands._brief import briefly


class _Commands(click.Group):
    """Commands by name, imported only when one is run or listed: some need libraries that take a second to load."""

    names: ClassVar[tuple[str, ...]] = (
        "run",
        "init",
        "land",
        "preview",
        "summary",
        "check",
        "explore",
        "desk",
        "harmonise",
        "reference",
        "release",
        "verify",
        "store",
        "export",
        "ui",
        "generate",
    )

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self.names:
            return None
        command: click.Command = getattr(import_module(f"safety_pipeline.commands.{cmd_name}"), cmd_name)
        return briefly(command)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="safety-pipeline")
def main() -> None:
    """Toxicity tables of clinical trials in; one harmonised, checked, traceable lake out."""


def program() -> None:
    """The command line as a process, which ends as soon as nothing is left to do.

    Python would first take apart each of the million objects that the libraries made, which takes two seconds.
    """
    exit_code: list[int] = []
    # What is registered first is called last: after the threads have ended and all others have cleaned up.
    atexit.register(_end_at_once, exit_code)
    try:
        main()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            exit_code.append(end.code or 0)
        raise


def _end_at_once(exit_code: list[int]) -> None:
    """Only where the command came to its end; every other end, and a reader that went away, is left to Python."""
    if exit_code:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(exit_code[0])
