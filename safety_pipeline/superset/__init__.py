"""The dashboard of Superset as files: generated from the marts, the metrics and the dictionary."""
