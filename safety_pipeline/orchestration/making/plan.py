"""What must be computed again: the deliveries and stages whose inputs, code, reference data or suites have changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from safety_pipeline.check.suites import suites_folder
from safety_pipeline.orchestration.lakes.lake import EVERYTHING, PARTITIONED_STAGES, Lake, digest, files_digest
from safety_pipeline.orchestration.making.own_reference import answers
from safety_pipeline.publish.metrics import metrics_file
from safety_pipeline.summarise.comparisons import hierarchical_contrasts
from safety_pipeline.tables.checked import CHECKED
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.harmonised import HARMONISED
from safety_pipeline.tables.ingested import INGESTED
from safety_pipeline.tables.published import PUBLIC_TABLES
from safety_pipeline.tables.summarised import SUMMARISED

_PACKAGE = Path(__file__).resolve().parents[2]
_CODE = {
    # Of the grammar of doses a register's reader needs the names of drugs only: no other change of it reads a snapshot
    # of millions of events again.
    "ingested": (
        "ingest",
        "tables",
        "dose/naming.py",
        *(f"reference/data/dose/{words}.csv" for words in ("arm_label", "name_part", "salt")),
        *(f"reference/data/{words}" for words in ("cdisc", "layout", "register")),
    ),
    "harmonised": ("harmonise", "dose", "reference", "tables"),
    "checked": ("check", "reference", "tables"),
    "summarised": ("summarise", "reference", "tables"),
    "published": ("publish", "reference", "tables"),
}
# A package's doses, and whether its terms can be read, come from rows of subjects, which only its reader sees.
_CODE_OF_READER = {"cdisc": ("dose", "reference")}
STAGE_TABLES: dict[str, Sequence[Table]] = {
    "ingested": INGESTED,
    "harmonised": HARMONISED,
    "checked": CHECKED,
    "summarised": SUMMARISED,
    "published": PUBLIC_TABLES,
}
_UPSTREAM = {"harmonised": ("ingested",), "checked": ("ingested", "harmonised")}


@dataclass(frozen=True)
class Plan:
    """What is out of date: deliveries in their order, and whether the stages over all deliveries are."""

    stale_deliveries: tuple[str, ...]
    is_summary_stale: bool

    @property
    def is_empty(self) -> bool:
        return not self.stale_deliveries and not self.is_summary_stale


def code_of(stage: str, kind: str | None = None) -> tuple[Path, ...]:
    """The folders and files of code and reference data a stage is made with; a reader of one kind may need more."""
    own = _CODE_OF_READER.get(kind or "", ()) if stage == "ingested" else ()
    beside = (metrics_file(),) if stage == "published" else ()
    return (*(_PACKAGE / place for place in (*_CODE[stage], *own)), *beside)


@cache
def code_version(stage: str, kind: str | None = None) -> str:
    """A hash of what `code_of` names."""
    return files_digest(code_of(stage, kind))


def fingerprint(lake: Lake, stage: str, delivery_id: str = EVERYTHING) -> str:
    """What the stage would be made of now: its code, and the hashes of what it reads."""
    if stage == "ingested":
        delivery = lake.deliveries[delivery_id]
        return digest(code_version(stage, delivery.kind), delivery.content_sha256, *_settings_of(delivery.kind))
    code = code_version(stage)
    if stage in _UPSTREAM:
        # What the checks know of a term is as shipped; the user's additions reach them through what is harmonised.
        asked = [answers(lake, delivery_id, code)] if stage == "harmonised" else []
        return digest(code, asked, [lake.state(up, delivery_id) for up in _UPSTREAM[stage]])
    if stage == "summarised":
        return digest(summary_inputs(lake), sorted(lake.left_out))
    return digest(code, lake.own_reference_version, files_digest([suites_folder()]), lake.state("summarised"))


def _settings_of(kind: str) -> list[object]:
    """What a reader is told from outside."""
    if kind != "cdisc":
        return []
    from safety_pipeline.ingest.cdisc.package.smallest_cell import setting  # noqa: PLC0415  (the reader loads for a second)

    return [setting()] if setting() else []


def summary_inputs(lake: Lake) -> str:
    """What the summaries would be made of with every delivery: code, settings and the tables of the deliveries."""
    made = [(name, [lake.state(each, name) for each in PARTITIONED_STAGES]) for name in lake.deliveries]
    return digest(code_version("summarised"), lake.own_reference_version, made, *hierarchical_contrasts.setting())


def plan(lake: Lake) -> Plan:
    """The deliveries with a stale stage, and whether anything over all deliveries must follow."""
    stale = tuple(name for name in lake.deliveries if any(is_stale(lake, stage, name) for stage in PARTITIONED_STAGES))
    summary = bool(stale) or is_stale(lake, "summarised") or is_stale(lake, "published")
    return Plan(stale, summary)


def is_stale(lake: Lake, stage: str, delivery_id: str = EVERYTHING) -> bool:
    """Whether a file is missing, or the stage was made of something else than what is there now."""
    name = None if delivery_id == EVERYTHING else delivery_id
    if not all(_is_there(lake, table, name) for table in STAGE_TABLES[stage]):
        return True
    return lake.state(stage, delivery_id).get("fingerprint") != fingerprint(lake, stage, delivery_id)


def _is_there(lake: Lake, table: Table, delivery_id: str | None) -> bool:
    if table.stage == "published":
        return (lake.folder / "published" / f"{table.name}.parquet").exists()
    return lake.holds_as_made(table, delivery_id)


def contiguous_blocks(wanted: Sequence[str], ordered: Sequence[str]) -> list[list[str]]:
    """The wanted keys as runs of neighbours in the order given: one Dagster run takes one range of partitions."""
    blocks: list[list[str]] = []
    chosen = set(wanted)
    previous = None
    for position, key in enumerate(ordered):
        if key in chosen:
            if previous is not None and position == previous + 1:
                blocks[-1].append(key)
            else:
                blocks.append([key])
            previous = position
    return blocks
