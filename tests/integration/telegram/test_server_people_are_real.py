"""Whatever the people of our server do, python-telegram-bot reads; and they see what real ones would see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update

from tests.fakes.hand_clock import HandClock
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_in_process import BASE_URL, InProcessRequest
from tests.fakes.telegram_people import TelegramPerson
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_talking import NotThere
from tests.integration.telegram.pictures import png

KEYS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Buy 1 BTC", callback_data="n1"),
            InlineKeyboardButton("Site", url="https://a.com"),
        ]
    ]
)


class Room:
    """A server without sockets, its bot, and Ann."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.telegram = TelegramServer(self.clock, limits=FloodLimits.none())
        self.request = InProcessRequest(self.telegram)
        self.bot = Bot(
            self.telegram.token, base_url=BASE_URL, request=self.request, get_updates_request=self.request
        )
        self.ann = self.telegram.person("Ann", username="ann")
        self.ann.start()

    async def updates(self) -> list[Update]:
        """Fetch and confirm what waits."""
        self.clock.advance(10)
        found = list(await self.bot.get_updates(allowed_updates=[]))
        if found:
            self.clock.advance(10)
            await self.bot.get_updates(found[-1].update_id + 1, timeout=0)
        return found

    async def update(self, deed: Callable[[], object]) -> Update:
        """The one update that the deed makes."""
        await self.updates()
        deed()
        (update,) = await self.updates()
        return update


@pytest.fixture
def room() -> Room:
    """One for each test."""
    return Room()


async def test_private_words_come_as_a_message_with_its_command(room: Room) -> None:
    update = await room.update(lambda: room.ann.say("/buy BTC 100"))
    message = update.message
    assert message is not None and message.from_user is not None
    assert message.chat.type == "private" and message.from_user.id == room.ann.id > 2**32
    assert message.parse_entities(["bot_command"]).popitem()[1] == "/buy"


async def test_old_words_carry_the_date_on_which_they_were_sent(room: Room) -> None:
    await room.updates()
    room.ann.say("/buy BTC 100")
    sent_at = room.clock.now()
    room.clock.advance(14 * 60)
    (update,) = await room.updates()
    assert update.message is not None and update.message.date == sent_at


MEDIA: list[tuple[str, Callable[[TelegramPerson], object]]] = [
    ("photo", lambda ann: ann.photo(png(10, 10), "look")),
    ("document", lambda ann: ann.document("a.csv", b"1")),
    ("voice", lambda ann: ann.voice()),
    ("sticker", lambda ann: ann.sticker()),
    ("location", lambda ann: ann.location()),
    ("contact", lambda ann: ann.contact()),
    ("dice", lambda ann: ann.dice()),
]


@pytest.mark.parametrize(("kind", "deed"), MEDIA, ids=[kind for kind, _ in MEDIA])
async def test_every_kind_of_message_can_be_read(
    room: Room, kind: str, deed: Callable[[TelegramPerson], object]
) -> None:
    update = await room.update(lambda: deed(room.ann))
    assert update.message is not None and getattr(update.message, kind)


async def test_words_in_other_names_can_be_told_apart(room: Room) -> None:
    ann = room.ann
    desk = room.telegram.supergroup("Desk", ann)
    news = room.telegram.channel("News", ann)
    desk.bot_status = "administrator"
    forwarded = (await room.update(lambda: ann.forward(ann.say_unheard("/buy")))).message
    assert forwarded is not None and forwarded.forward_origin is not None and forwarded.text == "/buy"
    inline = (await room.update(lambda: ann.through_bot("/buy"))).message
    assert inline is not None and inline.via_bot is not None
    anonymous = (await room.update(lambda: ann.as_group("/buy", desk))).message
    assert anonymous is not None and anonymous.from_user is not None and anonymous.sender_chat is not None
    assert anonymous.from_user.username == "GroupAnonymousBot" and anonymous.sender_chat.id == desk.id
    masked = (await room.update(lambda: ann.as_channel("/buy", news, desk))).message
    assert masked is not None and masked.sender_chat is not None and masked.sender_chat.id == news.id
    post = await room.update(lambda: room.telegram.announce(news, "/buy"))
    assert post.message is None and post.channel_post is not None and post.channel_post.from_user is None
    business = await room.update(lambda: ann.through_business("/buy"))
    assert business.message is None and business.business_message is not None
    assert (await room.update(ann.connect_business)).business_connection is not None
    await room.updates()
    room.telegram.announce(news, "/sell", linked=desk)
    _, copy = await room.updates()
    assert copy.message is not None and copy.message.is_automatic_forward


