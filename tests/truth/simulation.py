"""Trials printed by the hundred, run through the real stages, and judged."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from safety_pipeline.tables import summarised
from truth import memory_lake
from truth.article import print_article
from truth.hostile import random_lake
from truth.law import judged, judged_by_dose, missing
from truth.package import print_package
from truth.printed import Printed
from truth.publishing import publish
from truth.register_aact import print_snapshot
from truth.register_json import print_record
from truth.tally import Tally
from truth.tightness import TINY_PRINTERS, compare
from truth.trial import Size

Printer = Callable[[int, Sequence[int], Size], list[Printed]]
_BATCH, _LAKES = 250, 25


def _one_by_one(print_one: Callable[[int, int, Size], Printed]) -> Printer:
    return lambda seed, numbers, size: [print_one(seed, number, size) for number in numbers]


PRINTERS: dict[str, Printer] = {
    "article": _one_by_one(print_article),
    "register": _one_by_one(print_record),
    "aact": print_snapshot,
    "package": _one_by_one(print_package),
}


@dataclass(frozen=True)
class Batch:
    """Trials of one kind of source, by number; tiny ones are compared with all their completions."""

    source: str
    seed: int
    numbers: range
    is_tiny: bool

    def __str__(self) -> str:
        size = "tiny " if self.is_tiny else ""
        return f"{size}{self.source} {self.numbers.start}-{self.numbers.stop - 1}"


@dataclass(frozen=True)
class Lakes:
    """Lakes of hostile trials, by number, each published by itself."""

    seed: int
    numbers: range

    def __str__(self) -> str:
        return f"lakes {self.numbers.start}-{self.numbers.stop - 1}"


def batches(seed: int, n_trials: int, n_lakes: int, sources: Sequence[str]) -> list[Batch | Lakes]:
    """The trials, shared out among the kinds of source, then the lakes."""
    lakes = (Lakes(seed, range(first, min(first + _LAKES, n_lakes))) for first in range(0, n_lakes, _LAKES))
    return [*_batches(seed, n_trials, sources), *lakes]


def simulate(batches: Sequence[Batch | Lakes], n_processes: int = 1) -> Iterator[tuple[Batch | Lakes, Tally]]:
    """The tally of each batch as it is done."""
    if n_processes == 1:
        yield from zip(batches, map(tally, batches), strict=True)
        return
    # A forked process would inherit the locks of Polars' threads.
    # And one that lives long keeps the memory of every lake it has held.
    with ProcessPoolExecutor(n_processes, mp_context=get_context("spawn"), max_tasks_per_child=1) as workers:
        yield from zip(batches, workers.map(tally, batches), strict=True)


def _batches(seed: int, n_trials: int, sources: Sequence[str]) -> Iterator[Batch]:
    """A fifth of the trials are tiny, where every completion of that kind of source can be tried."""
    tiny = [source for source in sources if source in TINY_PRINTERS]
    n_tiny = n_trials // 5 if tiny else 0
    yield from _in_turn(seed, n_trials - n_tiny, sources, is_tiny=False)
    yield from _in_turn(seed, n_tiny, tiny, is_tiny=True)


def _in_turn(seed: int, n_trials: int, sources: Sequence[str], *, is_tiny: bool) -> Iterator[Batch]:
    each = -(-n_trials // max(1, len(sources)))
    for first in range(0, each, _BATCH):
        for source in sources:
            yield Batch(source, seed, range(first, min(first + _BATCH, each)), is_tiny)


def tally(batch: Batch | Lakes) -> Tally:
    found = Tally()
    if isinstance(batch, Lakes):
        for number in batch.numbers:
            found.merge(publish(f"lake {batch.seed}.{number}", random_lake(batch.seed, number)))
        return found
    if batch.is_tiny:
        found.compare(compare([TINY_PRINTERS[batch.source](batch.seed, number) for number in batch.numbers]))
        return found
    return judge(PRINTERS[batch.source](batch.seed, batch.numbers, Size()))


def judge(printed: Sequence[Printed]) -> Tally:
    """What the law says of everything published of these sources, landed side by side in one lake."""
    lake = memory_lake.run(printed, summarised.INCIDENCE_BY_DOSE)
    by_arm = memory_lake.by_arm(lake)
    found = Tally(unanswered=missing(by_arm, printed))
    found.add(judged(by_arm, printed))
    found.add(judged_by_dose(lake.scan(summarised.INCIDENCE_BY_DOSE).collect(), printed))
    return found
