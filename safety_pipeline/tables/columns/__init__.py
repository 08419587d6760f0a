"""Every column of every table, by theme."""
