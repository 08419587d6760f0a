"""The official NCI spreadsheets of a user who has them: checked against our facts, kept in that user's lake only."""

import re
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from safety_pipeline.reference.own_files.differences import map_differences, term_differences
from safety_pipeline.reference.references import References

# The header says "v4.0" in every v4 release; our facts are those of the last one, v4.03.
_EDITIONS = {"4.0": "CTCAE v4.03", "5.0": "CTCAE v5.0", "6.0": "CTCAE v6.0"}
_TEXTS = ("v2.0 Grade Description", "v3.0 Grade Description")
_LISTING = {
    "Adverse Events Category": "category",
    "AE/Supra-ordinate Term": "term",
    "Select AE": "select_term",
    "Grade": "grade",
    "Description": "text",
}
_MAP_HEADER = ("v2.0 Adverse Event", "v2.0 Grade", "v3.0 Adverse Event", "v3.0 Select AE", "v3.0 Grade")
FOLDER = Path("reference") / "official"
_DASHES = ("", "-", "–", "--", "N/A")


class OfficialFileError(Exception):
    """The file is not one of the official spreadsheets; the message says which are understood."""


@dataclass(frozen=True)
class Imported:
    """What was read: the edition (or the v2-v3 map), how many rows, where they went, and where they differ."""

    name: str
    n_rows: int
    path: Path
    differences: pl.DataFrame


def import_official(source: Path, lake: Path, references: References) -> Imported:
    """Write grade texts and codes beneath the lake's ``reference/official``, and say where the facts differ."""
    name, rows = read_official(source)
    if name == "v2-v3 map":
        differences = map_differences(rows, references.official)
    else:
        ours = references.term.filter(grading_system=name)
        differences = term_differences(_with_whole_names(rows), _with_whole_names(ours))
    path = lake / FOLDER / f"{re.sub('[^a-z0-9]+', '_', name.lower())}.parquet"
    write_whole(rows, path)
    return Imported(name, rows.height, path, differences)


def write_whole(rows: pl.DataFrame, path: Path) -> None:
    """Write under a temporary name, then rename: a stopped write leaves no half file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    rows.write_parquet(unfinished)
    unfinished.replace(path)


def read_official(source: Path) -> tuple[str, pl.DataFrame]:
    """The edition or ``v2-v3 map``, and its rows as in the sheet, cleaned of blanks and dashes."""
    if source.suffix.lower() in {".txt", ".csv"}:
        return "CTCAE v3.0", _listing(source)
    try:
        book = fastexcel.read_excel(source)
    except Exception as error:
        raise OfficialFileError(f"{source.name} cannot be read as a spreadsheet; save it as .xls or .xlsx.") from error
    for sheet in book.sheet_names:
        found = _dictionary(book, sheet) or _grade_map(book, sheet)
        if found is not None:
            return found
    raise OfficialFileError(
        f"{source.name}: no sheet has the columns of a CTCAE v4.03, v5.0 or v6.0 dictionary, "
        "or of the v2.0 to v3.0 grade map."
    )


def _listing(source: Path) -> pl.DataFrame:
    """The dictionary of v3.0, which has one line a grade, as one row a term."""
    try:
        table = pl.read_csv(source, infer_schema=False, encoding="windows-1252")
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise OfficialFileError(f"{source.name} cannot be read as a table with commas.") from error
    if not set(_LISTING) <= set(table.columns):
        raise OfficialFileError(f"{source.name}: a listing of CTCAE v3.0 has the columns {', '.join(_LISTING)}.")
    rows = table.select(_cell(theirs).alias(ours) for theirs, ours in _LISTING.items())
    name = pl.concat_str(pl.lit("grade_"), "grade")
    wide = rows.filter(pl.col("grade").is_in(list("12345"))).with_columns(grade=name)
    terms = wide.pivot("grade", index=["category", "term", "select_term"], values="text", aggregate_function="first")
    missing = [pl.lit(None, pl.String).alias(f"grade_{n}") for n in range(1, 6) if f"grade_{n}" not in terms.columns]
    return terms.with_columns(missing)


def _with_whole_names(terms: pl.DataFrame) -> pl.DataFrame:
    """Terms named with their select term, where the edition has such."""
    if "select_term" not in terms.columns:
        return terms
    chosen = pl.col("select_term").fill_null("")
    return terms.with_columns(
        term=pl.when(chosen != "").then(pl.concat_str("term", pl.lit(" / "), chosen)).otherwise("term")
    )


def _sheet(book: fastexcel.ExcelReader, sheet: str) -> pl.DataFrame:
    table: pl.DataFrame = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    if table.is_empty():
        return table
    header = [_plain(value) or f"column {number}" for number, value in enumerate(table.row(0))]
    unique = [name if header.index(name) == number else f"{name} {number}" for number, name in enumerate(header)]
    named: pl.DataFrame = table.slice(1).rename(dict(zip(table.columns, unique, strict=True)))
    return named


def _dictionary(book: fastexcel.ExcelReader, sheet: str) -> tuple[str, pl.DataFrame] | None:
    table = _sheet(book, sheet)
    versions = [re.search(r"CTCAE v(\d\.0).*Term$", name) for name in table.columns]
    named = next((match for match in versions if match), None)
    if named is None or named[1] not in _EDITIONS or "Grade 1" not in table.columns:
        return None
    soc = next(name for name in table.columns if name.endswith("SOC"))
    grades = [_cell(f"Grade {grade}").alias(f"grade_{grade}") for grade in range(1, 6)]
    names = {"code": _cell(table.columns[0]), "soc": _cell(soc), "term": _cell(named.string)}
    rows = table.select(*grades, definition=_definition(table), **names)
    return _EDITIONS[named[1]], rows.filter(pl.col("term").is_not_null())


def _definition(table: pl.DataFrame) -> pl.Expr:
    name = next((name for name in table.columns if "Definition" in name), None)
    return pl.lit(None, pl.String) if name is None else _cell(name)


def _grade_map(book: fastexcel.ExcelReader, sheet: str) -> tuple[str, pl.DataFrame] | None:
    table = _sheet(book, sheet)
    if not set(_MAP_HEADER) <= set(table.columns) or "Comments" not in table.columns:
        return None
    names = ("term", "grade", "v3_term", "v3_select_term", "v3_grade")
    texts = [_cell(name) if name in table.columns else pl.lit(None, pl.String) for name in _TEXTS]
    rows = table.select(
        *(_cell(theirs).alias(ours) for theirs, ours in zip(_MAP_HEADER, names, strict=True)),
        *(text.alias(name) for text, name in zip(texts, ("text", "v3_text"), strict=True)),
    )
    return "v2-v3 map", rows.filter(pl.col("term").is_not_null())


def _cell(name: str) -> pl.Expr:
    """The cell without no-break spaces and runs of blanks; a dash, NCI's sign for an undefined grade, as null."""
    text = pl.col(name).str.replace_all(r"[\s\u00a0]+", " ").str.strip_chars(" ")
    return pl.when(~text.is_in(_DASHES)).then(text)


def _plain(value: object) -> str:
    return re.sub(r"[\s\u00a0]+", " ", str(value or "")).strip()
