"""What Alpaca refuses when an order arrives, with its own statuses and texts (protocols: alpaca, 1-2)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from tests.fakes.alpaca_words import Refused, invalid

LIVES = ("day", "gtc", "opg", "cls", "ioc", "fok")
TYPES = ("market", "limit", "stop", "stop_limit", "trailing_stop")
NUMBERS = ("qty", "notional", "limit_price", "stop_price", "trail_price", "trail_percent")
SYNTAX = 40010001


def check_form(body: dict[str, Any], assets: dict[str, dict[str, Any]]) -> None:
    """What is wrong with the order by itself; raises Refused."""
    listed = assets.get(str(body.get("symbol", "")))
    if listed is None:
        raise invalid(f'asset "{body.get("symbol")}" not found')
    if not listed["tradable"]:
        raise invalid(f'asset "{listed["symbol"]}" is not tradable')
    _check_quantity(body)
    if len(str(body.get("client_order_id", ""))) > 128:
        raise invalid("client_order_id must be no more than 128 characters", SYNTAX)
    if body.get("side") not in ("buy", "sell") or body.get("type") not in TYPES:
        raise invalid("invalid order side or type", SYNTAX)
    if body.get("time_in_force") not in LIVES:
        raise invalid("invalid time_in_force", SYNTAX)
    _check_prices(body)
    if body.get("extended_hours") and (body["type"] != "limit" or body["time_in_force"] != "day"):
        raise invalid("extended hours order must be DAY limit orders")
    if listed["class"] == "crypto":
        _check_coin(body)
    else:
        _check_share(body, listed)


def _check_quantity(body: dict[str, Any]) -> None:
    for name in NUMBERS:
        if body.get(name) is not None and not isinstance(body[name], str):
            # The venue takes numbers, too; a client of ours that sends one has had a float in its hands.
            raise Refused(400, SYNTAX, f"{name} was no string")
    if body.get("qty") is None and body.get("notional") is None:
        raise invalid("qty or notional is required", SYNTAX)
    if body.get("qty") is not None and body.get("notional") is not None:
        raise invalid("only one of qty or notional is accepted", SYNTAX)
    try:
        quantity = Decimal(body.get("qty") or body["notional"])
    except InvalidOperation as error:
        raise invalid("qty must be a number", SYNTAX) from error
    if quantity <= 0:
        raise invalid("qty must be > 0", SYNTAX)
    exponent = quantity.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -9:
        raise invalid("qty has more than 9 decimals", SYNTAX)


def _check_prices(body: dict[str, Any]) -> None:
    kind = body["type"]
    if (
        kind in ("limit", "stop_limit")
        and body.get("limit_price") is None
        and body.get("order_class") != "oco"
    ):
        raise invalid("limit orders require a limit price", SYNTAX)
    if kind in ("stop", "stop_limit") and body.get("stop_price") is None:
        raise invalid("stop orders require a stop price", SYNTAX)
    if kind == "trailing_stop" and (body.get("trail_price") is None) == (body.get("trail_percent") is None):
        raise invalid("trailing stop orders require one of trail_price and trail_percent", SYNTAX)
    for name in ("limit_price", "stop_price"):
        if body.get(name) is not None:
            _check_pennies(Decimal(body[name]))


def _check_pennies(price: Decimal) -> None:
    places = 2 if price >= 1 else 4
    if price != round(price, places):
        raise invalid(f"sub-penny increment does not fulfill minimum pricing criteria: {price}")


def _check_coin(body: dict[str, Any]) -> None:
    if body["type"] not in ("market", "limit", "stop_limit"):
        raise invalid("invalid order type for crypto order")
    if body["time_in_force"] not in ("gtc", "ioc"):
        raise invalid("invalid crypto time_in_force", SYNTAX)
    if body.get("order_class") not in (None, "", "simple"):
        raise invalid("crypto orders must be simple orders")


def _check_share(body: dict[str, Any], listed: dict[str, Any]) -> None:
    quantity = body.get("qty")
    is_part = quantity is None or Decimal(quantity) % 1 != 0
    if is_part:
        if not listed["fractionable"]:
            raise Refused(403, 40310000, f"asset {listed['symbol']} is not fractionable")
        if body["time_in_force"] != "day":
            raise invalid("fractional orders must be DAY orders")
        if body["type"] not in ("market", "limit"):
            raise invalid("fractional orders must be market or limit orders")
    if body["type"] == "trailing_stop" and body["time_in_force"] not in ("day", "gtc"):
        raise invalid("invalid time_in_force", SYNTAX)
    kind = body.get("order_class")
    if kind not in (None, "", "simple"):
        _check_group(body, str(kind), is_part)


def _check_group(body: dict[str, Any], kind: str, is_part: bool) -> None:
    if kind not in ("bracket", "oco") or is_part:
        raise invalid("complex orders must be whole bracket or oco orders")
    if body["time_in_force"] not in ("day", "gtc") or body.get("extended_hours"):
        raise invalid("complex orders must be DAY or GTC orders")
    target, stop = body.get("take_profit") or {}, body.get("stop_loss") or {}
    if "limit_price" not in target or "stop_price" not in stop:
        raise invalid(f"{kind} orders require take_profit.limit_price and stop_loss.stop_price")
    if kind == "oco" and body["type"] != "limit":
        raise invalid("oco orders must be limit orders")
    above = Decimal(target["limit_price"]) - Decimal(stop["stop_price"])
    is_long = (body["side"] == "buy") == (kind == "bracket")
    if (above if is_long else -above) <= 0:
        raise invalid("take_profit.limit_price must be > stop_loss.stop_price")
