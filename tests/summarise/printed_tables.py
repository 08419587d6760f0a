"""Small made-up trials for the tests of the summaries: documents, arms and printed counts, as checked."""

from dataclasses import dataclass, field

import polars as pl

from safety_pipeline.reference.assessment import Designated
from safety_pipeline.reference.signal_rules import signal_rules
from safety_pipeline.summarise import by_arm, by_dose, by_term
from safety_pipeline.summarise.comparisons import arm_contrasts, contrasts, control_contrasts, signals
from safety_pipeline.summarise.comparisons.signal_evidence import evidence
from safety_pipeline.summarise.doubts import coverage, sensitivity
from safety_pipeline.summarise.evidence import row_use
from safety_pipeline.summarise.populations import arms, document_use
from safety_pipeline.summarise.sources import Sources
from safety_pipeline.tables import checked, harmonised, ingested
from safety_pipeline.tables.reference import DIM_CONCEPT, DIM_TERM

GRADES = {"any": (1, 5), "3-4": (3, 4), ">=3": (3, 5), "1-2": (1, 2)} | {str(n): (n, n) for n in range(1, 6)}
EMPTY = {pl.String: "", pl.Int64: 0, pl.Float64: 0.0, pl.Boolean: False}


def row_of(table, **known):
    """A row of a declared table; what is not given is null, or the emptiest value the column allows."""
    unknown = set(known) - set(table.column_names)
    assert not unknown, unknown
    return {column.name: known.get(column.name, _emptiest(column)) for column in table.columns}


def stored(rows):
    """The rows made, as a lake stores them: else each summary would make them again wherever it reads them."""
    return rows.collect().lazy()


def _emptiest(column):
    if column.nullable:
        return None
    return column.allowed[0] if column.allowed else EMPTY[type(column.dtype)]


