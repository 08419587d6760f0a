"""The intake desk: a table file, what every cell of it will become, and the answers of its `document.yaml`."""
