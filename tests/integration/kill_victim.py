"""A real desk core in a process of its own, to be killed: a file database, a venue over HTTP, the machine's
clock.

Run as `python -m tests.integration.kill_victim FOLDER SEED LIFE PORT [--last]`. It says `ready MS N` once it
trades (N orders were under way when the life before it ended), and with `--last` it settles instead of
trading and says `settled`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from db.store import Store, open_store
from tests.integration.venue_client import HttpBroker
from tests.integration.venue_server import CASH
from tests.sim.recipe import ACCOUNT
from tests.sim.thinking import Thinker
from trading.clock import SystemClock
from trading.domain import commands as cm
from trading.domain.freezing import BY_ITSELF
from trading.domain.ids import CommandId, PersonId
from trading.engine.loop import Engine
from trading.engine.reconcile import connect
from trading.engine.settings import EngineSettings
from trading.entropy import SeededEntropy
from trading.ports import Denied, Taken

KEY = b"k" * 32
OWNER = PersonId("owner")
SETTLE_S = 30.0
SETTINGS = EngineSettings(resolve_pause_s=0.1)
"""A venue that answers within milliseconds may be asked again soon."""


class Victim:
    """One life."""

    def __init__(self, folder: Path, seed: int, life: int, port: int) -> None:
        self.folder = folder
        self.life = life
        self.port = port
        self.clock = SystemClock()
        self.draw = SeededEntropy(f"{seed}:{life}")
        self.thinker = Thinker(self.draw.fork("person"), self.clock)
        self.count = 0

    async def live(self, *, is_last: bool) -> None:
        """Come up, say so, and trade until the end comes from outside."""
        began_s = self.clock.elapsed_s()
        store = await open_store(f"sqlite:///{self.folder / 'desk.db'}")
        self.engine = Engine(store.journal, self.clock, KEY, SETTINGS)
        self.engine.memory.epoch = await store.journal.next_epoch()
        await self.engine.load()
        under_way = self._in_flight()
        self.broker = HttpBroker(self.port)
        news = await self.broker.news()
        for quote in news.quotes:
            self.engine.book.marks[quote.symbol] = quote
        # Hold the tasks: a task that nobody holds may be collected while it waits.
        self.tasks = [
            asyncio.create_task(self.engine.run(), name="engine"),
            asyncio.create_task(self.broker.listen(self.engine.on_quote, news), name="market"),
        ]
        await self._open_account()
        await connect(self.engine, ACCOUNT, self.broker)
        print(f"ready {(self.clock.elapsed_s() - began_s) * 1000:.1f} {under_way}", flush=True)
        if is_last:
            await self._settle(store)
            return
        while True:
            self._must_go_on()
            await self._command()

    def _must_go_on(self) -> None:
        for task in self.tasks:
            if task.done():
                task.result()

    async def _open_account(self) -> None:
        if self.engine.book.account(ACCOUNT) is None:
            command = cm.OpenAccount(CommandId("open"), OWNER, ACCOUNT, "paper", "paper", "USD", CASH)
            assert isinstance(await self.engine.submit(command), Taken)

    async def _command(self) -> None:
        await self.clock.sleep_s(0.012 * self.draw.fraction())
        if self.draw.fraction() < 0.1 and self._earlier():
            # The chat delivers an old message again: the same id, the same words.
            await self._deliver(self._earlier()[-1])
            return
        self.count += 1
        command = self.thinker.think(self.engine.book, CommandId(f"k{self.life}:1:{self.count}"))
        if command is not None:
            self._note("confirmed", msgspec.json.encode(command))
            await self._deliver(command)

    async def _deliver(self, command: cm.Command) -> None:
        answer = await self.engine.submit(command)
        codes = [r.code for r in answer.refusals] if isinstance(answer, Denied) else []
        told = {"command": command.command_id, "taken": isinstance(answer, Taken), "codes": codes}
        self._note("told", msgspec.json.encode(told))

    def _earlier(self) -> list[cm.Command]:
        path = self.folder / "confirmed"
        if not path.exists():
            return []
        lines = [line for line in path.read_bytes().split(b"\n")[:-1] if line]
        return [msgspec.json.decode(line, type=cm.Command) for line in lines[-3:]]

    def _note(self, name: str, line: bytes) -> None:
        """What people did and heard: of the world, so that it is written past this process at once."""
        with (self.folder / name).open("ab", buffering=0) as file:
            file.write(line + b"\n")

    async def _settle(self, store: Store) -> None:
        """No more commands: everything comes to rest by itself, or this life has failed."""
        until_s = self.clock.elapsed_s() + SETTLE_S
        calm = 0
        while calm < 5:
            self._must_rest(until_s)
            await self.clock.sleep_s(0.05)
            # Entries that a silent venue froze open by the venue's next answer, some seconds later.
            is_calm = self.engine.is_idle and not self._in_flight() and not self._is_frozen()
            calm = calm + 1 if is_calm else 0
        print("settled", flush=True)
        self.tasks[1].cancel()
        await self.engine.outbox.close()
        self.tasks[0].cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.broker.close()
        await store.close()

    def _must_rest(self, until_s: float) -> None:
        if self.tasks[0].done():
            self.tasks[0].result()
        assert self.clock.elapsed_s() < until_s, "the desk did not come to rest"

    def _is_frozen(self) -> bool:
        account = self.engine.book.account(ACCOUNT)
        return account is not None and any(one.cause in BY_ITSELF for one in account.freezes)

    def _in_flight(self) -> int:
        if self.engine.book.account(ACCOUNT) is None:
            return 0
        return sum(
            o.status.value in ("submitting", "in_doubt") for o in self.engine.book.open_orders(ACCOUNT)
        )


def main() -> None:
    """One life in this process."""
    folder, seed, life, port = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    asyncio.run(Victim(folder, seed, life, port).live(is_last="--last" in sys.argv))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
