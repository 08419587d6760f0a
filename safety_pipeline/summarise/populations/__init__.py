"""Which documents and arms speak for a set of patients."""
