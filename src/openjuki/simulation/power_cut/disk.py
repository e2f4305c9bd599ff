"""A disk that writes down everything done to it, or fails when told (記録する記憶装置; SQLite VFS, sqlite.org/vfs.html).

It stands below SQLite: main file and write-ahead log pass through it. The wal-index lies in shared memory and does not outlive a crash.
"""

import os
from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

import apsw


class Kind(Enum):
    """What can be done to a file."""

    OPEN = "open"
    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    SYNC_NAMES = "sync-names"
    """The folder's list of names; `path` is the folder. SQLite asks for it when a new journal or log is first synced (os_unix.c)."""
    DELETE = "delete"


class Operation(NamedTuple):
    """One thing done to one file; for a truncation `offset` is the new size."""

    kind: Kind
    path: str
    offset: int = 0
    data: bytes = b""


Fault = Callable[[Operation], Exception | None]
"""Asked before each operation; an exception that it gives is raised instead of doing it."""


class Disk(apsw.VFS):
    """A VFS of the name given, over the system's own; unregister it by `close`."""

    def __init__(self, name: str, *, keep: bool = True, fault: Fault = lambda operation: None) -> None:
        super().__init__(name, "")
        self.name, self.operations, self.fault = name, list[Operation](), fault
        self._keep = keep

    def done(self, operation: Operation) -> None:
        """Fail if told to, else write it down."""
        error = self.fault(operation)
        if error is not None:
            raise error
        if self._keep:
            self.operations.append(operation)

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        """Open a file for SQLite."""
        path = name if isinstance(name, str) else name.filename() if name else ""
        new_log = not path.endswith(".db") and not os.path.exists(path)
        self.done(Operation(Kind.OPEN, path))
        return _File(self, path, name, flags, new_log)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        """Delete a file; the directory is synced with it if SQLite asks."""
        self.done(Operation(Kind.DELETE, filename))
        super().xDelete(filename, False)
        if syncdir:
            self.done(Operation(Kind.SYNC_NAMES, os.path.dirname(filename)))

    def excepthook(self, *failure: Any) -> bool:
        """Say nothing: SQLite's own result tells of the failure."""
        return True

    def close(self) -> None:
        """Take the VFS off SQLite's list."""
        self.unregister()


class _File(apsw.VFSFile):
    """One open file of a disk."""

    def __init__(self, disk: Disk, path: str, name: Any, flags: list[int], new_log: bool) -> None:
        super().__init__("", name, flags)
        self._disk, self._path, self._new_log = disk, path, new_log

    def excepthook(self, *failure: Any) -> bool:
        """Say nothing: SQLite's own result tells of the failure."""
        return True

    def xWrite(self, data: Any, offset: int) -> None:
        """Write."""
        self._disk.done(Operation(Kind.WRITE, self._path, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        """Cut to a size."""
        self._disk.done(Operation(Kind.TRUNCATE, self._path, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        """Written down only: the machine's own disk need not wait for a cut that is imagined."""
        self._disk.done(Operation(Kind.SYNC, self._path))
        if self._new_log:
            self._new_log = False
            self._disk.done(Operation(Kind.SYNC_NAMES, os.path.dirname(self._path)))
