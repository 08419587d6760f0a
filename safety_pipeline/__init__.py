"""Cross-trial adverse-event safety signal database for the NCI toxicity criteria."""
