"""Lists of commands whose lines fit a terminal of 80 columns: as many clauses of their help as there is room for."""

import re

import click

# What remains of 80 columns beside the longest name of a command.
_ROOM = 60
_END_OF_CLAUSE = re.compile(r"[.:;,](?=\s|$)")


class BriefGroup(click.Group):
    """A group that lists a command by the first clauses of its help; click would cut a sentence in the middle."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        super().add_command(briefly(cmd), name)


def briefly(command: click.Command) -> click.Command:
    """The command, which has a short help now."""
    if command.short_help is None and command.help:
        command.short_help = _first_clauses(" ".join(command.help.split("\n\n")[0].split()))
    return command


def _first_clauses(sentence: str) -> str:
    """The clauses that fit, or the first one; a bracket is not cut."""
    ends = [found.start() for found in _END_OF_CLAUSE.finditer(sentence)]
    whole = [end for end in ends if sentence[:end].count("(") == sentence[:end].count(")")] or [len(sentence)]
    return sentence[: max([end for end in whole if end <= _ROOM] or whole[:1])]
