"""The axis that the bars of one column share."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

_STEPS = ((0.05, 0.01), (0.1, 0.02), (0.2, 0.05), (0.4, 0.1), (0.6, 0.2), (1.0, 0.25))


@dataclass(frozen=True)
class Scale:
    """Shares from ``low`` to ``high``, with a mark at every ``step``."""

    low: float
    high: float
    step: float
    is_signed: bool = False

    def at(self, share: float) -> str:
        """The place of a share as a percentage of the width; what lies outside stands at the edge."""
        inside = min(max(share, self.low), self.high)
        return f"{100 * (inside - self.low) / (self.high - self.low):.3f}%"

    def width(self, lower: float, upper: float) -> str:
        """The width from one share to another, never so small that nothing is seen."""
        ends = [min(max(share, self.low), self.high) for share in (lower, upper)]
        return f"{max(100 * (ends[1] - ends[0]) / (self.high - self.low), 0.6):.3f}%"

    @property
    def ticks(self) -> list[float]:
        return [self.low + self.step * index for index in range(round((self.high - self.low) / self.step) + 1)]


def shares(values: Iterable[float | None]) -> Scale:
    """An axis from 0 to a round share that holds every value."""
    end, step = _round_end(max((value for value in values if value is not None), default=1.0))
    return Scale(0.0, end, step)


def differences(values: Iterable[float | None]) -> Scale:
    """An axis with 0 in its middle that holds every value."""
    end, _ = _round_end(max((abs(value) for value in values if value is not None), default=1.0))
    return Scale(-end, end, end / 2, is_signed=True)


def _round_end(highest: float) -> tuple[float, float]:
    return next(((end, step) for end, step in _STEPS if highest <= end), _STEPS[-1])


def axis(scale: Scale) -> Markup:
    """The percentages above a column of bars."""
    marks = "".join(
        f'<text x="{scale.at(tick)}" y="12" text-anchor="{_anchor(tick, scale)}">{_words(tick, scale)}</text>'
        for tick in scale.ticks
    )
    return Markup(f'<svg class="axis" width="100%" height="16" aria-hidden="true">{marks}</svg>')  # noqa: S704


def grid(scale: Scale, height: int) -> str:
    """The fine lines beneath a bar; that of no difference is stronger."""
    return "".join(
        f'<line class="{"zero" if scale.is_signed and abs(tick) < scale.step / 2 else "grid"}" '
        f'x1="{scale.at(tick)}" x2="{scale.at(tick)}" y1="0" y2="{height}"/>'
        for tick in scale.ticks
    )


def _words(tick: float, scale: Scale) -> str:
    figure = f"{100 * abs(tick):g}"
    if not scale.is_signed:
        return f"{figure} %"
    return "0" if figure == "0" else f"{'+' if tick > 0 else '−'}{figure}"


def _anchor(tick: float, scale: Scale) -> str:
    if tick <= scale.low:
        return "start"
    return "end" if tick >= scale.high - scale.step / 2 else "middle"
