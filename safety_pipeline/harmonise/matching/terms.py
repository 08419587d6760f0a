"""Matches printed terms to the dictionaries and grades them; works on distinct texts and ranges, never row by row."""

from typing import Any

import narwhals as nw
import polars as pl

from safety_pipeline.engine import distinct_rows, lookup_join, on_small_frame, to_engine_of
from safety_pipeline.reference.references import References
from safety_pipeline.reference.texts.lexicon import plain_concepts
from safety_pipeline.reference.texts.lexicon_targets import CONCEPT_RULE
from safety_pipeline.reference.texts.matches import MATCH_KEY
from safety_pipeline.reference.texts.spelling import plain_words, term_key, typed_lower, typed_upper, unframed_key
from safety_pipeline.reference.totals import ANY_EVENT

Frame = nw.LazyFrame[Any]

# What a frame must bring to be matched and graded; null-free, so that the joins see equal keys.
TEXT_KEY = ("grading_system", "source_kind", "_term", "_parent")
REPORTED_KEY = (*TEXT_KEY, "_lower", "_upper")
_TARGET = (
    "source_category",
    "source_term",
    "source_select_term",
    "ctcae_term",
    "concept",
    "concept_relation",
    "site",
    "threshold_relation",
    "grades_defined",
)
_ANSWER = (
    "grade_lower",
    "grade_upper",
    "grade_preferred",
    "concept_grade_lower",
    "concept_grade_upper",
    "fallback_ctcae_term",
    "mapping_source",
    "grade_rationale",
    "grade_map_id",
    "mapping_kind",
)


def grade(reported: Any, references: References) -> Any:
    """Add to each reported row its term, concept and v4.03 grades; Polars or PySpark in, the same out.

    Needs ``grading_system``, ``source_kind`` (``literature``, ``register``, ``subject``), ``term_as_reported``,
    ``parent_row_label``, ``grade_lower_reported`` and ``grade_upper_reported``. No row is lost: a text that is not
    known keeps its row with ``match_kind`` ``unmatched``.
    """
    return nw.to_native(graded(nw.from_native(reported).lazy(), references))


def match(reported: Any, references: References) -> Any:
    """One row per distinct text as printed, with the target it means; texts not known have a null target."""
    keyed = _keyed(nw.from_native(reported).lazy())
    return nw.to_native(matched(keyed.select(*TEXT_KEY).unique(), references))


def graded(reported: Frame, references: References) -> Frame:
    """`grade` on Narwhals frames."""
    keyed = _keyed(reported)
    texts = matched(distinct_rows(keyed, *TEXT_KEY), references)
    ranges = distinct_rows(keyed, "_lower", "_upper")
    answers = _answered(_forget_grade_in_name(texts.join(ranges, how="cross")), references)
    return (
        lookup_join(keyed, answers, REPORTED_KEY)
        .with_columns(_reported_grades())
        .drop("_term", "_parent", "_lower", "_upper", "_typed_lower", "_typed_upper")
    )


def matched(texts: Frame, references: References) -> Frame:
    """Each text with the target it means; a parent row's concept scopes the rows beneath it."""
    rules = references.spelling_rules
    words = texts.with_columns(_words=plain_words(nw.col("_term"), rules), _over=plain_words(nw.col("_parent"), rules))
    keyed = words.with_columns(
        text_key=term_key(nw.col("_words"), rules),
        unframed_key=unframed_key(term_key(nw.col("_words"), rules), rules),
        parent_key=term_key(nw.col("_over"), rules),
        _typed_lower=typed_lower(nw.col("_words")),
        _typed_upper=typed_upper(nw.col("_words")),
    )
    table = to_engine_of(references.matches, texts)
    found = _first_target(
        _with_parent_concept(keyed, table, to_engine_of(references.targets.drop("members"), texts)), table
    )
    named = found.drop("_words", "_over", "parent_key", "parent_concept", "text_key", "unframed_key")
    return _by_concept_rule(named, references)


def _by_concept_rule(found: Frame, references: References) -> Frame:
    """A text that no dictionary knows, but that plainly names a headline concept, counts for the concept alone."""
    return on_small_frame(found, lambda rows: _named_by_rule(rows, references), found.collect_schema().to_polars())


