"""When the desk was last alive, in a small file beside the database: a quiet desk writes nothing else, so
that it would seem to have been away since its last order."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from trading.engine.reconcile import Before
from trading.ports import Clock

FILE = "desk.alive"
EVERY_S = 2.0


class Heartbeat:
    """Reads what an earlier life has left, then writes its own. It knows nothing that anything depends on: a
    file that is lost, torn or of the time to come is as good as none."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._file = folder / FILE
        self._clock = clock
        self._last = self._read()

    def corrected(self, before: Before) -> Before:
        """What a start has found, with the last that is known of the life before: written down, or alive."""
        if self._last is None or before.last_at is None:
            return before
        return before._replace(last_at=min(max(before.last_at, self._last), before.at))

    async def run(self) -> None:
        """For ever. A disk that takes nothing has its own alarm."""
        while True:
            with suppress(OSError):
                self._write()
            await self._clock.sleep_s(EVERY_S)

    def _write(self) -> None:
        # Beside it first: whoever reads must not meet half a line.
        new = self._file.with_suffix(".new")
        new.write_text(self._clock.now().isoformat(), encoding="ascii")
        new.replace(self._file)

    def _read(self) -> datetime | None:
        try:
            found = datetime.fromisoformat(self._file.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            return None
        return found if found.tzinfo is not None else None
