"""What a printed number says: counts, percentages, denominators, and the arithmetic between them."""
