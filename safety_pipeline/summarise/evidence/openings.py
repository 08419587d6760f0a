"""What leaves a count open: counts that are printed but refused or blank, and unknown terms that may belong to it."""

import polars as pl

from safety_pipeline.engine import collected_once
from safety_pipeline.summarise.evidence.listings import BANDS
from safety_pipeline.summarise.sources import ANY_CONCEPT, Sources, counted_arms, main_rows

QUESTION = ["arm_id", "concept", "grade_band"]


def openings(sources: Sources, used: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm, concept and band of which a main row holds a count that nobody can read.

    A used cell of the same row that covers the band, and the grades of the unread one, leaves nothing open.
    """
    unread = pl.concat([_refused(sources), _blank(sources)]).pipe(_by_band).pipe(_not_covered, used)
    return (
        pl.concat([unread.select(_OPENED), _left_out(sources)])
        .group_by(QUESTION)
        .agg(
            is_opened=pl.lit(value=True),
            refused_rule=pl.col("rule").drop_nulls().unique().sort().str.join("; "),
            refused_table=pl.col("table_label").filter(pl.col("rule").is_not_null()).min(),
        )
        .with_columns(is_refused=pl.col("refused_rule") != "")
    )


def _not_covered(unread: pl.LazyFrame, used: pl.LazyFrame) -> pl.LazyFrame:
    """The unread counts of which no used cell of their row, or of a row of that name with other grades, holds all.

    Rows of one name and the same grades count different events, such as a rash in two sections.
    """
    same_rows = used.join(unread.select("document_id", "arm_id").unique(), on=["document_id", "arm_id"], how="semi")
    covering = same_rows.filter(pl.col("n_affected_upper").is_not_null()).select(
        *_EVENT,
        band_start="grade_lower_reported",
        covered_to="grade_upper_reported",
        covering_row="row_number",
    )
    paired = unread.join(covering, on=[*_EVENT, "band_start"], how="inner")
    same_grades = (pl.col("first_grade") == pl.col("band_start")) & (pl.col("last_grade") == pl.col("covered_to"))
    is_of_row = (pl.col("row_number") == pl.col("covering_row")).fill_null(value=False)
    has_other_grades = (~same_grades).fill_null(value=False)
    covered = paired.filter(is_of_row | has_other_grades, pl.col("covered_to") >= pl.col("last_grade"))
    return unread.join(covered, on=[*_UNREAD, "band_start"], how="anti", nulls_equal=True)


def _by_band(unread: pl.LazyFrame) -> pl.LazyFrame:
    """Each unread count once for each band that its grades lie in; one of unknown grades may be of both."""
    known = pl.col("first_grade").is_null() | (pl.col("first_grade") >= pl.col("band_start"))
    band = pl.col("grade_band").is_null() | (pl.col("grade_band") == pl.col("asked_band"))
    of_band = pl.when(pl.col("first_grade").is_null()).then(band).otherwise(known)
    asked = BANDS.rename({"grade_band": "asked_band"})
    return (
        unread.join(asked, how="cross")
        .filter(of_band)
        .with_columns(grade_band="asked_band", last_grade=pl.col("last_grade").fill_null(5))
        .drop("asked_band")
    )


_ROW = ["document_id", "table_label", "row_label"]
_LISTED = [*_ROW, "arm_id", "concept", "term_as_reported", "row_number"]
_EVENT = [*_ROW, "arm_id", "concept"]
_OF_CONCEPT = ["document_id", "table_label", "concept"]
_UNREAD = [*_EVENT, "row_number", "grade_band", "first_grade", "last_grade", "rule"]
_OPENED = [*QUESTION, "rule", "table_label"]


def _refused(sources: Sources) -> pl.LazyFrame:
    """Refused counts of a concept, or of an unknown term that may belong to it; one of no known arm may be of each."""
    refused = pl.concat([_of_concepts(sources.rejected, sources), _unnamed(sources)])
    named = main_rows(refused, sources.toxicity)
    graded = named.with_columns(first_grade="grade_lower_reported", last_grade="grade_upper_reported")
    arms = counted_arms(sources.arm).select("document_id", "arm_id")
    of_arms = graded.filter(pl.col("arm_id").is_not_null()).select(_UNREAD)
    of_none = graded.filter(pl.col("arm_id").is_null()).drop("arm_id").join(arms, on="document_id", how="inner")
    return pl.concat([of_arms, of_none.select(_UNREAD)])


def _unnamed(sources: Sources) -> pl.LazyFrame:
    """Refused counts of a register's line without a term, once for each concept that the line may be of."""
    headline = sources.concept.filter("is_headline").select("concept")
    concepts = pl.concat([headline, pl.LazyFrame({"concept": [ANY_CONCEPT]})])
    without = pl.all_horizontal(pl.col("concept", "term_as_reported").is_null()) & pl.col("grade_band").is_not_null()
    names = sources.rejected.collect_schema().names()
    return sources.rejected.filter(without).drop("concept").join(concepts, how="cross").select(names)


def _of_concepts(rows: pl.LazyFrame, sources: Sources) -> pl.LazyFrame:
    """The rows of a concept, and those of an unknown term once for each concept that it may belong to."""
    unknown = rows.filter(pl.col("concept").is_null()).join(sources.unknown_term, on="term_as_reported", how="inner")
    doubtful = unknown.with_columns(concept="doubtful_concept").select(rows.collect_schema().names())
    return pl.concat([rows.filter(pl.col("concept").is_not_null()), doubtful])


def _blank(sources: Sources) -> pl.LazyFrame:
    """Blank cells that nobody explained, in the documents that are counted."""
    rows = _of_concepts(
        sources.toxicity.filter(pl.col("cell_status") == "missing", pl.col("outcome").is_null()), sources
    )
    arms = counted_arms(sources.arm).select("document_id", "arm_id")
    kept = main_rows(rows, sources.toxicity).join(arms, on=["document_id", "arm_id"], how="semi")
    return kept.with_columns(
        first_grade="grade_lower_reported", last_grade="grade_upper_reported", rule=pl.lit(None, pl.String)
    ).select(_UNREAD)


def _left_out(sources: Sources) -> pl.LazyFrame:
    """Tables of a register's record in which a listed line of the concept gives no count for the group.

    Where a table has another number of rows than terms times groups, a line may lack a group. A term that stands in
    several lines has each group as often. No used cell covers a count that is not there.
    """
    arms = counted_arms(sources.arm).select("document_id", "arm_id")
    lines = collected_once(_listed_lines(sources, arms))
    listed = lines.group_by(_OF_CONCEPT).agg(n_lines=pl.len())
    complete = lines.explode("arm_id").group_by(*_OF_CONCEPT, "arm_id").agg(n_complete=pl.len())
    beside = listed.join(arms, on="document_id", how="inner").join(complete, on=[*_OF_CONCEPT, "arm_id"], how="left")
    missing = beside.filter(pl.col("n_complete").fill_null(0) < pl.col("n_lines"))
    return missing.with_columns(grade_band=pl.lit("any"), rule=pl.lit(None, pl.String)).select(_OPENED)


def _listed_lines(sources: Sources, arms: pl.LazyFrame) -> pl.LazyFrame:
    """One row per line and concept of tables that may lack a group, with the groups that it counts as often as any."""
    tables = sources.source_table.filter(pl.col("table_kind").is_in(["register_serious", "register_other"]))
    n_arms = arms.group_by("document_id").agg(n_arms=pl.len())
    refused = sources.rejected.select(_LISTED).unique()
    printed = pl.concat([sources.toxicity.select(_LISTED), refused])
    listed = printed.join(tables, on=["document_id", "table_label"], how="semi")
    sizes = listed.group_by("document_id", "table_label").agg(
        n_rows=pl.len(), n_terms=pl.col("term_as_reported").n_unique()
    )
    short = sizes.join(n_arms, on="document_id", how="inner", validate="m:1").filter(
        pl.col("n_rows") != pl.col("n_terms") * pl.col("n_arms")
    )
    rows = _of_concepts(listed.join(short, on=["document_id", "table_label"], how="semi"), sources)
    found = rows.group_by(_EVENT).agg(n_found=pl.len())
    is_complete = pl.col("n_found") == pl.col("n_found").max()
    return found.group_by(*_ROW, "concept").agg(pl.col("arm_id").filter(is_complete))


def doubtful_patients(sources: Sources) -> pl.LazyFrame:
    """One row per arm, concept and band: most patients with events whose unknown terms may belong to the concept.

    Null where one of them is not counted, or counts those without the concept: each other patient may have it.
    """
    rows = sources.toxicity.filter(pl.col("match_kind") == "unmatched", pl.col("outcome").is_null())
    counted = rows.filter(pl.col("column_role") == "arm", pl.col("arm_id").is_not_null())
    # What subjects' unknown terms may be is part of the union that counts them.
    listings = sources.source_table.filter(pl.col("table_kind") == "subject_level").select("document_id", "table_label")
    printed = counted.join(listings, on=["document_id", "table_label"], how="anti")
    possible = printed.drop("concept").join(sources.unknown_term, on="term_as_reported", how="inner")
    named = main_rows(possible.rename({"doubtful_concept": "concept"}), sources.toxicity)
    index = counted_arms(sources.arm).select("document_id", "arm_id")
    lines = (
        named.join(index, on=["document_id", "arm_id"], how="semi")
        .group_by("document_id", "table_label", "row_number", "arm_id", "concept")
        .agg(any=_most_of_any_grade(), severe=_most_of_severe(), is_open=_is_open().any())
    )
    most = lines.unpivot(["any", "severe"], index=["arm_id", "concept", "is_open"], variable_name="grade_band")
    is_counted = pl.col("value").is_not_null().all() & ~pl.col("is_open").any()
    return most.group_by(QUESTION).agg(n_doubtful=pl.when(is_counted).then(pl.col("value").sum()))


def _is_open() -> pl.Expr:
    return pl.col("n_affected_upper").is_null() | pl.col("counts_absence")


def _most_of_any_grade() -> pl.Expr:
    """Most patients of a line: those of its column of any grade, or of columns that leave out no grade together."""
    of_any = pl.col("n_affected_upper").filter(pl.col("grade_band") == "any")
    return pl.coalesce(of_any.max(), _all_columns_from(1))


def _most_of_severe() -> pl.Expr:
    """Most patients with a severe event of a line, which are no more than those of any grade."""
    return pl.coalesce(_all_columns_from(3), _most_of_any_grade())


def _all_columns_from(lowest: int) -> pl.Expr:
    """The patients of all columns that begin there or above; null where one of the grades stands in none of them."""
    first, last = pl.col("grade_lower_reported"), pl.col("grade_upper_reported")
    is_of_these = (first >= lowest).fill_null(value=False)
    covered = [(is_of_these & (first <= grade) & (last >= grade)).any() for grade in range(lowest, 6)]
    return pl.when(pl.all_horizontal(covered)).then(pl.col("n_affected_upper").filter(is_of_these).sum())
