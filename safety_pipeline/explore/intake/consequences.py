"""What every count of a landed delivery becomes as things stand, before anything is run."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from safety_pipeline.check.delivery import checked_tables
from safety_pipeline.harmonise import arms as harmonised_arms
from safety_pipeline.harmonise import toxicity
from safety_pipeline.ingest import readers
from safety_pipeline.ingest.literature import provisional, read
from safety_pipeline.land.recognise import MANIFEST
from safety_pipeline.reference import References
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.harmonised import ARM
from safety_pipeline.tables.ingested import REFUSAL

MOST = 5_000
_OF_SUBJECTS = {"subject", "event"}
# Shown already: a refused cell by its status, and a number of patients that nobody said by its question.
_SHOWN_OTHERWISE = ("count_is_readable", "denominator_known")
_TO_BE_REFUSED = "to be refused"
Record = Mapping[str, Any]
Graded = set[tuple[str, int]]


@dataclass(frozen=True)
class Count:
    """One count as it would be harmonised: the place it is printed in, its arm, event, grades and patients.

    `contradiction` says why the check of a run will refuse it, such as a percentage that is not that of its patients.
    `drug` and `dose` are None where nobody says them; a guess is what the program concluded and no person confirmed.
    """

    table: str
    line: int | None
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
    seriousness: str | None
    outcome: str | None
    contradiction: str | None

    @property
    def outlook(self) -> str:
        """Its status after a run, as far as it is known before."""
        return _TO_BE_REFUSED if self.contradiction else self.status

    @property
    def is_lost(self) -> bool:
        """Whether a run will have it in `rejected` only."""
        return self.outlook in {"refused", _TO_BE_REFUSED}


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
        cells = {name: frame for name, frame in tables.items() if name not in _OF_SUBJECTS}
        counts = toxicity(cells, references).collect()
        arms = tables["arm"].collect()
        refusals = tables["refusal"].collect()
    said = {str(arm["label"]) for arm in manifest.get("arms") or [] if arm.get("drug")}
    unsound = _contradictions(counts, references)
    return _consequences(counts, arms, refusals, said, _graded_columns(manifest), unsound)


def consequences_of(delivery: Delivery, references: References) -> Consequences:
    """The same for a record, a snapshot or a package; of a large one the first counts, never one of a subject."""
    tables = readers.read(delivery).tables()
    kept = {name: frame for name, frame in tables.items() if delivery.kind == "cdisc" or name not in _OF_SUBJECTS}
    counts = toxicity(kept, references).head(MOST).collect()
    arms = ARM.conform(harmonised_arms(tables)).collect()
    refusals = tables["refusal"].head(MOST).collect()
    # The drugs of a register are read from its texts; those of a package are data, or were said in its study.yaml.
    said = set(arms["label"]) if delivery.kind == "cdisc" else set()
    return _consequences(counts, arms, refusals, said, None, {})


def _consequences(
    counts: pl.DataFrame,
    arms: pl.DataFrame,
    refusals: pl.DataFrame,
    said: set[str],
    graded: Graded | None,
    unsound: Mapping[str, str],
) -> Consequences:
    """`said` are the arms whose drug is no guess; `graded` the columns whose grades are said, all where it is None."""
    arm_of = {arm["arm_id"]: arm for arm in arms.to_dicts()}
    made = (_count(count, arm_of.get(count["arm_id"], {}), said, graded, unsound) for count in counts.to_dicts())
    return Consequences(tuple(made), tuple(dict.fromkeys([*refusals["explanation"], *unsound.values()])))


def _contradictions(counts: pl.DataFrame, references: References) -> dict[str, str]:
    """By the id of a count: why the check of a run will refuse it; one sentence for the counts of a printed line."""
    rejected = checked_tables(counts.lazy(), REFUSAL.empty(), references.dim_term())["rejected"]
    found = rejected.filter(~pl.col("rule").is_in(_SHOWN_OTHERWISE), pl.col("toxicity_id").is_not_null()).collect()
    said: dict[str, str] = {}
    for (table, line, _), rows in found.group_by("table_label", "row_number", "rule", maintain_order=True):
        places = ", ".join(str(number) for number in sorted(rows["column_number"].drop_nulls()))
        why = rows.sort("column_number")["explanation"][0]
        sentence = f"{table}, line {line}, columns {places}: a run will refuse what stands here. {why}"
        said |= dict.fromkeys(rows["toxicity_id"], sentence)
    return said


def _graded_columns(manifest: Record) -> Graded:
    """The table and number of each column whose grades the manifest says."""
    return {
        (table["label"], column["number"])
        for table in manifest.get("tables") or []
        for column in table.get("columns") or []
        if table.get("grades") or column.get("grades")
    }


def _count(count: Record, arm: Record, said: set[str], graded: Graded | None, unsound: Mapping[str, str]) -> Count:
    drug = arm.get("drug") if arm.get("drug") != "?" else None
    band = str(count["grade_band_as_reported"])
    term = count["ctcae_term"] or count["source_term"]
    return Count(
        table=str(count["table_label"]),
        line=count["row_number"],
        column=count["column_number"],
        printed=str(count["printed"] or ""),
        arm=str(arm.get("label") or "total"),
        drug=drug,
        is_drug_guessed=drug is not None and str(arm.get("label")) not in said,
        dose=arm.get("dose_mg_per_day"),
        event=str(count["term_as_reported"]),
        term=None if term is None else str(term),
        is_known=count["match_kind"] != "unmatched",
        is_term_guessed=term is not None and count["match_kind"] != "exact",
        concept=count["concept"],
        grades=band,
        are_grades_said=band != "any" or graded is None or (count["table_label"], count["column_number"]) in graded,
        patients=_patients(count),
        status=str(count["cell_status"]),
        attribution=str(count["attribution"]),
        seriousness=count["seriousness"],
        outcome=count["outcome"],
        contradiction=unsound.get(count["toxicity_id"]),
    )


def _patients(count: Record) -> str:
    of = f"of {count['n_at_risk'] if count['n_at_risk'] is not None else '?'}"
    lower, upper = count["n_affected_lower"], count["n_affected_upper"]
    if count["count_unit"] == "episodes":
        return f"{count['n_episodes']} events"
    if lower is None:
        return f"? {of}"
    return f"{lower} {of}" if lower == upper else f"{lower} to {upper} {of}"
