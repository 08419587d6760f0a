"""What opening a data set file gives, and how a broken one is refused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import polars as pl

from safety_pipeline.tables.delivery import RefusedError


@dataclass(frozen=True)
class Opened:
    """The known variables of a file as they came, with their labels by upper-case name."""

    frame: pl.DataFrame
    labels: dict[str, str] = field(default_factory=dict)
    is_recoded: bool = False


def broken(file: str, what: str, fix: str) -> RefusedError:
    """The refusal of a file: what is wrong with it, and what to do."""
    return RefusedError("dataset_is_readable", f"{file} {what}; {fix}.", source_file=file)


def wanted_names(names: Sequence[str], known: Collection[str], file: str) -> list[str]:
    """The names, as written, of the variables we know; written twice in whatever case, a name is refused."""
    wanted = [name for name in names if name.strip().upper() in known]
    folded = [name.strip().upper() for name in wanted]
    if repeated := sorted({name for name in folded if folded.count(name) > 1}):
        raise broken(file, f"has the variable {repeated[0]} twice", "keep one of them")
    return wanted
