"""D01 to D04: what goes wrong between a press and its answer, and what the person then sees."""

from __future__ import annotations

import pytest

from bot.conversation.people import Known
from tests.fakes.pit import OWNER
from tests.integration.discord.desk import DiscordDesk, on_discord

BUY = {"symbol": "BTC", "size": "1000"}


# ---------------------------------------------------------------- D01: three seconds, fifteen minutes


def test_d01_what_takes_long_is_deferred_within_a_second() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        desk.slow_s = 30.0
        acts = [ann.command("balance") for _ in range(3)]
        await desk.settle(2)
        assert all(act.reply.is_loading and act.waited_s <= 1.0 for act in acts)
        await desk.settle(120)
        assert all("Equity" in act.reply.text and not act.reply.is_loading for act in acts)

    on_discord(scene)


def test_d01_a_store_that_is_slow_delays_no_first_answer() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        real = desk.inbox.store

        async def slow(updates: object) -> object:
            await desk.pit.clock.sleep_s(5.0)
            return await real(updates)  # type: ignore[arg-type]  # handed through

        desk.inbox.store = slow  # type: ignore[assignment,method-assign]
        act = ann.command("buy", **BUY)
        await desk.settle(1)
        assert act.is_answered and act.waited_s <= 1.0 and act.reply.is_loading
        await desk.settle(10)
        assert "Buy BTC/USD?" in act.reply.text

    on_discord(scene)


@pytest.mark.parametrize("is_in_server", [False, True])
def test_d01_an_answer_after_fifteen_minutes_comes_as_a_message(is_in_server: bool) -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        place = desk.server.guild("Club", ann).channels[0] if is_in_server else None
        desk.slow_s = 1_000.0
        act = ann.command("balance", place)
        await desk.settle(1_100)
        assert act.reply.is_loading, "its token has ended"
        assert "Equity" in ann.last.text and ann.last is not act.reply

    on_discord(scene)


@pytest.mark.parametrize("what", ["flood", "lost_before", "lost_after", "status"])
def test_d01_an_answer_that_does_not_get_through_is_tried_again(what: str) -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        desk.server.faults.plan(what, "PATCH", "/webhooks/", times=3)
        act = await desk.done(ann.command("balance"), 20)
        assert "Equity" in act.reply.text and not act.reply.is_loading

    on_discord(scene)


# ---------------------------------------------------------------- D02: answered already


def test_d02_what_another_program_has_answered_is_not_carried_out() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        act = await desk.done(ann.command("buy", **BUY))
        press = ann.press("Buy", act.reply)
        press.interaction.answered = 6
        await desk.settle()
        assert desk.intents() == 0 and desk.conflicts == [True]
        await desk.settle(61)
        ann.press("Buy", (await desk.done(ann.command("buy", **BUY))).reply)
        await desk.settle()
        assert desk.intents() == 1 and desk.conflicts == [True, False]

    on_discord(scene)


def test_d02_the_same_interaction_twice_is_answered_once() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        act = await desk.done(ann.command("buy", **BUY))
        press = await desk.done(ann.press("Buy", act.reply))
        for _ in range(3):
            ann.again(press)
            await desk.settle(30)
        assert desk.intents() == 1 and desk.conflicts == []
        await desk.die()
        await desk.live()
        ann.again(press)
        await desk.settle()
        assert desk.intents() == 1

    on_discord(scene)


def test_d02_our_own_first_answer_whose_reply_was_lost_is_no_conflict() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        desk.server.faults.plan("lost_after", "POST", "/callback")
        act = await desk.done(ann.command("balance"), 2)
        assert "Equity" in act.reply.text and desk.conflicts == []

    on_discord(scene)


# ---------------------------------------------------------------- D03: who presses


def test_d03_another_member_presses_and_nothing_happens() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann, bob = await desk.owner(), desk.server.person("Bob")
        guild = desk.server.guild("Club", bob, ann)
        club = guild.channels[0]
        await desk.done(ann.command("settings", club, name="groups", value="on"))
        await desk.done(ann.command("buy", club, **BUY))
        card = ann.seen(club)[-1]
        button = card.button("Buy")
        assert button is not None
        # Bob owns the server; he forges a press of what only Ann can see.
        press = await desk.done(bob.press_data(card, button["custom_id"]))
        assert desk.intents() == 0
        assert "does not know you" in press.reply.text and press.reply.ephemeral_to == bob.id
        assert card.labels == [["Buy", "Cancel"]]

    on_discord(scene)


