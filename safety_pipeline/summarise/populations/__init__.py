"""Which documents and arms give the numbers of a set of patients."""
