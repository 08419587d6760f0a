"""Incidence by dose: any grade and severe side by side, the answer of each dose and the arms behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from safety_pipeline.explore import recomputed
from safety_pipeline.explore.charts.bar import bar, scale_of
from safety_pipeline.explore.charts.scale import Scale, axis
from safety_pipeline.explore.choices import Choice, Option, choose, concepts, drugs
from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.published import Published

Row = Mapping[str, Any]
BANDS = ("any", "severe")
# More arms of a dose than this of which nothing is known stand in one line.
MOST_SILENT = 8
# A caution names so many doses.
MOST_DOSES = 3
_ANSWERS = """
    SELECT * FROM mart_incidence_by_dose
    WHERE concept = $concept AND drug = $drug ORDER BY attribution, dose_mg_per_day
"""
_ARMS = """
    SELECT * FROM mart_incidence_by_arm
    WHERE concept = $concept AND drug = $drug AND trial_id <> $leave_out
      AND ($edition = '' OR grading_system = $edition)
    ORDER BY attribution, dose_mg_per_day NULLS LAST, trial_label, arm_label
"""
_ESTIMATES = """
    SELECT dose_mg_per_day, grade_band, attribution, method, is_default, k_trials, incidence, ci_lower, ci_upper,
           ci_method, prediction_lower, prediction_upper, caution
    FROM incidence_by_dose WHERE concept = $concept AND drug = $drug AND stratum = 'all'
    ORDER BY attribution, dose_mg_per_day, grade_band, is_default DESC, method
"""
_OF_DRUG = """
    SELECT DISTINCT attribution, attribution_label, grading_system, trial_id, trial_label
    FROM mart_incidence_by_arm WHERE drug = $drug
