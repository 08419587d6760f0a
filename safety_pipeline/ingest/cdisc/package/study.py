"""`study.yaml`: what a person knows of a package that its data sets do not say."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from safety_pipeline.ingest.literature.manifest.entry import Count, Entry, Ordinal, Text, one_of, refuse_repeated
from safety_pipeline.ingest.literature.manifest.problems import describe
from safety_pipeline.tables.delivery import RefusedError
from safety_pipeline.tables.vocabulary import ALLOCATIONS, GRADING_SYSTEM_BASES, GRADING_SYSTEMS

NAMES = ("study.yaml", "study.yml")
LARGEST_BYTES = 1_000_000
# A suppressed cell is one of 1 to m - 1: with a smallest cell of 2 it could only be 1.
SMALLEST_CELL, LARGEST_CELL = 3, 1_000


class GradingSystem(Entry):
    """The edition of the NCI criteria that graded the events, and how it is known."""

    edition: Annotated[str, one_of(GRADING_SYSTEMS)] = Field(examples=["CTCAE v4.03"])
    basis: Annotated[str, one_of(GRADING_SYSTEM_BASES)] = Field("stated", examples=["stated"])
    evidence: Text | None = Field(None, examples=["protocol, section 8"])


class Arm(Entry):
    """An arm, by its label or code in the data sets."""

    arm: Text = Field(examples=["Xan_Hi"])
    drug: Text | None = Field(None, examples=["xanomeline"])
    combination_drugs: list[Text] = Field([], examples=["[trastuzumab]"])
    dose_mg_per_day: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(None, examples=[81])
    dose_text: Text | None = Field(None, examples=["81 mg patch daily"])
    dose_note: Text | None = Field(None, examples=["54 mg for a week, then 81 mg"])


class Attribution(Entry):
    """Words of relation that this package uses and our list does not know."""

    related: list[Text] = Field([], examples=["[SUSPECTED]"])
    not_related: list[Text] = Field([], examples=["[NOT SUSPECTED]"])


class Study(Entry):
    """Everything a person says of one package; all of it may be left out."""

    trial_id: Text | None = Field(None, examples=["CDISCPILOT01"])
    registry_id: Text | None = Field(None, examples=["NCT00084513"])
    title: Text | None = Field(None, examples=["A trial of two doses"])
    year: Annotated[int, Field(strict=True, ge=1950, le=2100)] | None = Field(None, examples=[2014])
    phase: Text | None = Field(None, examples=["2"])
    allocation: Annotated[str, one_of(ALLOCATIONS)] = Field("not_stated", examples=["randomised"])
    indication: Text | None = Field(None, examples=["Alzheimer's disease"])
    drug: Text | None = Field(None, examples=["xanomeline"])
    grading_system: GradingSystem | None = Field(None, examples=["a mapping with edition and basis"])
    arm_basis: Literal["actual", "planned"] = Field("actual", examples=["planned"])
    pooled_studies: bool = Field(False, examples=["true"])
    crossover: bool | None = Field(None, examples=["true"])
    arms: list[Arm] = Field([], examples=["a list with one entry per arm"])
    attribution: Attribution = Field(Attribution(), examples=["a mapping with related and not_related"])
    document_priority: Ordinal | None = Field(None, examples=[1])
    same_patients_as: list[Text] = Field([], examples=["[pilot_article_2010]"])
    n_planned: Count | None = Field(None, examples=[300])
    min_cell: Annotated[int, Field(strict=True, ge=SMALLEST_CELL, le=LARGEST_CELL)] | None = Field(None, examples=[5])

    @model_validator(mode="after")
    def _arms_are_unique(self) -> Self:
        refuse_repeated([arm.arm.upper() for arm in self.arms], "arms: the arm")
        return self

    @model_validator(mode="after")
    def _a_pool_is_named_and_not_randomised(self) -> Self:
        if self.pooled_studies and not self.trial_id:
            raise ValueError(
                "trial_id: missing where pooled_studies is true; name the programme, e.g. trial_id: PROGRAMME-1"
            )
        if self.pooled_studies and self.allocation == "randomised":
            raise ValueError(
                "allocation: subjects of several studies were not randomised between the arms of the pool; leave it out"
            )
        return self


class _Loader(yaml.SafeLoader):
    """Plain YAML without anchors: a few lines of them unfold into gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not accepted; write it out")
        return super().compose_node(parent, index)


def load_study(folder: Path) -> Study:
    """The package's `study.yaml`; a package without one is a study of which nothing more is known."""
    path = _place(folder)
    if path is None:
        return Study()
    content = _yaml(_text(path), path.name)
    if content is None:
        return Study()
    if not isinstance(content, dict):
        raise _refusal(path.name, "is not a list of keys; begin with e.g. trial_id: CDISCPILOT01")
    try:
        return Study.model_validate(content)
    except ValidationError as error:
        raise _refusal(path.name, describe(error, Study)) from None


def _place(folder: Path) -> Path | None:
    """The file at the top, else the only one below: what a person says must not be passed over silently."""
    found = sorted(path for name in NAMES for path in folder.rglob(name) if path.is_file())
    top = [path for path in found if path.parent == folder]
    if len(top or found) > 1:
        raise _refusal(NAMES[0], f"lies there {len(top or found)} times; keep one, at the top of the folder")
    for path in top or found:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise _refusal(path.name, "is a link to a file outside the delivery; put the file itself there")
        return path
    return None


def _yaml(text: str, name: str) -> Any:
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise _refusal(name, f"{place}{error.problem or error.context}; mend the YAML there") from None
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        raise _refusal(name, "is not YAML; save it as plain UTF-8 YAML") from None


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST_BYTES:
        raise _refusal(path.name, f"is larger than {LARGEST_BYTES} bytes; it is a page of text")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(path.name, f"is not UTF-8 at byte {error.start + 1}; save it as UTF-8") from None
    except OSError:
        raise _refusal(path.name, "cannot be opened; check that it may be read") from None


def _refusal(name: str, problem: str) -> RefusedError:
    return RefusedError("study_is_valid", f"{name}: {problem}", source_file=name)
