"""Press to reply over real sockets: a page of /positions out of 500, beside a bare python-telegram-bot.

The local Telegram runs in a process of its own. Run: python -m benchmarks.telegram
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks._desk import BenchDesk, row, scratch
from benchmarks._phone import Phone
from bot.conversation.dialogue import Dialogue
from bot.conversation.flood import Pace
from bot.conversation.handling import DeskFacts, Tools
from bot.conversation.incoming import Incoming
from bot.conversation.people import Known, People
from bot.conversation.screen import Screen
from bot.conversation.surroundings import Surroundings
from bot.handlers.table import HANDLERS
from bot.main.collecting import started, uncollected_start
from bot.platforms.telegram_front import Telegram, TelegramHooks, TelegramOptions
from bot.platforms.telegram_link import Link
from bot.platforms.telegram_out import TelegramMessenger
from db.inbox import SqlInbox
from db.people import SqlPeople
from scheduler.watched_settings import WatchedRegisters
from tests.journeys.chat import PitMarket
from trading.domain.exits import ExitPlan
from trading.domain.ids import AccountId, PersonId
from trading.domain.order import OrderStatus
from trading.entropy import SystemEntropy

POSITIONS = 500
PRESSES = 500
SLOW_VENUE_S = (0.0, 0.05, 5.0)
"""How long a venue takes to answer an order; the first is what the others are compared with."""
PACED, PACE_S = 240, 0.05
"""Presses while orders wait, and the pause between them: twelve seconds, two answers of a slow venue."""
ORDER_EVERY_S = 0.1
LOAD_PEOPLE, LOAD_PRESSES = 40, 60
PERSON = PersonId("g0")
DIALOGUE: list[float] = []


class BenchMarket(PitMarket):
    """Instruments of the bench, prices from its book."""

    def __init__(self, desk: BenchDesk) -> None:
        from benchmarks._desk import instrument

        self.desk = desk
        self.notes: dict[str, str] = {}
        self.stale_s = 120.0
        self._known = {f"C{n}/USD": instrument(f"C{n}/USD") for n in range(POSITIONS)}

    def instrument(self, symbol: str) -> Any:
        return self._known.get(symbol)

    def search(self, text: str) -> Any:
        return [one for one in self._known.values() if text.upper() in (one.symbol, one.base)]

    def last(self, symbol: str) -> Any:
        return self.desk.engine.book.marks.get(symbol)

    def is_open(self, symbol: str, at: Any) -> bool:
        return True


async def ours(folder: Path) -> None:
    """The desk with 500 open positions."""
    desk = await BenchDesk(folder).open()
    account = AccountId("g0")
    broker = await desk.account(account, guards=False, fills=True)
    for start in range(0, POSITIONS, 100):
        quotes = [desk.quote(f"C{index}/USD") for index in range(start, start + 100)]
        plan = ExitPlan()
        await asyncio.gather(
            *(desk.engine.submit(desk.buy(account, f"b:{q.symbol}", q, plan=plan)) for q in quotes)
        )
        await desk.idle()
    phone = Phone()
    people = People(SqlPeople(desk.store.writer, desk.store.reader))
    for user in phone.about["ids"]:
        await people.join(Known("telegram", str(user), PERSON, "P", desk.clock.now()))
    async with front(desk, people, phone):
        await measured("desk", phone, "/positions", "positions:", "positions:")
        row("desk: of which the conversation and its screen", DIALOGUE)
        for answers_after_s in SLOW_VENUE_S:
            broker.answers_after_s = answers_after_s
            async with orders_waiting(desk, account, answers_after_s):
                await pressed(f"desk: a venue that answers in {answers_after_s:g} s", phone, "positions:")
                print(f"{'':52} orders that wait for their answer: {waiting(desk, account)}")
    phone.close()
    await desk.close()


@asynccontextmanager
async def front(desk: BenchDesk, people: People, phone: Phone) -> AsyncIterator[None]:
    """Telegram on top of the desk."""
    link = Link(phone.about["token"], phone.about["address"])
    own = TelegramMessenger(link)
    tools = Tools(
        desk=desk.engine,
        book=lambda: desk.engine.book,
        market=BenchMarket(desk),
        ledger=desk.store.ledger,
        registers=WatchedRegisters(desk.store.registers, lambda person, name: None),
        clock=desk.clock,
        entropy=SystemEntropy(),
        facts=DeskFacts(version="1.0", feed="replay", fee_bps=Decimal(10)),
        atr=lambda _: None,
        identify=people.identify,
    )

    dialogue = Dialogue(tools, HANDLERS)
    turn = 0

    async def answer(incoming: Incoming) -> list[Screen]:
        # A listed price has moved since the last look, so that each reply says something new. It never leaps:
        # a leap is not believed at once, the card would stay as it is, and the thumb wait for ever.
        nonlocal turn
        turn += 1
        desk.quote("C1/USD", str(100 + Decimal(turn) / 100))
        began = perf_counter()
        screens = await dialogue.answer(incoming)
        DIALOGUE.append(perf_counter() - began)
        return screens

    async def nobody(*_: object) -> None:
        return

    telegram = Telegram(
        link,
        own,
        own,
        answer,
        people,
        SqlInbox(desk.store.writer),
        Surroundings(desk.clock, SystemEntropy()),
        TelegramHooks(lambda _: None, nobody),
        TelegramOptions(person_pace=Pace(10**9, 10**9)),
    )
    task = asyncio.create_task(telegram.run())
    await telegram.is_ready.wait()
    started()
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await link.close_link()


async def bare() -> None:
    """python-telegram-bot as its makers ship it: answers the press, edits the message, and nothing else."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup
    from telegram.ext import ApplicationBuilder, CallbackQueryHandler, MessageHandler, filters

    phone = Phone()
    address = phone.about["address"]
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="a")]])
    turn = 0

    async def said(update: Any, _: Any) -> None:
        await update.message.reply_text("card", reply_markup=markup)

    async def pressed(update: Any, _: Any) -> None:
        nonlocal turn
        turn += 1
        await update.callback_query.answer()
        await update.callback_query.edit_message_text(f"turn {turn}", reply_markup=markup)

    # One update after the other, as it comes: `concurrent_updates` makes it four times slower.
    app = ApplicationBuilder().token(phone.about["token"]).base_url(f"{address}/bot").build()
    app.add_handler(MessageHandler(filters.ALL, said))
    app.add_handler(CallbackQueryHandler(pressed))
    await app.initialize()
    await app.start()
    assert app.updater is not None
    await app.updater.start_polling(timeout=10)
    await measured("bare python-telegram-bot", phone, "hello", "a", "b")
    phone.close()
    app.updater._Updater__polling_task.cancel()  # type: ignore[attr-defined]  # the other end is gone


