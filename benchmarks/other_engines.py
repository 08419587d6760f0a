"""The obvious ways to make fact, counts by arm, by dose and coverage of an AACT-shaped snapshot, to compare with.

DuckDB as one script, pandas on Arrow, and Polars that only reads the texts and writes them as Parquet. They check
nothing, keep no source of a number, and know no silence: they are floors, not rivals.
"""

import re
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv

_TEXTS = ("reported_events", "reported_event_totals", "result_groups", "studies")
_TABLES = {
    # Which concept a term belongs to is looked up once a distinct text.
    "term": """
        with text as (select distinct adverse_event_term as printed from reported_events)
        select printed, lower(regexp_replace(printed, '\\s+\\d+$', '')) as plain,
               min(concept) as concept, min(ctcae_term) as ctcae_term
        from text left join crosswalk on lower(regexp_replace(printed, '\\s+\\d+$', '')) = lower(crosswalk.term)
        group by all""",
    "fact": """
        select id as toxicity_id, nct_id as trial_id, nct_id || '.' || ctgov_group_code as arm_id, event_type,
               organ_system, printed as term_as_reported, ctcae_term, concept,
               subjects_affected::bigint as n_affected, subjects_at_risk::bigint as n_at_risk,
               event_count::bigint as n_episodes, frequency_threshold::double as threshold_percent
        from reported_events join term on adverse_event_term = printed
        where subjects_affected::bigint <= subjects_at_risk::bigint and subjects_at_risk::bigint > 0""",
    "by_arm": """
        with counts as (
          select trial_id, arm_id, coalesce(concept, ctcae_term, lower(term_as_reported)) as concept,
                 max(n_affected) as n_lower, least(sum(n_affected), max(n_at_risk)) as n_upper,
                 max(n_at_risk) as n_at_risk
          from fact group by all),
        rates as (select *, n_lower / n_at_risk as p, 1.959963985 as z from counts)
        select trial_id, arm_id, concept, n_lower, n_upper, n_at_risk, p as incidence,
               (p + z*z/(2*n_at_risk) - z*sqrt(p*(1-p)/n_at_risk + z*z/(4*n_at_risk*n_at_risk))) / (1 + z*z/n_at_risk)
                 as ci_lower,
               (p + z*z/(2*n_at_risk) + z*sqrt(p*(1-p)/n_at_risk + z*z/(4*n_at_risk*n_at_risk))) / (1 + z*z/n_at_risk)
                 as ci_upper
        from rates order by all""",
    "by_dose": """
        with arm as (
          select nct_id || '.' || ctgov_group_code as arm_id, split_part(title, ' ', 1) as drug,
                 try_cast(split_part(title, ' ', 2) as double) as dose
          from result_groups)
        select concept, drug, dose, count(distinct trial_id) as k_trials, sum(n_lower) as n_lower,
               sum(n_upper) as n_upper, sum(n_at_risk) as n_at_risk, sum(n_lower) / sum(n_at_risk) as crude
        from by_arm join arm using (arm_id) group by all order by all""",
    "coverage": """
        with headline as (select distinct concept from crosswalk where concept is not null)
        select trial_id, arm_id, headline.concept, n_lower is not null as is_listed, n_lower, n_upper
        from (select distinct trial_id, arm_id from fact) cross join headline
        left join by_arm using (trial_id, arm_id, concept) order by all""",
}


def script(source: Path, target: Path) -> Path:
    """The obvious DuckDB script; answers the file of its fact table."""
    database = duckdb.connect(str(target / "safety.duckdb"))
    database.execute("set preserve_insertion_order = false")
    for name in _TEXTS:
        file = _text(source, name)
        database.execute(
            f"create temp table {name} as select * from read_csv(?, delim='|', header=true, all_varchar=true, "
            "quote='\"', escape='\"', parallel=false)",
            [str(file)],
        )
    database.execute(f"create temp table crosswalk as select * from read_parquet('{_crosswalk(target)}')")
    for name, query in _TABLES.items():
        database.execute(f"create table {name} as {query}")
        database.execute(f"copy {name} to '{target / name}.parquet' (compression zstd)")
    database.close()
    return target / "fact.parquet"


def _text(source: Path, name: str) -> Path:
    return source / "landed" / "aact" / "snapshot" / f"{name}.txt"


def _crosswalk(target: Path) -> Path:
    """The terms the product knows, as a table of the script."""
    from safety_pipeline import reference  # noqa: PLC0415  (each side loads only what it measures)

    terms = reference.load(None).dim_term().select("term", "concept", "ctcae_term").unique("term")
    place = target / "crosswalk.parquet"
    terms.collect().write_parquet(place)
    return place


