"""Tables of Markdown, and parts of a page that a command writes between two marks."""

from collections.abc import Sequence


def table(header: Sequence[str], lines: Sequence[Sequence[str | int]]) -> str:
    """A table whose first column is text and whose others are set to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    every = [header, rule, *lines]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in every)


def between(page: str, start: str, end: str, content: str) -> str:
    """The page with the part from mark to mark written anew; the content brings the marks itself."""
    before, rest = page.split(start, 1)
    after = rest.split(end, 1)[1].lstrip("\n")
    return before + content + ("\n" + after if after else "")
