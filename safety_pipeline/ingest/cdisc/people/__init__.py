"""The subjects of a package: their arms, treatments and periods, and who is counted."""
