"""Research of a running desk, put together: its worker under the supervisor, its way to every chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.conversation.messenger import MessageRef, Messenger
from bot.conversation.researching import SUBJECT
from bot.main.researching import ProcessResearch
from bot.main.supervising import Kind, Supervisor
from trading.ports import Clock
from trading.telemetry import Telemetry

Shown = Callable[[MessageRef, str], None]
TERMINAL = "console"


class DeskResearch(ProcessResearch):
    """With the desk's own chats. `terminal`: the chat in the terminal, once it is built."""

    terminal: Messenger | None = None

    def shown_or(self, others: Shown, terminal: Messenger) -> Shown:
        """Hears of every card that is shown: those of runs stay here, all others go on."""
        self.terminal = terminal

        def shown(ref: MessageRef, subject: str) -> None:
            hears = self.shown if subject.startswith(SUBJECT) else others
            hears(ref, subject)

        return shown


def research_of(
    home: Path,
    clock: Clock,
    messengers: Mapping[str, Messenger],
    supervisor: Supervisor,
    telemetry: Telemetry,
) -> DeskResearch:
    """The worker starts with the other parts; `messengers` grows as phones open."""

    def messenger(platform: str) -> Messenger | None:
        return made.terminal if platform == TERMINAL else messengers.get(platform)

    made = DeskResearch(home, clock, messenger, telemetry)
    supervisor.add("research", Kind.BOARD, made.run)
    return made
