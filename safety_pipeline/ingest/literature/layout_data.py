"""The words, marks and patterns of printed tables; they live in `reference/data/layout`, not in code."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def layout(name: str) -> dict[str, Any]:
    """One file of `reference/data/layout`, by its name without the ending."""
    text = (files("safety_pipeline.reference") / "data" / "layout" / f"{name}.yaml").read_text("utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


@cache
def words(name: str) -> frozenset[str]:
    """A list of `words.yaml`, folded for comparison."""
    return frozenset(folded(word) for word in layout("words")[name])


def folded(text: str) -> str:
    """A text as it is compared: one kind of dash and space, no case, no colon or stop at the end."""
    return " ".join(re.sub(dash_class(), "-", text).split()).casefold().rstrip(" :.*")


@cache
def dash_class() -> str:
    """Every sign printed for a dash, as a character class."""
    return "[" + "".join(re.escape(each) for each in layout("printed_values")["dashes"]) + "]"


@cache
def pattern(written: str) -> re.Pattern[str]:
    """A pattern of `patterns.yaml`, its `{D}` standing for any dash and `{N}` for a number, ignoring case."""
    inside = dash_class()[1:-1]
    spread = re.sub(r"\[([^\]]*)\{D\}([^\]]*)\]", lambda found: f"[{found[1]}{inside}{found[2]}]", written)
    spread = spread.replace("{D}", dash_class()).replace("{N}", layout("patterns")["number"])
    return re.compile(spread, re.IGNORECASE)
