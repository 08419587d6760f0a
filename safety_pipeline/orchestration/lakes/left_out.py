"""Deliveries on which a stage fails are left out of everything over all deliveries, and say so in `rejected`."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import polars as pl

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.lakes.machine import is_of_the_machine
from safety_pipeline.tables import ingested
from safety_pipeline.tables.storage import write_text

RULE = "stage_failed"
Made = TypeVar("Made")


def leave_out(lake: Lake, delivery_id: str, stage: str, explanation: str, *, made_of: str = "") -> None:
    """From now on, until its own stage succeeds on it, or what its summary was ``made_of`` changes."""
    why = {"rule": RULE, "stage": stage, "explanation": explanation, "made_of": made_of}
    write_text(lake.left_out_path(delivery_id), json.dumps(why, indent=1))


def take_back(lake: Lake, delivery_ids: Iterable[str], stage: str, *, made_of: str = "now") -> None:
    """Those that this stage left out, unless it would be made of the same again."""
    for delivery_id in delivery_ids:
        place = lake.left_out_path(delivery_id)
        if not place.exists():
            continue
        why = json.loads(place.read_text())
        if why["stage"] == stage and why["made_of"] != made_of:
            place.unlink()


def tried(make: Callable[[], Made]) -> Made | BaseException:
    """What was made, or the fault; what is wrong with the machine is no fault of a delivery and goes on up."""
    try:
        return make()
    # A fault of ours in one delivery must not stop a thousand others; a Polars panic is no ordinary exception.
    except (Exception, pl.exceptions.PanicException) as error:
        if is_of_the_machine(error):
            raise
        return error


def of_the_program(stage: str, error: BaseException) -> str:
    """The type of the fault only: its message might quote a subject's row."""
    return (
        f"The step {stage} failed on this delivery with {type(error).__name__}, which is a fault of the program. "
        "The delivery was left out of every table; please report it with its files."
    )


def of_one_name(lake: Lake, delivery_ids: Iterable[str]) -> dict[str, str]:
    """A sentence for each of the deliveries that gives its document the name that another one gives to its own."""
    ids = ("delivery_id", "document_id")
    documents = lake.scan(ingested.DOCUMENT).select(ids).filter(pl.col("delivery_id").is_in(list(delivery_ids)))
    shared = documents.unique().group_by("document_id").agg(pl.col("delivery_id").sort())
    rows = shared.filter(pl.col("delivery_id").list.len() > 1).sort("document_id").collect().iter_rows()
    return {name: _same_name(document_id, names) for document_id, names in rows for name in names}


def _same_name(document_id: str, delivery_ids: Sequence[str]) -> str:
    return (
        f"The deliveries {' and '.join(delivery_ids)} both call their document {document_id}, so their counts cannot "
        "be told apart. They are left out of every table until one has another name, which is that of its folder below "
        "landed/ (an article names it in its document.yaml too, as document_id)."
    )
