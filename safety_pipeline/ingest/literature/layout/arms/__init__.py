"""The arms that columns and lines name, and what is not said of them."""
