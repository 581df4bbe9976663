"""What runs beside the engine in a life of the desk, as the real desk wires it: bots, and warnings."""

from __future__ import annotations

from tests.sim.process import Process
from tests.sim.recipe import ACCOUNT
from trading.domain.automation import Automation, BotStatus, HeardKind
from trading.domain.order import OrderStatus
from trading.engine.loop import Engine
from trading.engine.risk_watch import RiskWatch
from trading.running.runner import Runner
from trading.running.stepping import state_of

STALE_S = 120.0


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
    if recipe.warns:
        process.spawn(RiskWatch(engine, lambda symbol: STALE_S).run(), "warnings")


def is_resting(bot: Automation) -> bool:
    """Whether a bot will do something by itself, at a time of its own."""
    return bot.status is BotStatus.ACTIVE and (bool(bot.later) or bool(state_of(bot).waits))


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
