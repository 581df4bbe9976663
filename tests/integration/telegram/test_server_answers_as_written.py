"""Each error of the protocol file (chapter 5) with its status, words and parameters, over the wire."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.fakes.hand_clock import HandClock
from tests.fakes.telegram_faults import GATEWAY_PAGE, REFUSALS
from tests.fakes.telegram_messages import NOT_MODIFIED
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_updates import WEBHOOK_IS_SET
from tests.fakes.telegram_world import TelegramChat
from tests.integration.telegram.pictures import png
from tests.integration.telegram.wire import Wire

pytestmark = pytest.mark.wire


KEYS = {"inline_keyboard": [[{"text": "Buy", "callback_data": "b"}]]}
SendCase = tuple[str, dict[str, Any], str]
# (what, arguments of sendMessage to Ann that replace the good ones, description)
SEND_CASES: list[SendCase] = [
    ("no chat", {"chat_id": ""}, "chat_id is empty"),
    ("a chat of nobody", {"chat_id": 5}, "chat not found"),
    ("a name of nobody", {"chat_id": "@nobody"}, "chat not found"),
    ("no text", {"text": ""}, "message text is empty"),
    ("only blanks", {"text": " \n "}, "message text is empty"),
    ("nothing inside the tags", {"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ("4097 characters", {"text": "x" * 4097}, "message is too long"),
    ("2049 of two units each", {"text": "😀" * 2049}, "message is too long"),
    ("a reply to nothing", {"reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ("a topic where there is none", {"message_thread_id": 7}, "message thread not found"),
    ("a mode that is none", {"parse_mode": "BBCode"}, "unsupported parse_mode"),
    (
        "a tag that is none",
        {"text": "a <h1>b</h1>", "parse_mode": "HTML"},
        'can\'t parse entities: Unsupported start tag "h1" at byte offset 2',
    ),
    (
        "a tag that stays open",
        {"text": "ä <b>b", "parse_mode": "HTML"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\" at byte offset 3",
    ),
    (
        "tags that cross",
        {"text": "<b><i>x</b></i>", "parse_mode": "HTML"},
        'can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    (
        "a tag that ends what never began",
        {"text": "x</b>", "parse_mode": "HTML"},
        "can't parse entities: Unexpected end tag at byte offset 1",
    ),
    (
        "a dot in MarkdownV2",
        {"text": "1.5", "parse_mode": "MarkdownV2"},
        "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
    ),
    ("a keyboard that is no JSON", {"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ("a keyboard that is a list", {"reply_markup": "[1]"}, "object expected as reply markup"),
]
BUTTON_CASES: list[tuple[str, Any, str]] = [
    ("65 bytes", [[{"text": "x", "callback_data": "x" * 65}]], "BUTTON_DATA_INVALID"),
    ("33 letters of two bytes", [[{"text": "x", "callback_data": "ä" * 33}]], "BUTTON_DATA_INVALID"),
    ("no data", [[{"text": "x", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
    ("nine in a row", [[{"text": "x", "callback_data": "x"}] * 9], "reply markup is too long"),
    ("101 buttons", [[{"text": "x", "callback_data": "x"}]] * 101, "reply markup is too long"),
    (
        "text alone",
        [[{"text": "x"}]],
        "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard",
    ),
]


@pytest.mark.parametrize(
    ("changed", "description"), [one[1:] for one in SEND_CASES], ids=[c[0] for c in SEND_CASES]
)
async def test_a_message_that_cannot_be_sent_says_why(
    wire: Wire, changed: dict[str, Any], description: str
) -> None:
    given: dict[str, Any] = {"chat_id": wire.ann.id, "text": "good"}
    status, answer = await wire.ask("sendMessage", **(given | changed))
    assert (status, answer) == (
        400,
        {"ok": False, "error_code": 400, "description": f"Bad Request: {description}"},
    )
    assert not wire.ann.chat.from_bot


@pytest.mark.parametrize(
    ("rows", "description"), [c[1:] for c in BUTTON_CASES], ids=[c[0] for c in BUTTON_CASES]
)
async def test_a_keyboard_that_breaks_a_rule_is_not_sent(wire: Wire, rows: Any, description: str) -> None:
    for markup in ({"inline_keyboard": rows}, json.dumps({"inline_keyboard": rows})):
        status, answer = await wire.ask("sendMessage", chat_id=wire.ann.id, text="x", reply_markup=markup)
        assert (status, answer["description"]) == (400, f"Bad Request: {description}")


async def test_the_largest_message_and_keyboard_just_pass(wire: Wire) -> None:
    rows = [[{"text": "x", "callback_data": "ä" * 32}] * 8] * 12
    await wire.say("😀" * 2048, reply_markup={"inline_keyboard": rows})
    await wire.say("<b>" + "x" * 4096 + "</b>", parse_mode="HTML")


Deed = Callable[[Wire], Any]


async def _edit(wire: Wire, **more: Any) -> tuple[int, Any]:
    number = await wire.say("old", reply_markup=KEYS)
    given: dict[str, Any] = {
        "chat_id": wire.ann.id,
        "message_id": number,
        "text": "old",
        "reply_markup": KEYS,
    }
    return await wire.ask("editMessageText", **(given | more))


async def _edit_of_ann(wire: Wire) -> tuple[int, Any]:
    said = wire.ann.say("mine")
    return await wire.ask("editMessageText", chat_id=wire.ann.id, message_id=said.message_id, text="yours")


async def _delete_old(wire: Wire) -> tuple[int, Any]:
    number = await wire.say()
    assert isinstance(wire.telegram.clock, HandClock)
    wire.telegram.clock.advance(48 * 3600 + 1)
    return await wire.ask("deleteMessage", chat_id=wire.ann.id, message_id=number)


async def _answer_late(wire: Wire) -> tuple[int, Any]:
    await wire.say(reply_markup=KEYS)
    press = wire.ann.press("Buy")
    assert isinstance(wire.telegram.clock, HandClock)
    wire.telegram.clock.advance(wire.telegram.messages.query_life_s + 1)
    return await wire.ask("answerCallbackQuery", callback_query_id=press.query_id)


async def _answer_twice(wire: Wire) -> tuple[int, Any]:
    await wire.say(reply_markup=KEYS)
    press = wire.ann.press("Buy")
    assert (await wire.ask("answerCallbackQuery", callback_query_id=press.query_id))[0] == 200
    return await wire.ask("answerCallbackQuery", callback_query_id=press.query_id)


async def _long_caption(wire: Wire) -> tuple[int, Any]:
    form = aiohttp.FormData({"chat_id": str(wire.ann.id), "caption": "x" * 1025})
    form.add_field("photo", png(20, 20), filename="a.png")
    return await _post(wire, "sendPhoto", form)


async def _photo(wire: Wire, content: bytes) -> tuple[int, Any]:
    form = aiohttp.FormData({"chat_id": str(wire.ann.id), "photo": "attach://here"})
    form.add_field("here", io.BytesIO(content), filename="a.png")
    return await _post(wire, "sendPhoto", form)


async def _post(wire: Wire, method: str, form: aiohttp.FormData) -> tuple[int, Any]:
    url = f"{wire.telegram.base_url}{wire.telegram.token}/{method}"
    async with wire.http.post(url, data=form) as answer:
        return answer.status, await answer.json()


TOO_OLD = REFUSALS["too old"].description.removeprefix("Bad Request: ")
DEEDS: list[tuple[str, Deed, str]] = [
    ("an edit that changes nothing", _edit, NOT_MODIFIED),
    ("an edit of nothing", lambda w: _edit(w, message_id=999), "message to edit not found"),
    ("an edit of somebody's words", _edit_of_ann, "message can't be edited"),
    ("an edit to nothing", lambda w: _edit(w, text=""), "message text is empty"),
    ("an edit to too much", lambda w: _edit(w, text="x" * 4097), "message is too long"),
    (
        "a caption where there is no picture",
        lambda w: w.ask("editMessageCaption", chat_id=w.ann.id, message_id=99, caption="x"),
        "message to edit not found",
    ),
    (
        "deleting nothing",
        lambda w: w.ask("deleteMessage", chat_id=w.ann.id, message_id=999),
        "message to delete not found",
    ),
    ("deleting after two days", _delete_old, "message can't be deleted"),
    (
        "pinning nothing",
        lambda w: w.ask("pinChatMessage", chat_id=w.ann.id, message_id=999),
        "message to pin not found",
    ),
    ("an answer that comes too late", _answer_late, TOO_OLD),
    ("an answer that comes twice", _answer_twice, TOO_OLD),
    ("an answer to nothing", lambda w: w.ask("answerCallbackQuery", callback_query_id="1"), TOO_OLD),
    ("a caption of 1025", _long_caption, "message caption is too long"),
    ("a picture that is none", lambda w: _photo(w, b"GIF89a but not really"), "IMAGE_PROCESS_FAILED"),
    ("a picture that was cut", lambda w: _photo(w, png(50, 50)[:-20]), "IMAGE_PROCESS_FAILED"),
    ("a picture without bytes", lambda w: _photo(w, b""), "file must be non-empty"),
    ("a picture like a thread", lambda w: _photo(w, png(2100, 100)), "PHOTO_INVALID_DIMENSIONS"),
    (
        "a picture of ten megabytes and one",
        lambda w: _photo(w, b"\x89PNG" + b"0" * (10 * 1024 * 1024 - 3)),
        "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
    ),
    (
        "a file of nobody",
        lambda w: w.ask("getFile", file_id="x"),
        "wrong file_id or the file is temporarily unavailable",
    ),
    (
        "a file of 21 megabytes",
        lambda w: w.ask("getFile", file_id=_huge_file(w)),
        "file is too big",
    ),
    (
        "a command in capitals",
        lambda w: w.ask("setMyCommands", commands=[{"command": "Buy", "description": "x"}]),
        "BOT_COMMAND_INVALID",
    ),
    (
        "101 commands",
        lambda w: w.ask("setMyCommands", commands=[{"command": "a", "description": "x"}] * 101),
        "BOT_COMMANDS_TOO_MUCH",
    ),
    ("a webhook to nowhere", lambda w: w.ask("setWebhook", url="ftp://x"), "invalid webhook URL specified"),
    (
        "a secret with a blank",
        lambda w: w.ask("setWebhook", url="http://127.0.0.1:9/", secret_token="a b"),
        "secret token contains unallowed characters",
    ),
    (
        "a secret of 257",
        lambda w: w.ask("setWebhook", url="http://127.0.0.1:9/", secret_token="a" * 257),
        "secret token is too long",
    ),
]


def _huge_file(wire: Wire) -> str:
    message = wire.ann.document("book.pdf", size=21 * 1024 * 1024)
    return str(message.body["document"]["file_id"])


@pytest.mark.parametrize(("deed", "description"), [one[1:] for one in DEEDS], ids=[one[0] for one in DEEDS])
async def test_what_cannot_be_done_says_why(wire: Wire, deed: Deed, description: str) -> None:
    status, answer = await deed(wire)
    assert (status, answer) == (
        400,
        {"ok": False, "error_code": 400, "description": f"Bad Request: {description}"},
    )


def _private(status: str) -> Callable[[Wire], TelegramChat]:
    def chat(wire: Wire) -> TelegramChat:
        if status == "blocked":
            wire.ann.block()
        elif status == "deactivated":
            wire.ann.delete_account()
        return wire.ned.chat if status == "never" else wire.ann.chat

    return chat


def _shared(kind: str, status: str) -> Callable[[Wire], TelegramChat]:
    def chat(wire: Wire) -> TelegramChat:
        kept = wire.kept(kind, status)
        kept.is_deleted = status == "deleted"
        return kept

    return chat


CLOSED: list[tuple[str, Callable[[Wire], TelegramChat], str]] = [
    ("blocked", _private("blocked"), "bot was blocked by the user"),
    ("deactivated", _private("deactivated"), "user is deactivated"),
    ("never started", _private("never"), "bot can't initiate conversation with a user"),
    ("kicked, group", _shared("group", "kicked"), "bot was kicked from the group chat"),
    ("kicked, supergroup", _shared("supergroup", "kicked"), "bot was kicked from the supergroup chat"),
    ("kicked, channel", _shared("channel", "kicked"), "bot was kicked from the channel chat"),
    ("left, supergroup", _shared("supergroup", "left"), "bot is not a member of the supergroup chat"),
    ("deleted", _shared("group", "deleted"), "the group chat was deleted"),
]


@pytest.mark.parametrize(("where", "description"), [c[1:] for c in CLOSED], ids=[c[0] for c in CLOSED])
async def test_a_chat_that_is_closed_to_the_bot_is_forbidden(
    wire: Wire, where: Callable[[Wire], TelegramChat], description: str
) -> None:
    chat = where(wire)
    for method, more in (("sendMessage", {"text": "x"}), ("editMessageText", {"text": "x", "message_id": 1})):
        status, answer = await wire.ask(method, chat_id=chat.id, **more)
        assert (status, answer["error_code"]) == (403, 403)
        assert answer["description"] == f"Forbidden: {description}"


async def test_a_group_that_was_upgraded_says_where_it_is_now(wire: Wire) -> None:
    old = wire.telegram.group("Desk", wire.ann)
    new = wire.telegram.upgrade(old, wire.ann)
    status, answer = await wire.ask("sendMessage", chat_id=old.id, text="x")
    assert status == 400
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new.id} and new.id < -(2**32)
    assert (await wire.ask("sendMessage", chat_id=new.id, text="x"))[0] == 200


async def test_tokens_and_methods_that_are_wrong_are_told_apart(wire: Wire) -> None:
    assert (await wire.ask("getMe", token="nonsense"))[1]["description"] == (
        "Unauthorized: invalid token specified"
    )
    assert (await wire.ask("getMe", token="0123:abc"))[0] == 401
    assert (await wire.ask("getMe", token="123:" + "a" * 90))[0] == 401
    assert (await wire.ask("getMe", token="123:abc")) == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    status, answer = await wire.ask("sendTelepathy")
    assert (status, answer["description"]) == (404, "Not Found: method not found")
    assert (await wire.ask("GETME"))[0] == 200
    wire.telegram.revoke_token()
    assert (await wire.ask("getMe"))[0] == 401


async def test_a_method_reads_query_form_json_and_multipart_alike(wire: Wire) -> None:
    url = f"{wire.telegram.base_url}{wire.telegram.token}/sendmessage"
    given = {"chat_id": str(wire.ann.id), "text": "a & ä 😀"}
    multipart = aiohttp.FormData(given, default_to_multipart=True)
    for more in ({"params": given}, {"data": given}, {"json": given}, {"data": multipart}):
        async with wire.http.post(url, **more) as answer:
            assert answer.status == 200
    async with wire.http.get(url, params=given) as answer:
        assert answer.status == 200
    assert [one.text for one in wire.ann.chat.from_bot] == [given["text"]] * 5


async def test_get_updates_is_closed_while_there_is_a_webhook(wire: Wire) -> None:
    await wire.ask("setWebhook", url="http://127.0.0.1:9/hook")
    status, answer = await wire.ask("getUpdates")
    assert (status, answer["description"]) == (409, WEBHOOK_IS_SET)


async def test_two_webhooks_within_a_second_are_too_many(wire: Wire) -> None:
    assert (await wire.ask("setWebhook", url="http://127.0.0.1:9/hook"))[0] == 200
    status, answer = await wire.ask("setWebhook", url="http://127.0.0.1:9/hook")
    assert (status, answer["parameters"]) == (429, {"retry_after": 1})


async def test_the_public_server_wants_https_on_its_four_ports() -> None:
    async with TelegramServer(HandClock(), is_public=True) as telegram, aiohttp.ClientSession() as http:
        wire = Wire(telegram, http, telegram.person("Ann"), telegram.person("Ned"))
        assert (await wire.ask("setWebhook", url="http://desk.example/hook"))[0] == 400
        assert (await wire.ask("setWebhook", url="https://desk.example:444/hook"))[0] == 400
        assert (await wire.ask("setWebhook", url="https://desk.example:8443/hook"))[0] == 200
        assert (await wire.ask("getMe", token="nonsense"))[0] == 404


async def test_a_gateway_answers_with_a_page(wire: Wire) -> None:
    wire.telegram.faults.gateway("sendMessage")
    url = f"{wire.telegram.base_url}{wire.telegram.token}/sendMessage"
    async with wire.http.post(url, json={"chat_id": wire.ann.id, "text": "x"}) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert await answer.text() == GATEWAY_PAGE
    assert not wire.ann.chat.from_bot
