"""The gate: each check with a case that passes and one that refuses, and what a refusal says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.domain.contracts import BTC, quoted
from tests.unit.domain.gate_case import Case
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain.limits import LIMIT_HELP, Limits, with_limit
from trading.domain.risk import ASKABLE

D = Decimal
H = cm.HaltState
CHECKS = [
    "desk_halt",
    "maintenance",
    "account_halt",
    "lockout",
    "frozen",
    "live_switch",
    "market_open",
    "price_fresh",
    "price_collar",
    "order_notional",
    "position_notional",
    "gross_exposure",
    "daily_loss",
    "funds",
    "rate_10_s",
    "rate_minute",
    "duplicate",
]


def bend(**fields: Any) -> Callable[[Case], None]:
    return lambda case: case.seen(**fields)


def limit(**fields: Decimal) -> Callable[[Case], None]:
    return lambda case: case.limits(**fields)


def order(**fields: Any) -> Callable[[Case], None]:
    return lambda case: case.order.update(fields)


def halt(state: cm.HaltState, *, desk: bool = False) -> Callable[[Case], None]:
    def bent(case: Case) -> None:
        case.desk.do(cm.SetHalt, state=state, reason="lunch", desk=desk)

    return bent


def later(desk: PureDesk, seconds: float) -> datetime:
    return desk.now + timedelta(seconds=seconds)


def pause(seconds: float, *, desk: bool = False) -> Callable[[Case], None]:
    def bent(case: Case) -> None:
        until = later(case.desk, seconds)
        case.desk.do(cm.SetHalt, state=H.REDUCE_ONLY, reason="lunch", desk=desk, until=until)

    return bent


def maintenance(*more: bool) -> Callable[[Case], None]:
    def bent(case: Case) -> None:
        for is_on in (True, *more):
            case.desk.do(cm.SetMaintenance, is_on=is_on, reason="new disk")

    return bent


def lockout(seconds: float) -> Callable[[Case], None]:
    def bent(case: Case) -> None:
        case.desk.do(cm.LockOut, until=later(case.desk, seconds), reason="tilt")

    return bent


def after(seconds: float) -> Callable[[Case], None]:
    """The order comes so much later; its price is as young as before."""

    def bent(case: Case) -> None:
        now = later(case.desk, seconds)
        case.seen(now=now, quote=replace(quoted(BTC, "6700"), at=now))

    return bent


def quote_at(age_s: float) -> Callable[[Case], None]:
    def bent(case: Case) -> None:
        case.seen(quote=replace(quoted(BTC, "6700"), at=case.desk.now - timedelta(seconds=age_s)))

    return bent


def lost(amount: str) -> Callable[[Case], None]:
    return lambda case: case.lose(amount)


def both(*bends: Callable[[Case], None]) -> Callable[[Case], None]:
    def bent(case: Case) -> None:
        for one in bends:
            one(case)

    return bent


def mode(word: str) -> Callable[[Case], None]:
    return lambda case: case.account(mode=word)


def recent(*ages_s: float, **more: Any) -> Callable[[Case], None]:
    return lambda case: case.recent(*ages_s, **more)


REFUSED: list[tuple[str, Callable[[Case], None], str]] = [
    ("desk_halt", halt(H.HALTED, desk=True), "The desk is halted by owner at 01:00 UTC: lunch. Only exits"),
    ("desk_halt", halt(H.REDUCE_ONLY, desk=True), "; /resume desk and a reason opens it again."),
    ("desk_halt", halt(H.FLATTEN, desk=True), "The desk is being flattened by owner"),
    ("desk_halt", pause(3600, desk=True), "paused until 02:00 UTC by owner at 01:00 UTC: lunch."),
    ("maintenance", maintenance(), "under maintenance since 01:00 UTC by owner: new disk. Only exits go out"),
    ("account_halt", halt(H.HALTED), "Account paper is halted by owner at 01:00 UTC: lunch."),
    ("account_halt", halt(H.REDUCE_ONLY), "/resume and a reason opens it again"),
    ("account_halt", halt(H.FLATTEN), "Only exits go out"),
    ("account_halt", pause(86_400), "paused until 2018-04-05 01:00 UTC by owner"),
    ("account_halt", both(pause(3600), after(3599.999)), "paused until 02:00 UTC"),
    ("lockout", both(lockout(3600), after(3599.999)), "locked out until 02:00 UTC"),
    ("account_halt", pause(3600), "it opens by itself then, /resume and a reason opens it now."),
    (
        "lockout",
        lockout(3600),
        "locked out until 02:00 UTC (by owner at 01:00 UTC: tilt). Nobody can end that",
    ),
    ("live_switch", mode("live"), "OPENOUTCRY_LIVE"),
    ("market_open", bend(market_open=False), "BTC/USD is closed now; /price BTC/USD"),
    ("price_fresh", bend(quote=None), "There is no fresh price of BTC/USD: nothing is bought"),
    ("price_fresh", quote_at(121), "the last is 121 s old, 120 s is the bound"),
    ("price_collar", order(collar_price=D("6901.01")), "6901.01 is 3.0 % through the market (6700)"),
    ("price_collar", order(is_buy=False, collar_price=D("6498.99")), "at most 3 % is allowed"),
    # One that sleeps trades from its trigger on, and from the market where that is there already.
    (
        "price_collar",
        order(collar_price=D("8240.01"), trigger=D(8000)),
        "3.0 % through its trigger (8000)",
    ),
    ("price_collar", order(is_buy=False, collar_price=D("5819.99"), trigger=D(6000)), "its trigger (6000)"),
    ("price_collar", order(collar_price=D("6901.01"), trigger=D(6000)), "through the market (6700)"),
    (
        "price_collar",
        order(is_buy=False, collar_price=D("6498.99"), trigger=D(7000)),
        "through the market (6700)",
    ),
    ("order_notional", limit(order_notional_max=D("669.99")), "(/limits order_notional_max changes it)"),
    ("position_notional", limit(position_notional_max=D("669.99")), "(/limits position_notional_max)"),
    ("gross_exposure", limit(gross_exposure_max=D("669.99")), "(/limits gross_exposure_max)"),
    ("daily_loss", lost("500"), "Today has lost 500.00 USD; the limit is 500.00. No entries until tomorrow"),
    ("funds", order(quantity=D("1.5")), "That needs 10,050.00 USD and 10,000.00 are free: buy less"),
    ("rate_10_s", recent(*[9.9] * 10, symbol="X"), "10 entries went out in ten seconds"),
    ("rate_minute", recent(*[59.9] * 100, symbol="X"), "100 entries went out in a minute"),
    ("duplicate", recent(4), "The same order went out 4 s ago: send it again only if"),
    ("duplicate", recent(4, quantity="0.101"), "4 s ago"),
]
PASSED: list[tuple[str, Callable[[Case], None]]] = [
    ("desk_halt", both(pause(3600, desk=True), after(3600))),
    ("account_halt", both(pause(3600), after(3600))),
    ("maintenance", maintenance(False)),
    ("lockout", both(lockout(3600), after(3600))),
    ("live_switch", both(mode("live"), bend(live_allowed=True))),
    ("price_fresh", quote_at(120)),
    ("price_collar", order(collar_price=D(6901))),
    # Only the harmful direction counts: a limit far below the market is no danger to a buyer.
    ("price_collar", order(collar_price=D(100))),
    ("price_collar", order(collar_price=D(8240), trigger=D(8000))),
    ("price_collar", order(is_buy=False, collar_price=D(5820), trigger=D(6000))),
    ("price_collar", order(is_buy=False, collar_price=D(90_000))),
    ("order_notional", limit(order_notional_max=D(670))),
    ("position_notional", limit(position_notional_max=D(670))),
    ("gross_exposure", limit(gross_exposure_max=D(670))),
    ("daily_loss", lost("499.99")),
    ("daily_loss", both(lost("5000"), limit(daily_loss_percent_max=D(0)))),
    ("funds", order(quantity=D("1.49253731"))),
    ("rate_10_s", recent(*[9.9] * 9, symbol="X")),
    ("rate_10_s", recent(*[10] * 20, symbol="X")),
    ("rate_minute", recent(*[59.9] * 99, symbol="X")),
    ("rate_minute", recent(*[60] * 150, symbol="X")),
    ("duplicate", recent(10)),
    ("duplicate", recent(4, quantity="0.1012")),
    ("duplicate", recent(4, symbol="ETH/USD")),
    ("duplicate", recent(4, buy=False)),
    ("duplicate", both(recent(4), bend(confirmed=("duplicate",)))),
    ("duplicate", both(recent(4), limit(duplicate_window_s=D(0)))),
]


def test_a_plain_order_passes_every_check() -> None:
    verdict = Case().judged()
    assert [check.name for check in verdict.checks] == CHECKS
    assert all(check.passed for check in verdict.checks)
    assert verdict.refusals == ()


@pytest.mark.parametrize(("name", "bent", "sentence"), REFUSED)
def test_each_check_refuses_alone_and_says_why(
    name: str, bent: Callable[[Case], None], sentence: str
) -> None:
    case = Case()
    bent(case)
    verdict = case.judged()
    assert [refusal.code for refusal in verdict.refusals] == [name]
    assert [check.name for check in verdict.checks if not check.passed] == [name]
    assert sentence in verdict.refusals[0].sentence
    assert verdict.refusals[0].sentence.endswith(".")


@pytest.mark.parametrize(("name", "bent"), PASSED)
def test_each_check_lets_pass_what_is_within(name: str, bent: Callable[[Case], None]) -> None:
    case = Case()
    bent(case)
    verdict = case.judged()
    assert name not in [refusal.code for refusal in verdict.refusals]
    assert not verdict.refusals


def test_all_failed_checks_are_told_at_once() -> None:
    case = Case()
    case.limits(order_notional_max=D(1), position_notional_max=D(1), gross_exposure_max=D(1))
    case.seen(quote=None, market_open=False)
    codes = [refusal.code for refusal in case.judged().refusals]
    assert codes == ["market_open", "price_fresh", "order_notional", "position_notional", "gross_exposure"]


def test_the_numbers_that_were_compared_are_kept() -> None:
    case = Case()
    checks = {check.name: (check.value, check.limit) for check in case.judged().checks}
    assert checks["order_notional"] == ("670", "100000")
    assert checks["daily_loss"] == ("0", "500")
    assert checks["funds"] == ("670", "10000")
    assert checks["price_fresh"] == ("0 s", "120 s")


def test_a_waiting_trigger_has_no_collar() -> None:
    case = Case()
    case.order["collar_price"] = None
    assert "price_collar" not in [check.name for check in case.judged().checks]


def test_a_limit_of_age_replaces_the_feeds_bound() -> None:
    case = Case()
    case.limits(price_age_s_max=D(5))
    quote_at(6)(case)
    assert [refusal.code for refusal in case.judged().refusals] == ["price_fresh"]


# ---------------------------------------------------------------- limits as data


def test_every_limit_has_a_name_and_a_meaning() -> None:
    assert set(LIMIT_HELP) == set(Limits.__struct_fields__)
    assert all(with_limit(Limits(), name, D(7)) is not None for name in LIMIT_HELP)
    assert with_limit(Limits(), "order_notional", D(7)) is None
    changed = with_limit(Limits(), "order_notional_max", D(7))
    assert changed == Limits(order_notional_max=D(7))


def test_only_duplicates_may_be_pressed_through() -> None:
    assert frozenset({"duplicate"}) == ASKABLE
    case = Case()
    case.seen(confirmed=tuple(CHECKS), market_open=False)
    assert [refusal.code for refusal in case.judged().refusals] == ["market_open"]


@given(
    st.decimals(D("0.00000001"), D(3), places=8),
    st.decimals(D("6000"), D("7400"), places=2),
    st.booleans(),
    st.decimals(D(0), D(20_000), places=2),
)
def test_what_passes_is_within_every_limit(
    quantity: Decimal, price: Decimal, is_buy: bool, cap: Decimal
) -> None:
    case = Case()
    case.limits(order_notional_max=cap)
    case.order = {"is_buy": is_buy, "quantity": quantity, "price": price, "collar_price": price}
    verdict = case.judged()
    passes = quantity * price <= min(cap, D(10_000)) and (
        price - 6700 if is_buy else 6700 - price
    ) * 100 <= 3 * D(6700)
    assert (not verdict.refusals) is passes
