"""What each stage makes of what the stages before it stored: the wiring of pure functions, without Dagster."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import polars as pl

from safety_pipeline import harmonise, reference
from safety_pipeline.check.delivery import checked_tables
from safety_pipeline.ingest import readers
from safety_pipeline.orchestration.blocks import in_blocks
from safety_pipeline.orchestration.lake import Lake
from safety_pipeline.reference import References
from safety_pipeline.reference.assessment import (
    body_system,
    designated_events,
    silence_rules,
    suspicion_rules,
    time_points,
)
from safety_pipeline.reference.signal_rules import signal_rules
from safety_pipeline.summarise import ae_overview, by_arm, by_dose, by_term, over_time
from safety_pipeline.summarise.comparisons import (
    arm_contrasts,
    contrasts,
    control_contrasts,
    dose_shapes,
    hierarchical_contrasts,
    signals,
)
from safety_pipeline.summarise.comparisons.signal_evidence import evidence
from safety_pipeline.summarise.doubts import coverage, suspicions
from safety_pipeline.summarise.doubts import sensitivity as sensitivities
from safety_pipeline.summarise.evidence import row_use
from safety_pipeline.summarise.evidence.unknown_terms import unknown_terms
from safety_pipeline.summarise.populations import arms, document_use
from safety_pipeline.summarise.sources import Sources
from safety_pipeline.tables import checked, compared, harmonised, ingested, summarised
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.storage import Stored, link_table

Frames = Mapping[str, pl.LazyFrame]


# Those that ship, those of a lake, and those of it before a change; the daemon of Dagster lives through many.
@lru_cache(maxsize=4)
def _references(own: Path | None, _version: str) -> References:
    return reference.load(own)


def references(lake: Lake) -> References:
    """The reference data, with the additions of this lake's user."""
    return _references(lake.own_reference, lake.own_reference_version)


def text_answers(lake: Lake, delivery_id: str) -> tuple[str, str]:
    """A hash of what the lake's reference data say of the delivery's texts, and of what those that ship say."""
    tables = {table.name: lake.scan(table, delivery_id) for table in ingested.INGESTED}
    return harmonise.text_answers(tables, references(lake)), harmonise.text_answers(tables, _references(None, ""))


def ingest(lake: Lake, delivery_id: str) -> Frames:
    """The tables of one delivery, as printed."""
    return readers.read(lake.deliveries[delivery_id]).tables()


def harmonised_tables(lake: Lake, delivery_id: str) -> Frames:
    """One delivery's counts and refusals on the CTCAE v4.03 vocabulary, its times to a first event, and its arms."""
    tables = {table.name: lake.scan(table, delivery_id) for table in ingested.INGESTED}
    made = {table.name: table.empty() for table in harmonised.HARMONISED} | {"arm": harmonise.arms(tables)}
    if not is_empty(tables["refusal"]):
        made["refusal"] = harmonise.refusals(tables["refusal"], references(lake))
    if not is_empty(tables["subject"]):
        made["toxicity"] = harmonise.toxicity(tables, references(lake))
        made["life_table"] = harmonise.life_table(tables, references(lake))
        made["overview"] = harmonise.overview(tables)
    elif not is_empty(tables["cell"]):
        of_arms = {name: rows for name, rows in tables.items() if name not in ("subject", "event")}
        made["toxicity"] = harmonise.toxicity(of_arms, references(lake))
    return made


def is_empty(rows: pl.LazyFrame) -> bool:
    """Whether there is no row, told by the first one."""
    return rows.head(1).collect().is_empty()


def check(lake: Lake, delivery_id: str, faults: pl.LazyFrame | None = None) -> Frames:
    """One delivery's accepted rows, refused rows and audit; ``faults`` where another engine has found them."""
    toxicity, refusal = lake.scan(harmonised.TOXICITY, delivery_id), lake.scan(harmonised.REFUSAL, delivery_id)
    if is_empty(toxicity) and is_empty(refusal):
        return {table.name: table.empty() for table in checked.CHECKED}
    return checked_tables(toxicity, refusal, references(lake).dim_term(), faults)


