"""Figures as SVG text: equal input gives equal bytes, and no text of the data is read as markup or mathematics."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK = "#1a1a1a"
FAINT = "#666666"
ACCENT = "#1f5a94"
SOFT = "#b9cfe4"
STRONG = "#a23b2a"
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "safety-pipeline",
    "text.parse_math": False,
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": 8.5,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.7,
    "hatch.linewidth": 0.6,
    "hatch.color": FAINT,
}
# Numbered ids repeat from figure to figure and nothing refers to them; the hashed ones are kept.
_NUMBERED_ID = re.compile(r' id="[A-Za-z0-9.]+_\d+"')
_METADATA: dict[str, Any] = {"Date": None, "Creator": None, "Format": None, "Type": None}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


@contextmanager
def drawing() -> Iterator[None]:
    """The settings under which every figure is built and written."""
    # Loaded on first use: most runs publish nothing new and never draw.
    import matplotlib as mpl  # noqa: PLC0415

    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # A browser has glyphs that the measuring font lacks.
        warnings.filterwarnings("ignore", message="Glyph")
        yield


def figure(width: float, height: float) -> "Figure":
    """An empty figure of that size in inches."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    return Figure(figsize=(width, height))


def svg(drawn: "Figure", title: str) -> str:
    """The figure as an inline SVG element with a title for those who do not see it."""
    target = io.StringIO()
    drawn.savefig(target, format="svg", metadata=_METADATA)
    text = target.getvalue()
    body = _NUMBERED_ID.sub("", text[text.index("<svg") :])
    end = body.index(">") + 1
    return f'{body[: end - 1]} role="img"><title>{escape(clean(title))}</title>{body[end:].strip()}'


def clean(text: object) -> str:
    """One line of printable text."""
    return _UNPRINTABLE.sub(" ", str(text)).strip()


def shorten(text: object, length: int) -> str:
    """The text, or its beginning and a sign that more follows."""
    line = clean(text)
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"
