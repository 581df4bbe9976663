"""The terminal itself speaks as the person at it reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation.incoming import Incoming
from bot.conversation.screen import Line, Screen
from bot.platforms.console import Console


class Paper:
    """Two lines are typed, all that is shown is kept."""

    is_terminal = False
    width = 80

    def __init__(self) -> None:
        self.typed = ["#7 [Kaufen]", "quit"]
        self.shown: list[str] = []

    async def next_line(self) -> str | None:
        return self.typed.pop(0) if self.typed else None

    async def write(self, lines: Sequence[Line]) -> None:
        self.shown += ["".join(span.text for span in one.spans) for one in lines]

    async def close(self) -> None:
        pass


async def nothing(incoming: Incoming) -> Sequence[Screen]:
    return []


async def test_the_console_says_goodbye_in_the_language_that_is_set(tmp_path: Path) -> None:
    async def german() -> str:
        return "de"

    now = datetime(2018, 4, 4, tzinfo=UTC)
    for language, bye in ((german, "Auf Wiedersehen."), (None, "Goodbye.")):
        paper = Paper()
        console = Console(paper, nothing, lambda: now, session="s", exports=tmp_path, language=language)
        await console.run()
        assert paper.shown[-1].startswith(bye)
