"""Drug and dose of an arm, from the texts that describe it; null with a reason rather than a guess."""

from safety_pipeline.dose.naming import Naming, abbreviations, drug_name, drug_of_title, folded_text, mentions, parts_of
from safety_pipeline.dose.parser import Dose, mass_in_mg, parse_dose

__all__ = [
    "Dose",
    "Naming",
    "abbreviations",
    "drug_name",
    "drug_of_title",
    "folded_text",
    "mass_in_mg",
    "mentions",
    "parse_dose",
    "parts_of",
]
