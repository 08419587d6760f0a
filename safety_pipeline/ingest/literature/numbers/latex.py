"""Takes the typesetting that text recognition leaves behind out of a cell."""

import re

_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[a-z]*\*?\}(?:\{[clr|]*\})?")
_COMMANDS = (
    ("\\\\", " "),
    ("\\ ", " "),
    ("\\%", "%"),
    ("\\,", " "),
    ("~", " "),
    ("$", " "),
    ("\\geq", ">="),
    ("\\leq", "<="),
)


def without_latex(text: str) -> str:
    """The values of a cell that was set as a LaTeX array, separated by spaces."""
    if not has_latex(text):
        return text
    plain = _ENVIRONMENT.sub(" ", text)
    for command, meaning in _COMMANDS:
        plain = plain.replace(command, meaning)
    return " ".join(plain.split())


def has_latex(text: str) -> bool:
    """Whether a cell carries dollar signs or backslash commands."""
    return "$" in text or "\\" in text
