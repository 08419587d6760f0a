"""The lake as it lies in its folder: its tables, its lock, what is left out and taken out; without Dagster."""
