"""What every cell of a landed article becomes: rows of text for the terminal and a page."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import yaml

from safety_pipeline.harmonise import arms as harmonised_arms
from safety_pipeline.harmonise import toxicity
from safety_pipeline.ingest import readers
from safety_pipeline.ingest.literature import Picture, provisional, read
from safety_pipeline.reference import References
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.harmonised import ARM
from safety_pipeline.tables.storage import write_text

MANIFEST = "document.yaml"
WIDEST = 34
LEGEND = (
    "~ guessed: from the name of the arm, or matched as another wording; mend document.yaml where it is wrong. "
    "? not answered yet."
)
HEADS = ("line", "arm", "drug", "mg/day", "event as printed", "CTCAE v4.03 term", "concept", "grades", "count", "says")
SAYS = ("cell_status", "attribution", "seriousness", "outcome")
MOST_ROWS, MOST_LINES = 5_000, 200
RESTRICTED = {"subject", "event"}
Record = Mapping[str, Any]
Row = tuple[str, ...]


def preview_rows(folder: Path, references: References) -> tuple[list[Row], list[str]]:
    """One row for each cell as the manifest stands now, and a sentence for each refusal."""
    manifest = yaml.safe_load((folder / MANIFEST).read_text("utf-8"))
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / folder.name))
        (copy / MANIFEST).write_text(yaml.safe_dump(provisional(manifest), allow_unicode=True), encoding="utf-8")
        tables = read(Delivery(f"literature.{folder.name}", "literature", copy, "")).tables()
        cells = {name: frame for name, frame in tables.items() if name not in {"subject", "event"}}
        counts = toxicity(cells, references).collect()
        arms = {arm["arm_id"]: arm for arm in tables["arm"].collect().to_dicts()}
        refusals = tables["refusal"].collect()["explanation"].to_list()
    said = {str(arm["label"]) for arm in manifest.get("arms") or [] if arm.get("drug")}
    graded = _graded_columns(manifest)
    return [_row(count, arms.get(count["arm_id"], {}), said, graded) for count in counts.to_dicts()], refusals


def delivery_rows(delivery: Delivery, references: References) -> tuple[list[Row], list[str]]:
    """The same for a record, a snapshot or a package; of a large one the first rows, never one of a subject."""
    tables = readers.read(delivery).tables()
    kept = {name: frame for name, frame in tables.items() if delivery.kind == "cdisc" or name not in RESTRICTED}
    counts = toxicity(kept, references).head(MOST_ROWS).collect().to_dicts()
    treated = ARM.conform(harmonised_arms(tables)).collect().to_dicts()
    # The drugs of a register are read from its texts; those of a package are data, or were said in its study.yaml.
    said = {str(arm["label"]) for arm in treated} if delivery.kind == "cdisc" else set()
    arms = {arm["arm_id"]: arm for arm in treated}
    refusals = tables["refusal"].head(MOST_ROWS).collect()["explanation"].to_list()
    return [_row(count, arms.get(count["arm_id"], {}), said, None) for count in counts], refusals


def _graded_columns(manifest: Record) -> set[tuple[str, int]]:
    """The table and number of each column whose grades the manifest says."""
    return {
        (table["label"], column["number"])
        for table in manifest.get("tables") or []
        for column in table.get("columns") or []
        if table.get("grades") or column.get("grades")
    }


def preview_lines(rows: Sequence[Row], refusals: Sequence[str], most: int = MOST_ROWS) -> Iterator[str]:
    """The first rows as aligned text, the refusals below them."""
    shown = (HEADS, *rows[:most])
    widths = [min(WIDEST, max(len(row[at]) for row in shown)) for at in range(len(HEADS))]
    for row in shown:
        yield "  ".join(_cut(text, width).ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
    if len(rows) > most:
        yield f"and {len(rows) - most} more rows, on the page"
    yield LEGEND
    reasons = list(dict.fromkeys(refusals))
    yield from (f"refused: {each}" for each in reasons[:most])
    if len(reasons) > most:
        yield f"and {len(reasons) - most} more refusals, on the page"


def write_page(
    path: Path,
    title: str,
    rows: Sequence[Row],
    refusals: Sequence[str],
    around: str,
    pictures: Sequence[tuple[str, Picture]] = (),
) -> Path:
    """The same as a page that stands alone: no script, nothing fetched; pictures lie in it."""
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    refused = "".join(f"<li>{escape(each)}</li>" for each in dict.fromkeys(refusals))
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


def _row(count: Record, arm: Record, said: set[str], graded: set[tuple[str, int]] | None) -> Row:
    """`said` are the arms whose drug is no guess; `graded` the columns whose grades are said, all where it is none."""
    drug = str(arm.get("drug") or "?")
    is_said = drug == "?" or str(arm.get("label")) in said
    dose = arm.get("dose_mg_per_day")
    place = (count["table_label"], count["column_number"])
    is_graded = count["grade_band_as_reported"] != "any" or graded is None or place in graded
    return (
        str(count["row_number"] or "-"),
        str(arm.get("label") or "total"),
        drug if is_said else f"~{drug}",
        "?" if dose is None else f"{dose:g}",
        str(count["term_as_reported"]),
        _matched(count),
        str(count["concept"] or "none"),
        str(count["grade_band_as_reported"]) if is_graded else "any?",
        _number(count),
        "; ".join(str(count[name]) for name in SAYS if count[name]),
    )


def _matched(count: Record) -> str:
    term = count["ctcae_term"] or count["source_term"]
    if term is None:
        return "not known" if count["match_kind"] == "unmatched" else "-"
    return str(term) if count["match_kind"] == "exact" else f"~{term}"


def _number(count: Record) -> str:
    of = f"of {count['n_at_risk'] if count['n_at_risk'] is not None else '?'}"
    lower, upper = count["n_affected_lower"], count["n_affected_upper"]
    if count["count_unit"] == "episodes":
        return f"{count['n_episodes']} events"
    if lower is None:
        return f"? {of}"
    return f"{lower} {of}" if lower == upper else f"{lower} to {upper} {of}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