"""


def page(data: Published, asked: Mapping[str, str]) -> Page:
    """The chart of one concept and drug, with its filters, its cautions and every other estimate beneath."""
    choice = choose(data, asked)
    doses = answers(data, choice)
    arms = _of_attribution(data.rows(_ARMS, **_places(choice)), choice)
    return Page(
        "by_dose.html.j2",
        f"{choice.concept_label} by dose of {choice.drug}",
        {
            "choice": choice,
            "options": _options(data, choice),
            "scope": _scope(doses, arms, choice),
            "groups": _groups(doses, arms),
            "axes": [axis(scale) for scale in _scales(doses + arms).values()],
            "cautions": _cautions(doses),
            "estimates": data.rows(_ESTIMATES, concept=choice.concept, drug=choice.drug),
            "permalink": _permalink(choice),
            "downloads": _downloads(choice),
        },
    )


def answers(data: Published, choice: Choice) -> list[dict[str, Any]]:
    """The answers of the release, or those of the arms that are left."""
    if choice.is_narrowed:
        rows = recomputed.answers(data, choice).sort("attribution", "dose_mg_per_day").to_dicts()
    else:
        rows = data.rows(_ANSWERS, concept=choice.concept, drug=choice.drug)
    return _of_attribution(rows, choice)


def _places(choice: Choice) -> dict[str, str]:
    return {
        "concept": choice.concept,
        "drug": choice.drug,
        "leave_out": choice.leave_out,
        "edition": choice.edition,
    }


def _of_attribution(rows: list[dict[str, Any]], choice: Choice) -> list[dict[str, Any]]:
    return [row for row in rows if choice.attribution in ("", row["attribution"])]


def _options(data: Published, choice: Choice) -> dict[str, list[Option]]:
    columns = {
        "attribution": ("attribution", "attribution_label"),
        "edition": ("grading_system", "grading_system"),
        "leave_out": ("trial_id", "trial_label"),
    }
    rows = data.rows(_OF_DRUG, drug=choice.drug)
    filters = {
        name: [Option(*pair) for pair in sorted({(row[value], row[label]) for row in rows}, key=lambda each: each[1])]
        for name, (value, label) in columns.items()
    }
    return {"concept": concepts(data), "drug": drugs(data), **filters}


def _scales(rows: Sequence[Row]) -> dict[str, Scale]:
    return {band: scale_of([row for row in rows if row["grade_band"] == band]) for band in BANDS}


def _groups(doses: Sequence[Row], arms: Sequence[Row]) -> list[dict[str, Any]]:
    """One group an attribution, the one that most is known of first: a line for each dose, under it its arms."""
    scales = _scales([*doses, *arms])
    attributions = dict.fromkeys((row["attribution"], row["attribution_label"]) for row in (*doses, *arms))
    groups = [(label, _of(doses, "attribution", name), _of(arms, "attribution", name)) for name, label in attributions]
    groups.sort(key=lambda group: -sum(row["value_kind"] != "not_known" for row in (*group[1], *group[2])))
    return [
        {"label": label[:1].upper() + label[1:], "lines": _lines(of_doses, of_arms, scales)}
        for label, of_doses, of_arms in groups
    ]


def _of(rows: Sequence[Row], column: str, value: object) -> list[Row]:
    return [row for row in rows if row[column] == value]


def _lines(doses: Sequence[Row], arms: Sequence[Row], scales: Mapping[str, Scale]) -> list[dict[str, Any]]:
    amounts = sorted(dict.fromkeys(row["dose_mg_per_day"] for row in (*doses, *arms)), key=_known_first)
    lines: list[dict[str, Any]] = []
    for amount in amounts:
        of_dose, of_arms = _of(doses, "dose_mg_per_day", amount), _of(arms, "dose_mg_per_day", amount)
        label = (of_dose or of_arms)[0]["dose_label"]
        lines.append(_line("main", label, of_dose, scales, "/answer/", "dose_id"))
        lines.extend(_arm_lines(of_arms, scales))
    return lines


def _arm_lines(rows: Sequence[Row], scales: Mapping[str, Scale]) -> list[dict[str, Any]]:
    """A line an arm; where very many arms say nothing, one line says how many."""
    arms = [_of(rows, "arm_id", arm_id) for arm_id in dict.fromkeys(row["arm_id"] for row in rows)]
    told = [arm for arm in arms if any(row["value_kind"] != "not_known" for row in arm)]
    silent = len(arms) - len(told)
    shown = told if silent > MOST_SILENT else arms
    names = [f"{arm[0]['trial_label']}: {arm[0]['arm_label']}" for arm in shown]
    lines = [_line("part", *named, scales, "/number/", "incidence_id") for named in zip(names, shown, strict=True)]
    if silent > MOST_SILENT:
        lines.append({"kind": "part", "label": f"{silent} {'other ' if told else ''}arms", "cells": ["not known"] * 2})
    return lines


def _known_first(amount: float | None) -> tuple[bool, float]:
    return amount is None, amount or 0.0


def _line(
    kind: str, label: str, rows: Sequence[Row], scales: Mapping[str, Scale], place: str, name: str
) -> dict[str, Any]:
    """One line of the chart: of each band its drawing, its words and where they lead; null where nothing is asked."""
    of_band = {row["grade_band"]: row for row in rows}
    cells = [
        {"bar": bar(row, scales[band]), "words": row["label"], "why": row["why"], "href": f"{place}{row[name]}"}
        if (row := of_band.get(band))
        else None
        for band in BANDS
    ]
    return {"kind": kind, "label": label, "cells": cells}


def _scope(doses: Sequence[Row], arms: Sequence[Row], choice: Choice) -> str:
    """What the chart covers, in a sentence."""
    trials = len({row["trial_id"] for row in arms})
    amounts = ", ".join(f"{amount:g}" for amount in sorted({row["dose_mg_per_day"] for row in doses}))
    said = f"{trials} {'trial' if trials == 1 else 'trials'} of {choice.drug}" + (
        f" at {amounts} mg/day" if amounts else ""
    )
    narrowed = [f"without {choice.leave_out}"] if choice.leave_out else []
    narrowed += [f"graded with {choice.edition} only"] if choice.edition else []
    return f"{said}; {', '.join(narrowed)}: computed anew." if narrowed else f"{said}."


def _cautions(rows: Sequence[Row]) -> list[str]:
    """Each caution once, with the doses it is about, and the grades where not both are meant."""
    about: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        for caution in (row["caution"] or "").split("; "):
            if caution:
                about.setdefault(caution, {}).setdefault(row["dose_label"], set()).add(row["grade_band"])
    n_doses = len({row["dose_label"] for row in rows})
    return [f"{caution}: {_places_of(bands, n_doses)}." for caution, bands in about.items()]


def _places_of(bands: Mapping[str, set[str]], n_doses: int) -> str:
    """The doses one by one; many of which the same is said are every dose."""
    if len(bands) == n_doses > MOST_DOSES and len({frozenset(each) for each in bands.values()}) == 1:
        return _place("every dose", next(iter(bands.values())))
    return "; ".join(map(_place, bands, bands.values()))


def _place(dose: str, bands: set[str]) -> str:
    """`400 mg/day`, or `400 mg/day, severe` where the other grades are not meant."""
    if bands == set(BANDS):
        return dose
    return f"{dose}, {'any grade' if 'any' in bands else 'severe'}"


def _permalink(choice: Choice) -> str:
    return address("/dose", attribution=choice.attribution, **_places(choice))


def _downloads(choice: Choice) -> list[tuple[str, str]]:
    chosen = {"concept": choice.concept, "drug": choice.drug, "attribution": choice.attribution}
    files = [
        (f"{words} ({kind})", address(f"/download/{mart}.{kind.lower()}", **chosen))
        for words, mart in (("Answers by dose", "mart_incidence_by_dose"), ("Arms", "mart_incidence_by_arm"))
        for kind in ("CSV", "Parquet")
    ]
    plots = [
        (f"Figure, {words} (SVG)", address("/download/forest.svg", band=band, **_places(choice)))
        for band, words in (("any", "any grade"), ("severe", "severe"))
    ]
    return [*files, *plots]
