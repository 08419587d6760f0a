"""`safety-pipeline land`: put a delivery where it belongs, and say what was understood of it."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import polars as pl

from safety_pipeline.commands._land_table import land_table
from safety_pipeline.commands._landing import Refusal, Told, as_object, of_delivery
from safety_pipeline.commands._options import AS_JSON, CONSOLE, LAKE
from safety_pipeline.ingest import readers
from safety_pipeline.ingest.literature import refuse_listings
from safety_pipeline.land import articles, fetch, place
from safety_pipeline.land.deliveries import delivery_at
from safety_pipeline.land.open_questions import open_questions
from safety_pipeline.land.recognise import kind_of
from safety_pipeline.tables.delivery import RefusedError

_NCT = re.compile(r"NCT\d{8}", re.IGNORECASE)
_REFUSALS_SHOWN = 10
_COUNTED = {"document": "document", "arm": "arm", "cell": "count", "subject": "subject", "event": "event"}


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@LAKE
@click.option("--document-id", help="The name of the document, for a table cut from an article.")
@AS_JSON
def land(sources: tuple[str, ...], lake: Path, document_id: str | None, *, as_json: bool) -> None:
    """Add deliveries: table files, document folders, register records, snapshots, packages, or NCT numbers.

    A folder that is none of these stands for what lies in it.
    """
    told = landed(sources, lake.resolve(), document_id=document_id)
    if as_json:
        answer, message = as_object(sources, told)
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
        if message:
            raise click.ClickException(message)
        return
    for line in told:
        if isinstance(line, str):
            CONSOLE.print(line, markup=False, highlight=False)


def landed(sources: Sequence[str], lake: Path, *, document_id: str | None) -> Iterator[Told]:
    """What was landed and understood, as lines and as objects; where a source cannot be landed, the others go on.

    Raises one clear message where nothing could be landed, or how many could not.
    """
    wanted = list(dict.fromkeys(each for source in sources for each in _inside(source)))
    if document_id and len(wanted) > 1:
        raise click.ClickException(f"--document-id names one document, but there are {len(wanted)} sources.")
    refused = 0
    # Connected when it is first asked; one for all, so that the pace is kept between the numbers.
    with fetch.Register(fetch.Options()) as register:
        for source in wanted:
            try:
                yield from _landed(source, lake, document_id, register)
            except click.ClickException as error:
                if len(wanted) == 1:
                    raise
                refused += 1
                yield Refusal(source, error.message)
                yield f"Refused    {error.message}"
    if refused:
        raise click.ClickException(f"{refused} of {len(wanted)} sources were not landed, for the reasons above.")
    yield "Next       safety-pipeline run"


def _inside(source: str) -> list[str]:
    """The source; of a folder that is no delivery itself, the deliveries in it."""
    folder = Path(source)
    if not folder.is_dir() or kind_of(folder) is not None:
        return [source]
    inside = sorted(str(each) for each in folder.iterdir() if not each.name.startswith((".", "~")))
    if not inside:
        raise click.ClickException(f"{source}: the folder is empty; name a file, or a folder with files.")
    return [found for each in inside for found in _inside(each)]


def _landed(source: str, lake: Path, document_id: str | None, register: fetch.Register) -> Iterator[Told]:
    try:
        if _NCT.fullmatch(source):
            yield from _fetched(source.upper(), lake, register)
        elif not Path(source).exists():
            raise click.ClickException(f"{source}: there is no such file or folder, and it is not an NCT number.")
        elif (kind := kind_of(Path(source))) is None:
            yield from land_table(Path(source), lake, document_id or articles.document_id_of(source))
        else:
            yield from _placed(Path(source), kind, lake)
    except RefusedError as error:
        raise click.ClickException(error.explanation) from error


def _fetched(nct_id: str, lake: Path, register: fetch.Register) -> Iterator[Told]:
    yield f"Asking {register.address} for {nct_id}."
    path = register.store(nct_id, lake / "landed" / "ctgov")
    yield f"Fetched {nct_id} to {path}."
    yield from _understood(path, lake)


def _placed(source: Path, kind: str, lake: Path) -> Iterator[Told]:
    if kind == "literature":
        refuse_listings(source)
    path = place.place(source, lake)
    yield f"Landed {source.name} as {kind} in {path}."
    yield from _understood(path, lake)


def _understood(path: Path, lake: Path) -> Iterator[Told]:
    """What the reader makes of it: how much of each, and what it refuses."""
    if (delivery := delivery_at(lake, path)) is None:
        return
    tables = readers.read(delivery).tables()
    counts = {name: _height(tables[name]) for name in (*_COUNTED, "refusal")}
    found = ", ".join(_many(counts[name], noun) for name, noun in _COUNTED.items() if counts[name])
    yield f"{delivery.delivery_id}: {found or 'nothing that can be counted'}"
    questions = list(open_questions(tables))
    refused = tables["refusal"].head(_REFUSALS_SHOWN).collect()["explanation"].to_list()
    yield of_delivery(delivery.delivery_id, path, counts, questions, refused)
    yield from (f"  study.yaml? {question}" for question in questions)
    yield from (f"  refused: {explanation}" for explanation in refused)
    if counts["refusal"] > _REFUSALS_SHOWN:
        yield f"  and {counts['refusal'] - _REFUSALS_SHOWN} more refusals"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _height(table: pl.LazyFrame) -> int:
    """The rows of a table; a place kept for a refused count is no count."""
    names = table.collect_schema().names()
    if "cell_status" in names:
        table = table.filter(pl.col("cell_status") != "refused")
    if "is_refused" in names:
        table = table.filter(~pl.col("is_refused"))
    return int(table.select(pl.len()).collect().item())
