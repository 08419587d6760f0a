"""Two arms compared, within one trial or within each of several."""
