"""The MedDRA files of a user who holds them: lower-level names become synonyms in that user's lake, nothing ships."""

from pathlib import Path

import polars as pl

from safety_pipeline.reference.layout import FILES
from safety_pipeline.reference.references import References
from safety_pipeline.reference.texts.targets import with_key

_SOURCE = "MedDRA files of this lake's owner"


class MedDRAFileError(Exception):
    """A MedDRA file is missing or has another shape."""


def import_meddra(folder: Path, lake: Path, references: References) -> int:
    """Write `reference/synonym_meddra.csv` in the lake and return its rows.

    A lower-level name speaks for its preferred term, where an edition knows the preferred term by a single target;
    names the references already know are left as they are.
    """
    names = _names(folder)
    rows = _synonyms(names, references)
    path = lake / "reference" / "synonym_meddra.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.write_csv(path)
    return rows.height


def _names(folder: Path) -> pl.DataFrame:
    """One row per lower-level name with the name of its preferred term."""
    lower = _read(folder / "llt.asc", {0: "llt_code", 1: "text", 2: "pt_code"})
    hierarchy = _read(folder / "mdhier.asc", {0: "pt_code", 4: "pt_name"}).unique(
        "pt_code", keep="first", maintain_order=True
    )
    return lower.join(hierarchy, on="pt_code", how="inner", validate="m:1").select("text", "pt_name")


def _read(path: Path, columns: dict[int, str]) -> pl.DataFrame:
    if not path.is_file():
        raise MedDRAFileError(
            f"{path.name} is missing in {path.parent.name}; MedDRA delivers it in the folder MedAscii."
        )
    lines = [line.split("$") for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line]
    if short := next((number for number, line in enumerate(lines, 1) if len(line) <= max(columns)), None):
        raise MedDRAFileError(f"{path.name} line {short}: fewer than {max(columns) + 1} fields separated by `$`.")
    return pl.DataFrame(
        {name: [line[place] for line in lines] for place, name in columns.items()},
        schema_overrides=dict.fromkeys(columns.values(), pl.String),
    )


def _synonyms(names: pl.DataFrame, references: References) -> pl.DataFrame:
    rules = references.spelling_rules
    known = references.matches.filter(source_kind="literature", parent_concept="")
    targets = references.targets.filter(pl.col("members").list.len() == 1, pl.col("source_term").is_not_null())
    by_name = known.select("grading_system", "text_key", "target_id").join(
        targets.select("target_id", term="source_term", select_term="source_select_term"),
        on="target_id",
        how="inner",
        validate="m:1",
    )
    preferred = with_key(names, "pt_name", rules).rename({"text_key": "pt_key"})
    found = preferred.join(by_name, left_on="pt_key", right_on="text_key", how="inner", validate="m:m")
    fresh = with_key(found, "text", rules).join(known, on=["grading_system", "text_key"], how="anti")
    stated = fresh.filter(pl.col("grading_system") != "not stated").unique(
        ["grading_system", "text_key"], keep="first", maintain_order=True
    )
    fixed = {
        "match_kind": "meddra_pt",
        "rationale": "A lower-level name of the same preferred term.",
        "source": _SOURCE,
    }
    empty = [name for name in FILES["synonym"].columns if name not in (*stated.columns, *fixed)]
    filled = stated.with_columns(
        pl.lit(value).alias(name) for name, value in (fixed | dict.fromkeys(empty, "")).items()
    )
    return filled.select(FILES["synonym"].columns)
