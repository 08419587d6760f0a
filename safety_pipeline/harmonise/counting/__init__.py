"""From the events of single subjects to counts of each arm."""
