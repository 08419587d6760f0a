"""Drug and dose of an arm, from the texts that describe it; null with a reason rather than a guess."""

from safety_pipeline.dose.naming import Naming, drug_name, folded_text
from safety_pipeline.dose.parser import Dose, parse_dose

__all__ = ["Dose", "Naming", "drug_name", "folded_text", "parse_dose"]
