"""Which plots a table of the lake has, by the name of the table."""

from collections.abc import Callable, Mapping

import polars as pl

from safety_pipeline.publish.plots.contrast_dots import contrast_dots
from safety_pipeline.publish.plots.forest import MAX_LINES, forest
from safety_pipeline.publish.plots.forest_rows import GROUP, forest_rows, leading, of_all_strata
from safety_pipeline.publish.plots.grade_bars import grade_bars
from safety_pipeline.publish.plots.heat_map import heat_map
from safety_pipeline.publish.plots.volcano import volcano
from safety_pipeline.publish.plots.words import ATTRIBUTIONS, BANDS, words

INTERVAL = "newcombe hybrid score"
# Enough to look at; a large lake has thousands of combinations.
MAX_PLOTS = 8


def plots_for(table_name: str, frame: pl.DataFrame) -> dict[str, str]:
    """The plots of a table as SVG, by title; an empty dict for a table without plots or without rows."""
    draw = _GALLERY.get(table_name)
    return draw(frame) if draw and frame.height else {}


def contrast_families(contrast: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The main rows' risk differences by title: one trial, pair of doses, band and attribution each."""
    keys = ["trial_id", "drug", "dose_low", "dose_high", "grade_band", "attribution"]
    rows = contrast.filter("is_main_row", pl.col("ci_method") == INTERVAL, pl.col("estimate").is_not_null())
    families: dict[str, pl.DataFrame] = {}
    for key, family in rows.sort(*keys, "row_label").group_by(keys, maintain_order=True):
        trial, drug, low, high, band, attribution = key
        wording = f"{words(BANDS, str(band))}, {words(ATTRIBUTIONS, str(attribution))}"
        families[f"{trial}: {drug}, {high:g} against {low:g} mg/day, {wording}"] = family
    return families


def _contrasts(contrast: pl.DataFrame) -> dict[str, str]:
    families = dict(list(contrast_families(contrast).items())[:MAX_PLOTS])
    dots = {title: contrast_dots(rows, title) for title, rows in families.items()}
    return dots | {f"{title}, adjusted": volcano(rows, title) for title, rows in families.items()}


def _forests(by_dose: pl.DataFrame, by_arm: pl.DataFrame) -> dict[str, str]:
    both = pl.concat([part.select("concept", "grade_band") for part in (by_dose, by_arm)]).unique()
    pairs = both.sort("concept", "grade_band").rows()[:MAX_PLOTS]
    plots = {}
    for concept, band in pairs:
        title = f"{concept}, {words(BANDS, band)}"
        doses, arms = (part.filter(concept=concept, grade_band=band) for part in (of_all_strata(by_dose), by_arm))
        shown = leading(doses, arms, MAX_LINES)
        is_cut = shown[0].height + shown[1].height < doses.height + arms.height
        plots[title] = forest(forest_rows(*shown), title, is_cut=is_cut)
    return plots


def _by_dose(by_dose: pl.DataFrame) -> dict[str, str]:
    widely = by_dose.filter("is_default").group_by("concept").agg(pl.col("k_trials").sum())
    first = widely.sort("k_trials", "concept", descending=[True, False])["concept"].head(MAX_PLOTS // 2)
    no_arms = by_dose.select("concept", "grade_band", *GROUP).clear()
    return _forests(by_dose.filter(pl.col("concept").is_in(first.implode())), no_arms)


def _by_arm(by_arm: pl.DataFrame) -> dict[str, str]:
    maps = {
        f"arms and concepts, {words(BANDS, str(band))}": heat_map(rows, f"Arms and concepts, {band}")
        for (band,), rows in by_arm.sort("grade_band").group_by("grade_band", maintain_order=True)
    }
    return maps | {"grades by edition": grade_bars(by_arm, "Grades by edition")}


_GALLERY: Mapping[str, Callable[[pl.DataFrame], dict[str, str]]] = {
    "incidence_by_dose": _by_dose,
    "incidence_by_arm": _by_arm,
    "dose_contrast": _contrasts,
}
