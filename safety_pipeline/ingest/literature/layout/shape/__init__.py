"""Where a table begins and ends, which of its lines are its header, and over which columns a header stands."""