def test_d03_a_known_person_cannot_press_another_ones_card() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann, eve = await desk.owner(), desk.server.person("Eve")
        now = desk.pit.clock.now()
        await desk.people.join(Known("discord", eve.id, OWNER, "Eve", now))
        act = await desk.done(ann.command("buy", **BUY))
        button = act.reply.button("Buy")
        assert button is not None
        press = await desk.done(eve.press_data(act.reply, button["custom_id"]))
        assert desk.intents() == 0 and act.reply.labels == [["Buy", "Cancel"]]
        assert "not yours" in press.asides[0].text and press.asides[0].ephemeral_to == eve.id

    on_discord(scene)


def test_d03_altered_ids_of_buttons_do_nothing() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        act = await desk.done(ann.command("buy", **BUY))
        button = act.reply.button("Buy")
        assert button is not None
        real = button["custom_id"]
        for wrong in (real[:-1] + "x", real.swapcase(), "a" * 100, ".no", f"{real}.yes", "pick", "'; --"):
            await desk.done(ann.press_data(act.reply, wrong))
        assert desk.intents() == 0 and act.reply.labels == [["Buy", "Cancel"]]
        await desk.done(ann.press("Buy", act.reply))
        assert desk.intents() == 1

    on_discord(scene)


# ---------------------------------------------------------------- D04: the gateway breaks


def test_d04_what_discord_said_to_have_failed_is_never_done_later() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        act = await desk.done(ann.command("buy", **BUY))
        desk.server.gateway.outage = "closed"
        desk.server.gateway.hang_up(4000)
        press = ann.press("Buy", act.reply)
        await desk.settle(10)
        assert press.has_failed
        desk.server.gateway.outage = ""
        await desk.settle(120)
        assert desk.server.gateway.resumed == 1, "the missed press came with the resumed session"
        assert desk.intents() == 0 and press.has_failed
        assert act.reply.labels == [["Buy", "Cancel"]]

    on_discord(scene)


def test_d04_words_of_an_outage_are_read_afterwards_once_and_asked_about() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        await desk.pit.store.registers.put_setting(OWNER, "one_tap", "5000")
        await desk.settle(5)
        ann.say("/balance")
        await desk.settle()
        desk.server.gateway.outage = "closed"
        desk.server.gateway.hang_up(4000)
        desk.server.gateway.forget_sessions()
        ann.say("/buy BTC 1000")
        await desk.settle(900)
        await desk.pit.quote("7400", "7401")
        desk.server.faults.plan("flood", "GET", "/messages")
        desk.server.gateway.outage = ""
        await desk.settle(120)
        assert desk.server.gateway.identified == 2
        assert [one.text for one in desk.answered].count("/buy BTC 1000") == 1
        assert [one.text for one in desk.answered].count("/balance") == 1
        assert desk.intents() == 0 and "ago: look" in ann.last.text and ann.last.labels
        await desk.die()
        await desk.live()
        assert [one.text for one in desk.answered].count("/buy BTC 1000") == 1
        assert not [one for one in desk.answered if "-" in one.text], "nor is the claiming code a line"

    on_discord(scene)


def test_d04_without_a_session_the_next_command_works_and_none_is_made_up() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        desk.server.gateway.outage = "closed"
        desk.server.gateway.hang_up(4000)
        desk.server.gateway.forget_sessions()
        lost = ann.command("buy", **BUY)
        await desk.settle(600)
        desk.server.gateway.outage = ""
        await desk.settle(120)
        assert lost.has_failed and desk.server.gateway.identified == 2
        assert all(one.text != "/buy BTC 1000" for one in desk.answered)
        act = await desk.done(ann.command("balance"))
        assert "Equity" in act.reply.text

    on_discord(scene)