@asynccontextmanager
async def orders_waiting(desk: BenchDesk, account: AccountId, answers_after_s: float) -> AsyncIterator[None]:
    """Orders leave all the while, and each waits for the venue's answer."""

    async def trade() -> None:
        count = 0
        while True:
            quote = desk.quote(f"C{count % 100 + 2}/USD")
            key = f"s:{answers_after_s}:{count}"
            await desk.engine.submit(desk.buy(account, key, quote, plan=ExitPlan()))
            count += 1
            await asyncio.sleep(ORDER_EVERY_S)

    trading = asyncio.create_task(trade())
    yield
    trading.cancel()


def waiting(desk: BenchDesk, account: AccountId) -> int:
    """Entries that the venue has not answered yet."""
    return sum(order.status is OrderStatus.SUBMITTING for order in desk.engine.book.open_orders(account))


async def pressed(name: str, phone: Phone, reading: str) -> None:
    """One press after the other, with a pause between."""
    found = await phone.do(do="latency", presses=PACED, pause_s=PACE_S, first=reading, second=reading)
    row(f"{name}: press to reply", found["took"], "unchanged")


async def measured(name: str, phone: Phone, line: str, first: str, second: str) -> None:
    """One after the other, then many at once."""
    await phone.do(do="begin", line=line)
    order = {"first": second, "second": first}
    await phone.do(do="latency", presses=50, **order)
    single = await phone.do(do="latency", presses=PRESSES, **order)
    row(f"{name}: press to reply", single["took"], "limit 5 / 20 ms, and 4 x bare")
    began = process_time()
    load = await phone.do(do="load", people=LOAD_PEOPLE, presses=LOAD_PRESSES, **order)
    row(f"{name}: the same, {LOAD_PEOPLE} people at once", load["took"])
    count = len(load["took"])
    print(f"{name}: {count / load['seconds']:.0f} presses a second   limit 500")
    print(f"{name}: {(process_time() - began) / count * 1e3:.2f} ms of one core a press")
    print(f"{'':52} Telegram and thumbs: {load['used'] / count * 1e3:.2f} ms of another")


async def main() -> None:
    """Both in one run."""
    with scratch() as folder, uncollected_start():
        await ours(Path(folder))
    await bare()


if __name__ == "__main__":
    asyncio.run(main())
