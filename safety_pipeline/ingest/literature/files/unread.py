"""A table that was found and cannot be read."""

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.tables.delivery import RefusedError


class UnreadTableError(RefusedError):
    """A table that cannot be read, with its words line by line, so that a listing of subjects is known as one."""

    def __init__(self, rule: str, explanation: str, *, source_file: str, grid: Grid) -> None:
        super().__init__(rule, explanation, source_file=source_file)
        self.grid = grid
