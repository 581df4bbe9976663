"""What a process of research does for the desk that started it: it stays behind, and it ends with it."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

NICENESS = 10
"""A tenth of what a busy desk gets: enough to come to an end on a machine that is busy all day."""
STDIN = 0
OOM_SCORE = "900"
"""When memory runs out, the kernel ends this and not the desk."""


def put_on() -> None:
    """Lowest priority, first to go when memory is short, and gone when whoever started this is gone.

    The desk holds the other end of stdin and never writes: stdin ends when the desk ends, however it ends.
    Needs a session of its own, whose every process is ended."""
    os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")
    threading.Thread(target=_until_let_go, name="leash", daemon=True).start()


def _until_let_go() -> None:
    # Past the buffered reader: its lock would be held when the interpreter shuts down.
    while os.read(STDIN, 1):
        pass
    os.killpg(0, signal.SIGKILL)
