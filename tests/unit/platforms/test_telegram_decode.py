"""Updates become lines, presses or nothing; whatever arrives, nothing raises and nothing secret stays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram_decode import Arrived, Me, What, decoded, without_secrets
from bot.platforms.telegram_shapes import Update

ME = Me(7, "desk_bot")
NOW = datetime(2026, 3, 4, tzinfo=UTC)


def read(kind: str, **content: Any) -> Arrived | None:
    """An update as it comes, decoded."""
    raw = {"update_id": 1, kind: content}
    return decoded(without_secrets(msgspec.convert(raw, Update)), ME, NOW)


def message(text: str = "/help", *, group: bool = False, **more: Any) -> dict[str, Any]:
    """A message by somebody."""
    chat = {"id": -1001 if group else 5, "type": "supergroup" if group else "private", "title": "T"}
    author = {"id": 5, "is_bot": False, "first_name": "Ann"}
    return {"message_id": 9, "date": 1_700_000_000, "chat": chat, "from": author, "text": text} | more


@pytest.mark.parametrize(
    ("text", "group", "wanted"),
    [
        ("/buy BTC 100", False, "/buy BTC 100"),
        ("/buy@desk_bot BTC 100", True, "/buy BTC 100"),
        ("/BUY@Desk_Bot BTC", True, "/BUY BTC"),
        ("/buy@other_bot BTC 100", True, None),
        ("/buy@other_bot BTC 100", False, None),
        ("buy BTC 100", False, "buy BTC 100"),
        ("buy BTC 100", True, None),
        ("@desk_bot price BTC", True, "price BTC"),
        ("@desk_bot", True, "/help"),
        ("/start", True, "/start"),
        ("/start buy_BTC", True, "/start"),
        ("/start code", False, "/start code"),
        ("/", False, "/"),
    ],
)
def test_a_line_is_for_us_or_it_is_not(text: str, group: bool, wanted: str | None) -> None:
    arrived = read("message", **message(text, group=group))
    assert (arrived.incoming.text if arrived and arrived.incoming else None) == wanted


def test_who_wrote_is_never_the_chat() -> None:
    arrived = read("message", **message("/help", group=True))
    assert arrived is not None and (arrived.user, arrived.chat) == ("5", "-1001")


@pytest.mark.parametrize(
    "more",
    [
        {"from": None},
        {"from": {"id": 6, "is_bot": True}},
        {"sender_chat": {"id": -1001, "type": "supergroup"}},
        {"business_connection_id": "b"},
        {"is_automatic_forward": True},
        {"chat": {"id": -1002, "type": "channel"}},
        {"text": ""},
    ],
)
def test_what_has_no_author_whom_we_could_know_means_nothing(more: dict[str, Any]) -> None:
    assert read("message", **message() | more) is None


@pytest.mark.parametrize(
    "more",
    [{"forward_origin": {"type": "user"}}, {"forward_date": 5}, {"via_bot": {"id": 4, "is_bot": True}}],
)
def test_words_of_others_are_marked(more: dict[str, Any]) -> None:
    arrived = read("message", **message() | more)
    assert arrived is not None and arrived.incoming is not None and arrived.incoming.is_forwarded


def test_an_edit_is_no_redelivery_of_its_message() -> None:
    first = read("message", **message())
    second = read("edited_message", **message(edit_date=1_700_000_050))
    assert first and second and first.incoming and second.incoming
    assert second.incoming.is_edited and first.incoming.command_id != second.incoming.command_id


def test_a_message_is_as_old_as_telegram_says_and_never_from_the_future() -> None:
    for date, wanted in (
        (1_700_000_000, 1_700_000_000),
        (9_999_999_999, NOW.timestamp()),
        (10**17, NOW.timestamp()),
    ):
        arrived = read("message", **message(date=date))
        assert arrived is not None and arrived.at.timestamp() == wanted


def test_a_press_without_its_card_means_nothing() -> None:
    author = {"id": 5, "is_bot": False}
    card = {"message_id": 3, "chat": {"id": 5, "type": "private"}}
    assert read("callback_query", **{"id": "1", "from": author, "data": "x"}) is None
    assert read("callback_query", **{"id": "1", "from": author, "message": card, "data": ""}) is None
    arrived = read("callback_query", **{"id": "1", "from": author, "message": card, "data": "x"})
    assert arrived is not None and arrived.what is What.PRESSED and arrived.card_ref == "3"
    seen = card | {"photo": [{}]}
    arrived = read("callback_query", **{"id": "1", "from": author, "message": seen, "data": "x"})
    assert arrived is not None and arrived.card_ref == "p3"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["message_id", "date", "chat", "from", "text", "caption", "sender_chat", "photo", "entities", "edit_date"]
)


@given(
    st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "poll"]),
    st.dictionaries(FIELDS, JSON, max_size=4),
)
def test_no_update_is_so_strange_that_it_raises(kind: str, strange: dict[str, Any]) -> None:
    raw = {"update_id": 1, kind: message() | strange}
    try:
        update = msgspec.convert(raw, Update)
    except msgspec.ValidationError:
        return
    decoded(without_secrets(update), ME, NOW)


@given(st.text(max_size=200))
def test_any_text_is_read_and_stored_as_it_was_read(text: str) -> None:
    update = without_secrets(msgspec.convert({"update_id": 1, "message": message(text)}, Update))
    body = msgspec.json.encode(update) if text.isascii() or max(text) < "\ud800" else b""
    if body:
        again = msgspec.json.decode(body, type=Update)
        assert decoded(again, ME, NOW) == decoded(update, ME, NOW)


def test_a_line_and_a_press_in_a_topic_say_which_one() -> None:
    typed = read("message", **message("/board on", group=True, message_thread_id=45, is_topic_message=True))
    assert typed is not None and typed.incoming is not None and typed.incoming.topic == typed.thread == "45"
    # A reply in a group without topics has a thread too, which is none.
    answer = read("message", **message("/board on", group=True, message_thread_id=45))
    assert answer is not None and answer.incoming is not None and answer.incoming.topic == ""
    card = message("", group=True, message_thread_id=45, is_topic_message=True)
    pressed = read("callback_query", **{"id": "1", "from": card["from"], "message": card, "data": "board:on"})
    assert pressed is not None and pressed.incoming is not None and pressed.incoming.topic == "45"
