"""The wire itself over real sockets: every failure is one of ours, files arrive, the token is in no text."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from bot.conversation.messenger import (
    ChatGone,
    ChatMoved,
    Manner,
    MaybeDelivered,
    MessageGone,
    MessageRef,
    NotShown,
    Refused,
    TooFast,
    Undelivered,
    Unreachable,
)
from bot.conversation.screen import Document, Picture, Screen, button, line, link, row
from bot.platforms.telegram_link import Conflicting, Link, quiet_loggers
from bot.platforms.telegram_out import TelegramCalls, TelegramMessenger
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_people import TelegramPerson
from tests.fakes.telegram_server import TelegramServer

pytestmark = pytest.mark.wire

CANARY = "7200000007:AAcanary-canary-canary-canary-canar"


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """The local Telegram on a free port."""
    async with TelegramServer(token=CANARY, limits=FloodLimits.none()) as server:
        yield server


@pytest.fixture
async def wire(telegram: TelegramServer) -> AsyncIterator[Link]:
    """Our wire to it."""
    link = Link(CANARY, telegram.address)
    yield link
    await link.close_link()


@pytest.fixture
def ann(telegram: TelegramServer) -> TelegramPerson:
    """Somebody who has started the bot."""
    person = telegram.person("Ann")
    person.start()
    return person


def png() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


async def test_words_pictures_and_files_arrive_and_change(wire: Link, ann: TelegramPerson) -> None:
    messenger, chat = TelegramMessenger(wire), str(ann.id)
    ref = await messenger.send(chat, Screen.of("one").with_buttons(row(button("Go", "n"))))
    await messenger.edit(ref, Screen.of("two"))
    assert ann.last.text == "two" and ann.last.labels == []
    picture = Picture("btc", png())
    seen = Screen.of("chart").with_picture(picture).with_buttons(row(button("Go", "n")))
    shown = await messenger.send(chat, seen, Manner(is_silent=True))
    assert ann.last.picture.startswith(b"\x89PNG") and ann.last.text == "chart" and ann.last.is_silent
    await messenger.edit(shown, Screen.of("words below it"))
    assert ann.last.text == "words below it"
    with pytest.raises(MessageGone):
        await messenger.edit(shown, Screen.of("y" * 2000))
    with pytest.raises(MessageGone):
        await messenger.edit(ref, seen)
    await messenger.send(chat, Screen.of("all").with_documents(Document("fills.csv", b"a,b\n")))
    assert ann.last.body["document"]["file_name"] == "fills.csv"
    long = Screen.of("x" * 1500).with_picture(picture)
    await messenger.send(chat, long)
    assert ann.last.text == "x" * 1500


async def test_a_new_picture_takes_the_place_of_the_old(wire: Link, ann: TelegramPerson) -> None:
    messenger, chat = TelegramMessenger(wire), str(ann.id)
    shown = await messenger.send(chat, Screen.of("1h").with_picture(Picture("btc", png())))
    await messenger.edit(shown, Screen.of("4h").with_picture(Picture("btc", png())))
    assert ann.last.text == "4h"


async def test_a_repeat_says_so_and_a_pin_is_silent(wire: Link, ann: TelegramPerson) -> None:
    messenger = TelegramMessenger(wire)
    ref = await messenger.send(str(ann.id), Screen.of("filled"), Manner(is_repeat=True))
    assert ann.last.text == "(repeat)\nfilled"
    await messenger.pin(ref)
    assert ann.chat.messages[int(ref.message_id)].is_pinned
    await messenger.delete(ref)
    await messenger.delete(ref)
    with pytest.raises(MessageGone):
        await messenger.edit(ref, Screen.of("gone"))


async def test_only_links_of_the_list_lead_anywhere(wire: Link, ann: TelegramPerson) -> None:
    screen = Screen.of(line(link("bot", "https://t.me/botfather"), " ", link("x", "https://evil.example/")))
    await TelegramMessenger(wire).send(str(ann.id), screen)
    assert [one["type"] for one in ann.last.entities] == ["text_link"]


async def test_every_failure_says_what_to_do(
    telegram: TelegramServer, wire: Link, ann: TelegramPerson
) -> None:
    messenger, chat, faults = TelegramMessenger(wire), str(ann.id), telegram.faults
    cases: list[tuple[str, type[Undelivered]]] = [
        ("blocked", ChatGone),
        ("deactivated", ChatGone),
        ("chat not found", ChatGone),
        ("unauthorized", Refused),
        ("internal", MaybeDelivered),
        ("overloaded", TooFast),
    ]
    for refusal, wanted in cases:
        faults.refuse(refusal, "sendMessage")
        with pytest.raises(wanted) as caught:
            await messenger.send(chat, Screen.of(refusal))
        assert isinstance(caught.value, wanted)
        if isinstance(caught.value, TooFast):
            assert caught.value.retry_after_s == 60
    faults.gateway("sendMessage")
    with pytest.raises(MaybeDelivered):
        await messenger.send(chat, Screen.of("x"))
    faults.lose_answer("sendMessage")
    with pytest.raises(MaybeDelivered):
        await messenger.send(chat, Screen.of("arrived"))
    assert ann.last.text == "arrived"
    with pytest.raises(ChatGone):
        await messenger.send("-100555", Screen.of("x"))
    with pytest.raises(ChatGone):
        await messenger.send("not a chat", Screen.of("x"))
    with pytest.raises(MessageGone):
        await messenger.edit(MessageRef("telegram", chat, "99999"), Screen.of("x"))


async def test_a_group_that_moved_says_where_it_is(telegram: TelegramServer, wire: Link) -> None:
    ann = telegram.person("Ann")
    group = telegram.group("Club", ann)
    new = telegram.upgrade(group, ann)
    with pytest.raises(ChatMoved) as caught:
        await TelegramMessenger(wire).send(str(group.id), Screen.of("x"))
    assert caught.value.chat == str(new.id)


async def test_a_server_that_is_not_there_got_nothing(unused_tcp_port: int) -> None:
    link = Link(CANARY, f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(Unreachable):
        await TelegramMessenger(link).send("1", Screen.of("x"))
    await link.close_link()


async def test_a_server_that_never_answers_is_given_up(
    telegram: TelegramServer, wire: Link, ann: TelegramPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram.faults.lose_answer("sendMessage", is_silent=True)
    monkeypatch.setattr("bot.platforms.telegram_link.CONNECT_S", 0.05)
    with pytest.raises(MaybeDelivered):
        await wire.call("sendMessage", within_s=0.1, chat_id=ann.id, text="x")


async def test_the_second_poller_is_told_apart_from_a_failure(telegram: TelegramServer, wire: Link) -> None:
    calls = TelegramCalls(wire)
    first = asyncio.create_task(calls.updates(0, 30))
    await telegram.until_polled()
    other = Link(CANARY, telegram.address)
    second = asyncio.create_task(TelegramCalls(other).updates(0, 1))
    with pytest.raises(Conflicting):
        await first
    await second
    await other.close_link()


async def test_the_token_is_in_no_text_whatever_goes_wrong(
    telegram: TelegramServer,
    ann: TelegramPerson,
    unused_tcp_port: int,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """TM5: exceptions with their causes, contexts and reprs, and every logger at its loudest."""
    caplog.set_level(logging.DEBUG)
    quiet_loggers()
    addresses = (
        telegram.address,
        f"http://127.0.0.1:{unused_tcp_port}",
        "http://localhost:0",
        "nonsense://\n",
        "http://[::",
    )
    said: list[str] = []
    for address in addresses:
        link = Link(CANARY, address)
        said += [repr(link), str(link)]
        messenger, calls = TelegramMessenger(link), TelegramCalls(link)
        said += [repr(messenger), repr(calls)]
        for fault in ("", "blocked", "unauthorized", "internal", "gateway", "lost", "html"):
            if fault == "gateway":
                telegram.faults.gateway("sendMessage")
            elif fault == "lost":
                telegram.faults.lose_request("sendMessage")
            elif fault not in ("", "html"):
                telegram.faults.refuse(fault, "sendMessage")
            try:
                await messenger.send(str(ann.id), Screen.of("x"))
            except Undelivered as error:
                said += _everything(error)
        await link.close_link()
    telegram.revoke_token()
    revoked = Link(CANARY, telegram.address)
    with pytest.raises(Refused) as refused:
        await TelegramCalls(revoked).me()
    said += _everything(refused.value)
    await revoked.close_link()
    secret = CANARY.partition(":")[2]
    captured = capfd.readouterr()
    for text in (*said, caplog.text, captured.out, captured.err):
        assert secret not in text


def _everything(error: BaseException | None) -> list[str]:
    said: list[str] = []
    while error is not None:
        said += [repr(error), str(error), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return said


async def test_what_cannot_be_shown_is_told_apart(telegram: TelegramServer, wire: Link) -> None:
    ann = telegram.person("Ann")
    ann.start()
    with pytest.raises(NotShown):
        await wire.call("sendMessage", chat_id=ann.id, text="<b>open", parse_mode="HTML")
    with pytest.raises(NotShown):
        await wire.call("sendMessage", chat_id=ann.id, text="x" * 5000)
