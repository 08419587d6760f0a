"""Which evidence makes a signal: ordered rules with conditions, an assessment, and the words of its basis."""

import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from safety_pipeline.reference.read import DATA, ReferenceDataError, read_keyed, read_rows
from safety_pipeline.tables.columns.estimates import ASSESSMENTS

ANY = "*"
NUMBERS = (
    "risk_difference",
    "ci_lower",
    "ci_upper",
    "p_value",
    "p_bh",
    "p_double_fdr",
    "p_double_fdr_2004",
    "p_discrete_fdr",
    "posterior_prob_higher",
    "k_trials",
    "n_rows",
)
EVIDENCE = (*NUMBERS, "design")
COMPARISONS = ("below", "above", "is", "known", "missing")
PLACEHOLDERS = ("difference", "lower", "upper", "dose", "posterior", "k_trials", "n_rows")
_RULE_COLUMNS = ("rank", "rule", "concept", "drug", "grade_band", "assessment", "basis", "rationale", "source")
_CONDITION_COLUMNS = ("rule", "evidence", "comparison", "value")
_RULE_FILE, _CONDITION_FILE = "signal_rule.csv", "signal_condition.csv"


@dataclass(frozen=True)
class Condition:
    """What one piece of evidence must be: `below` or `above` a number, `is` a word, `known` or `missing`."""

    evidence: str
    comparison: str
    value: str


@dataclass(frozen=True)
class SignalRule:
    """One rule: where it applies (`*` is everywhere), what must hold all together, and what it then says."""

    rule: str
    concept: str
    drug: str
    grade_band: str
    assessment: str
    basis: str
    conditions: tuple[Condition, ...]


def signal_rules(overlay: Path | None = None) -> tuple[SignalRule, ...]:
    """The rules in the order they are tried; the first that holds decides.

    A user's own files of the same names in ``overlay`` add rules; a rank puts them before or after those that ship.
    """
    rules = read_keyed(_files(_RULE_FILE, overlay), _RULE_COLUMNS, ("rule",))
    conditions = pl.concat([read_rows(path, _CONDITION_COLUMNS) for path in _files(_CONDITION_FILE, overlay)])
    found = [_rule(row, conditions) for row in sorted(rules.to_dicts(), key=_rank)]
    _refuse_orphans(conditions, {each.rule for each in found})
    return tuple(found)


def _files(name: str, overlay: Path | None) -> list[Path]:
    own = overlay / name if overlay is not None else None
    return [DATA / name, *([own] if own is not None and own.exists() else [])]


def _rank(row: dict[str, str]) -> int:
    if not row["rank"].isdecimal():
        raise ReferenceDataError(f"{_RULE_FILE}: rule {row['rule']!r}: rank {row['rank']!r} is not a whole number.")
    return int(row["rank"])


def _rule(row: dict[str, str], conditions: pl.DataFrame) -> SignalRule:
    _refuse_unless(row["assessment"] in ASSESSMENTS, row["rule"], f"assessment is not one of {list(ASSESSMENTS)}")
    unknown = sorted(set(re.findall(r"{(\w*)}", row["basis"])) - set(PLACEHOLDERS))
    _refuse_unless(not unknown, row["rule"], f"its basis names {unknown}; known are {list(PLACEHOLDERS)}")
    own = conditions.filter(rule=row["rule"]).drop("rule").iter_rows()
    named = {name: row[name] for name in ("rule", "concept", "drug", "grade_band", "assessment", "basis")}
    return SignalRule(**named, conditions=tuple(_condition(row["rule"], *each) for each in own))


def _condition(rule: str, evidence: str, comparison: str, value: str) -> Condition:
    _refuse_unless(evidence in EVIDENCE, rule, f"evidence {evidence!r} is not one of {list(EVIDENCE)}")
    _refuse_unless(comparison in COMPARISONS, rule, f"comparison {comparison!r} is not one of {list(COMPARISONS)}")
    is_number = re.fullmatch(r"-?\d+(\.\d+)?", value) is not None
    if comparison in ("below", "above"):
        _refuse_unless(
            is_number and evidence in NUMBERS, rule, f"{evidence} {comparison} {value!r} compares no numbers"
        )
    return Condition(evidence, comparison, value)


def _refuse_unless(is_sound: bool, rule: str, fault: str) -> None:
    if not is_sound:
        raise ReferenceDataError(f"{_RULE_FILE} and {_CONDITION_FILE}: rule {rule!r}: {fault}.")


def _refuse_orphans(conditions: pl.DataFrame, rules: set[str]) -> None:
    orphans = sorted(set(conditions["rule"]) - rules)
    if orphans:
        raise ReferenceDataError(f"{_CONDITION_FILE}: no rule is called {orphans}; name them in {_RULE_FILE}.")
