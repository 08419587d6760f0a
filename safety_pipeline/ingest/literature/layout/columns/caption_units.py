"""What a caption says that the numbers of all columns count: events, or courses of treatment."""

from dataclasses import replace

from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn
from safety_pipeline.ingest.literature.layout.words.heading_words import counts_courses, counts_events_by_caption


def counted_as_the_caption_says(guesses: list[GuessedColumn], caption: str) -> list[GuessedColumn]:
    """The columns with the unit of their caption; under any other they count patients, as they are."""
    if counts_courses(caption):
        return [_of_courses(guess) if guess.role == "count" else guess for guess in guesses]
    if counts_events_by_caption(caption):
        return [_of_events(guess) if guess.role == "count" else guess for guess in guesses]
    return guesses


def _of_events(guess: GuessedColumn) -> GuessedColumn:
    """Whole numbers under "Number of adverse events by term" are events."""
    return replace(guess, count_unit="episodes") if guess.content == "n" else guess


def _of_courses(guess: GuessedColumn) -> GuessedColumn:
    """Under "Toxicity per course" every number is one of courses, and so is every percentage."""
    if guess.content == "%":
        return replace(guess, role="ignore", reason="percentage of courses")
    content = "n (rate)" if guess.content == "n (%)" else guess.content
    return replace(guess, count_unit="episodes", content=content)