def _named_by_rule(rows: pl.DataFrame, references: References) -> pl.DataFrame:
    is_unknown = pl.col("target_id").is_null()
    plain = plain_concepts(rows.filter(is_unknown)["_term"], references)
    is_rule = is_unknown & pl.col("rule_target").is_not_null()
    return (
        rows.join(plain, left_on="_term", right_on="text", how="left", validate="m:1", maintain_order="left")
        .with_columns(
            match_kind=pl.when(is_rule).then(pl.lit(CONCEPT_RULE)).otherwise("match_kind"),
            rationale=pl.when(is_rule).then("rule_reason").otherwise("rationale"),
            target_id=pl.when(is_rule).then("rule_target").otherwise("target_id"),
        )
        .drop("rule_target", "rule_reason")
    )


def _keyed(reported: Frame) -> Frame:
    return reported.with_columns(
        _term=nw.col("term_as_reported"),
        _parent=nw.col("parent_row_label").fill_null(""),
        _lower=nw.col("grade_lower_reported").fill_null(0).cast(nw.Int64),
        _upper=nw.col("grade_upper_reported").fill_null(0).cast(nw.Int64),
    )


def _with_parent_concept(keyed: Frame, table: Frame, targets: Frame) -> Frame:
    """The concept of the parent row, empty where it has none or there is no parent."""
    parents = table.filter(nw.col("parent_concept") == "").select(
        "grading_system", "source_kind", nw.col("text_key").alias("parent_key"), "target_id"
    )
    concepts = parents.join(
        targets.select("target_id", nw.col("concept").alias("parent_concept")), on="target_id", how="left"
    )
    joined = keyed.join(concepts.drop("target_id"), on=["grading_system", "source_kind", "parent_key"], how="left")
    return joined.with_columns(parent_concept=nw.col("parent_concept").fill_null(""))


def _first_target(keyed: Frame, table: Frame) -> Frame:
    """The target under the parent's concept, else that of the text on its own, else that of its words unframed."""
    found = ["target_id", "match_kind", "text", "rationale", "grade_in_name"]
    alone = table.filter(nw.col("parent_concept") == "").drop("parent_concept")
    scoped = table.filter(nw.col("parent_concept") != "")
    own = [key for key in MATCH_KEY if key != "parent_concept"]
    joined = keyed.join(scoped.select(*MATCH_KEY, *found), on=list(MATCH_KEY), how="left")
    for key in ("text_key", "unframed_key"):
        named = alone.select(
            *(nw.col(name).alias(key if name == "text_key" else name) for name in own),
            *(nw.col(name).alias(f"{name}_alone") for name in found),
        )
        joined = (
            joined.join(named, on=[key if name == "text_key" else name for name in own], how="left")
            .with_columns(nw.coalesce(nw.col(name), nw.col(f"{name}_alone")).alias(name) for name in found)
            .drop(*(f"{name}_alone" for name in found))
        )
    return joined.with_columns(match_kind=_match_kind()).drop("text")


def _match_kind() -> nw.Expr:
    """A dictionary's own name reached only over spelling is a spelling match; a text not known is unmatched."""
    as_named = nw.col("_term").str.strip_chars(" ").str.to_lowercase() == nw.col("text").str.to_lowercase()
    over_spelling = (nw.col("match_kind") == "exact") & ~as_named
    return (
        nw.when(nw.col("target_id").is_null())
        .then(nw.lit("unmatched"))
        .when(over_spelling)
        .then(nw.lit("spelling"))
        .otherwise(nw.col("match_kind"))
    )


def _forget_grade_in_name(found: Frame) -> Frame:
    """No typed grade where the term's own name holds one, or where the column already says a narrower range."""
    inside = (nw.col("_lower") <= nw.col("_typed_lower")) & (
        (nw.col("_upper") >= nw.col("_typed_upper")) | (nw.col("_upper") == 0)
    )
    keep = inside & ~nw.col("grade_in_name").fill_null(value=False)
    return found.with_columns(
        nw.when(keep).then(nw.col(name)).alias(name) for name in ("_typed_lower", "_typed_upper")
    ).drop("grade_in_name")


