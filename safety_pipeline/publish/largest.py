"""What is shown of more rows than anybody reads: those of the drugs with the most patients, each with all its rows."""

import polars as pl


def of_largest_drugs(rows: pl.DataFrame, most: int) -> pl.DataFrame:
    """So many rows at most, in their order: whole drugs, those with the most patients at risk first.

    A drug that alone has more rows than that is cut, so that something is shown.
    """
    if rows.height <= most:
        return rows
    sized = rows.group_by("drug").agg(n_patients=pl.col("n_at_risk").max().fill_null(0), n_rows=pl.len())
    ranked = sized.sort(["n_patients", "drug"], descending=[True, False], nulls_last=True)
    kept = ranked.filter((pl.col("n_rows").cum_sum() <= most) | (pl.int_range(pl.len()) == 0))
    return rows.join(kept, on="drug", how="semi", nulls_equal=True, maintain_order="left").head(most)


def left_out(rows: pl.DataFrame, shown: pl.DataFrame, table: str) -> list[str]:
    """A line on the rows that are not shown, how they were chosen, and how to ask for others."""
    if rows.height == shown.height:
        return []
    n_drugs, n_shown = rows["drug"].n_unique(), shown["drug"].n_unique()
    shown_are = f"shown {'is' if n_shown == 1 else 'are'} {n_shown} of {n_drugs} drugs, those with the most patients"
    return [f"... and {rows.height - shown.height} more in {table}; {shown_are}. Ask with --drug or --concept."]
