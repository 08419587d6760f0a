"""Every table and column, declared once; below all stages."""
