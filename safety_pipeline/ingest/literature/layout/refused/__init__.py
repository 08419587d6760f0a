"""Tables that are refused: listings of subjects, single patients, numbers that cannot be read safely."""
