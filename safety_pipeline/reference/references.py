"""The reference tables, read once, with their keys proved unique and the joins they make possible."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import polars as pl
from rapidfuzz import process

from safety_pipeline.reference import dimensions
from safety_pipeline.reference.crosswalk.answers import grade_answers
from safety_pipeline.reference.layout import FILES, DataFile
from safety_pipeline.reference.read import DATA, empty_as_null, read_keyed, whole
from safety_pipeline.reference.readers.reviewed import with_verdicts
from safety_pipeline.reference.terms import described_terms
from safety_pipeline.reference.texts.lexicon_targets import lexicon_targets
from safety_pipeline.reference.texts.matches import match_table
from safety_pipeline.reference.texts.spelling import SpellingRule
from safety_pipeline.reference.texts.targets import curated_targets, term_targets
from safety_pipeline.reference.texts.wording import Wording, wording
from safety_pipeline.reference.totals import ANY_EVENT


@dataclass(frozen=True)
class References:
    """What medicine says, as frames; everything derived from them is computed once and kept."""

    term: pl.DataFrame
    grade_map: pl.DataFrame
    verdict: pl.DataFrame
    crosswalk_version: pl.DataFrame
    synonym: pl.DataFrame
    proposal: pl.DataFrame
    spelling: pl.DataFrame
    cutoff: pl.DataFrame
    official: pl.DataFrame
    concept: pl.DataFrame
    concept_member: pl.DataFrame
    concept_lexicon: pl.DataFrame
    threshold: pl.DataFrame
    wording_rule: pl.DataFrame

    @cached_property
    def spelling_rules(self) -> tuple[SpellingRule, ...]:
        return tuple(SpellingRule(*row) for row in self.spelling.select("step", "pattern", "replacement").iter_rows())

    @cached_property
    def terms(self) -> pl.DataFrame:
        """One row per term of an edition with its v4.03 term, concept and threshold relation."""
        return described_terms(self.term, self.grade_map, self.concept_member, self.threshold)

    @cached_property
    def curated(self) -> pl.DataFrame:
        """One row per curated text: which terms it stands for, and what it says of them."""
        return curated_targets(pl.concat([self.synonym, self.proposal]), self.terms, self.spelling_rules)

    @cached_property
    def targets(self) -> pl.DataFrame:
        """One row per target: a term, several terms in one cell, a term with its own concept, or a concept alone."""
        by_rule = lexicon_targets(self.concept_lexicon)
        return pl.concat([term_targets(self.terms, self.curated), by_rule], how="diagonal")

    @cached_property
    def matches(self) -> pl.DataFrame:
        """One row per edition, kind of source, parent concept and text key: the target it means."""
        return match_table(self.terms, self.curated, self.spelling_rules)

    @cached_property
    def wording(self) -> Wording:
        """The words that terms are made of, to tell a term that can be read from one in code or another language."""
        return wording(self.wording_rule, self.matches["text"])

    @cached_property
    def read_by_lexicon(self) -> dict[str, list[tuple[str, str, str]]]:
        """What the lexicon has said of texts so far, by text; filled as texts are read."""
        return {}

    @cached_property
    def answers(self) -> pl.DataFrame:
        """One row per target and reported range of grades: the union of what its grades are on v4.03."""
        return grade_answers(self.targets, self.grade_map, self.term)

    @cached_property
    def headlines(self) -> pl.DataFrame:
        """One row per headline concept with its label."""
        return self.concept.filter(is_headline="true").select("concept", concept_label="label")

    @cached_property
    def union_concepts(self) -> pl.DataFrame:
        """One row per concept that subjects are counted for: the headline concepts and any event."""
        every = pl.col("is_headline").eq("true") | pl.col("concept").eq(ANY_EVENT)
        return self.concept.filter(every).select(given_concept="concept", label="label")

    def dim_grade_map(self) -> pl.LazyFrame:
        """The grade crosswalk as published."""
        return dimensions.dim_grade_map(self.grade_map, self.crosswalk_version)

    def dim_term(self) -> pl.LazyFrame:
        """The dictionaries as published."""
        return dimensions.dim_term(self.terms, self.threshold)

    def dim_concept(self) -> pl.LazyFrame:
        """The concepts as published."""
        return dimensions.dim_concept(self.concept, self.targets)

    def near_terms(self, grading_system: str, text: str) -> list[str]:
        """Up to five texts of the edition that are spelt nearest to this one; a hint, never a match."""
        names = self.matches.filter(grading_system=grading_system)["text"].unique().sort().to_list()
        return [name for name, _, _ in process.extract(text, names, limit=5)]

    @property
    def any_event_label(self) -> str:
        return str(self.concept.filter(concept=ANY_EVENT)["label"].item())


def load(overlay: Path | None = None) -> References:
    """The references that ship, with the user's own files of the same names in ``overlay`` added beneath.

    Verdicts of the user's reviewers stand in place of the crosswalk rows they changed.
    """
    if overlay is None or not any(overlay.glob("*.csv")):
        return _shipped(_as_stored())
    return _references(overlay)


@lru_cache(maxsize=1)
def _shipped(_stored: tuple[tuple[str, int, int], ...]) -> References:
    """Kept with all that is derived from them, which takes half a second, as long as the files are the same."""
    return _references(None)


def _as_stored() -> tuple[tuple[str, int, int], ...]:
    """The shipped files, each with its time of change and size."""
    stored = ((path.name, path.stat()) for path in sorted(DATA.rglob("*.csv")))
    return tuple((name, found.st_mtime_ns, found.st_size) for name, found in stored)


def _references(overlay: Path | None) -> References:
    tables = {name: _read(each, overlay) for name, each in FILES.items()}
    return References(**tables | {"grade_map": with_verdicts(tables["grade_map"], tables["verdict"])})


def _read(each: DataFile, overlay: Path | None) -> pl.DataFrame:
    shipped = sorted(DATA.glob(each.pattern))
    own = sorted(overlay.glob(Path(each.pattern).name)) if overlay is not None and each.may_extend else []
    rows = read_keyed([*shipped, *own], each.columns, each.key)
    return empty_as_null(whole(rows, each.whole), each.nullable)