def sources(lake: Lake) -> Sources:
    """All deliveries side by side, as far as the summaries need them."""
    tables = {
        "document": ingested.DOCUMENT,
        "source_table": ingested.SOURCE_TABLE,
        "document_use": summarised.DOCUMENT_USE,
        "arm": summarised.ARM,
        "toxicity": checked.TOXICITY,
        "rejected": checked.REJECTED,
        "row_use": summarised.ROW_USE,
        "life_table": harmonised.LIFE_TABLE,
    }
    scanned = {name: lake.scan(table) for name, table in tables.items()}
    return Sources(
        concept=references(lake).dim_concept(),
        term=references(lake).dim_term(),
        unknown_term=unknown_terms(scanned["toxicity"], scanned["rejected"], references(lake)),
        min_readable_share=silence_rules()["min_readable_share"],
        **scanned,
    )


@dataclass(frozen=True)
class Summary:
    """One table over all deliveries: what it reads and how it is made; or which stored table it is as it stands.

    What it says of one trial, of one drug or of a pair of documents is the same whatever else the lake holds, where it
    is ``apart`` by that.
    """

    table: Table
    reads: tuple[Table, ...]
    make: Callable[[Lake], pl.LazyFrame]
    same_as: Table | None = None
    apart: Literal["trial", "drug", "pair"] | None = None

    @property
    def is_by_trial(self) -> bool:
        return self.apart == "trial"

    def in_blocks(self, lake: Lake) -> pl.LazyFrame:
        """The rows made of the whole lake, those of trials block after block."""
        return in_blocks(lake, self.table, self.make) if self.is_by_trial else self.make(lake)

    def write(self, lake: Lake, rows: "Rows | None" = None) -> Stored:
        """Make the table as an engine makes it, and store it."""
        if self.same_as is not None:
            return link_table(lake.path(self.same_as), lake.path(self.table))
        return lake.write(self.table, self.in_blocks(lake) if rows is None else rows(lake, self))


Rows = Callable[[Lake, Summary], pl.LazyFrame]


_SOURCES = (
    ingested.DOCUMENT,
    ingested.SOURCE_TABLE,
    summarised.DOCUMENT_USE,
    summarised.ARM,
    checked.TOXICITY,
    checked.REJECTED,
    summarised.ROW_USE,
)


def _drug_concept(lake: Lake) -> pl.LazyFrame:
    """Gathered from the blocks, since the trials of a drug lie in several."""
    table = summarised.DRUG_CONCEPT
    found = in_blocks(lake, table, lambda part: by_arm.concepts_by_drug(sources(part)))
    return found.unique().sort(table.key)


def _suspected(lake: Lake) -> pl.LazyFrame:
    """The pairs of trials that may report the same patients."""
    return suspicions.suspected_trials(lake.scan(compared.SUSPECTED_DUPLICATE), lake.scan(summarised.ARM))


def _doses_within_trials(lake: Lake) -> pl.LazyFrame:
    return contrasts.dose_contrast(
        sources(lake), body_system(references(lake)), with_hierarchical=hierarchical_contrasts.is_wanted()
    )


