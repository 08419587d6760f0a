"""The page of the command line, from the commands themselves."""

from collections.abc import Iterator

import click

from build_site.markdown import code, page, table
from safety_pipeline.cli import main

PROGRAM = "safety-pipeline"


def command_line_page() -> str:
    sections = [_section(context) for context in _contexts(click.Context(main, info_name=PROGRAM))]
    said = "Every command answers `--help`. `--lake` (or `SAFETY_LAKE`) names the lake.\n"
    return page("Command line", said, *sections)


def _contexts(parent: click.Context) -> Iterator[click.Context]:
    """One context a visible command, depth first, in the order the help lists them."""
    group = parent.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        if command is not None and not command.hidden:
            context = click.Context(command, info_name=name, parent=parent)
            yield context
            yield from _contexts(context)


def _section(context: click.Context) -> str:
    command = context.command
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    options = [option for option in command.get_params(context) if isinstance(option, click.Option)]
    depth = "#" * (1 + context.command_path.count(" "))
    name = context.command_path.removeprefix(f"{PROGRAM} ")
    return "\n".join((f"{depth} {name}\n", code(usage), _help(command), _options(context, options)))


def _help(command: click.Command) -> str:
    paragraphs = (command.help or "").split("\n\n")
    return "\n\n".join(" ".join(each.replace("\b", "").split()) for each in paragraphs) + "\n"


def _options(context: click.Context, options: list[click.Option]) -> str:
    told = [option.get_help_record(context) for option in options if not option.hidden]
    rows = [(f"`{record[0]}`", record[1]) for record in told if record and not record[0].startswith("-h,")]
    return table(("option", "what it does"), rows) if rows else ""
