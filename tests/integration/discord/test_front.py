"""The front end as people use it: commands, cards, forms, words, and what only one person may see."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation.messenger import Refused
from tests.fakes.pit import OWNER
from tests.integration.discord.desk import DiscordDesk, on_discord


def test_a_code_in_a_direct_message_makes_the_desk_yours() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ned = desk.server.person("Ned")
        ned.say("hello")
        await desk.settle()
        assert "does not know you" in ned.last.text
        await desk.owner()
        act = await desk.done(ned.command("balance"))
        assert "does not know you" in act.reply.text and act.reply.ephemeral_to == ned.id
        assert all(one.person != ned.id for one in desk.answered)

    on_discord(scene)


def test_an_order_is_typed_into_a_command_reviewed_and_pressed() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        act = await desk.done(ann.command("buy", symbol="BTC", size="1000", tp="2%", sl="1%"))
        card = act.reply
        assert "Buy BTC/USD?" in card.text and card.labels == [["Buy", "Cancel"]]
        ann.press("Buy", card)
        await desk.settle()
        assert desk.intents() == 3, "an entry and its two exits"
        assert card.labels != [["Buy", "Cancel"]] and not card.is_loading

    on_discord(scene)


def test_words_in_a_direct_message_are_read_like_anywhere() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        ann.say("buy btc 500")
        await desk.settle()
        ann.press("Buy")
        ann.say("/positions")
        await desk.settle()
        assert desk.intents() == 1 and "BTC/USD" in ann.last.text

    on_discord(scene)


def test_answers_in_a_server_are_for_one_person_only() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann, bob = await desk.owner(), desk.server.person("Bob")
        club = desk.server.guild("Club", ann, bob).channels[0]
        act = await desk.done(ann.command("balance", club))
        assert "Equity" in act.reply.text and not bob.seen(club)
        act = await desk.done(ann.command("do", club, line="positions"))
        assert act.reply.ephemeral_to == ann.id
        ann.say("@bot balance", club)
        await desk.settle()
        assert "/do" in club.shown[-1].text and "Equity" not in club.shown[-1].text

    on_discord(scene)


def test_a_server_looks_and_does_not_trade_until_the_owner_says_so() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        club = desk.server.guild("Club", ann).channels[0]
        thread = desk.server.thread(club, "Trades")
        act = await desk.done(ann.command("buy", club, symbol="BTC", size="100"))
        assert "private chat" in act.reply.text and desk.intents() == 0
        for place in (club, thread):
            await desk.done(ann.command("settings", place, name="groups", value="on"))
            await desk.done(ann.command("buy", place, symbol="BTC", size="100"))
            ann.press("Buy", channel=place)
            await desk.settle()
        assert desk.intents() == 2
        live = [one for one in ann.seen() if "Sent." in one.text]
        assert len(live) == 2, "the cards that live stand in the direct chat"

    on_discord(scene)


def test_an_entry_without_its_size_opens_the_order_ticket() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        act = await desk.done(ann.command("buy", symbol="BTC", sl="2%"))
        values = {
            row["components"][0]["custom_id"]: row["components"][0].get("value")
            for row in act.form["components"]
        }
        assert values == {"symbol": "BTC", "size": None, "price": None, "exits": "sl 2%"}
        sent = await desk.done(ann.submit(act, size="100", price="7000", exits="sl 2% tp 4%"))
        assert "Buy BTC/USD?" in sent.reply.text and "7,000" in sent.reply.text
        ann.press("Buy", sent.reply)
        await desk.settle()
        assert desk.intents() == 1
        bare = await desk.done(ann.command("short"))
        assert bare.form["custom_id"] == "ticket:short"

    on_discord(scene)


def test_options_offer_what_could_stand_there() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann, ned = await desk.owner(), desk.server.person("Ned")

        async def offered(name: str, option: str, typed: str) -> list[str]:
            act = await desk.done(ann.complete(name, option, typed))
            return [one["value"] for one in act.interaction.choices]

        assert await offered("buy", "symbol", "bt") == ["BTC/USD"]
        assert await offered("buy", "symbol", "") == ["BTC/USD", "ETH/USD"]
        await desk.done(ann.command("buy", symbol="ETH", size="300", price="200"))
        ann.press("Buy")
        await desk.settle()
        assert await offered("cancel", "orders", "") == ["#1"]
        assert "help" not in await offered("help", "verb", "pa") and await offered("help", "verb", "pan")
        await desk.done(ann.command("preset save", name="scalp", line="100 sl 1%"))
        assert await offered("preset use", "name", "sc") == ["scalp"]
        assert "buy BTC/USD" in await offered("do", "line", "buy B")
        act = await desk.done(ned.complete("buy", "symbol", "b"))
        assert act.is_answered and act.interaction.choices == []

    on_discord(scene)


def test_buttons_outlive_a_restart() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        act = await desk.done(ann.command("buy", symbol="BTC", size="100"))
        await desk.die()
        await desk.live()
        ann.press("Buy", act.reply)
        await desk.settle()
        assert desk.intents() == 1 and act.reply.labels != [["Buy", "Cancel"]]

    on_discord(scene)


def test_an_edited_line_is_never_carried_out() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        await desk.pit.store.registers.put_setting(OWNER, "one_tap", "5000")
        said = ann.say("/buy BTC 100")
        await desk.settle()
        ann.edit(said, "/buy BTC 4000")
        await desk.settle()
        assert desk.intents() == 1 and "edit" in ann.last.text.lower()

    on_discord(scene)


def test_keys_in_a_message_are_neither_kept_nor_carried_out() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        key = "sk-" + "a1B2" * 8
        ann.say(f"/settings name {key}")
        act = await desk.done(ann.command("do", line=f"note {key}"))
        assert "API key" in ann.seen()[-2].text and "API key" in act.reply.text
        waiting = [one.body for one in await desk.inbox.waiting("discord")]
        assert all(key not in body for body in waiting) and all(key not in one.text for one in desk.answered)

    on_discord(scene)


def test_a_discord_that_is_down_at_the_start_is_waited_for() -> None:
    async def scene(desk: DiscordDesk) -> None:
        desk.server.faults.outage = "closed"
        await desk.live()
        await desk.settle(300)
        assert not desk.task.done() and not desk.front.is_ready.is_set()
        desk.server.faults.outage = ""
        await desk.settle(120)
        assert desk.front.is_ready.is_set() and desk.front.name == "open_outcry"
        ann = await desk.owner()
        act = await desk.done(ann.command("balance"))
        assert "Equity" in act.reply.text

    on_discord(scene, starts=False)


def test_a_token_that_is_revoked_ends_the_front_end_and_nothing_else() -> None:
    async def scene(desk: DiscordDesk) -> None:
        await desk.owner()
        desk.server.revoke_token()
        await desk.settle(60)
        assert desk.task.done() and isinstance(desk.task.exception(), Refused)
        assert desk.pit.task is not None and not desk.pit.task.done()
        with pytest.raises(Refused):
            await desk.front.run()

    on_discord(scene)


def test_a_front_end_that_is_stopped_takes_up_its_rest_when_it_runs_again() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        desk.slow_s = 60.0
        act = await desk.done(ann.command("balance"))
        assert act.reply.is_loading
        desk.task.cancel()
        await desk.settle(10)
        assert desk.task.done()
        desk.slow_s = 0.0
        desk.task = asyncio.create_task(desk.front.run())
        await desk.settle(1)
        assert "Equity" in act.reply.text and not act.reply.is_loading

    on_discord(scene)


def test_the_token_is_in_no_text_whatever_goes_wrong() -> None:
    async def scene(desk: DiscordDesk) -> None:
        await desk.owner()
        for status in (400, 401, 403, 404, 429, 500):
            desk.server.faults.plan("status", "GET", "/gateway", status=status)
            with pytest.raises(ConnectionError) as caught:
                await desk.link.call("GET", "/gateway/bot")
            assert desk.server.token not in f"{caught.value!r} {caught.value} {desk.link!r}"
        assert all(desk.server.token not in line for line in desk.heard.lines)

    on_discord(scene)
