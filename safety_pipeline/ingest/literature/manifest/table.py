"""How one table, abstract or passage of text is to be read."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from safety_pipeline.ingest.literature.manifest.entry import Count, Entry, Grades, Ordinal, Text, one_of
from safety_pipeline.tables.vocabulary import (
    ATTRIBUTIONS,
    CONCEPT_RELATIONS,
    COUNT_UNITS,
    GRADE_COUNTINGS,
    OUTCOMES,
    THRESHOLD_OPERATORS,
    THRESHOLD_SCOPES,
)

LITERATURE_TABLE_KINDS = ("table", "abstract", "text")
CONTENTS = ("n (%)", "n", "%", "n/N (%)", "n/N", "% (n)", "n (%) [E]", "% (95% CI)", "n (rate)")
ROW_ROLES = ("event", "section", "heading", "not_an_event")

Content = Annotated[str, one_of(CONTENTS), Field(examples=["n (%)"])]
Relation = Annotated[str, one_of(CONCEPT_RELATIONS), Field(examples=["superset"])]
Attribution = Annotated[str, one_of(ATTRIBUTIONS), Field(examples=["related"])]
Outcome = Annotated[str, one_of(OUTCOMES), Field(examples=["discontinuation"])]
CountUnit = Annotated[str, one_of(COUNT_UNITS), Field(examples=["patients"])]


class Threshold(Entry):
    """Which events the table lists at all."""

    percent: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = Field(examples=[5])
    operator: Annotated[str, one_of(THRESHOLD_OPERATORS)] = Field(examples=['">="'])
    scope: Annotated[str, one_of(THRESHOLD_SCOPES)] = Field(examples=["any_arm"])


class BlankMeans(Entry):
    """What an empty cell says, and who says so."""

    value: Literal[0, "unknown"] = Field(examples=[0])
    status: Annotated[str, one_of(("reported_zero", "zero_by_statement"))] | None = Field(
        None, examples=["reported_zero"]
    )
    source: Text | None = Field(None, examples=["footnote: blank cells mean no event"])

    @model_validator(mode="after")
    def _a_zero_has_a_source(self) -> Self:
        if self.value == 0 and not (self.status and self.source):
            raise ValueError('a zero needs status and source; write e.g. status: reported_zero, source: "footnote a"')
        return self


class Column(Entry):
    """One column of the table; `number` counts from 1, the label column included."""

    number: Ordinal = Field(examples=[2])
    label: Text | None = Field(None, examples=["Any grade / 400 mg (N=73)"])
    role: Annotated[str, one_of(("arm", "total", "ignore"))] = Field("arm", examples=["arm"])
    arm: Text | None = Field(None, examples=['"400"'])
    grades: Grades | None = None
    content: Content = "n (%)"
    percent_number: Ordinal | None = Field(None, examples=[3])
    n_at_risk: Count | None = Field(None, examples=[147])
    count_unit: CountUnit = "patients"
    outcome: Outcome | None = None
    term: Text | None = Field(None, examples=["Skin rash"])
    reason: Text | None = Field(None, examples=["p values"])

    @model_validator(mode="after")
    def _a_total_has_no_arm(self) -> Self:
        if self.role == "total" and self.arm:
            raise ValueError("arm: a total column has no arm; remove it, or write role: arm")
        if self.role == "ignore" and not self.reason:
            raise ValueError('reason: missing for an ignored column; write e.g. reason: "p values"')
        return self


class SubRow(Entry):
    """A row that counts part of the patients of the row above it."""

    label: Text = Field(examples=["Periorbital"])
    site: Text | None = Field(None, examples=["periorbital"])
    term: Text | None = Field(None, examples=["Periorbital edema"])
    concept_relation: Relation | None = None


class Row(Entry):
    """What the label of a row does not say of itself; what a section says holds for the rows below it."""

    label: Text | None = Field(None, examples=["Edema or fluid retention"])
    line: Ordinal | None = Field(None, examples=[5])
    role: Annotated[str, one_of(ROW_ROLES)] = Field("event", examples=["event"])
    term: Text | None = Field(None, examples=["Edema"])
    parent: Text | None = Field(None, examples=["Gastrointestinal disorders"])
    body_system: Text | None = Field(None, examples=["Gastrointestinal disorders"])
    arm: Text | None = Field(None, examples=['"400"'])
    grades: Grades | None = None
    attribution: Attribution | None = None
    count_unit: CountUnit | None = None
    outcome: Outcome | None = None
    n_at_risk: dict[Text, Count] | None = Field(None, examples=['{"400": 115}'])
    site: Text | None = Field(None, examples=["leg"])
    concept_relation: Relation | None = None
    sub_rows: list[SubRow] = Field([], examples=["[{label: Leg, site: leg}]"])
    reason: Text | None = Field(None, examples=["reason for stopping, not an event"])
    note: Text | None = Field(None, examples=["a footnote names another denominator"])
    evidence: Text | None = Field(None, examples=["footnote a"])

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.label is None and self.line is None:
            raise ValueError("label: missing; write the label as printed, or line: with its number in the file")
        if self.role == "not_an_event" and not self.reason:
            raise ValueError('reason: missing for a row that is not an event; write e.g. reason: "reason for stopping"')
        return self


class Statement(Entry):
    """One count that the text states."""

    term: Text = Field(examples=["Skin rash"])
    grades: Grades
    arm: Text = Field(examples=['"400"'])
    n: Count | None = Field(None, examples=[2])
    percent: Annotated[str, Field(pattern=r"^\d{1,3}(\.\d+)?$")] | None = Field(None, examples=['"31.3"'])
    episodes: Count | None = Field(None, examples=[29])
    count_unit: CountUnit = "patients"
    status: Annotated[str, one_of(("observed", "reported_zero", "zero_by_statement"))] | None = Field(
        None, examples=["zero_by_statement"]
    )
    printed: Text | None = Field(None, examples=["31.3%"])
    concept_relation: Relation | None = None
    evidence: Text | None = Field(None, examples=["results, safety"])

    @model_validator(mode="after")
    def _says_one_number(self) -> Self:
        wanted = ("episodes",) if self.count_unit == "episodes" else ("n", "percent")
        given = [name for name in ("n", "percent", "episodes") if getattr(self, name) is not None]
        if not given or any(name not in wanted for name in given):
            raise ValueError(
                f"{' or '.join(wanted)}: missing where {self.count_unit} are counted; write e.g. {wanted[0]}: 2"
            )
        return self


class Table(Entry):
    """One table file, or the statements of one abstract or passage."""

    label: Text = Field(examples=["Table 3"])
    kind: Annotated[str, one_of(LITERATURE_TABLE_KINDS)] = Field("table", examples=["table"])
    file: Text | None = Field(None, examples=["table_3.tsv"])
    table_number: Ordinal = Field(1, examples=[1])
    priority: Ordinal = Field(1, examples=[1])
    attribution: Attribution
    threshold: Threshold | None = Field(None, examples=['{percent: 5, operator: ">=", scope: any_arm}'])
    complete_from_grade: Annotated[int, Field(strict=True, ge=1, le=5)] | None = Field(None, examples=[3])
    grade_counting: Annotated[str, one_of(GRADE_COUNTINGS)] = Field("unknown", examples=["worst"])
    outcome: Outcome | None = None
    analysis_population: Text | None = Field(None, examples=["safety population"])
    n_at_risk: dict[Text, Count] = Field({}, examples=['{"400": 16}'])
    blank_means: BlankMeans | None = Field(None, examples=["{value: unknown}"])
    dash_means: BlankMeans | None = Field(None, examples=["{value: unknown}"])
    time_frame: Text | None = Field(None, examples=["until 30 days after the last dose"])
    header_rows: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = Field(1, examples=[2])
    last_line: Ordinal | None = Field(None, examples=[40])
    label_column: Ordinal = Field(1, examples=[1])
    arm: Text | None = Field(None, examples=['"400"'])
    grades: Grades | None = None
    term: Text | None = Field(None, examples=["Skin rash"])
    columns: list[Column] = Field([], examples=["a list with one entry per column"])
    rows: list[Row] = Field([], examples=["a list of the rows that need explaining"])
    statements: list[Statement] = Field([], examples=["a list with one entry per count"])
    evidence: Text | None = Field(None, examples=["results, safety, second paragraph"])
    note: Text | None = Field(None, examples=["percentages are of 16 patients"])

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if bool(self.file) == bool(self.statements):
            raise ValueError("file: give either file (with columns) or statements, not both and not neither")
        if self.file and not self.columns:
            raise ValueError("columns: missing; describe each column that holds counts")
        return self

    @model_validator(mode="after")
    def _columns_are_unique(self) -> Self:
        numbers = [column.number for column in self.columns]
        numbers += [column.percent_number for column in self.columns if column.percent_number]
        if repeated := {number for number in numbers if numbers.count(number) > 1}:
            raise ValueError(f"columns: column {min(repeated)} is described twice")
        return self

    def arms_named(self) -> Iterator[tuple[str, str]]:
        """Each place of the entry that names an arm, with the arm."""
        named: list[tuple[str, str | None]] = [(f"columns[{i}].arm", each.arm) for i, each in enumerate(self.columns)]
        named += [(f"rows[{i}].arm", row.arm) for i, row in enumerate(self.rows)]
        named += [(f"statements[{i}].arm", statement.arm) for i, statement in enumerate(self.statements)]
        named += [(f"rows[{i}].n_at_risk", arm) for i, row in enumerate(self.rows) for arm in row.n_at_risk or {}]
        named += [("arm", self.arm), *((f"n_at_risk.{arm}", arm) for arm in self.n_at_risk)]
        return ((where, arm) for where, arm in named if arm is not None)
