"""D05 to D12 and crashes: requests, places, people and processes that are not as they should be."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from bot.conversation.incoming import Incoming
from bot.conversation.messenger import MaybeDelivered, MessageRef, Unreachable
from bot.conversation.people import Known
from bot.conversation.screen import Kind, Screen, line, look, row
from bot.main.discord_chat import DiscordChat
from bot.platforms.discord_link import WRONG_MAX
from bot.platforms.discord_out import nonce
from bot.platforms.web import WebServer
from tests.fakes.discord_limits import DiscordLimits, Pace
from tests.fakes.pit import OWNER
from tests.integration.discord.desk import DiscordDesk, on_discord

BUY = {"symbol": "BTC", "size": "1000"}


# ---------------------------------------------------------------- D05, D06: requests


@pytest.mark.wire
async def test_d05_there_is_no_endpoint_that_could_be_forged() -> None:
    """Interactions come by the gateway, over a connection that this desk has opened and proved its token on;
    the edge hands its web server no route, and without a route nothing is taken."""
    assert not hasattr(DiscordChat, "routes")
    server = WebServer("127.0.0.1", 0, ())
    await server.start()
    try:
        async with aiohttp.ClientSession() as http:
            for path in ("/interactions", "/discord", "/discord/interactions"):
                async with http.post(f"http://127.0.0.1:{server.port}{path}", json={"type": 1}) as answer:
                    assert answer.status == 404
    finally:
        await server.stop()


def test_d06_too_many_refused_requests_end_in_silence_before_discord_bans() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        ann.user.closed_dms = True
        refused = 0
        for _ in range(WRONG_MAX + 50):
            try:
                await desk.messenger.send(ann.dm.id, Screen.of("news"))
            except Unreachable:
                break
            except ConnectionError:
                refused += 1
        assert refused == WRONG_MAX and desk.server.limiter.invalid == WRONG_MAX
        ann.user.closed_dms = False
        await desk.settle(601)
        await desk.messenger.send(ann.dm.id, Screen.of("back"))
        assert ann.last.text == "back"

    on_discord(scene)


def test_d06_a_bucket_that_discord_says_is_empty_is_not_asked() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        await desk.settle(10)
        for _ in range(8):
            ann.say("/version")
        await desk.settle(10)
        assert desk.server.limiter.refused == 0, "not one 429"

    on_discord(scene, limits=DiscordLimits(bucket=Pace(5, 5.0)))


# ---------------------------------------------------------------- D07, D08: nobody there


def test_d07_who_takes_no_direct_messages_hears_so_in_the_server() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        club = desk.server.guild("Club", ann).channels[0]
        await desk.done(ann.command("settings", club, name="groups", value="on"))
        ann.user.closed_dms = True
        await desk.done(ann.command("buy", club, **BUY))
        await desk.done(ann.press("Buy", channel=club))
        assert desk.intents() == 1
        channel = desk.people.channel("discord", ann.dm.id)
        assert channel is not None and not channel.is_alive, "its news waits"
        act = await desk.done(ann.command("balance", club))
        assert "Equity" in act.reply.text
        assert "cannot write to you" in act.asides[0].text and act.asides[0].ephemeral_to == ann.id
        ann.user.closed_dms = False
        await desk.settle(601)
        await desk.done(ann.command("balance", club))
        channel = desk.people.channel("discord", ann.dm.id)
        assert channel is not None and channel.is_alive and "come here" in ann.last.text

    on_discord(scene)


def test_d08_a_server_that_throws_the_bot_out_is_remembered_as_gone() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        guild = desk.server.guild("Club", ann)
        other = desk.server.channel(guild, "other")
        thread = desk.server.thread(guild.channels[0], "thread")
        for place in (*guild.channels,):
            await desk.done(ann.command("balance", place))
        desk.server.delete(thread)
        desk.server.delete(other)
        await desk.settle()
        alive = {one.chat: one.is_alive for one in desk.people.channels(OWNER)}
        assert not alive[thread.id] and not alive[other.id] and alive[guild.channels[0].id]
        desk.server.remove_bot(guild)
        await desk.settle()
        alive = {one.chat: one.is_alive for one in desk.people.channels(OWNER)}
        assert [chat for chat, is_alive in alive.items() if is_alive] == [ann.dm.id]

    on_discord(scene)


# ---------------------------------------------------------------- D09, D10: what goes out


def test_d09_a_send_whose_answer_was_lost_is_one_message() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        before = len(ann.seen())
        desk.server.faults.plan("lost_after", "POST", "/messages", times=2)
        news = Screen.of("filled", kind=Kind.ALERT, event_code="#k3f-0042")
        with pytest.raises(MaybeDelivered):
            await desk.messenger.send(ann.dm.id, news)
        await desk.messenger.send(ann.dm.id, news)
        assert len(ann.seen()) == before + 1
        sent = desk.server.called("POST", "/messages")[-1].ask.body
        assert sent["nonce"] == "#k3f-0042" and sent["enforce_nonce"] is True

    on_discord(scene)


def test_d09_every_nonce_fits_and_no_two_parts_share_one() -> None:
    codes = ["#k3f-0042", " ".join(f"#k3f-{n:04d}" for n in range(12))]
    made = [nonce(code, part) for code in codes for part in range(3)]
    assert len(set(made)) == len(made) and all(len(one) <= 25 for one in made)


def test_d10_nothing_that_goes_out_calls_anybody() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        club = desk.server.guild("Club", ann).channels[0]
        lure = f"@everyone <@{ann.id}> [free](https://evil.example) **x** `y` ||z||"
        ann.say(lure)
        await desk.done(ann.command("do", club, line=lure))
        await desk.messenger.send(club.id, Screen.of(line(lure)))
        for call in (*desk.server.called("POST"), *desk.server.called("PATCH")):
            data = call.ask.body.get("data", call.ask.body) if call.ask.body else {}
            if data and ("embeds" in data or "content" in data):
                assert data["allowed_mentions"] == {"parse": []}, call.ask.path
        shown = club.shown[-1]
        assert shown.pings == [] and shown.body["content"] == ""
        assert "\\<@" in shown.text and "\\[free\\]" in shown.text and "https:\u200b//" in shown.text

    on_discord(scene)


# ---------------------------------------------------------------- D11, D12: one person on two platforms


def test_d11_the_same_order_on_telegram_and_discord_is_asked_about() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        now = desk.pit.clock.now()
        await desk.people.join(Known("telegram", "77", OWNER, "Ann", now))
        await desk.pit.store.registers.put_setting(OWNER, "one_tap", "5000")
        await desk.done(ann.command("buy", **BUY))
        assert desk.intents() == 1
        said = Incoming("telegram", "77", "1", "77", desk.pit.clock.now(), text="/buy BTC 1000")
        screens = await desk.dialogue.answer(said)
        assert desk.intents() == 1 and screens[0].buttons, "sent only when pressed"

    on_discord(scene)


def test_d12_a_code_works_once_in_a_direct_message_and_guessing_ends() -> None:
    async def scene(desk: DiscordDesk) -> None:
        mallory, ann = desk.server.person("Mallory"), desk.server.person("Ann")
        club = desk.server.guild("Club", mallory, ann).channels[0]
        code = desk.claim.code
        act = await desk.done(mallory.command("do", club, line=code))
        assert "private chat" in act.reply.text and not desk.people.users("discord")
        for _ in range(6):
            mallory.say("AAAAA-BBBBB")
            await desk.settle(31)
        mallory.say(code)
        await desk.settle()
        assert not desk.people.users("discord"), "locked for a while"
        ann.say(code)
        await desk.settle()
        mallory.say(code)
        await desk.settle(1_000)
        assert desk.people.users("discord") == [ann.id]

    on_discord(scene)


# ---------------------------------------------------------------- crashes, double presses


def test_t01_a_crash_after_the_first_answer_loses_nothing_and_doubles_nothing() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        act = await desk.done(ann.command("buy", **BUY))
        desk.slow_s = 3_600.0
        await desk.done(ann.press("Buy", act.reply))
        assert desk.answered[-1].is_press and desk.intents() == 0
        await desk.die()
        desk.slow_s = 0.0
        await desk.live()
        assert desk.intents() == 1, "it was stored and answered before the crash"
        assert "Sent" in act.reply.text
        await desk.settle(1)
        await desk.die()
        await desk.live()
        await desk.settle(1)
        assert desk.intents() == 1

    on_discord(scene)


def test_t01_what_cannot_be_written_down_is_refused_in_words() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()

        async def full(*_: object) -> list[object]:
            raise desk.unavailable("the disk is full")

        desk.inbox.store = full  # type: ignore[assignment,method-assign]
        act = await desk.done(ann.command("buy", **BUY))
        assert "nothing was carried out" in act.reply.text and desk.intents() == 0

    on_discord(scene)


def test_t01_a_message_that_ends_the_desk_is_set_aside() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        desk.slow_s = 3_600.0
        ann.say("/price BTC")
        await desk.settle()
        for _ in range(4):
            await desk.die()
            await desk.build()
            desk.task = asyncio.create_task(desk.front.run())
            await desk.settle()
        assert len(desk.quarantined) == 1
        assert [one.code for one in desk.pit.named("Noticed")] == ["inbox_quarantined"]

    on_discord(scene)


def test_t02_a_double_press_is_one_order() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        act = await desk.done(ann.command("buy", **BUY))
        first, second = ann.press("Buy", act.reply), ann.press("Buy", act.reply)
        await desk.settle()
        assert desk.intents() == 1 and first.is_answered and second.is_answered
        assert "Already placed" in act.reply.text and act.reply.labels == []

    on_discord(scene)


def test_a_press_on_an_alert_leaves_its_words() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        alert = Screen.of("Bitcoin at 7,400", kind=Kind.ALERT, event_code="#abc-0001")
        ref: MessageRef = await desk.messenger.send(
            ann.dm.id, alert.with_buttons(row(look("Positions", "positions")))
        )
        shown = ann.dm.messages[ref.message_id]
        press = await desk.done(ann.press("Positions", shown))
        assert shown.text == "Bitcoin at 7,400" and press.asides

    on_discord(scene)


# ---------------------------------------------------------------- T21, T22: a key in a chat


@pytest.mark.parametrize("place", ["direct", "server", "server that lets the bot delete"])
def test_t21_t22_a_key_in_a_chat_is_never_kept_and_deleted_where_the_bot_may(place: str) -> None:
    key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"

    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        channel = None
        if place != "direct":
            channel = desk.server.guild("Club", ann).channels[0]
            channel.bot_may_manage = place != "server"
        said = ann.say(f"@bot binance key {key}" if channel else f"binance key {key}", channel)
        await desk.settle()
        last = channel.shown[-1] if channel is not None else ann.last
        goes = channel is not None and channel.bot_may_manage
        assert said.is_deleted is goes
        assert ("was deleted here" if goes else "delete it yourself") in last.text
        assert "revoke it" in last.text and "/keys add" in last.text and key not in last.text

        def rows(conn: object) -> str:
            return str(conn.exec_driver_sql("SELECT * FROM inbox").all())  # type: ignore[attr-defined]  # the sync side

        kept = await desk.pit.store.writer.run(rows)
        assert key not in kept

    on_discord(scene)
