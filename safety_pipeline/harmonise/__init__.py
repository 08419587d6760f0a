"""From terms and grades as printed to CTCAE v4.03, as pure Narwhals expressions."""
