"""What every count of a landed delivery becomes: rows of text for the terminal and a page."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from safety_pipeline.explore.intake.consequences import Consequences, Count
from safety_pipeline.ingest.literature import Picture
from safety_pipeline.tables.storage import write_text

WIDEST = 34
LEGEND = (
    "~ guessed: from the name of the arm, or matched as another wording; mend document.yaml where it is wrong. "
    "? not answered yet."
)
HEADS = ("line", "arm", "drug", "mg/day", "event as printed", "CTCAE v4.03 term", "concept", "grades", "count", "says")
Row = tuple[str, ...]


def preview_lines(seen: Consequences, most: int | None = None) -> Iterator[str]:
    """The counts as aligned text, the refusals below them; ``most`` of each where there are very many."""
    counts = [_row(count) for count in seen.counts[:most]]
    widths = [min(WIDEST, max(len(row[at]) for row in (HEADS, *counts))) for at in range(len(HEADS))]
    for row in (HEADS, *counts):
        yield "  ".join(_cut(text, width).ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
    yield from _rest(len(seen.counts), most, "counts")
    yield LEGEND
    yield from (f"refused: {each}" for each in seen.refusals[:most])
    yield from _rest(len(seen.refusals), most, "refusals")


def _rest(number: int, most: int | None, noun: str) -> Iterator[str]:
    if most is not None and number > most:
        yield f"and {number - most} more {noun}, on the page"


def write_page(
    path: Path,
    title: str,
    seen: Consequences,
    around: str,
    pictures: Sequence[tuple[str, Picture]] = (),
) -> Path:
    """The same as a page that stands alone: no script, nothing fetched; pictures lie in it."""
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in _row(count))}</tr>" for count in seen.counts)
    refused = "".join(f"<li>{escape(each)}</li>" for each in seen.refusals)
    heads = "".join(f"<th>{escape(head)}</th>" for head in HEADS)
    write_text(
        path,
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1><p>{escape(LEGEND)}</p><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
        f"</table><h2>Refused</h2><ul>{refused or '<li>nothing</li>'}</ul><h2>As it was understood</h2>"
        f"<pre>{escape(around)}</pre>{_shown_pictures(pictures)}</html>\n",
    )
    return path


def _shown_pictures(pictures: Sequence[tuple[str, Picture]]) -> str:
    if not pictures:
        return ""
    shown = (
        f"<figure><figcaption>{escape(file)}, {escape(picture.where)}</figcaption>"
        f"<img alt='the table as printed' src='data:image/png;base64,{picture.image}'></figure>"
        for file, picture in pictures
    )
    return f"<h2>Where the tables stand</h2>{''.join(shown)}"


_STYLE = (
    ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}"
    "td,th{padding:.2rem .6rem;border-bottom:1px solid #8886;text-align:left}pre{overflow-x:auto}"
    "figure{margin:1rem 0}img{max-width:100%;border:1px solid #8886;background:#fff}"
)


def _row(count: Count) -> Row:
    return (
        str(count.line or "-"),
        count.arm,
        _guessed(count.drug or "?", count.is_drug_guessed),
        "?" if count.dose is None else f"{count.dose:g}",
        count.event,
        _guessed(count.term, count.is_term_guessed) if count.term else ("-" if count.is_known else "not known"),
        count.concept or "none",
        count.grades if count.are_grades_said else "any?",
        count.patients,
        "; ".join(each for each in (count.outlook, count.attribution, count.seriousness, count.outcome) if each),
    )


def _guessed(text: str, is_guessed: bool) -> str:
    return f"~{text}" if is_guessed else text


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
