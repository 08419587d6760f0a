"""Charts as SVG that the server writes: shapes with links and titles, readable without a script."""
