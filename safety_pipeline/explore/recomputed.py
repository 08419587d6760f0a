"""Answers by dose computed anew from fewer arms: without a trial, or with one edition only."""

import polars as pl

from safety_pipeline.explore.choices import Choice
from safety_pipeline.explore.published import Published
from safety_pipeline.publish.marts.incidence import mart_incidence_by_dose
from safety_pipeline.summarise.by_dose import incidence_by_dose
from safety_pipeline.tables import summarised

_ARMS = """
    SELECT * EXCLUDE (incidence_id) FROM incidence_by_arm
    WHERE concept = $concept AND trial_id <> $leave_out AND ($edition = '' OR grading_system = $edition)
"""


def answers(data: Published, choice: Choice) -> pl.DataFrame:
    """The answers on the chosen concept and drug as the pipeline makes them, of the arms that are left."""
    arms = data.frame(_ARMS, concept=choice.concept, leave_out=choice.leave_out, edition=choice.edition)
    by_arm = summarised.INCIDENCE_BY_ARM.conform(arms.lazy())
    regimens = data.frame("SELECT * FROM dim_arm").lazy()
    concept = data.frame("SELECT * FROM dim_concept WHERE concept = $concept", concept=choice.concept).lazy()
    made = mart_incidence_by_dose(incidence_by_dose(by_arm, regimens), concept)
    return made.filter(pl.col("drug") == choice.drug).collect()
