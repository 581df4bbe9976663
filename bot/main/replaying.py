"""`openoutcry replay`: data at full speed in virtual time, with chat lines at given instants (RULINGS 27)."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import json

from bot.cli_exits import BadInput, Exit
from bot.cli_options import ReplayOptions
from bot.conversation.dialogue import Dialogue
from bot.conversation.handling import DeskFacts
from bot.conversation.incoming import Incoming
from bot.conversation.json_view import (
    bookings_json,
    closed_json,
    equity_json,
    fills_json,
    journal_json,
    orders_json,
    positions_json,
)
from bot.conversation.layout import as_text, iso
from bot.conversation.messenger import PLAINLY, Manner, MessageRef
from bot.conversation.screen import Button, Screen
from bot.main.script import Said, read_script
from bot.main.wiring import (
    PAPER,
    Beside,
    Memory,
    build_dialogue,
    build_engine,
    desk_painter,
    open_paper_account,
    paper_rules,
    raise_if_dead,
)
from bot.notifications.notifier import Notifier
from db.store import Store, memory_store
from trading.brokers.fills import REPLAY_RULES
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_PROFILES
from trading.domain.ids import StreamId
from trading.domain.market import Bar, Print, Quote
from trading.engine.alert_rounds import AlertRounds
from trading.engine.loop import Engine
from trading.engine.reconcile import connect
from trading.engine.settings import EngineSettings
from trading.entropy import SeededEntropy
from trading.extremes import Extremes
from trading.feeds.files import open_series
from trading.feeds.market import Market
from trading.feeds.merging import CLOSE, OPEN, Step
from trading.feeds.replaying import FileFeed
from trading.gauge import Gauge
from trading.virtual_time import VirtualClock, VirtualLoop, run

CHAT = "replay"
ALL = 1_000_000
"""More rows than any replay leaves: the report shows everything."""


class MissedPress(BadInput):
    """The script presses what is not there. `entries` are the transcript so far: the reason is in it."""

    def __init__(self, sentence: str, entries: Sequence[dict[str, Any]]) -> None:
        super().__init__(sentence)
        self.entries = entries


class Transcript:
    """What was said, both ways, with instants; also the Messenger that the notifier speaks through."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self.entries: list[dict[str, Any]] = []
        self.buttons: list[tuple[Button, str]] = []
        """Buttons that can be pressed, newest card first, each with its message."""

    def heard(self, text: str) -> None:
        """A line of the script."""
        self._note("in", text, [])

    def said(self, screen: Screen) -> MessageRef:
        """An answer or an alert."""
        ref = MessageRef("console", CHAT, f"m{next(self._numbers)}")
        self._note("out", as_text(screen), [button.label for button in screen.all_buttons])
        self.buttons = [(button, ref.message_id) for button in screen.all_buttons] + self.buttons
        return ref

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """`Messenger.send`."""
        return self.said(screen)

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """`Messenger.edit`: told like a new message, since a transcript keeps both."""
        self.said(screen)

    def _note(self, direction: str, text: str, buttons: list[str]) -> None:
        at = iso(self._clock.now())
        self.entries.append({"at": at, "direction": direction, "text": text, "buttons": buttons})

    def button(self, label: str) -> tuple[Button, str] | None:
        """The newest button of that label; signs before the words (✅) need not be typed."""
        wanted = _letters(label)
        return next((found for found in self.buttons if _letters(found[0].label) == wanted), None)


def _letters(label: str) -> str:
    return "".join(c for c in label.casefold() if c.isalnum() or c in " %+-.").strip()


