"""Columns that say where a row stands in its source and what is printed there."""

from safety_pipeline.tables.column import Column
from safety_pipeline.tables.columns.identity import REAL, TEXT, TRUTH, WHOLE
from safety_pipeline.tables.vocabulary import (
    ATTRIBUTIONS,
    COLUMN_ROLES,
    TABLE_KINDS,
    THRESHOLD_OPERATORS,
    THRESHOLD_SCOPES,
)

TABLE_ID = Column(
    "table_id", TEXT, "The table within its delivery; it names the study too where a delivery has several in one file."
)
SOURCE_FILE = Column("source_file", TEXT, "The landed file, relative to the delivery.", nullable=True)
TABLE_LABEL = Column("table_label", TEXT, "The table, abstract or text passage the row was read from.")
TABLE_KIND = Column("table_kind", TEXT, "What kind of table it is.", allowed=TABLE_KINDS)
TABLE_PRIORITY = Column("table_priority", WHOLE, "Rank among the tables of one document; 1 is used first.", minimum=1)
TABLE_EVIDENCE = Column("table_evidence", TEXT, "Where the facts about the table stand in the source.", nullable=True)
ROW_NUMBER = Column("row_number", WHOLE, "Line of the source table, counted from 1.", minimum=1)
SUB_ROW_NUMBER = Column(
    "sub_row_number",
    WHOLE,
    "Place of the event among those packed into one row, counted from 1; null where the row has one.",
    nullable=True,
    minimum=1,
)
COLUMN_NUMBER = Column("column_number", WHOLE, "Column of the source table, counted from 1.", minimum=1)
ROW_LABEL = Column("row_label", TEXT, "The row's label, unpacked and without footnote marks.")
PARENT_ROW_LABEL = Column(
    "parent_row_label", TEXT, "The composite or section row this row stands under.", nullable=True
)
COLUMN_LABEL = Column("column_label", TEXT, "The column's header, its levels joined by ` / `.", nullable=True)
COLUMN_ROLE = Column("column_role", TEXT, "Whether the column is an arm or a total over arms.", allowed=COLUMN_ROLES)
PRINTED = Column("printed", TEXT, "The cell as printed.", nullable=True)
PERCENT_PRINTED = Column(
    "percent_printed", REAL, "The percentage printed in the cell, on 0-100.", nullable=True, unit="percent"
)
PERCENT_DECIMALS = Column("percent_decimals", WHOLE, "Decimals of the printed percentage.", nullable=True, minimum=0)
TERM_AS_REPORTED = Column("term_as_reported", TEXT, "The event as the source names it.")
BODY_SYSTEM_AS_REPORTED = Column("body_system_as_reported", TEXT, "The organ system the source prints.", nullable=True)
ATTRIBUTION = Column(
    "attribution", TEXT, "Whether the counts are related events, all causality or not stated.", allowed=ATTRIBUTIONS
)
THRESHOLD_PERCENT = Column(
    "threshold_percent",
    REAL,
    "Reporting threshold of the table.",
    nullable=True,
    unit="percent",
    minimum=0,
    maximum=100,
)
THRESHOLD_OPERATOR = Column(
    "threshold_operator", TEXT, "How the threshold is compared.", nullable=True, allowed=THRESHOLD_OPERATORS
)
THRESHOLD_SCOPE = Column(
    "threshold_scope",
    TEXT,
    "Where the threshold must be met for a term to be listed.",
    nullable=True,
    allowed=THRESHOLD_SCOPES,
)
COMPLETE_FROM_GRADE = Column(
    "complete_from_grade",
    WHOLE,
    "The table or text lists every event of at least this grade: what it does not list is 0.",
    nullable=True,
    minimum=1,
    maximum=5,
)
MIN_CELL = Column(
    "min_cell",
    WHOLE,
    "The fewest subjects a published cell of the package may count; smaller cells become bounds.",
    nullable=True,
    minimum=3,
)
TIME_FRAME = Column("time_frame", TEXT, "The period over which events were collected.", nullable=True)
REPAIR = Column("repair", TEXT, "What was repaired to read the cell, and by which constraint.", nullable=True)
NOTE = Column("note", TEXT, "What a reader of the row should know.", nullable=True)
SITE = Column("site", TEXT, "The body site of a sub-row.", nullable=True)
IS_COMPOSITE = Column("is_composite", TRUTH, "Whether the row counts patients with any of its sub-rows.")
RULE = Column("rule", TEXT, "The rule that refused or flagged the row.")
EXPLANATION = Column("explanation", TEXT, "What is wrong, where, and what would mend it.")
