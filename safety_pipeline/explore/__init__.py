"""One local web application on the published database: charts, and from every number the way to its cells."""
