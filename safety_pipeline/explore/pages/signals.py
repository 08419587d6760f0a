"""What these tables show of a dose difference, by concept: the signals with their reasons."""

from collections.abc import Mapping

from safety_pipeline.explore.charts.bar import difference, difference_scale
from safety_pipeline.explore.charts.scale import axis
from safety_pipeline.explore.choices import Option, found
from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.published import Published

MAX_ROWS = 300
_CHOICES = {
    "concept": "SELECT DISTINCT concept AS value, concept_label AS label FROM mart_signal ORDER BY label",
    "drug": "SELECT DISTINCT drug AS value, drug AS label FROM mart_signal ORDER BY label",
    "tier": "SELECT DISTINCT tier AS value, tier AS label FROM mart_signal ORDER BY label",
    "assessment": "SELECT DISTINCT assessment AS value, assessment_label AS label FROM mart_signal ORDER BY label",
}
_ROWS = """
    SELECT * FROM mart_signal
    WHERE ($concept = '' OR concept = $concept) AND ($drug = '' OR drug = $drug)
      AND ($assessment = '' OR assessment = $assessment) AND ($tier = '' OR tier = $tier)
    ORDER BY array_position(['headline', 'designated', 'other'], tier),
             array_position(['dose_associated', 'no_dose_difference_shown', 'not_estimable'], assessment),
             concept_label, drug, grade_band, scope LIMIT $limit
"""


def page(data: Published, asked: Mapping[str, str]) -> Page:
    """The signals chosen, tier by tier in the order of review, what was found first."""
    options = {name: [Option(**row) for row in data.lasting(sql)] for name, sql in _CHOICES.items()}
    meant = {name: found(asked.get(name, ""), options[name], name, _every(name)) for name in _CHOICES}
    chosen = {name: option.value for name, (option, _) in meant.items()}
    rows, is_cut = data.first(MAX_ROWS, _ROWS, **chosen)
    scale = difference_scale(rows)
    drawn = [{**row, "bar": difference(row, scale)} for row in rows]
    return Page(
        "signals.html.j2",
        "What these tables show of a dose difference",
        {
            "options": options,
            "chosen": chosen,
            "unknown": [sentence for _, sentences in meant.values() for sentence in sentences],
            "rows": drawn,
            "axis": axis(scale),
            "is_cut": is_cut,
            "downloads": [
                ("This table (CSV)", address("/download/mart_signal.csv", **chosen)),
                ("This table (Parquet)", address("/download/mart_signal.parquet", **chosen)),
                ("Link to this view", address("/signals", **chosen)),
            ],
        },
    )


def _every(name: str) -> Option:
    """What a choice stands at that nobody made."""
    return Option("", f"every {name}")
