"""discord.py's own Client runs unchanged against our server: commands, cards, forms, gateway, limits."""

from __future__ import annotations

import asyncio

import discord
import pytest

from tests.fakes.discord_limits import DiscordLimits, Pace
from tests.fakes.discord_server import DiscordServer
from tests.integration.discord.dpy_bot import EchoBot, addressed, echo_bot, running

pytestmark = [pytest.mark.wire, pytest.mark.timeout(60)]


async def test_commands_are_registered_answered_hidden_and_completed() -> None:
    async with DiscordServer() as server:
        ann, bob = server.person("Ann"), server.person("Bob")
        club = server.guild("Club", ann, bob).channels[0]
        async with running(server, echo_bot()):
            act = ann.command("echo", club, words="hi", times=2)
            await ann.sees("hi hi", club)
            assert act.reply.ephemeral_to == ann.id and bob.seen(club) == []
            half = ann.complete("echo", "words", "hel", club)
            await server.world.until(lambda: half.is_answered)
            assert [one["value"] for one in half.interaction.choices] == ["hello", "help"]


async def test_a_deferred_answer_is_filled_by_the_first_follow_up() -> None:
    async with DiscordServer() as server:
        ann = server.person("Ann")
        async with running(server, echo_bot()):
            act = ann.command("slow")
            await ann.sees("more")
            assert act.reply.text == "done" and not act.reply.is_loading
            assert [one.text for one in act.asides] == ["more"]


async def test_cards_are_pressed_and_chosen_from() -> None:
    async with DiscordServer() as server:
        ann = server.person("Ann")
        async with running(server, echo_bot()):
            ann.command("card")
            card = await ann.sees("A card")
            assert card.labels == [["Go"]] and card.choices == ["One", "Two"] and "7,400" in card.text
            ann.choose("Two")
            await ann.sees("picked Two")
            ann.press("Go")
            await ann.sees("gone")
            assert card.labels == []


async def test_a_form_is_filled_in_and_sent() -> None:
    async with DiscordServer() as server:
        ann = server.person("Ann")
        async with running(server, echo_bot()):
            act = ann.command("ticket")
            await server.world.until(lambda: act.is_answered)
            ann.submit(act, symbol="BTC")
            await ann.sees("ticket BTC 10")


async def test_files_arrive_with_a_follow_up() -> None:
    async with DiscordServer() as server:
        ann = server.person("Ann")
        async with running(server, echo_bot()):
            ann.command("picture")
            seen = await ann.sees("see")
            assert seen.files == [("a.png", b"\x89PNG")]


async def test_words_reach_the_bot_in_direct_chats_and_when_it_is_called() -> None:
    async with DiscordServer() as server:
        ann = server.person("Ann")
        club = server.guild("Club", ann).channels[0]
        async with running(server, echo_bot()) as bot:
            ann.say("hello")
            await ann.sees("you said hello")
            ann.say("not for you", club)
            ann.say("@bot hey", club)
            await ann.sees("hey", club)
            assert bot.heard == ["hello", "", f"<@{server.world.bot.id}> hey"]


async def test_a_wrong_token_is_refused_at_login() -> None:
    async with DiscordServer() as server:
        with addressed(server), pytest.raises(discord.LoginFailure):
            async with echo_bot() as bot:
                await bot.start("wrong")


@pytest.mark.parametrize("how", ["op7", "close", "resumable"])
async def test_a_broken_connection_is_resumed_and_nothing_is_lost(how: str) -> None:
    async with DiscordServer() as server:
        ann = server.person("Ann")
        async with running(server, echo_bot()) as bot:
            session = next(iter(server.gateway.sessions.values()))
            match how:
                case "op7":
                    server.gateway.ask_reconnect()
                case "close":
                    server.gateway.hang_up(4000)
                case _:
                    server.gateway.invalidate(may_resume=True)
            ann.say("while you were away")
            await ann.sees("you said while you were away", patience_s=30)
            assert server.gateway.identified == 1 and server.gateway.resumed == 1
            assert session.connection is not None
            await bot.resumed.wait()


async def test_an_invalid_session_is_opened_anew() -> None:
    async with DiscordServer() as server:
        ann = server.person("Ann")
        async with running(server, echo_bot()):
            server.gateway.invalidate(may_resume=False)
            await server.world.until(lambda: server.gateway.identified == 2, 30)
            ann.say("again")
            await ann.sees("you said again")


async def test_intents_that_are_not_granted_end_it() -> None:
    async with DiscordServer() as server:
        server.gateway.allowed_privileged = 0
        bot = EchoBot(discord.Intents.all())
        with addressed(server), pytest.raises(discord.PrivilegedIntentsRequired):
            async with asyncio.timeout(20):
                await bot.start(server.token)
        await bot.close()


async def test_heartbeats_come_and_a_silent_gateway_is_left() -> None:
    async with DiscordServer(interval_s=0.3) as server, running(server, echo_bot()):
        line = server.gateway.connections[0]
        await server.world.until(lambda: len(line.beats) >= 3)
        assert line.beats[0] is None and line.is_open


async def test_a_full_bucket_is_waited_for() -> None:
    async with DiscordServer(limits=DiscordLimits(bucket=Pace(2, 0.4))) as server:
        ann = server.person("Ann")
        async with running(server, echo_bot()):
            for number in range(6):
                ann.say(f"n{number}")
            await ann.sees("you said n5")
        assert len([one for one in ann.dm.shown if one.text.startswith("you said")]) == 6


async def test_a_send_whose_answer_was_lost_is_made_once_by_its_nonce() -> None:
    async with DiscordServer() as server:
        ann = server.person("Ann")
        async with running(server, echo_bot()):
            server.faults.plan("status", "POST", "/channels/", status=502)
            ann.say("once")
            await ann.sees("you said once")
            assert len(ann.seen()) == 1


async def test_late_and_second_answers_are_refused() -> None:
    async with DiscordServer() as server:
        ann = server.person("Ann")
        bot = echo_bot()
        caught: list[discord.HTTPException] = []
        both = asyncio.Event()

        def note(error: discord.HTTPException) -> None:
            caught.append(error)
            if len(caught) == 2:
                both.set()

        @bot.tree.command(description="Too late")
        async def late(interaction: discord.Interaction) -> None:
            server.world.interactions[interaction.token].at_s -= 4
            try:
                await interaction.response.send_message("late")
            except discord.NotFound as error:
                note(error)

        @bot.tree.command(description="Twice")
        async def twice(interaction: discord.Interaction) -> None:
            server.world.interactions[interaction.token].answered = 4
            try:
                await interaction.response.send_message("second")
            except discord.HTTPException as error:
                note(error)

        async with running(server, bot):
            act = ann.command("late")
            ann.command("twice")
            await asyncio.wait_for(both.wait(), 10)
            assert {one.code for one in caught} == {10062, 40060} and act.has_failed
