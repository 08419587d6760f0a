"""Maps what sources report to CTCAE v4.03 terms, concepts and grade intervals, and reads the doses of registers."""

from safety_pipeline.harmonise.arms import arms
from safety_pipeline.harmonise.counting.life_table import life_table
from safety_pipeline.harmonise.counting.overview import overview
from safety_pipeline.harmonise.matching.lookup import NoAnswerError, lookup
from safety_pipeline.harmonise.matching.terms import grade, match
from safety_pipeline.harmonise.refusals import refusals
from safety_pipeline.harmonise.text_answers import text_answers
from safety_pipeline.harmonise.toxicity import toxicity, toxicity_of_cells

__all__ = [
    "NoAnswerError",
    "arms",
    "grade",
    "life_table",
    "lookup",
    "match",
    "overview",
    "refusals",
    "text_answers",
    "toxicity",
    "toxicity_of_cells",
]
