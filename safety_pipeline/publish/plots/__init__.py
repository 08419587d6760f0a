"""Static plots as SVG text; one module a plot, each a function of a frame."""

from safety_pipeline.publish.plots.gallery import plots_for

__all__ = ["plots_for"]
