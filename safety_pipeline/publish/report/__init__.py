"""The release as one page for people: self-contained HTML that needs no network and no script."""

from safety_pipeline.publish.report.page import SHOWN, render

__all__ = ["SHOWN", "render"]
