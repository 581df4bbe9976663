"""Our Discord refuses what Discord refuses, with its codes: bodies, tokens, times, limits, gateway frames."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.fakes.discord_limits import DiscordLimits, Pace
from tests.fakes.discord_people import DiscordPerson
from tests.fakes.discord_rest import Answer, Request
from tests.fakes.discord_server import DiscordServer
from tests.fakes.hand_clock import HandClock


class Asking:
    """Requests without sockets, on a clock that a test moves."""

    def __init__(self, limits: DiscordLimits | None = None) -> None:
        self.clock = HandClock()
        self.server = DiscordServer(self.clock, limits=limits or DiscordLimits.none())
        self.app = self.server.world.application_id
        self.ann: DiscordPerson = self.server.person("Ann")

    async def ask(self, method: str, path: str, body: Any = None, **query: str) -> Answer:
        token = f"Bot {self.server.token}"
        return await self.server.ask(Request(method, path, token, query, body))

    async def said(self, **body: Any) -> Answer:
        """A message to Ann."""
        return await self.ask("POST", f"/channels/{self.ann.dm.id}/messages", body)


def on_discord(scene: Callable[[Asking], Awaitable[None]], limits: DiscordLimits | None = None) -> None:
    async def played() -> None:
        await scene(Asking(limits))

    asyncio.run(played())


def option(name: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": 3, "name": name, "description": "words", **more}


def command(**more: Any) -> dict[str, Any]:
    return {"name": "buy", "description": "Buy", **more}


@pytest.mark.parametrize(
    "commands",
    [
        [command(name="Buy")],
        [command(name="b" * 33)],
        [command(name="buy it")],
        [command(description="")],
        [command(description="d" * 101)],
        [command(options=[option(f"o{n}") for n in range(26)])],
        [command(options=[option("a"), option("b", required=True)])],
        [command(options=[option("a"), option("a")])],
        [command(options=[option(choices=[{"name": "x", "value": "y"}] * 26)])],
        [command(options=[option(choices=[{"name": "x", "value": "y"}], autocomplete=True)])],
        [command(options=[{"type": 1, "name": "sub", "description": "d"}, option()])],
        [command(options=[option(description="d" * 99) for _ in range(1)] * 2)],
        [command(), command()],
        [{"name": f"c{n}", "description": "d"} for n in range(101)],
        {"name": "no list"},
    ],
)
def test_commands_that_break_a_rule_are_refused(commands: Any) -> None:
    async def scene(at: Asking) -> None:
        answer = await at.ask("PUT", f"/applications/{at.app}/commands", commands)
        assert answer.status == 400 and answer.body["code"] in (50035, 30032)
        assert at.server.world.commands == []

    on_discord(scene)


def button(custom_id: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "Go", "custom_id": custom_id, **more}


def select(count: int) -> dict[str, Any]:
    return {
        "type": 3,
        "custom_id": "s",
        "options": [{"label": f"{n}", "value": f"{n}"} for n in range(count)],
    }


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 50006),
        ({"content": "c" * 2_001}, 50035),
        ({"content": "hi", "nonce": "n" * 26}, 50035),
        ({"embeds": [{"description": "d" * 4_097}]}, 50035),
        ({"embeds": [{"description": "d" * 3_001}] * 2}, 50035),
        ({"embeds": [{"title": "t"}] * 11}, 50035),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, 50035),
        ({"embeds": [{"fields": [{"name": "n", "value": "v" * 1_025}]}]}, 50035),
        ({"components": [row(button())] * 6}, 50035),
        ({"components": [row(*(button(f"{n}") for n in range(6)))]}, 50035),
        ({"components": [row(button(), button())]}, 50035),
        ({"components": [row(button("x" * 101))]}, 50035),
        ({"components": [row(button(label="l" * 81))]}, 50035),
        ({"components": [row(select(26))]}, 50035),
        ({"components": [row(select(2), button())]}, 50035),
        ({"components": [row()]}, 50035),
    ],
)
def test_messages_that_break_a_rule_are_refused(body: dict[str, Any], code: int) -> None:
    async def scene(at: Asking) -> None:
        answer = await at.said(**body)
        assert (answer.status, answer.body["code"]) == (400, code)

    on_discord(scene)


def test_the_largest_message_is_taken() -> None:
    async def scene(at: Asking) -> None:
        rows = [row(*(button(f"{n}-{m}") for m in range(5))) for n in range(4)]
        answer = await at.said(
            content="c" * 2_000, embeds=[{"description": "d" * 4_096}], components=[*rows, row(select(25))]
        )
        assert answer.status == 200 and len(at.ann.last.choices) == 25

    on_discord(scene)


def test_a_message_with_a_known_nonce_is_not_made_twice() -> None:
    async def scene(at: Asking) -> None:
        first = await at.said(content="a", nonce="#k3f-0042", enforce_nonce=True)
        second = await at.said(content="b", nonce="#k3f-0042", enforce_nonce=True)
        assert first.body["id"] == second.body["id"] and len(at.ann.seen()) == 1
        third = await at.said(content="b", nonce="#k3f-0042")
        assert third.body["id"] != first.body["id"]

    on_discord(scene)


def test_who_takes_no_direct_messages_gets_none() -> None:
    async def scene(at: Asking) -> None:
        at.ann.user.closed_dms = True
        answer = await at.said(content="a")
        assert (answer.status, answer.body["code"]) == (403, 50007)

    on_discord(scene)


def test_places_that_are_gone_or_closed_say_so() -> None:
    async def scene(at: Asking) -> None:
        club = at.server.guild("Club", at.ann)
        place = club.channels[0]
        path = f"/channels/{place.id}/messages"
        place.bot_may_send = False
        assert (await at.ask("POST", path, {"content": "a"})).body["code"] == 50013
        club.has_bot = False
        assert (await at.ask("POST", path, {"content": "a"})).body["code"] == 50001
        at.server.delete(place)
        assert (await at.ask("POST", path, {"content": "a"})).body["code"] == 10003

    on_discord(scene)


def test_mentions_ping_unless_they_are_forbidden() -> None:
    async def scene(at: Asking) -> None:
        await at.said(content=f"@everyone <@{at.ann.id}>")
        assert at.ann.last.pings == ["everyone", at.ann.id]
        await at.said(content=f"@everyone <@{at.ann.id}>", allowed_mentions={"parse": []})
        assert at.ann.last.pings == []

    on_discord(scene)


def test_an_interaction_is_answered_in_three_seconds_once() -> None:
    async def scene(at: Asking) -> None:
        card = at.server.world.put_message(at.ann.dm, at.server.world.bot, components=[row(button("go"))])
        quick, slow = at.ann.press("Go", card), at.ann.press("Go", card)
        path = "/interactions/{0.id}/{0.token}/callback"
        assert (await at.ask("POST", path.format(quick.interaction), {"type": 6})).status == 204
        again = await at.ask("POST", path.format(quick.interaction), {"type": 6})
        assert (again.status, again.body["code"]) == (400, 40060)
        at.clock.advance(3.1)
        late = await at.ask("POST", path.format(slow.interaction), {"type": 6})
        assert (late.status, late.body["code"]) == (404, 10062) and slow.has_failed

    on_discord(scene)


def test_the_token_of_an_interaction_ends_after_fifteen_minutes() -> None:
    async def scene(at: Asking) -> None:
        card = at.server.world.put_message(at.ann.dm, at.server.world.bot, components=[row(button("go"))])
        held = at.ann.press("Go", card).interaction
        edit = f"/webhooks/{at.app}/{held.token}/messages/@original"
        assert (await at.ask("PATCH", edit, {"content": "a"})).body["code"] == 10015
        await at.ask("POST", f"/interactions/{held.id}/{held.token}/callback", {"type": 6})
        assert (await at.ask("PATCH", edit, {"content": "a"})).status == 200 and card.text == "a"
        at.clock.advance(900.1)
        answer = await at.ask("PATCH", edit, {"content": "b"})
        assert (answer.status, answer.body["code"]) == (401, 50027)

    on_discord(scene)


def test_an_answer_that_does_not_fit_the_question_is_refused() -> None:
    async def scene(at: Asking) -> None:
        await at.ask(
            "PUT", f"/applications/{at.app}/commands", [command(options=[option(autocomplete=True)])]
        )
        held = at.ann.complete("buy", "a", "x").interaction
        path = f"/interactions/{held.id}/{held.token}/callback"
        assert (await at.ask("POST", path, {"type": 5})).body["code"] == 50035
        many = {"type": 8, "data": {"choices": [{"name": f"{n}", "value": f"{n}"} for n in range(26)]}}
        assert (await at.ask("POST", path, many)).body["code"] == 50035
        assert (await at.ask("POST", path, {"type": 8, "data": {"choices": []}})).status == 204

    on_discord(scene)


def test_ephemeral_messages_are_nobody_elses_and_only_their_token_edits_them() -> None:
    async def scene(at: Asking) -> None:
        await at.ask("PUT", f"/applications/{at.app}/commands", [command()])
        bob = at.server.person("Bob")
        club = at.server.guild("Club", at.ann, bob).channels[0]
        held = at.ann.command("buy", club)
        path = f"/interactions/{held.interaction.id}/{held.interaction.token}/callback"
        await at.ask("POST", path, {"type": 4, "data": {"content": "secret", "flags": 64}})
        assert at.ann.seen(club) and not bob.seen(club)
        answer = await at.ask("PATCH", f"/channels/{club.id}/messages/{held.reply.id}", {"content": "b"})
        assert answer.body["code"] == 10008

    on_discord(scene)


def test_a_full_bucket_says_when_it_is_free_again() -> None:
    async def scene(at: Asking) -> None:
        assert (await at.said(content="1")).headers["X-RateLimit-Remaining"] == "1"
        assert (await at.said(content="2")).headers["X-RateLimit-Remaining"] == "0"
        full = await at.said(content="3")
        assert full.status == 429 and full.body["retry_after"] == 5.0 and not full.body["global"]
        assert full.headers["Via"] and full.headers["X-RateLimit-Reset-After"] == "5.000"
        assert (await at.ask("GET", "/users/@me")).status == 200, "another bucket"
        at.clock.advance(5)
        assert (await at.said(content="4")).status == 200
        assert at.server.limiter.invalid == 1

    on_discord(scene, DiscordLimits(bucket=Pace(2, 5.0)))


def test_the_whole_bot_has_a_limit_and_interactions_are_outside_it() -> None:
    async def scene(at: Asking) -> None:
        card = at.server.world.put_message(at.ann.dm, at.server.world.bot, components=[row(button("go"))])
        for _ in range(3):
            await at.ask("GET", "/users/@me")
        full = await at.ask("GET", "/users/@me")
        assert full.status == 429 and full.body["global"] and full.headers["X-RateLimit-Global"] == "true"
        held = at.ann.press("Go", card).interaction
        path = f"/interactions/{held.id}/{held.token}/callback"
        assert (await at.ask("POST", path, {"type": 6})).status == 204

    on_discord(scene, DiscordLimits(whole=Pace(3, 1.0)))


def test_a_wrong_token_is_unauthorized() -> None:
    async def scene(at: Asking) -> None:
        answer = await at.server.ask(Request("GET", "/users/@me", "Bot nobody"))
        assert (answer.status, answer.body["message"]) == (401, "401: Unauthorized")

    on_discord(scene)


# ---------------------------------------------------------------- gateway


class Frames:
    """The client's end of a gateway connection."""

    def __init__(self, at: Asking) -> None:
        self.got: list[dict[str, Any]] = []
        self.code = 0
        self.connection = at.server.gateway.connect(self)

    def send(self, text: str) -> None:
        self.got.append(json.loads(text))

    def close(self, code: int) -> None:
        self.code = code

    def say(self, op: int, data: Any = None) -> None:
        self.connection.received(json.dumps({"op": op, "d": data}))

    def identify(self, at: Asking, intents: int = 1 | 1 << 9 | 1 << 12) -> None:
        self.say(2, {"token": at.server.token, "intents": intents, "properties": {}})

    @property
    def events(self) -> list[str]:
        return [str(one["t"]) for one in self.got if one["op"] == 0]


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (["no json"], 4002),
        (['{"op":2,"d":{"token":"nobody","intents":1}}'], 4004),
        (['{"op":3,"d":{}}'], 4003),
        (['{"op":77,"d":{}}'], 4001),
        (['{"op":1,"d":null}'] * 121, 4008),
        (['{"op":1,"d":"' + "x" * 4_100 + '"}'], 4002),
    ],
)
def test_a_client_that_breaks_a_rule_is_hung_up_on(frames: list[str], code: int) -> None:
    async def scene(at: Asking) -> None:
        line = Frames(at)
        for one in frames:
            line.connection.received(one)
        assert line.code == code

    on_discord(scene)


