"""Estimators on arrays: one module a family of methods, each with its formula and source."""