SUMMARIES = (
    Summary(
        summarised.DOCUMENT_USE,
        (ingested.DOCUMENT,),
        lambda lake: document_use.document_use(lake.scan(ingested.DOCUMENT).collect()).lazy(),
    ),
    Summary(
        summarised.ARM,
        (harmonised.ARM, ingested.DOCUMENT, summarised.DOCUMENT_USE),
        lambda lake: arms.arms(
            lake.scan(harmonised.ARM), lake.scan(ingested.DOCUMENT), lake.scan(summarised.DOCUMENT_USE)
        ),
    ),
    Summary(
        summarised.ROW_USE,
        (checked.TOXICITY, ingested.SOURCE_TABLE, summarised.DOCUMENT_USE, summarised.ARM),
        lambda lake: row_use.row_use(
            lake.scan(checked.TOXICITY),
            lake.scan(ingested.SOURCE_TABLE),
            lake.scan(summarised.DOCUMENT_USE),
            lake.scan(summarised.ARM),
        ),
        apart="trial",
    ),
    Summary(summarised.DRUG_CONCEPT, _SOURCES, _drug_concept, apart="drug"),
    Summary(
        summarised.INCIDENCE_BY_ARM,
        (*_SOURCES, summarised.DRUG_CONCEPT),
        lambda lake: by_arm.incidence_by_arm(sources(lake), lake.scan(summarised.DRUG_CONCEPT)),
        apart="trial",
    ),
    Summary(
        summarised.INCIDENCE_INTERVAL,
        (summarised.INCIDENCE_BY_ARM,),
        lambda lake: by_arm.incidence_interval(lake.scan(summarised.INCIDENCE_BY_ARM)),
        apart="trial",
    ),
    Summary(
        summarised.INCIDENCE_BY_TERM,
        _SOURCES,
        lambda lake: by_term.incidence_by_term(sources(lake)),
        apart="trial",
    ),
    Summary(
        summarised.AE_OVERVIEW,
        (*_SOURCES, harmonised.OVERVIEW, summarised.INCIDENCE_BY_ARM),
        lambda lake: ae_overview.ae_overview(
            sources(lake), lake.scan(harmonised.OVERVIEW), lake.scan(summarised.INCIDENCE_BY_ARM)
        ),
        apart="trial",
    ),
    Summary(
        summarised.INCIDENCE_OVER_TIME,
        (harmonised.LIFE_TABLE, summarised.ARM, ingested.SOURCE_TABLE),
        lambda lake: over_time.incidence_over_time(sources(lake), time_points()),
        apart="trial",
    ),
    Summary(
        compared.SUSPECTED_DUPLICATE,
        (checked.TOXICITY, summarised.DOCUMENT_USE),
        lambda lake: suspicions.suspected_duplicates(
            lake.scan(checked.TOXICITY), lake.scan(summarised.DOCUMENT_USE), suspicion_rules()
        ),
        apart="pair",
    ),
    Summary(
        summarised.INCIDENCE_BY_DOSE,
        (summarised.INCIDENCE_BY_ARM, summarised.ARM, compared.SUSPECTED_DUPLICATE),
        lambda lake: by_dose.incidence_by_dose(
            lake.scan(summarised.INCIDENCE_BY_ARM),
            lake.scan(summarised.ARM),
            _suspected(lake),
        ),
        apart="drug",
    ),
    Summary(
        compared.DOSE_CONTRAST,
        (*_SOURCES, compared.SUSPECTED_DUPLICATE),
        lambda lake: contrasts.with_stratified(
            in_blocks(lake, compared.DOSE_CONTRAST, _doses_within_trials).collect().lazy(),
            lake.scan(summarised.ARM),
            _suspected(lake),
        ),
        apart="drug",
    ),
    Summary(
        compared.ARM_CONTRAST,
        _SOURCES,
        lambda lake: arm_contrasts.arm_contrast(sources(lake), body_system(references(lake))),
        apart="trial",
    ),
    Summary(
        compared.CONTROL_CONTRAST,
        (summarised.INCIDENCE_BY_ARM, compared.ARM_CONTRAST, summarised.ARM, compared.SUSPECTED_DUPLICATE),
        lambda lake: control_contrasts.control_contrast(
            lake.scan(summarised.INCIDENCE_BY_ARM),
            lake.scan(compared.ARM_CONTRAST),
            lake.scan(summarised.ARM),
            body_system(references(lake)),
            _suspected(lake),
        ),
    ),
    Summary(
        compared.DOSE_SHAPE,
        (compared.DOSE_CONTRAST, summarised.ARM),
        lambda lake: dose_shapes.dose_shape(lake.scan(compared.DOSE_CONTRAST), lake.scan(summarised.ARM)),
    ),
    Summary(
        compared.SIGNAL,
        (
            summarised.ARM,
            summarised.INCIDENCE_BY_ARM,
            summarised.INCIDENCE_BY_TERM,
            summarised.INCIDENCE_BY_DOSE,
            compared.DOSE_CONTRAST,
        ),
        lambda lake: signals.signal(
            references(lake).dim_concept(),
            evidence(
                lake.scan(summarised.ARM),
                lake.scan(summarised.INCIDENCE_BY_ARM),
                lake.scan(summarised.INCIDENCE_BY_TERM),
                lake.scan(summarised.INCIDENCE_BY_DOSE),
                lake.scan(compared.DOSE_CONTRAST),
            ),
            signal_rules(lake.own_reference),
            designated_events(references(lake).dim_concept().collect()["concept"].to_list(), lake.own_reference),
        ),
    ),
    Summary(
        compared.SENSITIVITY,
        (*_SOURCES, harmonised.LIFE_TABLE, summarised.INCIDENCE_BY_ARM, summarised.INCIDENCE_BY_DOSE),
        lambda lake: sensitivities.sensitivity(
            sources(lake), lake.scan(summarised.INCIDENCE_BY_ARM), lake.scan(summarised.INCIDENCE_BY_DOSE)
        ),
        apart="drug",
    ),
    Summary(
        summarised.COVERAGE,
        (*_SOURCES, summarised.INCIDENCE_BY_ARM),
        lambda lake: coverage.coverage(sources(lake), lake.scan(summarised.INCIDENCE_BY_ARM)),
        apart="trial",
    ),
)