class Replay:
    """One replay: the desk in virtual time and the script that talks to it."""

    def __init__(self, loop: VirtualLoop, options: ReplayOptions, said: Sequence[Said]) -> None:
        symbols = itertools.chain(options.symbols, itertools.repeat(""))
        series = [open_series(path, symbol) for path, symbol in zip(options.data, symbols, strict=False)]
        self.loop = loop
        self.options = options
        self.said = list(said)
        self.feed = FileFeed(series)
        begin = [one.first_at for one in series] + [line.at for line in said[:1]]
        self.clock = VirtualClock(loop, min(begin))
        self.entropy = SeededEntropy(options.seed)
        self.market = Market([self.feed], self.clock, self.entropy.fork("market"))
        self.store: Store = memory_store()
        self.transcript = Transcript(self.clock)
        self.venue = PaperVenue(
            PAPER,
            self.market.instrument,
            self.entropy.fork("venue"),
            cash=options.cash,
            profile=PAPER_PROFILES[options.profile],
            rules=paper_rules(REPLAY_RULES, options),
            waits_for_open=True,
            is_open=self.market.is_open,
        )
        self.broker = PaperBroker(PAPER, self.venue, self.clock, reports_max=ALL)
        self._message_numbers = itertools.count(1)

    async def play(self) -> dict[str, Any]:
        """Play everything; the report."""
        memory = Memory(self.store.journal, self.store.ledger, self.store.registers)
        # The venue of a replay is in this very process: nothing it says can be missed.
        settings = EngineSettings(look_every_s=0)
        engine, _ = await build_engine(memory, self.clock, self.entropy.fork("desk"), settings)
        self.engine: Engine = engine
        self.core = {"engine": asyncio.create_task(engine.run(), name="engine")}
        gauge = Gauge(self.market, self.clock)
        self.rounds = AlertRounds(engine, gauge.reading, self.market.stale_after_s)
        paths = Extremes(self.market, self.store.registers, self.clock, lambda: engine.book)
        self.market.subscribe(paths.hear)
        engine.committed(paths.committed)
        facts = DeskFacts(
            feed="files",
            profile=self.options.profile,
            fee_bps=self.options.fee_bps,
            slippage_bps=self.options.slippage_bps,
            started_at=self.clock.now(),
        )
        self.dialogue: Dialogue = build_dialogue(
            engine,
            memory,
            self.market,
            self.clock,
            self.entropy.fork("nonces"),
            facts,
            auto_confirm=self.options.yes,
            beside=Beside(desk_painter(self.clock, threads=False), measures=gauge, paths=paths),
        )
        await open_paper_account(engine, self.options.cash)
        await connect(engine, PAPER, self.broker)
        await self.loop.quiet()
        notifier = Notifier(self.store, self.clock, book=lambda: engine.book, note=self.market.note)
        notifier.open(f"console:{CHAT}", self.transcript, CHAT)
        await notifier.skip_to_now()
        engine.committed(notifier.wake)
        self.core["notifier"] = asyncio.create_task(notifier.run(), name="notifier")
        await self._steps()
        await self.loop.quiet()
        await notifier.flush()
        report = await self._report()
        await engine.outbox.close()
        return report

    # ------------------------------------------------------------ the walk through time

    async def _steps(self) -> None:
        until = self.options.until
        said = self.said
        next_said = 0
        reached = self.clock.now()
        for step in self.feed.steps():
            at, phase, _ = step
            if until is not None and at > until:
                break
            while next_said < len(said) and (
                said[next_said].at < at or (said[next_said].at == at and phase == OPEN)
            ):
                await self._say(said[next_said])
                reached = self.clock.now()
                next_said += 1
            if at > reached:
                await self.clock.sleep_until(at)
                reached = at
            self._step(step)
            if not self.engine.is_idle:
                await self._settle()
        for line in said[next_said:]:
            if until is None or line.at <= until:
                await self._say(line)
        if until is not None:
            await self.clock.sleep_until(until)

    def _step(self, step: Step) -> None:
        _, phase, event = step
        if phase == OPEN:
            assert isinstance(event, Bar)
            self.broker.on_bar_open(event)
        elif phase == CLOSE:
            assert isinstance(event, Bar)
            self.broker.on_bar_close(event)
            self.market.take(event)
            self.engine.on_bar(event)
        else:
            assert isinstance(event, Quote | Print)
            self.broker.on_market(event)
            self.market.take(event)
            if isinstance(event, Quote):
                self.engine.on_quote(event)
        for report in self.broker.drain():
            self.engine.report(report)
        self.rounds.round()

    async def _settle(self) -> None:
        """Let everything that can happen at this instant happen."""
        await self.loop.quiet()
        raise_if_dead(self.core)

    async def _say(self, line: Said) -> None:
        await self.clock.sleep_until(line.at)
        await self._settle()
        if line.press:
            self.transcript.heard(f"[{line.press}]")
            found = self.transcript.button(line.press)
            if found is None:
                labels = ", ".join(dict.fromkeys(b.label for b, _ in self.transcript.buttons)) or "none"
                raise MissedPress(
                    f"At {iso(line.at)} the script presses [{line.press}], but no card has such a button "
                    f"(there are: {labels}).",
                    self.transcript.entries,
                )
            incoming = self._incoming(line.at, action=found[0].action.id, label=found[0].label, card=found[1])
        else:
            self.transcript.heard(line.text)
            incoming = self._incoming(line.at, text=line.text)
        for screen in await self.dialogue.answer(incoming):
            self.transcript.said(screen)
        await self._settle()

    def _incoming(
        self, at: datetime, *, text: str = "", action: str = "", label: str = "", card: str = ""
    ) -> Incoming:
        return Incoming(
            platform="console",
            chat=CHAT,
            message_id=f"in{next(self._message_numbers)}",
            person="owner",
            at=at,
            text=text,
            action=action,
            label=label,
            card_id=card,
        )

    # ------------------------------------------------------------ the report

    async def _report(self) -> dict[str, Any]:
        ledger, book = self.store.ledger, self.engine.book
        accounts = [PAPER]
        heads = await self.store.journal.heads()
        return {
            "transcript": self.transcript.entries,
            "orders": orders_json(book, await ledger.orders(accounts, limit=ALL)),
            "fills": fills_json(await ledger.fills(accounts, limit=ALL)),
            "positions": positions_json(book, accounts),
            "closed": closed_json(await ledger.closed(accounts, limit=ALL)),
            "bookings": bookings_json(await ledger.bookings(accounts, limit=ALL)),
            "equity": equity_json(book, accounts),
            "journal": journal_json(
                sum(seq for seq, _ in heads.values()), heads.get(StreamId(PAPER), (0, ""))[1]
            ),
            "notes": self.feed.notes(),
        }


