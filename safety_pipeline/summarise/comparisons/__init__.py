"""Comparisons of arms within and across trials, and the signals that follow."""
