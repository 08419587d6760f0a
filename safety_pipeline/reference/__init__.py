"""What medicine says, as data files with a source column, and the joins made of them."""

from safety_pipeline.reference.references import References, load

__all__ = ["References", "load"]
