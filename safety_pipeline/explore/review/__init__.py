"""The review desk: the crosswalk beside the official texts, the rows that most patients depend on first."""
