"""What the tables claim of each arm, concept, band and attribution."""
