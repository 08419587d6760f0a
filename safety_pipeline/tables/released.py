"""What a release says of itself: when it was made, of what, and what its columns and metrics mean."""

from dataclasses import replace

import polars as pl

from safety_pipeline.tables.column import Column, Table
from safety_pipeline.tables.columns import identity

INPUT_KINDS = ("document", "reference", "setting", "code", "package")
ADDITIVITIES = ("over the rows", "never")

RELEASE_ID = Column("release_id", identity.TEXT, "The release: equal inputs and code give the equal id.")
_TABLE_NAME = Column("table_name", identity.TEXT, "The public table.")
_ADDITIVITY = Column(
    "additivity", identity.TEXT, "Whether numbers of several rows may be added up.", nullable=True, allowed=ADDITIVITIES
)
_CAUTION = Column("caution", identity.TEXT, "What to know before using it.", nullable=True)
_UNIT = Column("unit", identity.TEXT, "The unit of the number.", nullable=True)

RELEASE = Table(
    stage="published",
    name="release",
    description="One row per release, the one this file is of.",
    columns=(
        RELEASE_ID,
        Column("released_at", pl.Datetime("us"), "When the release was made, UTC."),
        replace(
            RELEASE_ID,
            name="previous_release_id",
            description="The release that was current before; null for the first.",
            nullable=True,
        ),
        Column("product_version", identity.TEXT, "The version of the product that made it."),
        Column("n_documents", identity.WHOLE, "Documents the release is made of.", minimum=0),
    ),
    key=("release_id",),
)

RELEASE_INPUT = Table(
    stage="published",
    name="release_input",
    description="One row per document, reference file, setting, part of the code and package the release is made of.",
    columns=(
        Column("kind", identity.TEXT, "What kind of input it is.", allowed=INPUT_KINDS),
        Column("name", identity.TEXT, "The input: a document, a file, a setting, a stage or a package."),
        Column("version", identity.TEXT, "Its version: a hash of its content, or the version it names."),
    ),
    key=("kind", "name"),
)

METRIC = Table(
    stage="published",
    name="metric",
    description="One row per metric that a dashboard may show, written so that it cannot mix questions.",
    columns=(
        Column("metric", identity.TEXT, "The name of the metric."),
        replace(_TABLE_NAME, description="The mart it is taken of."),
        Column("expression", identity.TEXT, "The SQL of the metric, over the rows a chart has chosen."),
        Column("grain", identity.TEXT, "What the rows must be narrowed to."),
        replace(_ADDITIVITY, nullable=False),
        _CAUTION,
        Column("format", identity.TEXT, "How the number is shown, as a d3 format; `text` for words."),
        Column("description", identity.TEXT, "What the metric says."),
    ),
    key=("table_name", "metric"),
)

DATA_DICTIONARY = Table(
    stage="published",
    name="data_dictionary",
    description="One row per table and column of the public tables.",
    columns=(
        _TABLE_NAME,
        Column("grain", identity.TEXT, "What one row of the table is."),
        Column("column_name", identity.TEXT, "The column."),
        Column("data_type", identity.TEXT, "Its type."),
        Column("is_nullable", identity.TRUTH, "Whether it may be empty."),
        Column("is_key", identity.TRUTH, "Whether it is part of the key."),
        _UNIT,
        _ADDITIVITY,
        _CAUTION,
        Column("allowed_values", identity.TEXT, "The closed list of its values, joined by `; `.", nullable=True),
        Column("description", identity.TEXT, "What it means."),
    ),
    key=("table_name", "column_name"),
)

RELEASED = (RELEASE, RELEASE_INPUT, METRIC, DATA_DICTIONARY)
