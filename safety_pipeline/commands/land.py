"""`safety-pipeline land`: put a delivery where it belongs, and say what was understood of it."""

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import polars as pl

from safety_pipeline.commands._lake import LAKE_TO_WRITE
from safety_pipeline.commands._land_table import land_table
from safety_pipeline.commands._landing import Refusal, Told, as_object, of_delivery
from safety_pipeline.commands._options import AS_JSON, CONSOLE
from safety_pipeline.ingest import readers
from safety_pipeline.ingest.literature import refuse_listings
from safety_pipeline.land import articles, place
from safety_pipeline.land.deliveries import delivery_at
from safety_pipeline.land.europe_pmc import EuropePmc, article_named, europe_pmc_options
from safety_pipeline.land.fetch import Register, register_options
from safety_pipeline.land.open_questions import open_questions
from safety_pipeline.land.recognise import kind_of
from safety_pipeline.tables.delivery import RefusedError

_NCT = re.compile(r"NCT\d{8}", re.IGNORECASE)
MOST_REFUSALS = 10
_COUNTED = {"document": "document", "arm": "arm", "cell": "count", "subject": "subject", "event": "event"}


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@LAKE_TO_WRITE
@click.option("--document-id", help="The name of the document, for a table cut from an article.")
@AS_JSON
def land(sources: tuple[str, ...], lake: Path, document_id: str | None, *, as_json: bool) -> None:
    """Add deliveries: table files, document folders, register records, snapshots, packages, or what is fetched.

    Fetched are records by their NCT number from ClinicalTrials.gov, and articles by their number in PubMed Central
    (PMC1234567) or DOI from Europe PMC.

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
    refused: list[str] = []
    # Connected when it is first asked; one for all, so that the pace is kept between the numbers.
    with Register(register_options()) as register, EuropePmc(europe_pmc_options()) as europe_pmc:
        intake = _Intake(lake, document_id, register, europe_pmc, is_only=len(wanted) == 1)
        for source in wanted:
            try:
                yield from intake.landed(source)
            except click.ClickException as error:
                if len(wanted) == 1:
                    raise
                refused.append(Path(source).name)
                yield Refusal(source, error.message)
                yield f"Refused    {error.message}"
    if refused:
        named = ", ".join(refused)
        reasons = "for the reasons above (lines that begin with Refused)"
        raise click.ClickException(f"{len(refused)} of {len(wanted)} sources were not landed, {reasons}: {named}")
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


@dataclass(frozen=True)
class _Intake:
    """Where things are landed, under which name, and who is asked for what is not a file."""

    lake: Path
    document_id: str | None
    register: Register
    europe_pmc: EuropePmc
    is_only: bool

    def landed(self, source: str) -> Iterator[Told]:
        """Lines that say what became of one source."""
        try:
            if _NCT.fullmatch(source):
                yield from self._record(source.upper())
            elif Path(source).exists():
                yield from self._file(Path(source))
            elif (named := article_named(source)) is not None:
                yield from self._article(named)
            else:
                raise click.ClickException(
                    f"{source}: there is no such file or folder, and it is no NCT number, PMC number or DOI."
                )
        except RefusedError as error:
            raise click.ClickException(error.explanation) from error

    def _file(self, source: Path) -> Iterator[Told]:
        kind = kind_of(source)
        if kind is None:
            document_id = self.document_id or articles.document_id_of(source.name)
            yield from land_table(source, self.lake, document_id, is_only=self.is_only)
        else:
            yield from _placed(source, kind, self.lake)

    def _record(self, nct_id: str) -> Iterator[Told]:
        yield f"Asking {self.register.address} for {nct_id}."
        path = self.register.store(nct_id, self.lake / "landed" / "ctgov")
        yield f"Fetched {nct_id} to {path}."
        yield from _understood(path, self.lake)

    def _article(self, named: str) -> Iterator[Told]:
        yield f"Asking {self.europe_pmc.address} for {named}."
        with tempfile.TemporaryDirectory() as place_for_now:
            path = self.europe_pmc.store(named, Path(place_for_now))
            yield f"Fetched {path.stem}."
            yield from self._file(path)


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
    reasons = tables["refusal"].head(MOST_REFUSALS).collect()["explanation"].to_list()
    yield of_delivery(delivery.delivery_id, path, counts, questions, reasons)
    yield from (f"  study.yaml? {question}" for question in questions)
    yield from (f"  refused: {reason}" for reason in reasons)
    if counts["refusal"] > MOST_REFUSALS:
        yield f"  and {counts['refusal'] - MOST_REFUSALS} more refusals"
    if not found:
        why = reasons[0] if reasons else "it holds no document"
        raise click.ClickException(f"{path.name} is landed, but nothing in it can be counted: {why}")
    yield f"Look       safety-pipeline preview {delivery.delivery_id}"


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
