"""Deliveries as they come: nine in ten as printed, one in ten broken, each kind of source in different ways."""

from collections.abc import Callable
from pathlib import Path

from small_deliveries import small_delivery

Files = dict[str, bytes]
_PAGE = b"<!doctype html><title>503</title><p>The server is busy."
# A file cut short, empty, of noise, replaced by a page of errors, or not there.
DAMAGE: dict[str, Callable[[bytes], bytes | None]] = {
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda _: b"",
    "noise": lambda content: bytes(byte ^ 0x93 for byte in content),
    "page": lambda _: _PAGE,
    "gone": lambda _: None,
}


def is_broken(number: int) -> bool:
    """One in ten, and with time of every kind of source."""
    return number % 10 == number // 40 % 10


def files(number: int) -> Files:
    """The files of a delivery below `landed/`."""
    printed = {name: text.encode() for name, text in small_delivery(number).files.items()}
    return _damaged(printed, number // 10) if is_broken(number) else printed


def land(lake: Path, number: int) -> None:
    """Put a delivery where it belongs at one moment, as a careful sender does; one without files leaves no trace."""
    waiting = lake / ".waiting"
    for name, content in files(number).items():
        place = waiting / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    for whole in waiting.glob("*/*"):
        target = lake / "landed" / whole.relative_to(waiting)
        target.parent.mkdir(parents=True, exist_ok=True)
        whole.rename(target)


def _damaged(printed: Files, which: int) -> Files:
    """One file damaged: every way on the first file, then every way on the last."""
    ways = list(DAMAGE.values())
    name = list(printed)[0 if which // len(ways) % 2 == 0 else -1]
    content = ways[which % len(ways)](printed[name])
    others = {other: kept for other, kept in printed.items() if other != name}
    return others if content is None else {**others, name: content}
