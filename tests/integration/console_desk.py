"""A desk for the console tests: a child process that answers in screens, driven through stdin and signals.

`/buy` answers with a card, `/alert` makes one come by itself when the test raises SIGUSR1, `/edit` changes
the newest card that came by itself, `/export` gives a file, `/picture` an image. Everything else is echoed.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation.incoming import Incoming
from bot.conversation.messenger import MessageRef
from bot.conversation.screen import (
    Document,
    Kind,
    Picture,
    Screen,
    bad,
    button,
    good,
    kv,
    row,
    title,
)
from bot.platforms.console import Console
from bot.platforms.console_front import front_for

AT = datetime(2018, 4, 4, 1, tzinfo=UTC)
VERBS = ("/buy", "/balance", "/sell")


def complete(before: str) -> Iterable[str]:
    last = before.rpartition(" ")[2]
    return [word for word in VERBS if word.startswith(last)]


class Desk:
    """Answers lines; an alert waits for `go`, so that the test says when the line is half typed."""

    def __init__(self, home: Path) -> None:
        self.cards = 0
        self.ref: MessageRef | None = None
        self.tasks: list[asyncio.Task[None]] = []
        self.go = asyncio.Event()
        front = front_for(home, complete)
        self.console = Console(front, self.handle, lambda: AT, session="s", exports=home / "exports")

    async def handle(self, incoming: Incoming) -> Sequence[Screen]:
        if incoming.is_press:
            return [Screen.of(f"pressed {incoming.label} {incoming.action} on {incoming.card_id}")]
        match incoming.text.split()[0]:
            case "/buy":
                return [self.card("Buy")]
            case "/alert":
                self.tasks.append(asyncio.create_task(self.alert()))
                return [Screen.of("alert follows")]
            case "/edit":
                assert self.ref is not None
                await self.console.edit(self.ref, Screen.of("changed"))
                await self.console.edit(self.ref, Screen.of("changed"))
                return []
            case "/export":
                return [Screen.of("Here it is.").with_documents(Document("fills.csv", b"a,b\n"))]
            case "/picture":
                return [Screen.of("See.").with_picture(Picture("chart-BTC-USD-15m", b"\x89PNG made up"))]
            case _:
                return [Screen.of(f"heard {incoming.text}")]

    def card(self, name: str) -> Screen:
        self.cards += 1
        shown = Screen.of(
            title(f"Review {self.cards}"), kv(("Gain", good("+$3")), ("Loss", bad("-$2"))), kind=Kind.REVIEW
        )
        nonces = [f"n{self.cards}yes", f"n{self.cards}no"]
        return shown.with_buttons(row(button(name, nonces[0], confirming=True), button("Cancel", nonces[1])))

    async def alert(self) -> None:
        await self.go.wait()
        screen = Screen.of("ALERT stop hit", kind=Kind.ALERT)
        self.cards += 1
        self.ref = await self.console.send(
            "terminal", screen.with_buttons(row(button("Close", f"n{self.cards}close")))
        )


async def main(home: Path) -> None:
    desk = Desk(home)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, desk.go.set)
    ended = await desk.console.run([Screen.of("Welcome")])
    await asyncio.gather(*desk.tasks)
    print(f"ended: {ended}", file=sys.stderr)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
