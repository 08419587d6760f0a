"""Each reader of a kind of file, with sound files that damage begins with."""

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest_aact.snapshots import FILES as SNAPSHOT
from ingest_ctgov.register_reading import RECORD
from ingest_ctgov.test_register_fuzz import XML as RECORD_AS_XML
from ingest_literature.test_literature_fuzz_of_files import BOOK, PDF, WORD
from literature_examples import ARMS, BROKEN, CALS, FLAT, HTML, JATS, MARKDOWN, STACKED, TEXT, workbook
from literature_reading import LANDED
from test_cdisc_fuzz import DEFINE, FORMS, STUDY, _file

from damaged import laws

Folder = Mapping[str, bytes]
TABLE_3 = (LANDED / "gist_400_vs_600_2002" / "table_3.tsv").read_bytes()
KIT = (LANDED / "kit_solid_tumour_nct02461849" / "table_2.txt").read_bytes()
PACKAGES = ("csv", "xpt", "sas7bdat", "json", "ndjson", "parquet", "zip")
ARTICLE = f"<article>{JATS[JATS.index('<table-wrap>') :]}{CALS}</article>".encode()


@dataclass(frozen=True)
class Reader:
    """One reader: the folders of sound files, and what holds of whatever becomes of them."""

    sound: tuple[Folder, ...]
    law: Callable[[Folder], str]


def readers() -> dict[str, Reader]:
    """Every reader by the name that `--reader` takes."""
    return {
        "table CSV": _tables(**{"arms.csv": ARMS, "stacked.csv": STACKED, "wide.csv": TABLE_3.replace(b"\t", b",")}),
        "table TSV": _tables(**{"table.tsv": TABLE_3}),
        "table copied text": _tables(**{"a.txt": TEXT, "b.txt": FLAT, "c.txt": BROKEN, "d.txt": KIT}),
        "table Markdown": _tables(**{"table.md": MARKDOWN}),
        "table HTML": _tables(**{"table.html": HTML}),
        "table JATS": _tables(**{"table.xml": JATS, "article.xml": ARTICLE}),
        "table XLSX": _tables(**{"table.xlsx": workbook()}),
        "table XLS": _tables(**{"table.xls": BOOK}),
        "table DOCX": _tables(**{"table.docx": WORD}),
        "table PDF": _tables(**{"table.pdf": PDF}),
        **{f"package {suffix.upper()}": _packages(suffix) for suffix in PACKAGES},
        "record JSON": Reader(({"NCT00000001.json": json.dumps(RECORD).encode()},), laws.record),
        "record XML": Reader(({"NCT00000001.xml": RECORD_AS_XML.encode()},), laws.record),
        "snapshot": Reader(({f"{name}.txt": text.encode() for name, text in SNAPSHOT.items()},), laws.snapshot),
    }


def _tables(**contents: str | bytes) -> Reader:
    """Table files, each alone in its folder."""
    folders = tuple({name: text.encode() if isinstance(text, str) else text} for name, text in contents.items())
    return Reader(folders, laws.article_table)


def _packages(suffix: str) -> Reader:
    """Packages of SDTM and of ADaM data sets, with subject numbers that can be told from all other text."""
    with tempfile.TemporaryDirectory() as place:
        folders = tuple(
            {f"{name}.{suffix}": _file(Path(place), name, _planted(text), suffix) for name, text in datasets.items()}
            for datasets in FORMS.values()
        )
    return Reader(tuple(each | {"study.yaml": STUDY, "define.xml": DEFINE} for each in folders), laws.package)


def _planted(text: str) -> str:
    return re.sub(r"(?m)^(\s*(?:S\s*\|\s*)?)([a-d])(?=\s*\|)", rf"\g<1>{laws.SUBJECT}-000\g<2>", text)
