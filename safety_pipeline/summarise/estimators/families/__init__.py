"""Many terms of one trial at once: adjusted p-values, false discovery rates, shared strength."""
