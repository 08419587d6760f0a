"""Tasks run in executors of Spark: what each makes lies in the lake as files of its own, the answer names them."""

import json
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from safety_pipeline import settings
from safety_pipeline.orchestration.lakes import left_out
from safety_pipeline.orchestration.lakes.lake import PARTITIONED_STAGES, Lake, digest
from safety_pipeline.orchestration.lakes.machine import UnusableClusterError
from safety_pipeline.orchestration.making import plan, stages
from safety_pipeline.orchestration.making.blocks import Block
from safety_pipeline.orchestration.making.publications import PUBLICATIONS
from safety_pipeline.orchestration.making.summaries import SUMMARIES
from safety_pipeline.orchestration.spark.session import first_line
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.storage import write_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What the tables are made of beside the lake and the code.
_TOLD = (settings.MIN_CELL.name, settings.HIERARCHICAL.name)
_OF_DELIVERIES = {"harmonised": stages.harmonised_tables, "checked": stages.check}
_MOST_PARTITIONS = 1000


@dataclass(frozen=True)
class Task:
    """One stage of one delivery, or one table of some trials; ``deliveries`` are those that the lake holds."""

    lake: str
    makes: str
    delivery_id: str | None = None
    deliveries: Sequence[str] = ()
    documents: Sequence[str] = ()
    trials: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """The files by table; or the fault, by type and first line, and whether it is one of the cluster."""

    files: Mapping[str, str]
    fault: str = ""
    said: str = ""
    is_of_cluster: bool = False


@dataclass(frozen=True)
class NamedLake(Lake):
    """A lake whose deliveries are named by whoever gave the task: an executor does not read what is landed."""

    names: tuple[str, ...]

    def scan(self, table: Table, delivery_id: str | None = None) -> pl.LazyFrame:
        if table.stage in PARTITIONED_STAGES and delivery_id is None:
            return self._scan(table, self.names)
        return super().scan(table, delivery_id)

    @cached_property
    def left_out(self) -> Mapping[str, Mapping[str, str]]:
        return {}


def delivery_task(lake: Lake, stage: str, delivery_id: str) -> Task:
    return Task(str(lake.folder), stage, delivery_id)


def block_task(lake: Lake, table: Table, block: Block) -> Task:
    used = [name for name in lake.deliveries if name not in lake.left_out]
    return Task(str(lake.folder), table.path, None, used, sorted(block.documents), sorted(block.trials))


def parts_folder(lake: Lake) -> Path:
    """Where parts of tables lie until they are read; only the one writer of the lake has any."""
    return lake.folder / ".state" / "spark"


def forget_parts(lake: Lake) -> None:
    """Those of a run that was killed, or of a task that Spark has run twice."""
    rmtree(parts_folder(lake), ignore_errors=True)


def run_tasks(session: "SparkSession", tasks: Sequence[Task]) -> list[Answer]:
    """The answers in the order of the tasks."""
    told = {"code": _code(), "settings": {name: os.environ[name] for name in _TOLD if name in os.environ}}
    asked = [json.dumps({**told, "task": asdict(task)}) for task in tasks]
    rows = session.createDataFrame(pa.table({"number": range(len(asked)), "asked": asked}))
    spread = rows.repartitionByRange(min(len(asked), _MOST_PARTITIONS), "number")
    try:
        table = spread.mapInArrow(_in_executor, "number bigint, answer string").toArrow()
    except Exception as error:
        raise UnusableClusterError(f"Spark gave up: {first_line(error)}") from error
    answers = [Answer(**json.loads(text)) for text in table.sort_by("number")["answer"].to_pylist()]
    for answer in answers:
        if answer.is_of_cluster:
            raise UnusableClusterError(answer.said)
    return answers


def _in_executor(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for row in batch.to_pylist():
            answer = json.dumps(asdict(answered(json.loads(row["asked"]))))
            yield pa.RecordBatch.from_pydict({"number": [row["number"]], "answer": [answer]})


def answered(asked: Mapping[str, Any]) -> Answer:
    """What a task of the driver comes to; a fault of this machine goes on up, so that Spark tries another one."""
    task = Task(**asked["task"])
    if asked["code"] != _code():
        said = "An executor of Spark has another version of safety-pipeline: install the same one on every node."
        return Answer({}, said=said, is_of_cluster=True)
    if not Path(task.lake).is_dir():
        said = f"An executor of Spark does not see {task.lake}: the lake must lie where every node has it by this name."
        return Answer({}, said=said, is_of_cluster=True)
    for name in _TOLD:
        os.environ.pop(name, None)
    os.environ.update(asked["settings"])
    made = left_out.tried(lambda: _made(task))
    return made if isinstance(made, Answer) else Answer({}, type(made).__name__, first_line(made))


def _code() -> str:
    return digest([plan.code_version(stage) for stage in ("harmonised", "checked", "summarised", "published")])


def _made(task: Task) -> Answer:
    lake = NamedLake(Path(task.lake), tuple(task.deliveries))
    if task.delivery_id is not None:
        frames = _OF_DELIVERIES[task.makes](lake, task.delivery_id)
        tables = {table: frames[table.name] for table in plan.STAGE_TABLES[task.makes]}
    else:
        summary = next(each for each in (*SUMMARIES, *PUBLICATIONS) if each.table.path == task.makes)
        tables = {
            summary.table: summary.make(Block(lake.folder, lake, frozenset(task.documents), frozenset(task.trials)))
        }
    folder = parts_folder(lake)
    names = {table: f"{uuid.uuid4().hex}.parquet" for table in tables}
    for table, rows in tables.items():
        write_table(table, rows, folder / names[table])
    return Answer({table.path: name for table, name in names.items()})


def files_of(answer: Answer, *, with_message: bool) -> Mapping[str, str]:
    """The files by table; a fault of the executor is raised here by its own name, since that is what is told of it.

    Without its message where it may quote a subject's row.
    """
    if answer.fault:
        raise type(answer.fault, (RuntimeError,), {})(answer.said if with_message else "in an executor of Spark")
    return answer.files