def replayed(options: ReplayOptions) -> dict[str, Any]:
    """Run a replay and return its report; the same options always give the same."""
    said = read_script(options.chat)

    async def main(loop: VirtualLoop) -> dict[str, Any]:
        return await Replay(loop, options, said).play()

    return run(main)


def printed(entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The transcript as text: instants, what was typed (behind `>`), what was answered."""
    for entry in entries:
        mark = "> " if entry["direction"] == "in" else ""
        yield f"{entry['at']}  {mark}{entry['text']}" if mark else f"{entry['at']}"
        if not mark:
            yield "\n".join(f"    {line}" if line else "" for line in entry["text"].splitlines())
            if entry["buttons"]:
                yield "    " + "  ".join(f"[{label}]" for label in entry["buttons"])


def replay(options: ReplayOptions) -> int:
    """`openoutcry replay`."""
    try:
        report = replayed(options)
    except MissedPress as missed:
        if not options.as_json:
            sys.stdout.writelines(line + "\n" for line in printed(missed.entries))
            sys.stdout.flush()
        raise
    if options.as_json:
        sys.stdout.buffer.write(json.format(json.encode(report), indent=2) + b"\n")
    else:
        sys.stdout.writelines(line + "\n" for line in printed(report["transcript"]))
        sys.stdout.writelines(f"note: {note}\n" for note in report["notes"])
    sys.stdout.flush()
    return Exit.OK
