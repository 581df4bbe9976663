"""python-telegram-bot's own Application and Updater run unchanged against our server, polled and pushed."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, Conflict, TelegramError

from tests.fakes.hand_clock import HandClock
from tests.fakes.telegram_arguments import Arguments
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_updates import OTHER_POLLER, WEBHOOK_CAME
from tests.integration.telegram.pictures import jpeg, png
from tests.integration.telegram.ptb_bot import SECRET, application, bare_bot, hooked, polling, within

pytestmark = pytest.mark.wire

BUY = InlineKeyboardMarkup([[InlineKeyboardButton("Buy", callback_data="b:1")]])


# ---------------------------------------------------------------- polling


async def test_an_application_that_polls_greets_edits_and_answers_presses() -> None:
    async with TelegramServer(HandClock()) as telegram, polling(telegram, application(telegram)):
        ann = telegram.person("Ann")
        ann.start()
        card = await ann.sees("pick")
        assert card.labels == [["Buy", "No"]]
        press = ann.press("Buy")
        assert await ann.answered(press) == "bought" and press.is_alert
        await ann.sees("done b:1")
        assert card.labels == [] and card.versions[0]["text"] == "pick"
        words = ann.say("hello")
        await ann.sees("you said hello")
        ann.edit(words, "hallo")
        await ann.sees("edited you said hallo")
        assert ann.transcript() == [
            "Ann: /start",
            "Open Outcry: pick [Buy] [No]",
            "(alert) bought",
            "Open Outcry (edited): done b:1",
            "Ann: hello",
            "Open Outcry: you said hello",
            "Ann (edited): hallo",
            "Open Outcry: edited you said hallo",
        ]


async def test_every_update_is_fetched_once_and_confirmed_in_order() -> None:
    async with TelegramServer(HandClock(), limits=FloodLimits.none()) as telegram:
        ann = telegram.person("Ann")
        for number in range(250):
            ann.say(f"{number}")
        app = application(telegram)
        async with polling(telegram, app):
            await ann.sees("you said 249")
        seen = [update.update_id for update in app.bot_data["seen"]]
        assert seen == sorted(set(seen)) and len(seen) == 250
        assert not telegram.world.updates.waiting


async def test_a_second_poller_ends_the_first() -> None:
    errors: asyncio.Queue[TelegramError] = asyncio.Queue()
    async with TelegramServer(HandClock()) as telegram:
        async with polling(telegram, application(telegram), errors.put_nowait):
            await telegram.until_polled()
            thief = telegram.someone_else_polls()
            assert isinstance(await within(20, errors.get()), Conflict)
        # When it ends, our poller asks once more, and so the other one is thrown out in its turn.
        assert (await within(20, thief)).status == 409


async def test_conflicts_that_repeat_are_answered_three_seconds_later() -> None:
    clock = HandClock()
    telegram = TelegramServer(clock)
    polls = [telegram.someone_else_polls()]
    for _ in range(2):
        await telegram.until_polled()
        polls.append(telegram.someone_else_polls())
        await asyncio.sleep(0)
    first = await within(5, polls[0])
    assert first.status == 409 and OTHER_POLLER.encode() in first.body
    await telegram.until(lambda: telegram.world.updates.conflicts == 2)
    clock.advance(2.5)
    await asyncio.sleep(0)
    assert not polls[1].done()
    clock.advance(0.5)
    assert (await within(5, polls[1])).status == 409
    assert not polls[2].done()
    await telegram.close()
    assert (await within(5, polls[2])).status == 500


async def test_setting_a_webhook_ends_the_poll_and_forbids_the_next() -> None:
    clock = HandClock()
    async with TelegramServer(clock) as telegram, bare_bot(telegram) as bot:
        poll = telegram.someone_else_polls()
        await telegram.until_polled()
        await bot.set_webhook("http://127.0.0.1:9/hook")
        assert WEBHOOK_CAME.encode() in (await within(5, poll)).body
        clock.advance(10)
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates(timeout=0) == ()


async def test_the_same_bot_runs_without_a_socket() -> None:
    telegram = TelegramServer(HandClock())
    async with polling(telegram, application(telegram, is_in_process=True)):
        ann = telegram.person("Ann")
        ann.start()
        await ann.sees("pick")
        await ann.answered(ann.press("Buy"))
        await ann.sees("done b:1")
    await telegram.close()


# ---------------------------------------------------------------- pushed


async def test_a_webhook_gets_every_update_with_the_secret() -> None:
    async with TelegramServer(HandClock()) as telegram:
        async with hooked(application(telegram)):
            ann = telegram.person("Ann")
            ann.start()
            await ann.sees("pick")
            await ann.answered(ann.press("Buy"))
            await ann.sees("done b:1")
            await telegram.until(lambda: not telegram.webhook.pending)
            assert {one.status for one in telegram.webhook.deliveries} == {200}
            captured = telegram.webhook.deliveries[0]
            assert captured.headers["X-Telegram-Bot-Api-Secret-Token"] == SECRET
            assert await telegram.webhook.replay(captured) == 200
            assert await telegram.webhook.replay(captured, secret="wrong") == 401
            assert await telegram.webhook.replay(captured, secret="") == 401
        assert telegram.webhook.info(Arguments({}))["url"] == ""


async def test_a_webhook_that_fails_is_tried_again_with_doubling_pauses() -> None:
    clock, answers = HandClock(), [500, 502, 503]

    async def fail(_: web.Request) -> web.Response | None:
        return web.Response(status=answers.pop(0)) if answers else None

    async with TelegramServer(clock) as telegram, hooked(application(telegram), fail):
        ann = telegram.person("Ann")
        ann.start()
        for pause, left in ((1, 2), (2, 1), (4, 0)):
            await within(20, clock.until_sleeping())
            assert len(answers) == left
            clock.advance(pause - 0.5)
            await asyncio.sleep(0)
            assert len(answers) == left
            clock.advance(0.5)
        await ann.sees("pick")
        info = telegram.webhook.info(Arguments({}))
        assert info["last_error_message"] == "Wrong response from the webhook: 503"


async def test_a_stuck_chat_holds_up_its_own_updates_and_nobody_elses() -> None:
    clock = HandClock()

    async with TelegramServer(clock) as telegram:
        ann, bob = telegram.person("Ann"), telegram.person("Bob")

        async def fail_ann(request: web.Request) -> web.Response | None:
            update = await request.json()
            is_first = update.get("message", {}).get("text") == "first"
            return web.Response(status=500) if is_first and clock.elapsed_s() < 1 else None

        async with hooked(application(telegram), fail_ann):
            ann.say("first")
            ann.say("second")
            bob.say("mine")
            await bob.sees("you said mine")
            assert not ann.chat.from_bot
            await within(20, clock.until_sleeping())
            clock.advance(1)
            await ann.sees("you said second")
            assert [one.text for one in ann.chat.from_bot] == ["you said first", "you said second"]


async def test_a_method_in_the_answer_of_a_webhook_is_carried_out() -> None:
    async with TelegramServer(HandClock()) as telegram:
        ann = telegram.person("Ann")

        async def answer(request: web.Request) -> web.Response:
            said = {"method": "sendMessage", "chat_id": ann.id, "text": "from the body"}
            return web.json_response(said)

        async with hooked(application(telegram), answer):
            ann.say("anything")
            await ann.sees("from the body")


async def test_updates_of_an_outage_wait_and_come_afterwards() -> None:
    async with TelegramServer(HandClock()) as telegram, hooked(application(telegram)):
        ann = telegram.person("Ann")
        telegram.go_down()
        ann.say("into the dark")
        await asyncio.sleep(0)
        assert telegram.webhook.pending == 1
        telegram.come_up()
        await ann.sees("you said into the dark")


# ---------------------------------------------------------------- methods as PTB calls them


async def test_ptb_sends_edits_pins_and_deletes() -> None:
    async with TelegramServer(HandClock(), limits=FloodLimits.none()) as telegram, bare_bot(telegram) as bot:
        ann = telegram.person("Ann")
        ann.start()
        sent = await bot.send_message(
            ann.id, "<b>Fill</b> &lt;x&gt;", parse_mode="HTML", disable_notification=True, reply_markup=BUY
        )
        assert sent.text == "Fill <x>" and ann.last.marked("bold") == ["Fill"] and ann.last.is_silent
        await bot.pin_chat_message(ann.id, sent.message_id, disable_notification=True)
        assert (await bot.get_chat(ann.id)).pinned_message is not None and ann.last.is_pinned
        edited = await bot.edit_message_reply_markup(ann.id, sent.message_id, reply_markup=None)
        assert not isinstance(edited, bool) and edited.reply_markup is None
        await bot.edit_message_text("other", ann.id, sent.message_id, reply_markup=BUY)
        with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
            await bot.edit_message_text("other", ann.id, sent.message_id, reply_markup=BUY)
        # The same words without their keyboard are a change: the keyboard goes.
        await bot.edit_message_text("other", ann.id, sent.message_id)
        assert ann.last.labels == []
        await bot.unpin_chat_message(ann.id, sent.message_id)
        assert await bot.delete_message(ann.id, sent.message_id)
        with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
            await bot.edit_message_text("more", ann.id, sent.message_id)
        assert await bot.send_chat_action(ann.id, ChatAction.TYPING)
        assert "(action) typing" in ann.transcript()


async def test_ptb_sends_pictures_and_files_and_gets_them_back() -> None:
    async with TelegramServer(HandClock(), limits=FloodLimits.none()) as telegram, bare_bot(telegram) as bot:
        ann = telegram.person("Ann")
        ann.start()
        picture = png(1200, 675)
        sent = await bot.send_photo(ann.id, picture, caption="<i>equity</i>", parse_mode="HTML")
        assert (sent.photo[-1].width, sent.photo[-1].height) == (1200, 675)
        assert ann.last.picture == picture and ann.last.marked("italic") == ["equity"]
        again = await bot.send_photo(ann.id, sent.photo[-1].file_id)
        assert again.photo[-1].width == 1200
        await bot.edit_message_media(InputMediaPhoto(png(360, 200), caption="now"), ann.id, sent.message_id)
        first = ann.chat.messages[sent.message_id]
        assert first.text == "now" and first.picture == png(360, 200)
        await bot.edit_message_caption(ann.id, sent.message_id, caption="later")
        assert first.text == "later" and first.picture == png(360, 200)
        assert (await bot.send_photo(ann.id, jpeg(40, 30))).photo[-1].height == 30
        document = await bot.send_document(ann.id, InputFile(b"a,b\n", filename="trades.csv"), caption="all")
        assert document.document is not None and document.document.file_name == "trades.csv"
        file = await bot.get_file(document.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"a,b\n"


async def test_ptb_sets_its_menu_and_asks_who_is_there() -> None:
    async with TelegramServer(HandClock(), limits=FloodLimits.none()) as telegram, bare_bot(telegram) as bot:
        me = await bot.get_me()
        assert me.is_bot and me.id == 7200000007
        ann, bob = telegram.person("Ann", username="ann"), telegram.person("Bob")
        await bot.set_my_commands([BotCommand("buy", "Buy something")])
        await bot.set_my_commands([BotCommand("kaufen", "Kaufen")], BotCommandScopeChat(ann.id), "de")
        assert [one.command for one in await bot.get_my_commands()] == ["buy"]
        await bot.delete_my_commands()
        assert await bot.get_my_commands() == ()
        desk = telegram.supergroup("Desk", ann, [bob])
        assert (await bot.get_chat_member(desk.id, ann.id)).status == "creator"
        assert (await bot.get_chat_member(desk.id, bob.id)).status == "member"
        assert [one.user.id for one in await bot.get_chat_administrators(desk.id)] == [ann.id]
        assert await bot.get_chat_member_count(desk.id) == 3
        assert (await bot.get_chat(desk.id)).title == "Desk"
        info = await bot.get_webhook_info()
        assert info.url == "" and info.pending_update_count == telegram.webhook.pending > 0
