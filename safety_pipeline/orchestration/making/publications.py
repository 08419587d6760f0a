"""What each public table is made of: the star schema, the marts, and the summaries that are public as they stand."""

from safety_pipeline.orchestration.lakes.taken_out import rejected_rows
from safety_pipeline.orchestration.making.stages import references
from safety_pipeline.orchestration.making.summary import Summary
from safety_pipeline.publish import star
from safety_pipeline.publish.marts import bridges, comparison, coverage, incidence
from safety_pipeline.tables import checked, compared, ingested, marts, published, summarised
from safety_pipeline.tables.column import Table
from safety_pipeline.tables.reference import DIM_CONCEPT, DIM_GRADE_MAP, DIM_TERM


def _unchanged(table: Table) -> Summary:
    """A public table that is a summary as it stands."""
    source = next(each for each in summarised.SUMMARISED if each.name == table.name)
    return Summary(table, (source,), lambda lake: lake.scan(source), same_as=source)


# The refused rows are the last of the public tables made: they tell what was taken out of the others.
_WITHOUT_BROKEN_ROWS = (
    *summarised.SUMMARISED,
    *(table for table in published.PUBLISHED if table is not published.REJECTED),
)
_DOCUMENTS = (ingested.DOCUMENT, summarised.DOCUMENT_USE)
_MADE_FOR_THE_STAR = (
    Summary(
        published.DIM_DOCUMENT,
        _DOCUMENTS,
        lambda lake: star.dim_document(lake.scan(ingested.DOCUMENT), lake.scan(summarised.DOCUMENT_USE)),
    ),
    Summary(
        published.DIM_TRIAL,
        (ingested.DOCUMENT, summarised.ARM),
        lambda lake: star.dim_trial(lake.scan(ingested.DOCUMENT), lake.scan(summarised.ARM)),
    ),
    Summary(published.DIM_ARM, (summarised.ARM,), lambda lake: star.dim_arm(lake.scan(summarised.ARM))),
    Summary(DIM_CONCEPT, (), lambda lake: references(lake).dim_concept()),
    Summary(DIM_GRADE_MAP, (), lambda lake: references(lake).dim_grade_map()),
    Summary(DIM_TERM, (), lambda lake: references(lake).dim_term()),
    Summary(
        published.FACT_TOXICITY,
        (checked.TOXICITY, summarised.ROW_USE),
        lambda lake: star.fact_toxicity(lake.scan(checked.TOXICITY), lake.scan(summarised.ROW_USE)),
        apart="trial",
    ),
    Summary(
        published.REJECTED, (checked.REJECTED,), lambda lake: star.rejected(rejected_rows(lake, _WITHOUT_BROKEN_ROWS))
    ),
)
_ARMS_NAMED = (DIM_CONCEPT, published.DIM_TRIAL, published.DIM_ARM)
_CONTRASTS = (compared.DOSE_CONTRAST, compared.ARM_CONTRAST, compared.CONTROL_CONTRAST)
_MARTS = (
    Summary(
        marts.INCIDENCE_BY_ARM,
        (summarised.INCIDENCE_BY_ARM,),
        lambda lake: incidence.with_incidence_id(lake.scan(summarised.INCIDENCE_BY_ARM)),
        apart="trial",
    ),
    Summary(
        marts.MART_INCIDENCE_BY_DOSE,
        (summarised.INCIDENCE_BY_DOSE, DIM_CONCEPT),
        lambda lake: incidence.mart_incidence_by_dose(lake.scan(summarised.INCIDENCE_BY_DOSE), lake.scan(DIM_CONCEPT)),
    ),
    Summary(
        marts.MART_INCIDENCE_BY_ARM,
        (marts.INCIDENCE_BY_ARM, *_ARMS_NAMED),
        lambda lake: incidence.mart_incidence_by_arm(lake.scan(marts.INCIDENCE_BY_ARM), *map(lake.scan, _ARMS_NAMED)),
        apart="trial",
    ),
    Summary(
        marts.MART_COMPARISON,
        (*_CONTRASTS, *_ARMS_NAMED),
        lambda lake: comparison.mart_comparison(
            comparison.Contrasts(*map(lake.scan, _CONTRASTS)), *map(lake.scan, _ARMS_NAMED)
        ),
    ),
    Summary(
        marts.MART_OVERVIEW,
        (summarised.AE_OVERVIEW, published.DIM_TRIAL, published.DIM_ARM),
        lambda lake: incidence.mart_overview(
            lake.scan(summarised.AE_OVERVIEW), lake.scan(published.DIM_TRIAL), lake.scan(published.DIM_ARM)
        ),
        apart="trial",
    ),
    Summary(
        marts.MART_SIGNAL,
        (compared.SIGNAL, DIM_CONCEPT),
        lambda lake: comparison.mart_signal(lake.scan(compared.SIGNAL), lake.scan(DIM_CONCEPT)),
    ),
    Summary(
        marts.MART_COVERAGE,
        (summarised.COVERAGE, *_ARMS_NAMED, published.DIM_DOCUMENT),
        lambda lake: coverage.mart_coverage(
            lake.scan(summarised.COVERAGE), *map(lake.scan, (*_ARMS_NAMED, published.DIM_DOCUMENT))
        ),
        apart="trial",
    ),
    Summary(
        marts.BRIDGE_INCIDENCE_TOXICITY,
        (marts.INCIDENCE_BY_ARM,),
        lambda lake: bridges.bridge_incidence_toxicity(lake.scan(marts.INCIDENCE_BY_ARM)),
        apart="trial",
    ),
    Summary(
        marts.BRIDGE_TOXICITY_GRADE_MAP,
        (published.FACT_TOXICITY,),
        lambda lake: bridges.bridge_toxicity_grade_map(lake.scan(published.FACT_TOXICITY)),
        apart="trial",
    ),
    Summary(
        marts.BRIDGE_DOSE_TRIAL,
        (marts.MART_INCIDENCE_BY_DOSE, marts.MART_INCIDENCE_BY_ARM),
        lambda lake: bridges.bridge_dose_trial(
            lake.scan(marts.MART_INCIDENCE_BY_DOSE), lake.scan(marts.MART_INCIDENCE_BY_ARM)
        ),
    ),
)
_STAR = {summary.table.name: summary for summary in (*_MADE_FOR_THE_STAR, *_MARTS)}
_IN_ORDER = (*(table for table in published.PUBLISHED if table is not published.REJECTED), published.REJECTED)
PUBLICATIONS = tuple(_STAR.get(table.name) or _unchanged(table) for table in _IN_ORDER)
