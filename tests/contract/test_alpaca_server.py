"""The local Alpaca server speaks the wire as written down: a second client, made of bare requests, drives it.

It shares nothing with the adapter, so that both cannot be wrong in the same way (protocols: alpaca).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from tests.contract.paper_under_test import HandClock
from tests.fakes.alpaca_faults import Fault
from tests.fakes.alpaca_server import KEY, SECRET, AlpacaServer, venue
from tests.fakes.alpaca_words import asset

D = Decimal
pytestmark = pytest.mark.wire


class BareClient:
    """Headers, paths and JSON; nothing is interpreted."""

    def __init__(self, server: AlpacaServer, key: str = KEY) -> None:
        self.server = server
        self.key = key
        self.session = aiohttp.ClientSession()

    async def ask(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        """Status and body (None when there is none)."""
        headers = {"APCA-API-KEY-ID": self.key, "APCA-API-SECRET-KEY": SECRET}
        url = f"{self.server.rest}/v2/{path}"
        async with self.session.request(method, url, json=body, params=query, headers=headers) as answer:
            whole = await answer.text()
            return answer.status, json.loads(whole) if whole.startswith(("{", "[")) else whole or None

    async def order(self, side: str, quantity: str, **more: Any) -> tuple[int, Any]:
        """POST an order, a market order for the day unless it says more."""
        body = {"symbol": "AAPL", "side": side, "qty": quantity, "type": "market", "time_in_force": "day"}
        return await self.ask("POST", "orders", body | more)


@pytest.fixture
async def server() -> AsyncIterator[AlpacaServer]:
    clock = HandClock()
    coin = asset("BTC/USD", "crypto", min_trade_increment="0.0001", price_increment="1")
    running = venue(clock.now, asset("AAPL"), coin)
    running.exchange.quote("AAPL", D(99), D(101))
    running.exchange.quote("BTC/USD", D(99), D(101))
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def client(server: AlpacaServer) -> AsyncIterator[BareClient]:
    client = BareClient(server)
    yield client
    await client.session.close()


async def test_a_key_that_is_not_ours_is_refused_without_a_code(server: AlpacaServer) -> None:
    for key, status, message in (("PKWRONG", 401, "unauthorized."), ("AKLIVE", 403, "forbidden.")):
        stranger = BareClient(server, key)
        assert await stranger.ask("GET", "account") == (status, {"message": message})
        await stranger.session.close()


async def test_an_order_comes_back_with_strings_for_numbers_and_no_class(client: BareClient) -> None:
    status, told = await client.order("buy", "2", client_order_id="mine")
    assert status == 200
    assert (told["qty"], told["filled_qty"], told["filled_avg_price"]) == ("2", "2", "101")
    assert (told["order_class"], told["client_order_id"], told["status"]) == ("", "mine", "filled")
    assert told["submitted_at"].endswith("000Z")
    assert (await client.ask("GET", "orders:by_client_order_id", client_order_id="mine"))[1] == told
    assert (await client.ask("GET", f"orders/{told['id']}"))[1] == told
    assert (await client.ask("GET", "orders/nobody"))[0] == 404


@pytest.mark.parametrize(
    ("status", "message", "body"),
    [
        (422, "only one of qty or notional is accepted", {"notional": "5"}),
        (422, "qty must be > 0", {"qty": "0"}),
        (422, "limit orders require a limit price", {"type": "limit"}),
        (422, "stop orders require a stop price", {"type": "stop"}),
        (422, "invalid time_in_force", {"time_in_force": "gtd"}),
        (422, 'asset "ZZZZ" not found', {"symbol": "ZZZZ"}),
        (422, "fractional orders must be DAY orders", {"qty": "0.5", "time_in_force": "gtc"}),
        (422, "extended hours order must be DAY limit orders", {"extended_hours": True}),
        (422, "invalid crypto time_in_force", {"symbol": "BTC/USD"}),
        (422, "client_order_id must be no more than 128 characters", {"client_order_id": "x" * 129}),
        (403, "insufficient buying power", {"qty": "1000"}),
    ],
)
async def test_what_the_venue_refuses_it_refuses_in_its_own_words(
    client: BareClient, status: int, message: str, body: dict[str, Any]
) -> None:
    answered, told = await client.order("buy", "1", **body)
    assert (answered, told["message"]) == (status, message)
    assert isinstance(told["code"], int)
    assert (await client.ask("GET", "orders", status="all"))[1] == []


async def test_an_id_is_used_once_and_the_second_order_is_not_placed(client: BareClient) -> None:
    await client.order("buy", "1", client_order_id="mine")
    status, told = await client.order("buy", "1", client_order_id="mine")
    assert (status, told["message"]) == (422, "client_order_id must be unique")
    assert (await client.ask("GET", "positions"))[1][0]["qty"] == "1"


async def test_shares_that_one_order_holds_no_other_may_sell(client: BareClient) -> None:
    await client.order("buy", "10")
    await client.order("sell", "10", type="stop", stop_price="90", time_in_force="gtc")
    status, told = await client.order("sell", "1")
    assert status == 403 and told["message"].startswith("insufficient qty available for order")
    assert (told["existing_qty"], told["available"]) == ("10", "0")


async def test_a_change_makes_a_new_order_that_names_the_old_one(client: BareClient) -> None:
    _, old = await client.order("buy", "2", type="limit", limit_price="95", time_in_force="gtc")
    _, new = await client.ask("PATCH", f"orders/{old['id']}", {"qty": "3", "limit_price": "96"})
    _, seen = await client.ask("GET", f"orders/{old['id']}")
    assert (new["replaces"], new["qty"], new["limit_price"]) == (old["id"], "3", "96")
    assert (seen["status"], seen["replaced_by"]) == ("replaced", new["id"])
    assert (await client.ask("PATCH", f"orders/{old['id']}", {"qty": "4"}))[0] == 422
    assert (await client.ask("DELETE", f"orders/{new['id']}")) == (204, None)
    assert (await client.ask("DELETE", f"orders/{new['id']}"))[0] == 422


async def test_the_legs_of_a_bracket_are_held_until_the_whole_entry_has_filled(
    client: BareClient, server: AlpacaServer
) -> None:
    legs = {"take_profit": {"limit_price": "110"}, "stop_loss": {"stop_price": "90"}}
    more = {"type": "limit", "limit_price": "100", "order_class": "bracket", "time_in_force": "gtc"}
    _, told = await client.order("buy", "10", **more, **legs)
    assert [leg["status"] for leg in told["legs"]] == ["held", "held"]
    server.exchange.quote("AAPL", D(98), D(99), D(4))
    _, told = await client.ask("GET", f"orders/{told['id']}", nested="true")
    assert told["filled_qty"] == "4" and [leg["status"] for leg in told["legs"]] == ["held", "held"]
    server.exchange.quote("AAPL", D(98), D(99))
    server.exchange.quote("AAPL", D(111), D(112))
    _, told = await client.ask("GET", f"orders/{told['id']}", nested="true")
    assert [leg["status"] for leg in told["legs"]] == ["filled", "canceled"]
    assert (await client.ask("GET", "positions"))[1] == []


async def test_a_part_of_an_oco_target_shrinks_its_stop(client: BareClient, server: AlpacaServer) -> None:
    await client.order("buy", "10")
    legs = {"take_profit": {"limit_price": "110"}, "stop_loss": {"stop_price": "90"}}
    _, told = await client.order("sell", "10", type="limit", order_class="oco", time_in_force="gtc", **legs)
    assert told["limit_price"] == "110" and told["legs"][0]["stop_price"] == "90"
    server.exchange.quote("AAPL", D(111), D(112), D(3))
    server.exchange.quote("AAPL", D(89), D(90))
    assert (await client.ask("GET", "positions"))[1] == []
    assert sum(D(one["qty"]) for one in (await client.ask("GET", "account/activities/FILL"))[1]) == 20


async def test_activities_come_in_pages_after_the_last_one_seen(client: BareClient) -> None:
    for _ in range(3):
        await client.order("buy", "1")
    _, first = await client.ask("GET", "account/activities/FILL", direction="asc", page_size="2")
    _, rest = await client.ask(
        "GET", "account/activities/FILL", direction="asc", page_size="2", page_token=first[-1]["id"]
    )
    assert (len(first), len(rest)) == (2, 1)
    assert {"price", "cum_qty", "order_id", "transaction_time"} <= set(rest[0]) and "fee" not in rest[0]


async def test_updates_come_in_binary_frames_after_key_and_listen(
    client: BareClient, server: AlpacaServer
) -> None:
    async with client.session.ws_connect(server.socket) as socket:
        await socket.send_json({"action": "authenticate", "data": {"key_id": KEY, "secret_key": SECRET}})
        assert json.loads(await socket.receive_bytes())["data"]["status"] == "authorized"
        await socket.send_json({"action": "listen", "data": {"streams": ["trade_updates"]}})
        assert json.loads(await socket.receive_bytes())["stream"] == "listening"
        await client.order("buy", "1", client_order_id="mine")
        told = [json.loads(await socket.receive_bytes())["data"] for _ in range(2)]
    assert [one["event"] for one in told] == ["new", "fill"]
    assert (told[1]["price"], told[1]["qty"], told[1]["order"]["client_order_id"]) == ("101", "1", "mine")
    assert told[1]["execution_id"]


async def test_a_listener_with_a_wrong_key_is_sent_away(client: BareClient, server: AlpacaServer) -> None:
    async with client.session.ws_connect(server.socket) as socket:
        await socket.send_json({"action": "authenticate", "data": {"key_id": KEY, "secret_key": "no"}})
        assert json.loads(await socket.receive_bytes())["data"]["status"] == "unauthorized"
        assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_the_line_can_be_made_bad_in_every_way(client: BareClient, server: AlpacaServer) -> None:
    for fault in (Fault.LOST, Fault.CUT, Fault.HALF):
        server.faults.plan.append(fault)
        with pytest.raises(aiohttp.ClientError):
            await client.order("buy", "1")
    assert len(server.exchange.activities) == 2, "what was lost was not carried out, the rest was"
    server.faults.plan.extend([Fault.TAKEN_504, Fault.DOWN, Fault.BUSY])
    assert [(await client.order("buy", "1"))[0] for _ in range(3)] == [504, 503, 429]
    assert len(server.exchange.activities) == 3


async def test_clock_calendar_and_assets_are_there(client: BareClient) -> None:
    assert (await client.ask("GET", "clock"))[1]["is_open"] is True
    assert (await client.ask("GET", "calendar"))[1][0]["open"] == "09:30"
    _, coins = await client.ask("GET", "assets", asset_class="crypto")
    assert [one["symbol"] for one in coins] == ["BTC/USD"]
    assert (await client.ask("GET", "assets/BTC/USD"))[1]["class"] == "crypto"
