"""The folders that this machine keeps of one lake in object storage, and what it remembers of them.

There are two copies: `work` is written by commands that change the lake, `read` is a snapshot for those that read.
A reader so never sees what a run is making, and never undoes what a run has left.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

from safety_pipeline.object_storage.index import EMPTY, Index, described_index
from safety_pipeline.object_storage.lake_files import MEMORY, LocalFile, files_of
from safety_pipeline.tables.storage import write_text


@dataclass(frozen=True)
class Memory:
    """What the folder was last brought to, what it was being brought to, and each file as last seen.

    ``push`` is the name of a push that has begun and not ended: objects of it may lie in the bucket already.
    """

    base: Index = EMPTY
    target: Index | None = None
    seen: Mapping[str, LocalFile] | None = None
    push: str | None = None


@dataclass(frozen=True)
class Copy:
    """One working copy: ``name`` is `work` or `read`."""

    root: Path
    name: str

    @cached_property
    def folder(self) -> Path:
        """The lake, which only its user may look into: it may hold rows of subjects."""
        made = self.root / self.name
        made.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.root.chmod(0o700)
        return made

    @property
    def incoming(self) -> Path:
        """Objects that have arrived and been checked, before any file of the lake is replaced."""
        made = self.root / f"incoming-{self.name}"
        made.mkdir(parents=True, exist_ok=True, mode=0o700)
        return made

    @property
    def set_aside(self) -> Path:
        return self.root / "set_aside"

    def remembered(self) -> Memory:
        file = self._file
        if not file.exists():
            return Memory()
        read = json.loads(file.read_text(encoding="utf-8"))
        seen = {path: LocalFile(*each) for path, each in read["seen"].items()}
        target = None if read["target"] is None else described_index(read["target"])
        return Memory(described_index(read["base"]), target, seen, read["push"])

    def remember(self, memory: Memory) -> None:
        described = {
            "base": memory.base.described,
            "target": None if memory.target is None else memory.target.described,
            "seen": {path: list(asdict(each).values()) for path, each in (memory.seen or {}).items()},
            "push": memory.push,
        }
        write_text(self._file, json.dumps(described))

    def files(self) -> dict[str, LocalFile]:
        """The files of the folder as they are now; their hashes are remembered."""
        memory = self.remembered()
        found = files_of(self.folder, memory.seen or {})
        if found != memory.seen:
            self.remember(replace(memory, seen=found))
        return found

    @property
    def _file(self) -> Path:
        """Inside of the folder, so that who deletes the folder does not leave a memory of it."""
        return self.folder / MEMORY
