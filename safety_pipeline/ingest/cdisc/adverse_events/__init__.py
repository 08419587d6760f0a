"""The events of subjects: which began under treatment, which lines are one event, how they were graded."""
