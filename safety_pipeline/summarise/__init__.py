"""From accepted rows to incidence, contrasts, signals and coverage."""
