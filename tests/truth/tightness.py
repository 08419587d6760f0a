"""How narrow the published bounds are on tiny trials, against the narrowest that hold in every completion."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from truth import article_completions, memory_lake, register_completions
from truth.article import article, random_tables
from truth.article_table import Table
from truth.completions import Bounds
from truth.law import Judged, judged, stops_at_4
from truth.printed import Printed
from truth.register import Record, random_record
from truth.register_json import printed_record
from truth.terms import concepts
from truth.trial import EDITIONS, Size, chance, random_trial

NARROWEST, WIDER, NO_BOUNDS, EXCLUDING = "narrowest", "wider", "no bounds", "excludes a completion"
TINY = Size(patients=4, arms=1, terms=4)
CONCEPTS = tuple(sorted(concepts() - {"death_any_cause"}))
Question = tuple[str, str]


@dataclass(frozen=True)
class Tiny:
    """A tiny source with one arm, and for a concept and band the narrowest bounds.

    `narrowest` are those of a reader who knows which grades the edition has and what the words of a term mean,
    `narrow` those of a reader who does not: what lies between the two is as narrow as can be asked.
    """

    printed: Printed
    narrowest: Mapping[Question, Bounds]
    narrow: Mapping[Question, Bounds]


@dataclass(frozen=True)
class Compared:
    """A published row beside the narrowest bounds of its question."""

    judged: Judged
    narrowest: Bounds
    narrow: Bounds

    @property
    def kind(self) -> tuple[str, str, str, str]:
        """Source, what it lists, what was asked, and the grade band."""
        asked = self.judged.row["concept"] if self.judged.row["concept"] == "any_event" else "concept"
        return self.judged.source.kind, self.judged.source.rule, asked, self.judged.row["grade_band"]

    @property
    def verdict(self) -> str:
        if self.judged.row["n_affected_upper"] is None:
            return NO_BOUNDS
        if not self.is_sound:
            return EXCLUDING
        return NARROWEST if self.is_tight else WIDER

    @property
    def is_sound(self) -> bool:
        """Whether no completion is excluded; a source's own column that stops at grade 4 is published as it stands."""
        lower, upper = self._published()
        holds = lower <= self.narrowest[0] and upper >= self.narrowest[1]
        is_inside = self.narrowest[0] <= lower and upper <= self.narrowest[1]
        return holds or (stops_at_4(self.judged.row) and is_inside)

    @property
    def is_tight(self) -> bool:
        lower, upper = self._published()
        return lower >= self.narrow[0] and upper <= self.narrow[1]

    def _published(self) -> Bounds:
        """Without bounds nothing is excluded."""
        row = self.judged.row
        if row["n_affected_upper"] is None:
            return 0, self.judged.source.trial.arms[0].n
        return row["n_affected_lower"], row["n_affected_upper"]


def compare(tiny: list[Tiny]) -> Iterator[Compared]:
    """Every published row of the tiny sources whose narrowest bounds are known."""
    sources = {each.printed.trial_id: each for each in tiny}
    printed = [each.printed for each in tiny]
    for row in judged(memory_lake.by_arm(memory_lake.run(printed)), printed):
        own, question = sources[row.source.trial_id], (row.row["concept"], row.row["grade_band"])
        if question in own.narrowest:
            yield Compared(row, own.narrowest[question], own.narrow[question])


def tiny_article(seed: int, number: int) -> Tiny:
    rng = chance("tiny article", seed, number)
    trial = random_trial(seed, number, rng, rng.choice(EDITIONS[:3]), TINY)
    table = random_tables(trial, rng)[0]
    narrowest = _of_table(table, by_edition=trial.is_graded_by_edition, by_words=True)
    narrow = _of_table(table, by_edition=False, by_words=False)
    return Tiny(article(trial, [table]), _with_other_concepts(narrowest), _with_other_concepts(narrow))


def _with_other_concepts(found: dict[Question, Bounds]) -> dict[Question, Bounds]:
    """Patients with any event are at least as many as those of each concept, and those of a concept at most as many.

    Where the completions of a concept are too many to try, nothing is known of the least of any event.
    """
    kinds = {concept for concept, _ in found} - {"any_event"}
    is_whole = len(kinds) == len(CONCEPTS) - 1
    least = {band: max(lower for (_, each), (lower, _) in found.items() if each == band) for _, band in found}
    most = {band: upper for (concept, band), (_, upper) in found.items() if concept == "any_event"}
    return {
        (concept, band): (least[band], upper) if concept == "any_event" else (lower, min(upper, most.get(band, upper)))
        for (concept, band), (lower, upper) in found.items()
        if concept != "any_event" or is_whole
    }


def _of_table(table: Table, *, by_edition: bool, by_words: bool) -> dict[Question, Bounds]:
    allowed = partial(article_completions.allowed, table, 0, by_edition=by_edition, by_words=by_words)
    return _by_question({concept: allowed(concept) for concept in CONCEPTS})


def tiny_record(seed: int, number: int) -> Tiny:
    record = random_record(seed, number, TINY, "register")
    narrowest, narrow = (_with_other_concepts(_of_record(record, by_words=by_words)) for by_words in (True, False))
    return Tiny(printed_record(record), narrowest, narrow)


def _of_record(record: Record, *, by_words: bool) -> dict[Question, Bounds]:
    allowed = partial(register_completions.allowed, record, 0, by_words=by_words)
    return _by_question({concept: allowed(concept) for concept in CONCEPTS})


def _by_question(found: Mapping[str, dict[str, Bounds] | None]) -> dict[Question, Bounds]:
    return {
        (concept, band): bounds
        for concept, by_band in found.items()
        if by_band is not None
        for band, bounds in by_band.items()
    }


TINY_PRINTERS = {"article": tiny_article, "register": tiny_record}