@pytest.mark.parametrize(("intents", "code"), [(1 << 15, 0), (1 << 1, 4014), (1 << 30, 4013)])
def test_intents_that_are_unknown_or_not_granted_end_it(intents: int, code: int) -> None:
    async def scene(at: Asking) -> None:
        line = Frames(at)
        line.identify(at, intents)
        assert line.code == code

    on_discord(scene)


def test_a_session_is_resumed_with_what_was_missed_and_only_while_it_is_kept() -> None:
    async def scene(at: Asking) -> None:
        line = Frames(at)
        line.identify(at)
        assert line.events == ["READY"]
        ready = line.got[1]
        line.connection.gone()
        at.ann.say("missed")
        back = Frames(at)
        resume = {"token": at.server.token, "session_id": ready["d"]["session_id"], "seq": 1}
        back.say(6, resume)
        assert back.events == ["MESSAGE_CREATE", "RESUMED"]
        ahead = Frames(at)
        ahead.say(6, resume | {"seq": 99})
        assert ahead.code == 4007
        back.connection.gone()
        at.clock.advance(181)
        late = Frames(at)
        late.say(6, resume)
        assert [one["op"] for one in late.got] == [10, 9] and late.got[1]["d"] is False

    on_discord(scene)


def test_a_client_without_a_pulse_is_dropped() -> None:
    async def scene(at: Asking) -> None:
        line = Frames(at)
        line.identify(at)
        held = []
        for _ in range(3):
            await at.clock.until_sleeping()
            held.append(line.connection.is_open)
            at.clock.advance(21)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert held == [True, True, True] and line.code == 4000

    on_discord(scene)
