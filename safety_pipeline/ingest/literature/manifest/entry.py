"""What every part of a manifest has in common: no unknown keys, no silent conversions, closed word lists."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from safety_pipeline.ingest.literature.grades import GradeRange, parse_grades


class Entry(BaseModel):
    """A mapping of the manifest; numbers may stand where words are asked for (`id: 400`), nothing else is converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, str_strip_whitespace=True)


@dataclass(frozen=True)
class Words:
    """The words that a key may hold; another one is refused with all of them."""

    allowed: tuple[str, ...]

    def __call__(self, value: str) -> str:
        if value not in self.allowed:
            raise ValueError(f"{value!r} is not one of {', '.join(self.allowed)}")
        return value


def one_of(allowed: tuple[str, ...]) -> AfterValidator:
    """A validator that accepts the listed words."""
    return AfterValidator(Words(allowed))


def _grades(value: str) -> str:
    parse_grades(value)
    return value


Text = Annotated[str, StringConstraints(min_length=1)]
Grades = Annotated[str, AfterValidator(_grades), Field(examples=[">=3"])]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
Ordinal = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


def first_repeated(values: list[Any]) -> Any | None:
    """The first value that occurs twice, or nothing."""
    return next((value for position, value in enumerate(values) if value in values[:position]), None)


def refuse_repeated(values: list[Any], what: str, key: Callable[[Any], Any] = lambda value: value) -> None:
    """Raise where two entries have the same key."""
    repeated = first_repeated([key(value) for value in values])
    if repeated is not None:
        raise ValueError(f"{what} {repeated!r} stands there twice; give each its own")


__all__ = ["Count", "Entry", "GradeRange", "Grades", "Ordinal", "Text", "Words", "one_of", "refuse_repeated"]
