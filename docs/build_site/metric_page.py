"""The page of the metrics, from `dashboards/metrics.yaml`."""

from build_site.markdown import page, table
from safety_pipeline.publish.metrics import metrics


def metrics_page() -> str:
    rows = metrics().collect()
    said = (
        "A metric is an expression a chart may show. Where the rows a chart has chosen are not one question, it is "
        "empty, not a sum. They are the table [metric](tables/metric.md) of the database, and what Superset shows.\n"
    )
    sections = []
    for (name,), group in rows.group_by("table_name", maintain_order=True):
        told = [
            (f"`{r['metric']}`", r["description"], r["caution"] or "", f"`{r['expression']}`") for r in group.to_dicts()
        ]
        columns = table(("metric", "what it shows", "caution", "expression"), told)
        sections.append(f"## [{name}](tables/{name}.md)\n\n{columns}")
    return page("Metrics", said, *sections)
