"""The same functions on PySpark give the same rows as on Polars.

Long: a Java process that takes half a minute to start and to plan. What is said without Java, and what the functions
give on Polars, is in `make test`.
"""

import polars as pl
import pytest
from spark_here import require_spark

from safety_pipeline.harmonise import grade, match

pytestmark = [pytest.mark.spark, pytest.mark.long]

TEXTS = [
    ("CTC v2.0", "literature", "Edema or fluid retention", None, 3, 4),
    ("CTC v2.0", "literature", "Periorbital", "Edema or fluid retention", 1, 5),
    ("CTC v2.0", "literature", "Epistaxis", None, 2, 2),
    ("CTC v2.0", "literature", "Edema", None, 4, 4),
    ("CTC v2.0", "literature", "Hemorrhage/bleeding with grade 3 or 4 thrombocytopenia", None, 3, 4),
    ("CTCAE v3.0", "literature", "Oedema: limb", None, 2, 2),
    ("CTCAE v4.03", "register", "Rash, grade ≥3", None, None, None),
    ("CTCAE v4.03", "subject", "Diarrhoea\u00a0NOS", None, 1, 5),
    ("CTCAE v4.03", "literature", "naïve Müdigkeit", None, 1, 5),
    ("CTCAE v5.0", "literature", "RASH MACULO-PAPULAR", None, 2, 2),
    ("CTCAE v6.0", "literature", "Neutrophil count decreased", None, 1, 5),
    ("not stated", "register", "Skin rash", None, 3, 3),
    ("CTC v2.0", "literature", "Any adverse event", None, 3, 4),
    # No dictionary knows these: the rule of a concept reads them, or leaves them open.
    ("CTCAE v4.03", "literature", "Bleeding from the left ear canal", None, 1, 5),
    ("CTCAE v3.0", "register", "Ausschlag am Rumpf", None, 1, 5),
    ("not stated", "subject", "Ankle swelling, both sides, evening", None, None, None),
    ("CTCAE v5.0", "literature", "Blister, rash and bleeding", None, 3, 5),
]  # fmt: skip


@pytest.fixture(scope="module")
def spark():
    require_spark()
    from pyspark.sql import SparkSession  # noqa: PLC0415

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").config("spark.driver.bindAddress", "127.0.0.1")
    running = session.config("spark.driver.host", "127.0.0.1").getOrCreate()
    running.sparkContext.setLogLevel("ERROR")
    yield running
    running.stop()


SCHEMA = {
    "grading_system": pl.String,
    "source_kind": pl.String,
    "term_as_reported": pl.String,
    "parent_row_label": pl.String,
    "grade_lower_reported": pl.Int64,
    "grade_upper_reported": pl.Int64,
}
DDL = ", ".join(f"{name} {'bigint' if kind == pl.Int64 else 'string'}" for name, kind in SCHEMA.items())


def sorted_rows(frame: pl.DataFrame, names: list[str]) -> list[tuple[object, ...]]:
    whole = [name for name in names if frame[name].dtype.is_integer()]
    return sorted(frame.select(names).cast(dict.fromkeys(whole, pl.Int64)).rows(), key=repr)


@pytest.mark.filterwarnings("ignore")
def test_each_row_is_graded_alike_on_both_engines(spark, references):
    here = grade(pl.LazyFrame(TEXTS, schema=SCHEMA, orient="row"), references).collect()
    there = grade(spark.createDataFrame(TEXTS, DDL), references)
    names = sorted(here.columns)
    rows = pl.DataFrame([row.asDict() for row in there.collect()], schema=here.schema)
    assert sorted(there.columns) == names
    assert sorted_rows(rows, names) == sorted_rows(here, names)


@pytest.mark.filterwarnings("ignore")
def test_every_name_of_every_edition_matches_alike_on_both_engines(spark, references):
    known = references.matches.filter(source_kind="literature", parent_concept="")
    texts = known.with_columns(text=pl.col("text").str.to_uppercase()).select("grading_system", "text").unique()
    rows = [(system, "literature", text, None, None, None) for system, text in texts.rows()]
    here = match(pl.LazyFrame(rows, schema=SCHEMA, orient="row"), references).collect()
    there = match(spark.createDataFrame(rows, DDL), references)
    names = ["_term", "grading_system", "match_kind", "target_id"]
    found = pl.DataFrame(
        [row.asDict() for row in there.select(*names).collect()], schema=dict.fromkeys(names, pl.String)
    )
    assert here["match_kind"].value_counts().filter(match_kind="unmatched")["count"].sum() == 0
    assert sorted_rows(found, names) == sorted_rows(here, names)
