"""What each column is, from its header and from what stands below it."""
