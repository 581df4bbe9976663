"""Tells people how far their run is and what came of it: one message that edits itself, then the card."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec import DecodeError, Struct, ValidationError, json

from bot.conversation.messenger import (
    ChatGone,
    Lane,
    Manner,
    MaybeDelivered,
    MessageGone,
    MessageRef,
    Messenger,
    NotShown,
    Refused,
    Undelivered,
)
from bot.conversation.research_bar import bar_screen, canceled_screen, done_screen, ended_screen
from bot.conversation.research_card import backtest_card, sweep_card
from bot.conversation.researching import Run, Sort
from bot.conversation.screen import Picture, Screen, look, picture_name, row
from bot.conversation.wording import Wording
from bot.main.researching_process import Outcome
from bot.main.researching_winner import winner_of
from trading.backtest.report import Report, Step, Swept
from trading.ports import Clock
from trading.telemetry import Telemetry

EDIT_EVERY_S = 3.0
SHOWN_WITHIN_S = 5.0
"""So long the answer to the line has time to appear before a message is sent for the progress."""
AGAIN_S = (2.0, 10.0, 60.0, 300.0, 900.0)
"""Pauses between tries to deliver a card: a platform may be gone for a while."""
SETS_SHOWN = 8
_NEVER = (ChatGone, NotShown, Refused)


class Found(Struct, frozen=True):
    """What `openoutcry sweep --json` says."""

    summary: Swept
    walk: tuple[Step, ...] = ()


class Telling:
    """The messages of runs."""

    def __init__(
        self, clock: Clock, messenger: Callable[[str], Messenger | None], telemetry: Telemetry
    ) -> None:
        self._clock = clock
        self._messenger = messenger
        self._telemetry = telemetry
        self._refs: dict[str, MessageRef] = {}
        self._shown: dict[str, asyncio.Event] = {}
        self._steps: dict[str, int] = {}

    def shown(self, run_id: str, ref: MessageRef) -> None:
        """This message is the run's."""
        self._refs[run_id] = ref
        if run_id in self._shown:
            self._shown[run_id].set()

    def step(self, run_id: str, done: int, of: int) -> None:
        """So much of so much is done."""
        self._steps[run_id] = min(100, done * 100 // of)

    async def progress(self, run: Run, began_s: float) -> None:
        """Edit the run's message while it is played, until cancelled."""
        wording, before = _wording(run), -1
        note = "research.began_again" if run.tries > 1 else ""
        await self._found(run)
        while True:
            percent = self._steps.get(run.run_id, 0)
            if percent != before:
                screen = bar_screen(run, percent, self._clock.elapsed_s() - began_s, wording, note=note)
                await self._put(run, screen, Lane.BOARD)
                before = percent
            await self._clock.sleep_s(EDIT_EVERY_S)

    async def done(self, run: Run, outcome: Outcome, took_s: float) -> None:
        """The card, as a message of its own so that a phone rings and a picture can stand in it."""
        try:
            card = _card(run, outcome)
        except (DecodeError, ValidationError) as error:
            self._telemetry.log("error", "research_unread", reason=str(error))
            await self.failed(run, "research.not_played", why="?")
            return
        await self._delivered(run, card)
        if self._ref(run) is not None:
            await self._put(run, done_screen(run, took_s, _wording(run)), Lane.NORMAL)
        self._over(run)

    async def failed(self, run: Run, key: str, **values: object) -> None:
        """Why there is no card."""
        wording = _wording(run)
        await self._put(
            run, ended_screen(run, wording, wording.say(key, **values)), Lane.NORMAL, is_last=True
        )
        self._over(run)

    async def canceled(self, run: Run) -> None:
        """A person has ended it."""
        await self._put(run, canceled_screen(run, _wording(run)), Lane.NORMAL)
        self._over(run)

    def _over(self, run: Run) -> None:
        for kept in (self._refs, self._shown, self._steps):
            kept.pop(run.run_id, None)

    async def _found(self, run: Run) -> None:
        """Wait for the answer that is about to be shown; one of an earlier life is known already."""
        if self._ref(run) is not None:
            return
        event = self._shown.setdefault(run.run_id, asyncio.Event())
        timer = asyncio.ensure_future(self._clock.sleep_s(SHOWN_WITHIN_S))
        rung = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait((timer, rung), return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            rung.cancel()

    def _ref(self, run: Run) -> MessageRef | None:
        """The run's message; the one of an earlier life is still there."""
        if run.run_id not in self._refs and run.message_id:
            self._refs[run.run_id] = MessageRef(run.platform, run.chat, run.message_id)
        return self._refs.get(run.run_id)

    async def _put(self, run: Run, screen: Screen, lane: Lane, *, is_last: bool = False) -> None:
        """Edit the run's message, or send it when there is none. What cannot be told now is told by the next
        one, the last one is tried again."""
        messenger = self._messenger(run.platform)
        ref = self._ref(run)
        if messenger is None:
            return
        manner = Manner(lane, is_silent=lane is Lane.BOARD, thread=run.topic)
        try:
            if ref is not None:
                await messenger.edit(ref, screen, manner)
                return
        except MessageGone:
            self._refs.pop(run.run_id, None)
        except Undelivered as failure:
            self._telemetry.count("research_undelivered", reason=type(failure).__name__)
            if is_last:
                await self._delivered(run, screen)
            return
        try:
            self._refs[run.run_id] = await messenger.send(run.chat, screen, manner)
        except Undelivered as failure:
            self._telemetry.count("research_undelivered", reason=type(failure).__name__)
            if is_last:
                await self._delivered(run, screen)

    async def _delivered(self, run: Run, screen: Screen) -> None:
        """Send until it has arrived, or nobody is there any more. The run stays on the disk meanwhile, so
        that the end of the desk costs another try and not the answer."""
        for pause_s in (*AGAIN_S, 0.0):
            messenger = self._messenger(run.platform)
            try:
                if messenger is not None:
                    await messenger.send(run.chat, screen, Manner(Lane.NORMAL, thread=run.topic))
                    return
            except MaybeDelivered:
                return
            except _NEVER as failure:
                self._telemetry.log("warning", "research_untold", reason=type(failure).__name__)
                return
            except Undelivered as failure:
                self._telemetry.count("research_undelivered", reason=type(failure).__name__)
            await self._clock.sleep_s(pause_s)


def _card(run: Run, outcome: Outcome) -> Screen:
    wording = _wording(run)
    if run.wish.sort is Sort.SWEEP:
        found = json.decode(outcome.report, type=Found)
        card = sweep_card(found.summary, found.walk, wording, SETS_SHOWN)
        if winner_of(run, outcome, run.at) is not None:
            card = card.with_buttons(
                row(look(wording.say("sweep.start_winner"), "profile", f"winner {run.run_id}"))
            )
    else:
        card = backtest_card(json.decode(outcome.report, type=Report), wording)
    if not outcome.png:
        return card
    return card.with_picture(
        Picture(picture_name(run.wish.sort, *run.wish.series[:1], run.wish.name), outcome.png)
    )


def _wording(run: Run) -> Wording:
    return Wording(run.language, run.zone, run.numbers)
