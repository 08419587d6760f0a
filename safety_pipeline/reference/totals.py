"""The concepts that are totals over all events: a rule may name them, since no term of a dictionary does."""

ANY_EVENT = "any_event"
TOTALS = (ANY_EVENT, "death_any_cause")
