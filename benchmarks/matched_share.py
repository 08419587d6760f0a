"""The share of rows, counts and distinct events that the dictionaries know, by kind of source, on a folder of samples.

Run `python benchmarks/matched_share.py ../shared/samples docs/crosswalk.md`: it measures and writes the table into the
page. Articles are read with the manifest that the program drafts for them, open questions left open. The last table is
measured again with made-up lower-level names in the official format of MedDRA's files.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
import yaml

from safety_pipeline.harmonise import toxicity
from safety_pipeline.harmonise.matching.coverage import ALL_EVENTS, matched_shares
from safety_pipeline.ingest.literature import draft_manifest, provisional, understand
from safety_pipeline.ingest.readers import read
from safety_pipeline.reference import References, load
from safety_pipeline.reference.markdown import between, table
from safety_pipeline.reference.own_files.meddra import import_meddra
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.ingested import INGESTED

START, END = "<!-- matched shares: written by benchmarks/matched_share.py, do not edit -->", "<!-- /matched shares -->"
SUBJECT_DATA = "subject data"
REGISTER_FOLDERS = ("ctgov_legacy_json", "ctgov_v1_xml", "ctgov_v2_json")
# Lower-level names made up on a preferred term; the codes are made up too.
MADE_UP = {
    "Joint swelling": "Joint effusion",
    "Eye irritation": "Eye pain",
    "Muscle atrophy": "Muscle weakness",
    "Herpes virus infection": "Skin infection",
    "Tonsillitis": "Pharyngitis",
    "Syncope vasovagal": "Syncope",
    "Asthma exercise induced": "Bronchospasm",
    "Skin ulcer": "Skin ulceration",
    "Visual disturbance": "Blurred vision",
    "Pancytopenia": "Blood disorder",
}

Tables = Mapping[str, pl.LazyFrame]


def articles(samples: Path, place: Path) -> Iterator[Delivery]:
    for path in sorted((samples / "literature_tables").iterdir()):
        understood = understand(path) if path.suffix in {".xml", ".txt"} else None
        if understood is None or understood.refusal:
            continue
        folder = place / path.stem
        folder.mkdir()
        shutil.copy(path, folder)
        manifest = provisional(draft_manifest(understood, path.stem))
        (folder / "document.yaml").write_text(yaml.safe_dump(manifest, allow_unicode=True), "utf-8")
        yield Delivery(f"literature.{path.stem}", "literature", folder, "")


def registers(samples: Path) -> Iterator[Delivery]:
    for folder in REGISTER_FOLDERS:
        for path in sorted((samples / folder).glob("NCT*")):
            yield Delivery(f"ctgov.{folder}.{path.stem}", "ctgov", path, "")


def sources(samples: Path, place: Path) -> dict[str, list[Delivery]]:
    return {
        "article tables": list(articles(samples, place)),
        "register records": list(registers(samples)),
        "AACT snapshot": [Delivery("aact.sample", "aact", samples / "aact_shaped", "")],
        SUBJECT_DATA: [Delivery("cdisc.sample", "cdisc", samples / "cdisc" / "adam_dataset_json", "")],
    }


def reported(samples: Path) -> dict[str, list[Tables]]:
    """The tables of every delivery by kind of source; only subject data have subjects and their events."""
    found: dict[str, list[Tables]] = {}
    with tempfile.TemporaryDirectory() as place:
        for source, deliveries in sources(samples, Path(place)).items():
            left_out = set() if source == SUBJECT_DATA else {"subject", "event"}
            for delivery in deliveries:
                read_once = read(delivery).tables()
                kept = {each.name: each.conform(read_once[each.name]) for each in INGESTED if each.name not in left_out}
                found.setdefault(source, []).append({name: as_stored(frame) for name, frame in kept.items()})
    return found


def as_stored(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The rows, with dictionaries of a snapshot as the text they stand for."""
    texts = [name for name, kind in frame.collect_schema().items() if kind in (pl.Categorical, pl.Enum)]
    return frame.with_columns(pl.col(texts).cast(pl.String)).collect().lazy()


def measured(tables: Mapping[str, list[Tables]], references: References) -> pl.DataFrame:
    rows = [
        toxicity(each, references)
        .select("term_as_reported", pl.col("match_kind", "concept").cast(pl.String), "n_affected_upper")
        .with_columns(source=pl.lit(source))
        for source, every in tables.items()
        for each in every
    ]
    return matched_shares(pl.concat(rows), references)


def with_made_up_meddra(references: References) -> References:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lower = [f"{code}${text}${code + 100}$\n" for code, text in enumerate(MADE_UP, 1)]
        preferred = [f"{code + 100}$0$0$0${name}$\n" for code, name in enumerate(MADE_UP.values(), 1)]
        (folder / "llt.asc").write_text("".join(lower), "utf-8")
        (folder / "mdhier.asc").write_text("".join(preferred), "utf-8")
        import_meddra(folder, folder, references)
        return load(folder / "reference")


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "none"


def as_text(shares: pl.DataFrame) -> str:
    header = ("source", "events", "rows", "counts", "distinct terms")
    lines = [
        (
            row["source"],
            row["events"],
            *(share(row[f"matched_{what}"], row[what]) for what in ("rows", "counts", "terms")),
        )
        for row in shares.iter_rows(named=True)
    ]
    return table(header, lines)


def main(samples: Path, page: Path) -> None:
    references = load()
    tables = reported(samples)
    shares, raised = measured(tables, references), measured(tables, with_made_up_meddra(references))
    raised = raised.filter(events=ALL_EVENTS)
    content = (
        f"{START}\n\n{as_text(shares)}\n\nWith {len(MADE_UP)} made-up lower-level names in MedDRA's format:\n\n"
        f"{as_text(raised)}\n\n{END}\n"
    )
    sys.stdout.write(content)
    page.write_text(between(page.read_text("utf-8"), START, END, content), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
