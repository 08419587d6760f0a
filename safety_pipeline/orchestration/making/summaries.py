"""The tables over all deliveries: what each reads, how it is made, and where its rows stand apart from others'."""

import polars as pl

from safety_pipeline.engine import collected_once
from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.making.blocks import in_blocks
from safety_pipeline.orchestration.making.stages import references
from safety_pipeline.orchestration.making.summary import Summary
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
        unknown_term=collected_once(unknown_terms(scanned["toxicity"], scanned["rejected"], references(lake))),
        min_readable_share=silence_rules()["min_readable_share"],
        **scanned,
    )


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