def pandas_on_arrow(source: Path, target: Path) -> Path:
    """The same four tables with pandas, its columns held by Arrow; answers the file of its fact table."""
    fact = _pandas_fact(_frame(source, "reported_events"), pd.read_parquet(_crosswalk(target)))
    fact.to_parquet(target / "fact.parquet", compression="zstd")
    by_arm = _pandas_by_arm(fact)
    title = _frame(source, "result_groups")
    words = title["title"].str.split(" ", n=2, expand=True)
    arm = pd.DataFrame(
        {
            "arm_id": title["nct_id"] + "." + title["ctgov_group_code"],
            "drug": words[0],
            "dose": pd.to_numeric(words[1], errors="coerce"),
        }
    )
    doses = by_arm.merge(arm, on="arm_id").groupby(["concept", "drug", "dose"], dropna=False)
    by_dose = doses.agg(
        k_trials=("trial_id", "nunique"), n_lower=("n_lower", "sum"), n_upper=("n_upper", "sum"), n=("n_at_risk", "sum")
    )
    arms = fact[["trial_id", "arm_id"]].drop_duplicates()
    headline = pd.DataFrame({"concept": pd.read_parquet(_crosswalk(target))["concept"].dropna().unique()})
    coverage = arms.merge(headline, how="cross").merge(by_arm, on=["trial_id", "arm_id", "concept"], how="left")
    for name, table in {"by_arm": by_arm, "by_dose": by_dose.reset_index(), "coverage": coverage}.items():
        table.to_parquet(target / f"{name}.parquet", compression="zstd")
    return target / "fact.parquet"


def _frame(source: Path, name: str) -> pd.DataFrame:
    file = _text(source, name)
    with file.open() as lines:
        names = lines.readline().strip().split("|")
    table = pa.csv.read_csv(
        file,
        parse_options=pa.csv.ParseOptions(delimiter="|", newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True),
    )
    return table.to_pandas(types_mapper=pd.ArrowDtype)


def _pandas_fact(events: pd.DataFrame, crosswalk: pd.DataFrame) -> pd.DataFrame:
    known = crosswalk.assign(plain=crosswalk["term"].str.lower()).drop_duplicates("plain")
    terms = pd.DataFrame({"term_as_reported": events["adverse_event_term"].drop_duplicates()})
    terms["plain"] = [re.sub(r"\s+\d+$", "", text).lower() for text in terms["term_as_reported"]]
    named = terms.merge(known[["plain", "concept", "ctcae_term"]], on="plain", how="left").drop(columns="plain")
    counts = {"n_affected": "subjects_affected", "n_at_risk": "subjects_at_risk", "n_episodes": "event_count"}
    fact = pd.DataFrame(
        {
            "toxicity_id": events["id"],
            "trial_id": events["nct_id"],
            "arm_id": events["nct_id"] + "." + events["ctgov_group_code"],
            "event_type": events["event_type"],
            "organ_system": events["organ_system"],
            "term_as_reported": events["adverse_event_term"],
            **{name: events[column].astype("int64[pyarrow]") for name, column in counts.items()},
        }
    )
    kept = fact[(fact["n_affected"] <= fact["n_at_risk"]) & (fact["n_at_risk"] > 0)]
    return kept.merge(named, on="term_as_reported", how="left")


def _pandas_by_arm(fact: pd.DataFrame) -> pd.DataFrame:
    concept = fact["concept"].fillna(fact["ctcae_term"]).fillna(fact["term_as_reported"].str.lower())
    by_arm = (
        fact.assign(concept=concept)
        .groupby(["trial_id", "arm_id", "concept"])
        .agg(n_lower=("n_affected", "max"), n_upper=("n_affected", "sum"), n_at_risk=("n_at_risk", "max"))
        .reset_index()
    )
    by_arm["n_upper"] = by_arm[["n_upper", "n_at_risk"]].min(axis=1)
    n, p, z = by_arm["n_at_risk"].astype(float), by_arm["n_lower"] / by_arm["n_at_risk"], 1.959963985
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    middle, scale = p + z * z / (2 * n), 1 + z * z / n
    return by_arm.assign(incidence=p, ci_lower=(middle - half) / scale, ci_upper=(middle + half) / scale)


def polars_floor(source: Path, target: Path) -> None:
    """The texts read and written as Parquet, and nothing else: no table is made of them."""
    for name in _TEXTS:
        scanned = pl.scan_csv(_text(source, name), separator="|", infer_schema=False)
        scanned.sink_parquet(target / f"{name}.parquet", compression="zstd", compression_level=3)
