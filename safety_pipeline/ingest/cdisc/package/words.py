"""What CDISC data sets, variables and words mean; the knowledge is the files of `reference/data/cdisc`."""

from functools import cache

import polars as pl

from safety_pipeline.reference.read import DATA, read_keyed

_COLUMNS = {
    "dataset": ("dataset", "role", "rank", "required", "is_split", "title"),
    "variable": ("dataset", "variable", "meaning", "rank"),
    "word": ("field", "word", "meaning"),
    "note": ("name", "sentence"),
    "trial_parameter": ("parameter", "column"),
}
_KEYS = {
    "dataset": ("dataset",),
    "variable": ("dataset", "meaning", "rank"),
    "word": ("field", "word"),
    "note": ("name",),
    "trial_parameter": ("parameter",),
}


@cache
def rows(name: str) -> pl.DataFrame:
    """One file of `reference/data/cdisc`, its key proven."""
    return read_keyed([DATA / "cdisc" / f"{name}.csv"], _COLUMNS[name], _KEYS[name])


@cache
def dataset_names() -> tuple[str, ...]:
    return tuple(rows("dataset")["dataset"])


@cache
def may_be_split(dataset: str) -> bool:
    """Whether SDTM lets the data set lie in several files."""
    return bool(rows("dataset").filter(dataset=dataset)["is_split"].item() == "true")


@cache
def of_role(role: str) -> tuple[str, ...]:
    """The data sets that can play a role, the best first."""
    found = rows("dataset").filter(pl.col("role") == role).sort(pl.col("rank").cast(pl.Int64))
    return tuple(found["dataset"])


@cache
def required_meanings(dataset: str) -> tuple[str, ...]:
    """What a data set must say, in our words, to be read at all."""
    found = rows("dataset").filter(pl.col("dataset") == dataset)["required"]
    return tuple(found[0].split(";"))


@cache
def variables(dataset: str) -> dict[str, tuple[str, ...]]:
    """Each meaning a data set can carry, with the variables that carry it, the best first."""
    known = rows("variable").filter(pl.col("dataset") == dataset).sort(pl.col("rank").cast(pl.Int64))
    return {
        str(meaning[0]): tuple(group["variable"]) for meaning, group in known.group_by("meaning", maintain_order=True)
    }


@cache
def words(field: str) -> dict[str, str]:
    """What the words of a field mean, by the word in upper case."""
    return dict(rows("word").filter(pl.col("field") == field).select("word", "meaning").iter_rows())


@cache
def trial_parameters() -> dict[str, str]:
    """The column of the document that a parameter of TS fills."""
    return dict(rows("trial_parameter").iter_rows())


@cache
def truths(field: str) -> dict[str, bool]:
    """Which words of a field say yes and which no."""
    return {word: meaning == "true" for word, meaning in words(field).items()}


def note(name: str, **values: object) -> str:
    """One of our sentences, filled in with counts and names of data sets, never with a subject's value."""
    found: dict[str, str] = dict(rows("note").iter_rows())
    return found[name].format(**values)