@dataclass
class Printed:
    """Everything that was printed, written line by line by a test."""

    documents: list = field(default_factory=list)
    tables: list = field(default_factory=list)
    arms: list = field(default_factory=list)
    cells: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    life_table: list = field(default_factory=list)
    terms: list = field(default_factory=list)
    _made: dict = field(default_factory=dict, repr=False, compare=False)

    def document(self, document_id, trial_id=None, **known):
        defaults = {
            "allocation": "randomised",
            "has_toxicity_results": True,
            "document_priority": 1,
            "grading_system": "CTCAE v4.03",
            "drug": "imatinib",
        }
        named = {"delivery_id": f"literature.{document_id}", "document_id": document_id}
        self.documents.append(row_of(ingested.DOCUMENT, **named, trial_id=trial_id or document_id, **defaults | known))
        return self

    def table(self, label="Table", **known):
        document = self.documents[-1]
        named = {name: document[name] for name in ("delivery_id", "document_id", "trial_id")}
        defaults = {"table_kind": "table", "attribution": "related", "table_label": label, "table_priority": 1}
        self.tables.append(row_of(ingested.SOURCE_TABLE, **named, **defaults | known))
        return self

    def arm(self, arm_id, dose, n, **known):
        document = self.documents[-1]
        named = {name: document[name] for name in ("delivery_id", "document_id", "trial_id")}
        defaults = {"label": arm_id, "drug": "imatinib", "dose_mg_per_day": dose, "n_at_risk": n}
        self.arms.append(row_of(ingested.ARM, **named, arm_id=arm_id, **defaults | known))
        return self

    def cell(self, arm_id, term, grades, n, *, upper=None, **known):
        """One printed count of patients in the latest table; `term` is the printed row and, lower case, the concept."""
        table = self.tables[-1]
        lower_grade, upper_grade = GRADES[grades]
        at_risk = next(arm["n_at_risk"] for arm in reversed(self.arms) if arm["arm_id"] == arm_id)
        defaults = {
            **{name: table[name] for name in ("delivery_id", "document_id", "trial_id", "table_label", "attribution")},
            "toxicity_id": f"t{len(self.cells):04d}",
            "row_label": term,
            "term_as_reported": term,
            "concept": term.lower(),
            "concept_relation": "equal",
            "grading_system": self.documents[-1]["grading_system"],
            "grade_lower_reported": lower_grade,
            "grade_upper_reported": upper_grade,
            "grade_band_as_reported": grades,
            "grade_band": {"any": "any", "3-4": "severe", ">=3": "severe"}.get(grades),
            "grade_counting": "worst",
            "threshold_relation": "equal",
            "n_affected_lower": n,
            "n_affected_upper": n if upper is None else upper,
            "n_at_risk": at_risk,
            "count_unit": "patients",
            "cell_status": "observed" if n else "reported_zero",
        }
        self.cells.append(row_of(checked.TOXICITY, arm_id=arm_id, **defaults | known))
        return self

    def episodes(self, arm_id, term, grades, n):
        unknown = {"n_affected_lower": None, "n_affected_upper": None}
        return self.cell(
            arm_id, term, grades, 0, count_unit="episodes", n_episodes=n, cell_status="episodes_only", **unknown
        )

    def refuse(self, arm_id, term, band, rule, **known):
        table = self.tables[-1]
        named = {name: table[name] for name in ("delivery_id", "document_id", "trial_id", "table_label", "attribution")}
        row = row_of(
            checked.REJECTED,
            **named
            | {"arm_id": arm_id, "concept": term.lower(), "grade_band": band, "rule": rule, "row_label": term}
            | known,
        )
        self.refused.append(row)
        return self

    def _once(self, what, make):
        """Made once of the same printed lines: summaries are made of each other, and a test asks for several."""
        asked = (what, repr(self))
        if asked not in self._made:
            self._made[asked] = make()
        return self._made[asked]

    def sources(self, concepts=("edema", "haemorrhage", "rash")):
        return self._once(concepts, lambda: self._sources(concepts))

    def _sources(self, concepts):
        document = ingested.DOCUMENT.from_rows(self.documents)
        use = document_use.document_use(document.collect()).lazy()
        arm = stored(arms.arms(ingested.ARM.from_rows(self.arms), document, use))
        toxicity = checked.TOXICITY.from_rows(self.cells)
        tables = ingested.SOURCE_TABLE.from_rows(self.tables)
        concept = [row_of(DIM_CONCEPT, concept=name, label=name, is_headline=True) for name in concepts]
        return Sources(
            document=document,
            source_table=tables,
            document_use=use,
            arm=arm,
            concept=DIM_CONCEPT.from_rows(concept),
            term=DIM_TERM.from_rows([row_of(DIM_TERM, **term) for term in self.terms]),
            toxicity=toxicity,
            rejected=checked.REJECTED.from_rows(self.refused),
            row_use=stored(row_use.row_use(toxicity, tables, use, arm)),
            life_table=harmonised.LIFE_TABLE.from_rows(self.life_table),
        )

    def by_arm(self):
        return self._once("by arm", lambda: self._by_arm(self.sources()))

    def _by_arm(self, made):
        return by_arm.incidence_by_arm(made, stored(by_arm.concepts_by_drug(made))).collect()

    def answer(self, arm_id, concept, band, attribution=None):
        """The one row of `incidence_by_arm` for an arm, concept and band."""
        rows = self.by_arm() if attribution is None else self.by_arm().filter(attribution=attribution)
        return answer(rows, arm_id, concept, band)

    def by_dose(self):
        return self._once(
            "by dose", lambda: by_dose.incidence_by_dose(self.by_arm().lazy(), self.sources().arm).collect()
        )

    def contrasts(self, suspected=None):
        systems = pl.LazyFrame(schema={"concept": pl.String, "body_system": pl.String})
        within = contrasts.dose_contrast(self.sources(), systems)
        return contrasts.with_stratified(within, self.sources().arm, suspected).collect()

    def arm_contrasts(self):
        systems = pl.LazyFrame(schema={"concept": pl.String, "body_system": pl.String})
        return arm_contrasts.arm_contrast(self.sources(), systems).collect()

    def control_contrasts(self, suspected=()):
        """Drugs against controls over trials; ``suspected`` are pairs of trials."""
        schema = {"trial_id": pl.String, "other_trial_id": pl.String}
        both = pl.LazyFrame([*suspected, *(pair[::-1] for pair in suspected)], schema=schema, orient="row")
        systems = pl.LazyFrame(schema={"concept": pl.String, "body_system": pl.String})
        of_arms = self.arm_contrasts().lazy()
        return control_contrasts.control_contrast(
            self.by_arm().lazy(), of_arms, self.sources().arm, systems, both
        ).collect()

    def signals(self, rules=None):
        arm, by_arm = self.sources().arm, self.by_arm().lazy()
        shown = evidence(
            arm, by_arm, by_term.incidence_by_term(self.sources()), self.by_dose().lazy(), self.contrasts().lazy()
        )
        return signals.signal(
            self.sources().concept,
            shown,
            rules or signal_rules(),
            Designated(("anaphylaxis",), ("torsade de pointes",)),
        ).collect()

    def sensitivity(self):
        return sensitivity.sensitivity(self.sources(), self.by_arm().lazy(), self.by_dose().lazy()).collect()

    def coverage(self):
        return coverage.coverage(self.sources(), self.by_arm().lazy()).collect()


def answer(by_arm, arm_id, concept, band):
    """The one row of `incidence_by_arm` for an arm, concept and band."""
    rows = by_arm.filter(arm_id=arm_id, concept=concept, grade_band=band)
    assert rows.height == 1, rows
    return rows.row(0, named=True)


def bounds(row):
    return row["n_affected_lower"], row["n_affected_upper"]
