"""The safety overview of every trial: any, related, serious, severe and fatal events by arm."""

from collections.abc import Mapping

from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.published import Published

_ROWS = "SELECT * FROM mart_overview ORDER BY trial_label, arm_label"
_CONTENT = """
    SELECT kind, count(*) AS documents, count(DISTINCT trial_id) AS trials FROM dim_document GROUP BY kind ORDER BY kind
"""


def page(data: Published, asked: Mapping[str, str]) -> Page:  # noqa: ARG001  (every page is asked in one way)
    """The overview, and what the release is made of."""
    has_overview = data.has("mart_overview")
    return Page(
        "overview.html.j2",
        "Overview of events",
        {
            "rows": data.rows(_ROWS) if has_overview else [],
            "content": data.rows(_CONTENT),
            "downloads": [("This table (CSV)", address("/download/mart_overview.csv"))] if has_overview else [],
        },
    )
