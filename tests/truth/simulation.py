"""Trials printed by the hundred, run through the real stages, and judged."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from truth import memory_lake
from truth.article import print_article
from truth.law import judged, missing
from truth.package import print_package
from truth.printed import Printed
from truth.register_aact import print_snapshot
from truth.register_json import print_record
from truth.tally import Tally
from truth.trial import Size

Printer = Callable[[int, Sequence[int], Size], list[Printed]]
_BATCH = 250


def _one_by_one(print_one: Callable[[int, int, Size], Printed]) -> Printer:
    return lambda seed, numbers, size: [print_one(seed, number, size) for number in numbers]


PRINTERS: dict[str, Printer] = {
    "article": _one_by_one(print_article),
    "register": _one_by_one(print_record),
    "aact": print_snapshot,
    "package": _one_by_one(print_package),
}


def simulate(seed: int, n_trials: int, sources: Sequence[str], n_processes: int = 1) -> Iterator[tuple[str, Tally]]:
    """The tally of each batch as it is done; the trials are shared out among the kinds of source."""
    batches = list(_batches(seed, n_trials, sources))
    if n_processes == 1:
        yield from map(_batch, batches)
        return
    # A forked process would inherit the locks of Polars' threads.
    with ProcessPoolExecutor(n_processes, mp_context=get_context("spawn")) as workers:
        yield from workers.map(_batch, batches)


def _batches(seed: int, n_trials: int, sources: Sequence[str]) -> Iterator[tuple[str, int, range]]:
    each = -(-n_trials // len(sources))
    for first in range(0, each, _BATCH):
        for source in sources:
            yield source, seed, range(first, min(first + _BATCH, each))


def _batch(batch: tuple[str, int, range]) -> tuple[str, Tally]:
    source, seed, numbers = batch
    return f"{source} {numbers.start}-{numbers.stop - 1}", judge(PRINTERS[source](seed, numbers, Size()))


def judge(printed: Sequence[Printed]) -> Tally:
    """What the law says of everything published of these sources, landed side by side in one lake."""
    by_arm = memory_lake.by_arm(memory_lake.run(printed))
    tally = Tally(unanswered=missing(by_arm, printed))
    tally.add(judged(by_arm, printed))
    return tally
