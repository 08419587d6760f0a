"""The samples of a soak as a picture and as numbers."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import matplotlib

# Without a screen.
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from watched import Sample, growth

Landed = Sequence[tuple[float, int]]


def write(samples: Sequence[Sample], landed: Landed, folder: Path) -> None:
    """`soak.svg` and `soak.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "soak.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, [field.name for field in fields(Sample)])
        rows.writeheader()
        rows.writerows(map(asdict, samples))
    _picture(samples, landed, folder / "soak.svg")


def by_role(samples: Sequence[Sample]) -> dict[str, list[Sample]]:
    roles = sorted({sample.role for sample in samples})
    return {role: [sample for sample in samples if sample.role == role] for role in roles}


def numbers(samples: Sequence[Sample]) -> str:
    """A line a role: the median of memory and open files at the end, and how much they grew."""
    lines = []
    for role, own in by_role(samples).items():
        memory, files = [sample.memory_mb for sample in own], [float(sample.open_files) for sample in own]
        used = f"{memory[-1]:6.0f} MB ({growth(memory):+.1%})"
        lines.append(f"{role:12} {used}  {files[-1]:4.0f} open files ({growth(files):+.1%})")
    return "\n".join(lines)


def _picture(samples: Sequence[Sample], landed: Landed, place: Path) -> None:
    figure, panels = plt.subplots(3, sharex=True, figsize=(8, 7), layout="constrained")
    for role, own in by_role(samples).items():
        minutes = [sample.seconds / 60 for sample in own]
        panels[0].plot(minutes, [sample.memory_mb for sample in own], label=role)
        panels[1].plot(minutes, [sample.open_files for sample in own], label=role)
    panels[2].plot([seconds / 60 for seconds, _ in landed], [number for _, number in landed])
    for panel, name in zip(panels, ("memory (MB)", "open files", "deliveries landed"), strict=True):
        panel.set_ylabel(name)
        panel.set_ylim(bottom=0)
    panels[0].legend(loc="lower right")
    panels[2].set_xlabel("minutes")
    figure.savefig(place)
    plt.close(figure)
