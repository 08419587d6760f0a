"""What readers said of crosswalk rows: verdicts that are applied, and how often rows were wrong."""
