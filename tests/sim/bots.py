"""What runs beside the engine in a life of the desk, as the real desk wires it: bots, profiles, warnings."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.sim.process import Process
from tests.sim.profiles import run_profiles
from tests.sim.recipe import ACCOUNT
from trading.domain.automation import BotStatus, HeardKind
from trading.domain.book import Book
from trading.domain.order import OrderStatus
from trading.engine.loop import Engine
from trading.engine.risk_watch import RiskWatch
from trading.running.runner import Runner
from trading.running.stepping import state_of

STALE_S = 120.0
LATELY = timedelta(seconds=60)


def run_beside(process: Process, engine: Engine) -> None:
    """From now on somebody steps the bots of this life, and somebody looks at what today has lost."""
    recipe = process.world.recipe
    if recipe.bots:
        clock = process.world.desk_clock
        runner = Runner(
            engine,
            lambda: engine.book,
            clock,
            lambda symbol: STALE_S,
            lambda symbol, at: True,
            lambda account: engine.outbox.broker(account) is not None,
        )
        engine.committed(runner.wake)
        process.runner = runner
        process.stepping = process.spawn(runner.run(), "runner")
    run_profiles(process, engine)
    if recipe.warns:
        process.spawn(RiskWatch(engine, lambda symbol: STALE_S).run(), "warnings")


def act_still(book: Book, now: datetime) -> bool:
    """Whether a bot will do something by itself at a time of its own, or has done so a moment ago: then a
    start that follows has news."""
    account = book.account(ACCOUNT)
    for bot in account.bots.every if account is not None else ():
        if bot.status is BotStatus.ACTIVE and (bot.later or state_of(bot).waits):
            return True
        for order in book.open_orders(ACCOUNT):
            is_new = order.intended_at is not None and now - order.intended_at < LATELY
            if is_new and order.tag == bot.tag:
                return True
    return False


def is_under_way(process: Process) -> bool:
    """Whether something of a bot is on its way: an order without an answer, or news that it has not heard."""
    engine = process.engine
    account = engine.book.account(ACCOUNT) if engine is not None else None
    if engine is None or account is None or not account.bots.every:
        return False
    orders = [
        order for order in engine.book.open_orders(ACCOUNT) if account.bots.of_tag(order.tag) is not None
    ]
    waiting = (OrderStatus.SUBMITTING, OrderStatus.IN_DOUBT)
    unheard = [one for bot in account.bots.every for one in bot.heard if one.kind is not HeardKind.TAKEN]
    return not engine.is_idle or bool(unheard) or any(order.status in waiting for order in orders)