async def test_edits_and_replies_say_what_they_belong_to(room: Room) -> None:
    said = room.ann.say("buy 1")
    edited = (await room.update(lambda: room.ann.edit(said, "buy 100"))).edited_message
    assert edited is not None and edited.text == "buy 100" and edited.edit_date is not None
    sent = await room.bot.send_message(room.ann.id, "which?")
    answer = (await room.update(lambda: room.ann.reply(room.ann.last, "that"))).message
    assert answer is not None and answer.reply_to_message is not None
    assert answer.reply_to_message.message_id == sent.message_id


async def test_a_press_carries_its_message_and_the_same_press_comes_again_renumbered(room: Room) -> None:
    await room.bot.send_message(room.ann.id, "card", reply_markup=KEYS)
    await room.updates()
    press = room.ann.press("Buy")
    room.ann.press_again(press)
    room.ann.press_again(press, is_new_query=True)
    first, again, another = await room.updates()
    for update in (first, again, another):
        assert update.callback_query is not None and update.callback_query.data == "n1"
        assert update.callback_query.message is not None
    assert first.update_id < again.update_id < another.update_id
    assert first.callback_query is not None and again.callback_query is not None
    assert first.callback_query.id == again.callback_query.id
    assert another.callback_query is not None and another.callback_query.id != first.callback_query.id


async def test_a_person_presses_only_what_is_there_and_a_modified_app_anything(room: Room) -> None:
    await room.bot.send_message(room.ann.id, "card", reply_markup=KEYS)
    with pytest.raises(NotThere, match="Sell"):
        room.ann.press("Sell")
    with pytest.raises(NotThere, match="tells the bot nothing"):
        room.ann.press("Site")
    card = room.ann.last
    forged = (await room.update(lambda: room.ann.press_data(card, "admin:all"))).callback_query
    assert forged is not None and forged.data == "admin:all"
    await room.bot.delete_message(room.ann.id, card.message_id)
    late = (await room.update(lambda: room.ann.press_data(card, "n1"))).callback_query
    assert late is not None and late.message is not None and not late.message.is_accessible


async def test_blocking_and_coming_back_is_told(room: Room) -> None:
    gone = (await room.update(room.ann.block)).my_chat_member
    assert gone is not None and gone.new_chat_member.status == "kicked"
    with pytest.raises(NotThere, match="blocked"):
        room.ann.say("hello")
    room.ann.start()
    back, start = await room.updates()
    assert back.my_chat_member is not None and back.my_chat_member.new_chat_member.status == "member"
    assert start.message is not None and start.message.text == "/start"


async def test_a_bot_in_a_group_hears_commands_and_replies_until_it_is_an_administrator(room: Room) -> None:
    bob = room.telegram.person("Bob")
    desk = room.telegram.group("Desk", room.ann, [bob])
    await room.updates()
    for words in ("hello", "/help", "/help@other_bot", "/help@Open_Outcry_Bot"):
        bob.say(words, desk)
    assert [one.message and one.message.text for one in await room.updates()] == [
        "/help",
        "/help@Open_Outcry_Bot",
    ]
    await room.bot.send_message(desk.id, "yes?")
    bob.reply(desk.from_bot[-1], "thanks")
    room.telegram.promote_bot(desk, room.ann)
    bob.say("hello", desk)
    thanks, promoted, hello = await room.updates()
    assert thanks.message is not None and thanks.message.text == "thanks"
    assert promoted.my_chat_member is not None and hello.message is not None
    room.telegram.kick_bot(desk, room.ann)
    bob.say("/help", desk)
    (kicked,) = await room.updates()
    assert kicked.my_chat_member is not None and kicked.my_chat_member.new_chat_member.status == "kicked"


