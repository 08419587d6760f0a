"""Small CDISC packages written by hand, and the reading of one."""

import csv
from pathlib import Path

import pandas as pd
import polars as pl
import pyreadstat
from ingest_cdisc.sas_files import sas7bdat

from safety_pipeline.ingest.cdisc import read
from safety_pipeline.tables.delivery import Delivery
from safety_pipeline.tables.ingested import INGESTED


def delivery(folder: Path) -> Delivery:
    return Delivery(f"cdisc.{folder.name}", "cdisc", folder, "0")


def tables(folder: Path) -> dict[str, pl.DataFrame]:
    """The eight tables of a package; each conforms to its declaration and has a unique key."""
    found = {name: frame.collect() for name, frame in read(delivery(folder)).tables().items()}
    for table in INGESTED:
        frame = found[table.name]
        assert frame.schema == table.schema
        for column in table.columns:
            assert column.nullable or not frame[column.name].null_count(), (table.name, column.name)
            if column.allowed:
                assert set(frame[column.name].drop_nulls()) <= set(column.allowed)
        if table.key:
            assert not frame.select(table.key).is_duplicated().any(), table.name
    return found


def parsed(text: str) -> pd.DataFrame:
    """A data set from a small table: cells between bars, the first line the variables."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0])


def package(folder: Path, *, as_format: str = "csv", **datasets: str) -> Path:
    """A package of data sets written as small tables; `study` is the text of study.yaml."""
    folder.mkdir(parents=True, exist_ok=True)
    study = datasets.pop("study", None)
    if study is not None:
        (folder / "study.yaml").write_text(study, encoding="utf-8")
    for name, text in datasets.items():
        write(parsed(text), folder / f"{name}.{as_format}")
    return folder


def write(frame: pd.DataFrame, path: Path) -> None:
    match path.suffix:
        case ".csv":
            rows = [list(frame.columns), *frame.to_numpy().tolist()]
            with path.open("w", newline="", encoding="utf-8") as handle:
                csv.writer(handle).writerows(rows)
        case ".parquet":
            frame.to_parquet(path)
        case ".sas7bdat":
            path.write_bytes(sas7bdat(list(frame.columns), frame.to_numpy().tolist()))
        case ".xpt":
            pyreadstat.write_xport(frame, str(path), file_format_version=5, table_name=path.stem.upper())


DM = """
    STUDYID | USUBJID | ARMCD    | ARM            | ACTARMCD | ACTARM         | RFXSTDTC
    S       | a       | HIGH     | Drug 20 mg BID | HIGH     | Drug 20 mg BID | 2020-03-10
    S       | b       | HIGH     | Drug 20 mg BID | HIGH     | Drug 20 mg BID | 2020-03-10
    S       | c       | PBO      | Placebo        | PBO      | Placebo        | 2020-03-10
    S       | d       | SCRNFAIL | Screen Failure | SCRNFAIL | Screen Failure |
"""
AE = """
    USUBJID | AESEQ | AETERM     | AEDECOD | AETOXGR | AESER | AEREL       | AESTDTC
    a       | 1     | swelling   | Oedema  | 2       | N     | RELATED     | 2020-03-11
    a       | 2     | swelling   | Oedema  | 3       | Y     | NOT RELATED | 2020-03-12
    c       | 1     | felt sick  | Nausea  | 1       | N     |             | 2020-03-09
"""
ADSL = """
    STUDYID | USUBJID | TRT01A         | TRT01P         | SAFFL | TRTSDT     | TRTEDT
    S       | a       | Drug 20 mg BID | Drug 20 mg BID | Y     | 2020-03-10 | 2020-03-12
    S       | b       | Placebo        | Drug 20 mg BID | Y     | 2020-03-10 |
    S       | c       | Placebo        | Placebo        | N     |            |
"""


def adae(rows: str) -> str:
    return f"""
    USUBJID | AESEQ | AETERM | AEDECOD | ATOXGR | TRTEMFL | ASTDY
    {rows.strip()}
    """
