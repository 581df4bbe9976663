"""Symbols that a person has barred: nothing is opened there, what waits is withdrawn, exits go out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.domain.contracts import BTC, OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain.barring import BARRED_MAX, NAMED_MAX, barred_in
from trading.domain.decide.deciding import Deciding
from trading.domain.exits import PriceSpec, PriceSpecKind
from trading.domain.ids import CommandId, PersonId
from trading.domain.order import OrderType
from trading.domain.stops import is_stopped, stops

D = Decimal
SYMBOL = BTC.symbol
BEN = PersonId("ben")


def desk_at(price: str = "6700") -> PureDesk:
    desk = PureDesk()
    desk.price(price)
    return desk


def bar(
    desk: PureDesk, *symbols: str, free: bool = False, by: PersonId = OWNER, reason: str = ""
) -> Deciding:
    desk.commands += 1
    command = cm.BarSymbols(CommandId(f"bar:{desk.commands}"), by, PAPER, symbols, not free, reason)
    return desk.tell(command)


def refused(made: Deciding) -> str:
    (denied,) = [one for one in made.events if isinstance(one, ev.CommandDenied)]
    return denied.refusals[0].code


def test_nothing_is_opened_in_a_barred_symbol_and_all_others_are_open() -> None:
    desk = desk_at()
    bar(desk, SYMBOL, "DOGE/USD", reason="it barks")
    assert [one.symbol for one in desk.account.barred] == [SYMBOL, "DOGE/USD"]
    assert is_stopped(desk.book, desk.account, SYMBOL, desk.now, OWNER)
    assert not is_stopped(desk.book, desk.account, "ETH/USD", desk.now, OWNER)
    (frozen,) = [one for one in stops(desk.book, desk.account, SYMBOL, desk.now) if one.name == "frozen"]
    assert frozen.value == "barred" and "it barks. /blacklist del" in frozen.sentence
    assert desk.buy("1").events and refused(desk.last) == "frozen"
    assert desk.orders == []


def test_what_waits_to_open_is_withdrawn_and_what_closes_stays() -> None:
    desk = desk_at()
    desk.buy("0.1")
    desk.fill(desk.orders[0], "0.1", "6700")
    assert desk.position.is_open
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=PriceSpec(PriceSpecKind.ABSOLUTE, D("6600")))
    made = bar(desk, SYMBOL)
    cancels = [one.order_id for one in made.events if isinstance(one, ev.CancelRequested)]
    assert cancels == [one.order_id for one in desk.orders if one.is_entry and one.is_open]
    assert len(cancels) == 1
    assert desk.close().events and not any(isinstance(one, ev.CommandDenied) for one in desk.last.events)


def test_what_waits_in_another_symbol_goes_on_waiting() -> None:
    desk = desk_at()
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=PriceSpec(PriceSpecKind.ABSOLUTE, D("6600")))
    made = bar(desk, "DOGE/USD")
    assert [type(one).__name__ for one in made.events] == ["SymbolsBarred"] and made.effects == []
    assert [one.is_open for one in desk.orders] == [True]


def test_barring_twice_and_freeing_what_is_free_change_nothing() -> None:
    desk = desk_at()
    assert refused(bar(desk, SYMBOL, free=True)) == "no_change"
    assert refused(bar(desk, free=True)) == "no_change"
    bar(desk, SYMBOL)
    assert refused(bar(desk, SYMBOL)) == "no_change"
    made = bar(desk, SYMBOL, "ETH/USD", "ETH/USD")
    assert made.facts == {"symbols": ["ETH/USD"]}
    assert bar(desk, free=True).facts == {"symbols": [SYMBOL, "ETH/USD"]} and desk.account.barred == ()
    assert barred_in(desk.account.barred, SYMBOL) is None


def test_no_more_can_be_barred_than_a_person_can_read() -> None:
    desk = desk_at()
    assert refused(bar(desk, *(f"S{n}/USD" for n in range(NAMED_MAX + 1)))) == "barred_full"
    for first in range(0, BARRED_MAX, NAMED_MAX):
        bar(desk, *(f"S{n}/USD" for n in range(first, first + NAMED_MAX)))
    assert len(desk.account.barred) == BARRED_MAX
    assert refused(bar(desk, "ONE/USD")) == "barred_full"
    assert bar(desk, "S1/USD", free=True).facts == {"symbols": ["S1/USD"]}


@pytest.mark.parametrize(("role", "frees"), [("trader", False), ("risk_officer", True), ("admin", True)])
def test_a_trader_frees_only_what_they_have_barred_themself(role: str, frees: bool) -> None:
    desk = desk_at()
    desk.do(cm.SetRole, member=BEN, role=role, name="Ben")
    bar(desk, "DOGE/USD", by=BEN)
    bar(desk, SYMBOL)
    assert bar(desk, "DOGE/USD", free=True, by=BEN).facts == {"symbols": ["DOGE/USD"]}
    made = bar(desk, SYMBOL, free=True, by=BEN)
    assert (made.facts == {"symbols": [SYMBOL]}) is frees
    if not frees:
        assert refused(made) == "barred_by"


def test_a_viewer_bars_nothing() -> None:
    desk = desk_at()
    desk.do(cm.SetRole, member=BEN, role="viewer", name="Ben")
    assert refused(bar(desk, SYMBOL, by=BEN)) == "no_right"
    assert desk.account.barred == ()
