"""What every cell of an article's tables becomes as `document.yaml` stands, before anything is run."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from safety_pipeline.harmonise import toxicity
from safety_pipeline.ingest.literature import provisional, read
from safety_pipeline.reference import References
from safety_pipeline.tables.delivery import Delivery

MANIFEST = "document.yaml"
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Count:
    """One count as it would be harmonised: the place it is printed in, its arm, event, grades and patients.

    `drug` and `dose` are None where nobody says them; a guess is what the program concluded and no person confirmed.
    """

    table: str
    line: int
    column: int | None
    printed: str
    arm: str
    drug: str | None
    is_drug_guessed: bool
    dose: float | None
    event: str
    term: str | None
    is_known: bool
    is_term_guessed: bool
    concept: str | None
    grades: str
    are_grades_said: bool
    patients: str
    status: str
    attribution: str
    outcome: str | None


@dataclass(frozen=True)
class Consequences:
    """All counts in the order of the tables, and a sentence for each refusal."""

    counts: tuple[Count, ...]
    refusals: tuple[str, ...]


def consequences(folder: Path, references: References) -> Consequences:
    """What the folder of a landed article becomes; open questions have a placeholder, so that the rest is seen."""
    manifest = yaml.safe_load((folder / MANIFEST).read_text("utf-8"))
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / folder.name))
        (copy / MANIFEST).write_text(yaml.safe_dump(provisional(manifest), allow_unicode=True), encoding="utf-8")
        tables = read(Delivery(f"literature.{folder.name}", "literature", copy, "")).tables()
        cells = {name: frame for name, frame in tables.items() if name not in {"subject", "event"}}
        counts = toxicity(cells, references).collect()
        arms = {arm["arm_id"]: arm for arm in tables["arm"].collect().to_dicts()}
        refusals = tables["refusal"].collect()["explanation"].to_list()
    named = {arm["label"]: arm for arm in manifest.get("arms") or []}
    graded = _graded_columns(manifest)
    made = (_count(count, arms.get(count["arm_id"], {}), named, graded) for count in counts.to_dicts())
    return Consequences(tuple(made), tuple(dict.fromkeys(refusals)))


def _graded_columns(manifest: Record) -> set[tuple[str, int]]:
    """The table and number of each column whose grades the manifest says."""
    return {
        (table["label"], column["number"])
        for table in manifest.get("tables") or []
        for column in table.get("columns") or []
        if table.get("grades") or column.get("grades")
    }


def _count(count: Record, arm: Record, named: Mapping[str, Record], graded: set[tuple[str, int]]) -> Count:
    drug = arm.get("drug") if arm.get("drug") != "?" else None
    band = str(count["grade_band_as_reported"])
    term = count["ctcae_term"] or count["source_term"]
    return Count(
        table=str(count["table_label"]),
        line=int(count["row_number"]),
        column=count["column_number"],
        printed=str(count["printed"] or ""),
        arm=str(arm.get("label") or "total"),
        drug=drug,
        is_drug_guessed=drug is not None and not named.get(str(arm.get("label")), {}).get("drug"),
        dose=arm.get("dose_mg_per_day"),
        event=str(count["term_as_reported"]),
        term=None if term is None else str(term),
        is_known=count["match_kind"] != "unmatched",
        is_term_guessed=term is not None and count["match_kind"] != "exact",
        concept=count["concept"],
        grades=band,
        are_grades_said=band != "any" or (count["table_label"], count["column_number"]) in graded,
        patients=_patients(count),
        status=str(count["cell_status"]),
        attribution=str(count["attribution"]),
        outcome=count["outcome"],
    )


def _patients(count: Record) -> str:
    of = f"of {count['n_at_risk'] if count['n_at_risk'] is not None else '?'}"
    lower, upper = count["n_affected_lower"], count["n_affected_upper"]
    if count["count_unit"] == "episodes":
        return f"{count['n_episodes']} events"
    if lower is None:
        return f"? {of}"
    return f"{lower} {of}" if lower == upper else f"{lower} to {upper} {of}"
