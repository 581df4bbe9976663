"""What a person types next: entries, exits, changes, second thoughts; drawn from a seed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tests.sim.recipe import ACCOUNT, INSTRUMENTS
from trading.domain import commands as cm
from trading.domain.book import Book
from trading.domain.exits import (
    BreakEven,
    ExitPlan,
    GapPolicy,
    Level,
    LevelKind,
    PriceSpec,
    PriceSpecKind,
    Size,
    SizeKind,
    Target,
    Trail,
)
from trading.domain.ids import CommandId, PersonId
from trading.domain.instrument import Instrument
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side, TimeInForce
from trading.domain.position import Position
from trading.entropy import SeededEntropy
from trading.ports import Clock

D = Decimal
OWNER = PersonId("owner")


def pick(draw: SeededEntropy, *choices: Any) -> Any:
    """One of them."""
    return choices[int(draw.fraction() * len(choices))]


def _of(opened: cm.OpenPosition, kind: OrderType, limit: PriceSpec | None) -> cm.OpenPosition:
    """The same wish as an order of another kind that stays until it fills."""
    life = TimeInForce.GTC
    return replace(opened, order_type=kind, limit=limit, stop=None, time_in_force=life, expires_at=None)


class Thinker:
    """A person's mind."""

    def __init__(self, draw: SeededEntropy, clock: Clock, *, hangs: bool = False) -> None:
        self._draw = draw
        self._hangs = hangs  # exits on the position: people then want one target for everything, mostly
        self._policies = draw.fork("gaps")
        self._limits = draw.fork("limits of gaps")
        self._clock = clock

    def think(self, book: Book, command_id: CommandId) -> cm.Command | None:
        """What comes to mind, looking at the book; None when nothing does."""
        draw = self._draw
        instrument: Instrument = pick(draw, *INSTRUMENTS)
        quote = book.marks.get(instrument.symbol)
        if quote is None:
            return None
        seen = cm.Seen(instrument, quote, quote.mid * D("0.004"))
        about: dict[str, Any] = {"command_id": command_id, "person": OWNER, "account": ACCOUNT}
        position = book.current_position(ACCOUNT, instrument.symbol)
        held = position if position is not None and position.is_open else None
        orders = [o for o in book.open_orders(ACCOUNT) if o.symbol == instrument.symbol]
        dice = draw.fraction()
        if dice < 0.42 or (held is None and not orders and dice < 0.8):
            return self._open(about, seen, held)
        if dice < 0.54 and held is not None:
            return self._close(about, seen, held)
        if dice < 0.68 and held is not None:
            return self._exits(about, seen, held)
        if dice < 0.76 and orders:
            return self._modify(about, seen, pick(draw, *orders))
        if dice < 0.86:
            named = (pick(draw, *orders).order_id,) if orders and draw.fraction() < 0.7 else ()
            return cm.CancelOrders(**about, order_ids=named)
        return self._govern(about, book)

    def lean(self, book: Book, command_id: CommandId, leaning: str) -> cm.Command | None:
        """What somebody has in mind who has one thing in mind; None when it is not that just now.

        `enter`: at the market; `wait`: orders that rest away from it; `regret`: the same, and their end;
        `guard`: exits, and what they guard; `scalp`: the same with targets close by.
        """
        draw = self._draw
        instrument: Instrument = pick(draw, *INSTRUMENTS)
        quote = book.marks.get(instrument.symbol)
        if quote is None or draw.fraction() < 0.5:
            return None
        seen = cm.Seen(instrument, quote, quote.mid * D("0.004"))
        about: dict[str, Any] = {"command_id": command_id, "person": OWNER, "account": ACCOUNT}
        position = book.current_position(ACCOUNT, instrument.symbol)
        held = position if position is not None and position.is_open else None
        # Whoever has asked for an order's end believes that it has ended.
        waiting = [o for o in book.open_orders(ACCOUNT) if o.is_entry and not o.requests]
        if leaning == "regret" and waiting:
            return cm.CancelOrders(**about, order_ids=(pick(draw, *waiting).order_id,))
        if leaning in ("guard", "scalp") and held is not None:
            guards = self._guards(leaning)
            changed = {"stop": guards.stop} if draw.fraction() < 0.6 else {"targets": guards.targets}
            return cm.SetExits(**about, position_id=held.position_id, seen=seen, **changed)
        opened = self._open(about, seen, held)
        # Small, and not against what is held or waits: an order that the gate refuses finds nothing.
        orders = [one for one in book.open_orders(ACCOUNT) if one.symbol == instrument.symbol]
        sides = [one.side is Side.BUY for one in orders if one.is_entry]
        opened = replace(
            opened, is_long=held.is_long if held is not None else next(iter(sides), opened.is_long)
        )
        if instrument.is_future:
            opened = replace(opened, size=Size(SizeKind.CONTRACTS, D(pick(draw, 1, 2, 3))))
        if leaning in ("wait", "regret"):
            away = D(pick(draw, "0.4", "0.8", "1.5")) * (-1 if opened.is_long else 1)
            limit = PriceSpec(PriceSpecKind.FROM_MID, away)
            return _of(opened, OrderType.LIMIT, limit)
        if leaning in ("guard", "scalp"):
            opened = replace(opened, exits=self._guards(leaning))
        return _of(opened, OrderType.MARKET, None)

    def _guards(self, leaning: str) -> ExitPlan:
        """A stop that holds for a while, and targets that prices reach, and leave again."""
        percents = ("0.2", "0.5", "1.1") if leaning == "guard" else ("0.02", "0.05", "0.15")
        levels = [Level(LevelKind.PERCENT, D(x)) for x in percents]
        stop = Level(LevelKind.PERCENT, D(pick(self._draw, "0.7", "1", "1.5", "2")))
        return ExitPlan(targets=tuple(map(Target, levels[: 1 + int(3 * self._draw.fraction())])), stop=stop)

    def _govern(self, about: dict[str, Any], book: Book) -> cm.Command:
        draw = self._draw
        dice = draw.fraction()
        account = book.account(ACCOUNT)
        assert account is not None
        is_halted = account.halt is not cm.HaltState.ACTIVE or book.desk_state is not cm.HaltState.ACTIVE
        if is_halted and dice < 0.6:
            desk = book.desk_state is not cm.HaltState.ACTIVE
            return cm.SetHalt(**about, state=cm.HaltState.ACTIVE, reason="go on", desk=desk)
        if dice < 0.35:
            return cm.Flatten(**about, only=pick(draw, "", "winners", "losers", "long", "short"))
        if dice < 0.5:
            return cm.Flatten(**about, halt=True)
        if dice < 0.7:
            state = pick(draw, cm.HaltState.HALTED, cm.HaltState.REDUCE_ONLY)
            return cm.SetHalt(**about, state=state, reason="pause", desk=draw.fraction() < 0.3)
        return cm.SetLimit(**about, name="order_notional_max", value=D(pick(draw, 20_000, 100_000)))

    def stop_or_go(self, book: Book, command_id: CommandId) -> cm.Command:
        """What somebody does who guards the desk: pauses and lockouts of seconds, maintenance, second
        thoughts. Some of it is refused, and must be: a shorter lockout, a pause of what is halted anyway."""
        draw = self._draw
        about: dict[str, Any] = {"command_id": command_id, "person": OWNER, "account": ACCOUNT}
        desk = draw.fraction() < 0.4
        dice = draw.fraction()
        if book.desk.maintenance is not None and dice < 0.5:
            return cm.SetMaintenance(**about, is_on=False, reason="done")
        if dice < 0.45:
            state = pick(draw, cm.HaltState.REDUCE_ONLY, cm.HaltState.HALTED)
            return cm.SetHalt(**about, state=state, reason="pause", desk=desk, until=self._in(25))
        if dice < 0.7:
            return cm.LockOut(**about, until=self._in(60), reason="tilt")
        if dice < 0.78:
            return cm.SetMaintenance(**about, is_on=True, reason="new disk")
        return cm.SetHalt(**about, state=cm.HaltState.ACTIVE, reason="go on", desk=desk)

    def _open(self, about: dict[str, Any], seen: cm.Seen, held: Position | None) -> cm.OpenPosition:
        draw, instrument = self._draw, seen.instrument
        long = held.is_long if held is not None and draw.fraction() < 0.9 else draw.fraction() < 0.6
        if instrument.is_future:
            size = Size(SizeKind.CONTRACTS, D(pick(draw, 1, 2, 3, 7)))
        else:
            size = pick(
                draw,
                Size(SizeKind.SPEND, D(pick(draw, 100, 900, 4_000))),
                Size(SizeKind.BASE, D(pick(draw, "0.01", "0.3333", "0.7"))),
            )
        kind: OrderType = pick(
            draw, *[OrderType.MARKET] * 4, OrderType.LIMIT, OrderType.LIMIT, OrderType.STOP
        )
        away = D(pick(draw, "0.05", "0.2", "0.8"))
        better, worse = (-away, away) if long else (away, -away)
        limit = PriceSpec(PriceSpecKind.FROM_MID, better) if kind is OrderType.LIMIT else None
        stop = PriceSpec(PriceSpecKind.FROM_MID, worse) if kind is OrderType.STOP else None
        life = TimeInForce.GTC
        if kind is OrderType.LIMIT:
            life = pick(draw, TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.GTD)
        return cm.OpenPosition(
            **about,
            seen=seen,
            is_long=long,
            size=size,
            order_type=kind,
            limit=limit,
            stop=stop,
            time_in_force=life,
            expires_at=self._in(20) if life is TimeInForce.GTD else None,
            exits=self._plan() if draw.fraction() < 0.75 else ExitPlan(),
            confirmed=("duplicate",),
        )

    def _in(self, most_s: float) -> Any:
        return self._clock.now() + timedelta(seconds=1 + int(most_s * self._draw.fraction()))

    def _plan(self) -> ExitPlan:
        draw = self._draw
        stop = Level(LevelKind.PERCENT, D(pick(draw, "0.3", "1", "2"))) if draw.fraction() < 0.8 else None
        targets: tuple[Target, ...] = ()
        dice = draw.fraction()
        if self._hangs and dice < 0.4:
            targets = (Target(Level(LevelKind.PERCENT, D(("0.2", "0.5", "0.8", "1.1")[int(dice * 10)]))),)
        elif dice < 0.5:
            levels = (Level(LevelKind.PERCENT, D(x)) for x in ("0.2", "0.5", "1.1"))
            targets = tuple(Target(level) for level in levels)
        elif dice < 0.75:
            level = Level(LevelKind.R, D(2)) if stop else Level(LevelKind.PERCENT, D("0.6"))
            targets = (Target(level, D(50)),)
        return ExitPlan(
            targets=targets,
            stop=stop,
            trail=self._trail() if draw.fraction() < 0.4 else None,
            break_even=BreakEven(1) if targets and stop and draw.fraction() < 0.5 else None,
            exit_at=self._in(60) if draw.fraction() < 0.25 else None,
            gap=self._policy(),
        )

    def _policy(self) -> GapPolicy | None:
        chosen = pick(self._policies, None, GapPolicy.EXIT, GapPolicy.ASK, GapPolicy.REANCHOR)
        # From a draw of its own: a seed's other choices stay what they were.
        is_limited = self._limits.fraction() < 0.5
        return GapPolicy.LIMIT if chosen is GapPolicy.EXIT and is_limited else chosen

    def _trail(self) -> Trail:
        draw = self._draw
        percent = Level(LevelKind.PERCENT, D(pick(draw, "0.3", "0.8")))
        distance = pick(draw, percent, Level(LevelKind.ATR, D(1)))
        activation = Level(LevelKind.PERCENT, D("0.2")) if draw.fraction() < 0.3 else None
        return Trail(distance, activation)

    def _close(self, about: dict[str, Any], seen: cm.Seen, held: Position) -> cm.ClosePosition:
        draw = self._draw
        close = cm.ClosePosition(
            **about,
            position_id=held.position_id,
            size=Size(SizeKind.POSITION, D(pick(draw, 10, 50, 100))),
            seen=seen,
        )
        if draw.fraction() < 0.7:
            return close
        percent = D(pick(draw, "0.1", "0.5")) * (1 if held.is_long else -1)
        if draw.fraction() < 0.7:
            return replace(
                close, order_type=OrderType.LIMIT, limit=PriceSpec(PriceSpecKind.FROM_MID, percent)
            )
        return replace(close, order_type=OrderType.STOP, stop=PriceSpec(PriceSpecKind.FROM_MID, -percent))

    def _exits(self, about: dict[str, Any], seen: cm.Seen, held: Position) -> cm.SetExits:
        draw = self._draw
        fresh = self._plan()
        exits = cm.SetExits(**about, position_id=held.position_id, seen=seen)
        dice = draw.fraction()
        if dice < 0.4:
            return replace(exits, stop=Level(LevelKind.PERCENT, D(pick(draw, "0.2", "0.7", "1.5"))))
        if dice < 0.6 and fresh.targets:
            return replace(exits, targets=fresh.targets)
        if dice < 0.75:
            return replace(exits, trail=self._trail())
        if dice < 0.85:
            return replace(exits, break_even=BreakEven(0))
        if dice < 0.93:
            return replace(exits, exit_at=self._in(30))
        return replace(exits, clear=(pick(draw, "targets", "stop", "trail", "exit_at"),))

    def _modify(self, about: dict[str, Any], seen: cm.Seen, order: Order) -> cm.Command:
        draw, instrument = self._draw, seen.instrument
        if order.role is not Role.ENTRY and order.group:
            return cm.CancelOrders(**about, order_ids=(order.order_id,))
        scale = (D(100) + D(pick(draw, "-0.2", "0.1", "0.3"))) / D(100)

        def moved(price: Price | None) -> Price | None:
            return instrument.price_nearest(price * scale) if price is not None else None

        quantity = order.quantity
        if draw.fraction() < 0.5:
            quantity = instrument.quantity_down(order.quantity * D(pick(draw, "0.5", "1.5", "2")))
        return cm.ModifyOrder(
            **about,
            order_id=order.order_id,
            seen=seen,
            quantity=Quantity(max(quantity, instrument.lot_size)),
            limit_price=moved(order.limit_price),
            stop_price=moved(order.stop_price),
        )
