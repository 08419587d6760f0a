"""How much each release holds and how its checks went, side by side: one row per release, the oldest first."""

from pathlib import Path

import polars as pl

from safety_pipeline.publish.release_history import n_rows, read, releases
from safety_pipeline.tables import compared, marts, published
from safety_pipeline.tables.column import Table

_COUNTED: dict[str, Table] = {
    "documents": published.DIM_DOCUMENT,
    "counts": published.FACT_TOXICITY,
    "rejected": published.REJECTED,
    "answers": marts.MART_INCIDENCE_BY_DOSE,
    "signals": compared.SIGNAL,
}


def trend(folder: Path) -> pl.DataFrame:
    """One row per release with its counts of rows, its failed checks, and the rows these found of those they looked at.

    A check looks at every row of its table whether it passes or not, so that its share may be followed over releases.
    """
    rows = [
        {
            "release_id": each.release_id,
            "released_at": each.released_at,
            **{name: n_rows(each.folder, table) for name, table in _COUNTED.items()},
            **_checks(each.folder),
        }
        for each in reversed(releases(folder))
    ]
    return pl.DataFrame(rows)


def _checks(folder: Path) -> dict[str, int]:
    results = read(folder, published.DQ_RESULT)
    failed = results.filter(~pl.col("passed"))
    return {
        "checks": results.height,
        "failed": failed.height,
        "rows_failing": int(failed["n_failing"].sum()),
        "rows_checked": int(results["n_checked"].sum()),
    }


def check_trend(folder: Path) -> pl.DataFrame:
    """One row per release and check that failed in any of them: `n_failing` of `n_checked`, the oldest first."""
    of_each = [
        read(each.folder, published.DQ_RESULT).select(
            "asset",
            "check_name",
            "passed",
            "n_failing",
            "n_checked",
            released_at=pl.lit(each.released_at),
            release_id=pl.lit(each.release_id),
        )
        for each in releases(folder)
    ]
    results = pl.concat(of_each)
    return results.filter((~pl.col("passed")).any().over("asset", "check_name")).sort(
        "asset", "check_name", "released_at", "release_id"
    )