def _answered(texts: Frame, references: References) -> Frame:
    """The targets' words and the grades of the reported range; no grade reported counts as all grades."""
    ranged = texts.with_columns(
        range_lower=nw.coalesce(
            nw.col("_typed_lower"), nw.when(nw.col("_lower") > 0).then(nw.col("_lower")), nw.lit(1)
        ).cast(nw.Int64),
        range_upper=nw.coalesce(
            nw.col("_typed_upper"), nw.when(nw.col("_upper") > 0).then(nw.col("_upper")), nw.lit(5)
        ).cast(nw.Int64),
    )
    targets = to_engine_of(references.targets.select("target_id", *_TARGET), texts)
    graded_as = ("ctcae_term_of_grades", *_ANSWER)
    answers = to_engine_of(references.answers.select("target_id", "range_lower", "range_upper", *graded_as), texts)
    with_target = ranged.join(targets, on="target_id", how="left")
    with_answer = with_target.join(answers, on=["target_id", "range_lower", "range_upper"], how="left").with_columns(
        ctcae_term=nw.coalesce(nw.col("ctcae_term_of_grades"), nw.col("ctcae_term"))
    )
    return _explained(_unstated(with_answer)).drop(
        "range_lower", "range_upper", "grades_defined", "grade_rationale", "target_id", "ctcae_term_of_grades"
    )


def _unstated(frame: Frame) -> Frame:
    """Grades of a table that names no edition are not converted; its words still name the v4.03 term."""
    stated = nw.col("grading_system") != "not stated"
    kept = ("source_category", "source_term", "source_select_term", "threshold_relation", *_ANSWER)
    blanked = frame.with_columns(nw.when(stated).then(nw.col(name)).alias(name) for name in kept)
    by_rule = nw.when(nw.col("match_kind") == CONCEPT_RULE).then(nw.lit("concept rule"))
    return _as_any_event(blanked.with_columns(mapping_source=nw.coalesce(by_rule, nw.col("mapping_source"))))


def _as_any_event(frame: Frame) -> Frame:
    """Any toxicity has no term to convert: its v4.03 grades are not known from the table, its concept is.

    What a concept rule matched has no term either, and its severe counts compare as little.
    """
    is_any = nw.col("concept") == ANY_EVENT
    has_no_term = is_any | (nw.col("match_kind") == CONCEPT_RULE)
    severe = (
        nw.when(nw.col("grading_system") == "CTCAE v4.03").then(nw.lit("equal")).otherwise(nw.lit("not_comparable"))
    )
    stated = nw.col("grading_system") != "not stated"
    return frame.with_columns(
        grade_lower=nw.when(is_any & stated).then(nw.col("range_lower")).otherwise(nw.col("grade_lower")),
        grade_upper=nw.when(is_any & stated).then(nw.col("range_upper")).otherwise(nw.col("grade_upper")),
        threshold_relation=nw.when(has_no_term & stated).then(severe).otherwise(nw.col("threshold_relation")),
    )


def _explained(frame: Frame) -> Frame:
    """The rationale: why the text means the term, then why the grade is what it is, or why there is none."""
    has_term = ~nw.col("source_term").is_null()
    no_such_grade = nw.concat_str(
        nw.lit("The edition has no such grade for this term; it has "), nw.col("grades_defined"), nw.lit(".")
    )
    why_grade = (
        nw.when(~nw.col("grade_map_id").is_null())
        .then(nw.col("grade_rationale"))
        .when(nw.col("grading_system") == "not stated")
        .then(nw.lit("The table names no edition: the term is named, its grades are not converted."))
        .when(has_term)
        .then(no_such_grade)
        .otherwise(nw.lit(""))
    )
    joined = nw.concat_str(nw.col("rationale").fill_null(""), nw.lit(" "), why_grade).str.strip_chars(" ")
    return frame.with_columns(rationale=nw.when(~nw.col("target_id").is_null()).then(joined))


def _reported_grades() -> list[nw.Expr]:
    """A grade typed inside the term is the grade reported, where the column itself says none or any."""
    return [
        nw.coalesce(nw.col("_typed_lower"), nw.col("grade_lower_reported"))
        .cast(nw.Int64)
        .alias("grade_lower_reported"),
        nw.coalesce(nw.col("_typed_upper"), nw.col("grade_upper_reported"))
        .cast(nw.Int64)
        .alias("grade_upper_reported"),
    ]
