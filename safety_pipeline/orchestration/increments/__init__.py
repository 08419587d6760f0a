"""A run after a small change of a large lake: only what the change can reach is made again."""
