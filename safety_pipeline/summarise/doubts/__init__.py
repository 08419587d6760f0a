"""What is not known, and how much the answers depend on it: coverage, sensitivity, suspicions."""
