"""From a printed event to the term of its dictionary and of CTCAE v4.03."""
