"""Small invented deliveries of every kind of source, for suites that need many of them."""

from collections.abc import Iterable
from pathlib import Path

from truth.article import print_article
from truth.memory_lake import land
from truth.package import print_package
from truth.printed import Printed
from truth.register_aact import print_snapshot
from truth.register_json import print_record
from truth.trial import Size

_SEED = 17
_SIZE = Size(patients=8, arms=2, terms=3)


def small_delivery(number: int) -> Printed:
    """Article, record of a register, snapshot of a register with one study, or package of a study, in turn."""
    if number % 4 == 2:
        return print_snapshot(_SEED, [number], _SIZE)[0]
    print_one = {0: print_article, 1: print_record, 3: print_package}[number % 4]
    return print_one(_SEED, number, _SIZE)


def land_small_deliveries(lake: Path, numbers: Iterable[int]) -> None:
    land(lake, map(small_delivery, numbers))
