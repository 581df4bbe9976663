"""One process per SQLite file: an operating-system lock that ends with its holder, however that ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from db.problem import DatabaseProblem, problem_of


class FileLock:
    """Held from construction to `release`. Raises DatabaseProblem (`held`) that names the holder."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise problem_of(error) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(self._file, 32).decode(errors="replace").strip() or "another process"
            os.close(self._file)
            raise DatabaseProblem(
                "held",
                f"This desk is already running as process {holder}: type there, or stop it first "
                f"with `kill {holder}`.",
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let the next process in."""
        os.close(self._file)
