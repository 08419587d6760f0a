"""One incidence from several trials, of which some only bound their counts."""