async def test_a_group_that_is_upgraded_tells_both_ids(room: Room) -> None:
    bob = room.telegram.person("Bob")
    old = room.telegram.group("Desk", room.ann, [bob])
    await room.updates()
    new = room.telegram.upgrade(old, room.ann)
    to, origin = (one.message for one in await room.updates())
    assert to is not None and to.migrate_to_chat_id == new.id and to.chat.id == old.id
    assert origin is not None and origin.migrate_from_chat_id == old.id and origin.chat.id == new.id
    bob.say("/help", new)
    assert len(await room.updates()) == 1


async def test_joining_and_leaving_are_told(room: Room) -> None:
    bob = room.telegram.person("Bob")
    desk = room.telegram.group("Desk", room.ann)
    await room.updates()
    room.telegram.join(desk, bob)
    room.telegram.leave(desk, bob)
    came, went = (one.message for one in await room.updates())
    assert came is not None and came.new_chat_members[0].id == bob.id
    assert went is not None and went.left_chat_member is not None and went.left_chat_member.id == bob.id


async def test_a_topic_keeps_its_words_and_its_answers(room: Room) -> None:
    desk = room.telegram.supergroup("Desk", room.ann, topics=["Fills", "Talk"])
    fills = next(number for number, name in desk.topics.items() if name == "Fills")
    asked = (await room.update(lambda: room.ann.say("/help", desk, thread=fills))).message
    assert asked is not None and asked.message_thread_id == fills and asked.is_topic_message
    await room.bot.send_message(desk.id, "here", message_thread_id=fills)
    assert desk.from_bot[-1].thread == fills


async def test_numbers_of_messages_are_shared_only_by_private_chats_and_groups(room: Room) -> None:
    bob = room.telegram.person("Bob")
    desk, big = room.telegram.group("Desk", room.ann), room.telegram.supergroup("Big", room.ann)
    numbers = [room.ann.say("a"), bob.say("b"), room.ann.say("c", desk)]
    assert len({one.message_id for one in numbers}) == 3
    assert room.ann.say("d", big).message_id == 2  # after the notice that the bot came


async def test_what_the_bot_does_can_be_read_over_the_shoulder(room: Room) -> None:
    sent = await room.bot.send_message(room.ann.id, "quiet", disable_notification=True)
    await room.bot.pin_chat_message(room.ann.id, sent.message_id, disable_notification=True)
    await room.bot.edit_message_text("loud", room.ann.id, sent.message_id)
    await room.bot.send_photo(room.ann.id, png(9, 9), caption="map")
    await room.bot.delete_message(room.ann.id, sent.message_id)
    assert room.ann.transcript() == [
        "Ann: /start",
        "Open Outcry (silent): quiet",
        "(pin) quiet",
        "Open Outcry (silent): <pinned_message>",
        "Open Outcry (edited): loud",
        "Open Outcry: [photo] map",
        "(delete) loud",
    ]
    assert room.ann.last.picture == png(9, 9)


async def test_who_waits_in_vain_is_told_what_was_there_instead(room: Room) -> None:
    await room.bot.send_message(room.ann.id, "something else")
    with pytest.raises(NotThere, match="something else"):
        await room.ann.sees("the answer", within_s=0.01)
    assert (await room.ann.hears()).text == "something else"
    with pytest.raises(NotThere):
        await room.ann.hears(within_s=0.01)
