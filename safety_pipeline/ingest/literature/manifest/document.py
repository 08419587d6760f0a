"""The manifest as a whole: the document, its trial, its arms, how events were graded."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from safety_pipeline.ingest.literature.manifest.entry import Count, Entry, Ordinal, Text, one_of, refuse_repeated
from safety_pipeline.ingest.literature.manifest.table import Table
from safety_pipeline.tables.vocabulary import ALLOCATIONS, GRADING_SYSTEM_BASES, GRADING_SYSTEMS

Year = Annotated[int, Field(strict=True, ge=1950, le=2100)]


class Document(Entry):
    """The published document itself."""

    document_id: Text = Field(examples=["gist_400_vs_600_2002"])
    title: Text | None = Field(None, examples=["A trial of two doses"])
    registry_id: Text | None = Field(None, examples=["NCT00084513"])
    doi: Text | None = Field(None, examples=["10.1002/cncr.21834"])
    year: Year | None = Field(None, examples=[2002])
    phase: Text | None = Field(None, examples=["2"])
    allocation: Annotated[str, one_of(ALLOCATIONS)] = Field(examples=["randomised"])
    indication: Text = Field(examples=["GIST"])
    drug: Text = Field(examples=["imatinib"])
    n_enrolled: Count | None = Field(None, examples=[147])
    n_safety: Count | None = Field(None, examples=[147])
    n_planned: Count | None = Field(None, examples=[18])
    has_toxicity_results: bool = Field(examples=["true"])
    no_results_reason: Text | None = Field(None, examples=["the record has no results section"])
    document_priority: Ordinal = Field(examples=[1])
    same_patients_as: list[Text] = Field([], examples=["[gist_long_term_2008]"])
    evidence: Text | None = Field(None, examples=["abstract, results"])

    @model_validator(mode="after")
    def _say_why_there_are_no_results(self) -> Self:
        if not self.has_toxicity_results and not self.no_results_reason:
            raise ValueError(
                "no_results_reason: missing where has_toxicity_results is false; "
                'write e.g. no_results_reason: "the abstract reports survival only"'
            )
        return self


class GradingSystem(Entry):
    """The edition of the NCI criteria, and how it is known."""

    edition: Annotated[str, one_of(GRADING_SYSTEMS)] = Field(examples=["CTCAE v4.03"])
    basis: Annotated[str, one_of(GRADING_SYSTEM_BASES)] = Field(examples=["stated"])
    evidence: Text | None = Field(None, examples=["methods, second paragraph"])


class Arm(Entry):
    """One treated group with one assigned dose; in a review it names its own trial."""

    id: Text = Field(examples=['"400"'])
    label: Text = Field(examples=["400 mg"])
    trial_id: Text | None = Field(None, examples=["S0033"])
    drug: Text | None = Field(None, examples=["imatinib"])
    combination_drugs: list[Text] = Field([], examples=["[trastuzumab]"])
    dose_mg_per_day: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(None, examples=[400])
    dose_text: Text | None = Field(None, examples=["400 mg once daily"])
    dose_note: Text | None = Field(None, examples=["escalating cohorts: no single dose"])
    n_at_risk: Count | None = Field(None, examples=[74])
    n_assigned: Count | None = Field(None, examples=[74])
    analysis_population: Text | None = Field(None, examples=["patients who took at least one dose"])
    is_aggregate: bool = Field(False, examples=["false"])
    may_overlap: bool = Field(False, examples=["false"])
    subset_of: Text | None = Field(None, examples=['"all"'])
    evidence: Text | None = Field(None, examples=["table 3, header"])

    @model_validator(mode="after")
    def _say_why_there_is_no_dose(self) -> Self:
        if self.dose_mg_per_day is None and not self.dose_note:
            raise ValueError(
                "dose_mg_per_day: missing without a reason; write e.g. dose_mg_per_day: 400, "
                'or dose_note: "escalating cohorts, no single dose"'
            )
        return self


class Manifest(Entry):
    """Everything a person says of one document."""

    document: Document
    trial_id: Text = Field(examples=["B2222"])
    grading_system: GradingSystem
    arms: list[Arm] = Field(min_length=1, examples=["a list with one entry per arm"])
    tables: list[Table] = Field([], examples=["a list with one entry per table"])

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        refuse_repeated([arm.id for arm in self.arms], "arms: the id")
        refuse_repeated([table.label for table in self.tables], "tables: the label")
        return self

    @model_validator(mode="after")
    def _arms_are_declared(self) -> Self:
        known = {arm.id for arm in self.arms}
        for position, table in enumerate(self.tables):
            for where, arm in table.arms_named():
                if arm not in known:
                    raise ValueError(
                        f"tables[{position}].{where}: {arm!r} is not the id of an arm; "
                        f"the arms are {', '.join(sorted(known))}"
                    )
        return self

    @model_validator(mode="after")
    def _parts_have_a_whole(self) -> Self:
        known = {arm.id for arm in self.arms}
        for position, arm in enumerate(self.arms):
            if arm.subset_of is not None and arm.subset_of not in known - {arm.id}:
                others = ", ".join(sorted(known - {arm.id})) or "none"
                raise ValueError(
                    f"arms[{position}].subset_of: {arm.subset_of!r} is not the id of another arm; these are {others}"
                )
        return self

    @model_validator(mode="after")
    def _results_have_a_place(self) -> Self:
        if self.document.has_toxicity_results and not self.tables:
            raise ValueError(
                "tables: missing where has_toxicity_results is true; add the tables, or write "
                "has_toxicity_results: false with a no_results_reason"
            )
        return self

    def arm(self, arm_id: str) -> Arm:
        return next(arm for arm in self.arms if arm.id == arm_id)

    def trial_of(self, arm: str | None) -> str:
        """The trial of an arm: its own in a review, else the document's."""
        own = self.arm(arm).trial_id if arm is not None else None
        return own or self.trial_id
