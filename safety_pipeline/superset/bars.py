"""A bar of a table as SQL that answers HTML: bounds, ranges and confidence limits are told apart by their shape."""

# The explorer's address, where a link leads from a row to the printed cells behind it.
EXPLORER = "http://127.0.0.1:8050"
_EMPTY = "''"


def answer_bar() -> str:
    """The answer of a mart's row on an axis from 0 to 100 %, by its value_kind."""
    left, right = _of_share("value_lower"), _of_share("value_upper")
    cases = {
        "point": f"{_shape('limits', left, right)} || {_shape('mark', _of_share('value'))}",
        "range_of_trials": _shape("range", left, right),
        "bounds": _shape("bounds", left, right),
        "at_least": _shape("at-least", left, "100"),
    }
    whens = " ".join(f"WHEN '{kind}' THEN {html}" for kind, html in cases.items())
    return _on_axis(f"CASE value_kind {whens} END")


def difference_bar() -> str:
    """The risk difference of a row with its limits, on an axis from -100 to +100 percentage points."""
    lower, middle, upper = (_of_difference(f"risk_difference{end}") for end in ("_lower", "", "_upper"))
    zero = _shape("zero", "50")
    return _on_axis(f"{zero} || coalesce({_shape('limits', lower, upper)} || {_shape('mark', middle)}, {_EMPTY})")


def link(path: str, key: str) -> str:
    """A link to the page of the explorer that shows what is behind the row."""
    return f"""'<a href="{EXPLORER}/{path}/' || {key} || '" target="_blank">cells</a>'"""


def link_to_chart() -> str:
    """A link to the explorer's chart of the row's concept and drug."""
    asked = "'concept=' || concept || '&drug=' || url_encode(drug)"
    return f"""'<a href="{EXPLORER}/dose?' || {asked} || '" target="_blank">chart</a>'"""


def _of_share(column: str) -> str:
    return f"round(100 * {column}, 1)"


def _of_difference(column: str) -> str:
    return f"round(50 + 50 * {column}, 1)"


def _on_axis(shapes: str) -> str:
    return f"""'<div class="ae-axis">' || coalesce({shapes}, {_EMPTY}) || '</div>'"""


def _shape(kind: str, left: str, right: str | None = None) -> str:
    """One shape from a place to another, or at one place, in percent of the axis."""
    width = f";width:' || ({right} - {left}) || '%" if right else ""
    return f"""'<span class="ae-{kind}" style="left:' || {left} || '%{width}"></span>'"""
