"""Running the suites: Polars counts the rows that break an expectation, Great Expectations judges the counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from safety_pipeline.check import judge, promises
from safety_pipeline.check.suites import Expectation, Suite, asks_for_columns, expectations

FAILING_ROWS_SHOWN = 10


@dataclass(frozen=True)
class Question:
    """A suite and the rows it is asked of.

    ``columns`` are those of the stored table. ``counts`` are the failing and the checked rows by check name where they
    are known already, and ``examples`` the rows that failed then, each with the name of its check in ``rule``.
    """

    suite: Suite
    rows: pl.LazyFrame
    key: Sequence[str]
    columns: Sequence[str]
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    examples: pl.LazyFrame | None = None


@dataclass(frozen=True)
class Outcome:
    """The answer of one expectation; ``finding`` says what its failing rows do, of which a few are there."""

    asset: str
    check_name: str
    severity: str
    description: str
    finding: str
    passed: bool
    n_failing: int | None
    n_checked: int | None
    failing_rows: Sequence[Mapping[str, object]]
    error: str | None

    @property
    def sentence(self) -> str:
        """What was found, as a person reads it."""
        if self.error:
            return f"The check could not be made: {self.error}"
        return self.description if self.passed else f"{self.n_failing} of {self.n_checked} rows: {self.finding}"


def run_suites(questions: Sequence[Question]) -> list[list[Outcome]]:
    """One list a suite, one outcome per expectation, in the suite's order."""
    answered = [_counted(each) for each in questions]
    verdicts = judge.verdicts(
        {(at, name): counts[0] for at, known in enumerate(answered) for name, counts in known.items()}
    )
    return [
        [
            _outcome(question, each, answered[at], verdicts.get((at, _name(each))))
            for each in expectations(question.suite)
        ]
        for at, question in enumerate(questions)
    ]


def _counted(question: Question) -> dict[str, tuple[int, int]]:
    """By check name the failing and the checked rows; a table with other columns than declared is one failing row."""
    n_rows, failing = promises.counted(question.rows, question.suite)
    of_columns = [each for each in expectations(question.suite) if asks_for_columns(each)]
    differs = {_name(each): int(list(question.columns) != each["kwargs"]["column_list"]) for each in of_columns}
    return {name: (n, n_rows) for name, n in (failing | differs).items()} | dict(question.counts)


def _name(expectation: Expectation) -> str:
    return str(expectation["meta"]["check_name"])


def _outcome(
    question: Question,
    expectation: Expectation,
    counted: Mapping[str, tuple[int, int]],
    verdict: judge.Verdict | None,
) -> Outcome:
    """What Polars cannot count is asked of the rows themselves; without an answer it is an error, not a pass."""
    name = _name(expectation)
    if verdict is None:
        frame = question.rows.collect(engine="streaming")
        counted = {name: (0, frame.height)}
        verdict = judge.verdict_on_rows(question.suite, expectation, frame, question.key)
    is_broken = not verdict.passed and verdict.error is None
    return Outcome(
        asset=str(question.suite["asset"]),
        check_name=name,
        # A check that could not be made is a broken promise of ours, whatever it was declared as.
        severity="critical" if verdict.error else str(expectation["severity"]),
        description=str(expectation["description"]),
        finding=str(expectation["meta"].get("finding") or expectation["description"]),
        passed=verdict.passed,
        n_failing=verdict.n_failing,
        n_checked=counted[name][1],
        failing_rows=verdict.failing_rows or (_failing_rows(question, expectation) if is_broken else []),
        error=verdict.error,
    )


def _failing_rows(question: Question, expectation: Expectation) -> list[dict[str, object]]:
    if question.examples is not None:
        of_the_check = question.examples.filter(pl.col("rule") == _name(expectation)).drop("rule")
        return of_the_check.head(FAILING_ROWS_SHOWN).collect(engine="streaming").to_dicts()
    broken = promises.broken_by(expectation)
    names = [name for name in question.rows.collect_schema().names() if name in question.key or name in _PLACE]
    if broken is None or not names:
        return []
    failing = question.rows.filter(broken).select(names)
    return failing.head(FAILING_ROWS_SHOWN).collect(engine="streaming").to_dicts()


# Beside its key, a failing row shows where it comes from and what is wrong with it.
_PLACE = ("delivery_id", "document_id", "trial_id", "source_file", "row_number", "column_label", "broken_values")
