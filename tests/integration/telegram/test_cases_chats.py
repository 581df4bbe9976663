"""T08, T12, T16 to T19, T21 to T23: groups, conflicts, edits, hostile strings, secrets, what is no text."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation.screen import Screen, bad, button, line, row
from tests.fakes.pit import OWNER
from tests.fakes.telegram_faults import REFUSALS
from tests.fakes.telegram_in_process import InProcessRequest
from tests.fakes.telegram_people import TelegramPerson
from tests.fakes.telegram_world import TelegramChat
from tests.integration.telegram.desk import TelegramDesk, on_telegram
from trading.domain.ids import PersonId

BUY = "/buy BTC 1000"
KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsdRn0sdG12345678901234567890abcd"


async def trading_group(desk: TelegramDesk) -> tuple[TelegramPerson, TelegramPerson, TelegramChat]:
    """A group in which the owner may trade, with a member."""
    ann = await desk.owner()
    bob = desk.server.person("Bob")
    group = desk.server.supergroup("Club", ann, [bob])
    ann.say("/settings groups on", group)
    await desk.settle()
    return ann, bob, group


def test_t08_a_member_of_the_group_cannot_press_the_owners_button() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann, bob, group = await trading_group(desk)
        ann.say(BUY, group)
        await desk.settle()
        card = group.from_bot[-1]
        assert card.labels == [["Buy", "Cancel"]]
        press = bob.press("Buy", card)
        await desk.settle()
        assert press.is_alert and "not yours" in press.answer
        assert desk.intents() == 0 and card.labels == [["Buy", "Cancel"]] and not card.versions
        ann.press("Buy", card)
        await desk.settle()
        assert desk.intents() == 1

    on_telegram(scene)


def test_t08_another_person_of_the_desk_cannot_press_it_either() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann, bob, group = await trading_group(desk)
        from bot.conversation.people import Known

        await desk.people.join(Known("telegram", str(bob.id), OWNER, "Bob", desk.pit.clock.now()))
        ann.say(BUY, group)
        await desk.settle()
        card = group.from_bot[-1]
        press = bob.press("Buy", card)
        await desk.settle()
        assert press.is_alert and desk.intents() == 0
        desk.people._known["telegram", str(bob.id)] = Known(
            "telegram", str(bob.id), PersonId("bob"), "Bob", desk.pit.clock.now()
        )
        desk.messenger.shown._cards.clear()
        press = bob.press("Buy", card)
        await desk.settle()
        assert desk.intents() == 0 and card.labels == [["Buy", "Cancel"]]

    on_telegram(scene)


def test_groups_look_and_do_not_trade_until_the_owner_says_so() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        bob = desk.server.person("Bob")
        group = desk.server.supergroup("Club", ann, [bob])
        ann.say("/positions", group)
        await desk.settle()
        assert "Nothing is open" in group.from_bot[-1].text or "Positions" in group.from_bot[-1].text
        ann.say(BUY, group)
        await desk.settle()
        assert "/settings groups" in group.from_bot[-1].text and not group.from_bot[-1].labels
        ann.say("/settings groups silent", group)
        ann.say("/balance", group)
        await desk.settle()
        assert "silent" in group.from_bot[-1].text
        said = len(group.from_bot)
        bob.say("/balance", group)
        bob.say("/settings groups on", group)
        bob.say("just talking", group)
        await desk.settle()
        assert len(group.from_bot) == said and desk.intents() == 0
        ann.say("/settings groups on")
        await desk.settle()
        assert "in the group" in ann.last.text

    on_telegram(scene)


def test_t12_a_second_poller_freezes_orders_and_is_told() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.say(BUY)
        await desk.settle()
        card = ann.last
        thief = InProcessRequest(desk.server)
        from telegram import Bot
        from telegram.error import Conflict

        bot = Bot(desk.server.token, base_url="in-process/bot", get_updates_request=thief, request=thief)

        async def steals() -> None:
            for _ in range(6):
                try:
                    await bot.get_updates(offset=0, timeout=2)
                except Conflict:
                    await desk.pit.clock.sleep_s(1)

        task = asyncio.create_task(steals())
        await desk.settle(4)
        assert desk.conflicts == [True]
        await task
        ann.press("Buy", card)
        ann.say("/buy ETH 100")
        ann.say("/positions")
        ann.say("/halt")
        await desk.settle(6)
        assert desk.intents() == 0
        assert card.labels == [["Buy", "Cancel"]], "the card stays for later"
        assert [one.state.value for one in desk.pit.named("HaltChanged")] == ["reduce_only"]
        await desk.settle(60)
        assert desk.conflicts == [True, False]
        ann.say("/resume that was my own second desk")
        await desk.settle()
        ann.press("Resume")
        await desk.settle()
        ann.say(BUY)
        await desk.settle()
        ann.press("Buy")
        await desk.settle()
        assert desk.intents() == 1, "\n".join(ann.transcript())

    on_telegram(scene)


def test_t16_an_edit_that_changes_nothing_is_a_success() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ref = await desk.messenger.send(str(ann.id), Screen.of("same"))
        await desk.messenger.edit(ref, Screen.of("same"))
        await desk.messenger.edit(ref, Screen.of("other"))
        assert ann.last.text == "other"

    on_telegram(scene)


def test_t17_a_press_that_is_too_old_to_be_acknowledged_still_gets_its_result() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.say(BUY)
        await desk.settle()
        card = ann.last
        desk.server.faults.refuse("too old", "answerCallbackQuery")
        ann.press("Buy", card)
        await desk.settle()
        assert desk.intents() == 1 and "Sent" in card.text

    on_telegram(scene)


HOSTILE = (
    "<b>free</b> & <a href='http://evil.example'>money</a>",
    "</pre></code><script>alert(1)</script>",
    "visit evil.com or t.me/scam, https://evil.example/x?y=1&z",
    "@admin @everyone mail me@evil.com",
    "*bold* _it_ `code` [x](http://evil.com) ||spoiler||",
    "&lt;b&gt; &#x3C;b&#x3E; &amp;amp;",
    "\u202egnp.exe\u200b\u2066",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_t18_strings_of_others_neither_break_a_message_nor_lead_anywhere(text: str) -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        screen = Screen.of(line(text), line(bad(text))).with_buttons(row(button(text, "nonce")))
        await desk.messenger.send(str(ann.id), screen)
        kinds = {one["type"] for one in ann.last.entities}
        assert not kinds & {"url", "text_link", "mention", "email", "text_mention"}, ann.last.entities
        ann.say(f"/price {text}"[:200])
        await desk.settle()
        assert desk.heard.counts.get("telegram_answers_lost", 0) == 0

    on_telegram(scene)


def test_t19_a_long_text_goes_in_parts_with_its_buttons_at_the_end() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        before = len(ann.chat.from_bot)
        words = "😀 " + "x<&>" * 400
        screen = Screen.of(*[line(f"{number} {words}") for number in range(8)])
        ref = await desk.messenger.send(str(ann.id), screen.with_buttons(row(button("Yes", "n"))))
        parts = ann.chat.from_bot[before:]
        assert len(parts) > 2 and [bool(one.labels) for one in parts] == [False] * (len(parts) - 1) + [True]
        assert "".join(one.text for one in parts).count("😀") == 8
        await desk.messenger.edit(ref, Screen.of("short"))
        assert [one.text for one in ann.chat.from_bot[before:]] == ["short"]
        with pytest.raises(ConnectionError):
            await desk.messenger.edit(ref, Screen.of(*["y" * 4000] * 9))

    on_telegram(scene)


def test_t19_control_characters_are_refused_in_commands() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        for text in ("/buy BTC\u202e 100", "/buy\u200b BTC 100", "/buy BTC 100\n/buy ETH 100"):
            ann.say(text)
            await desk.settle()
            assert desk.intents() == 0 and not ann.last.labels, text

    on_telegram(scene)


@pytest.mark.parametrize("is_deletable", (True, False))
def test_t21_t22_a_key_in_the_chat_is_deleted_and_never_kept(is_deletable: bool) -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        if not is_deletable:
            desk.server.faults.refuse(REFUSALS["internal"], "deleteMessage")
        said = ann.say(f"here: {KEY}")
        await desk.settle()
        assert said.is_deleted is is_deletable
        assert ("was deleted" if is_deletable else "could not be deleted") in ann.last.text
        assert "revoke" in ann.last.text and KEY not in ann.last.text
        assert not desk.answered or all(KEY not in one.text for one in desk.answered)

        def rows(conn: object) -> str:
            return str(conn.exec_driver_sql("SELECT * FROM inbox").all())  # type: ignore[attr-defined]  # the sync side

        assert KEY not in await desk.pit.store.writer.run(rows)

    on_telegram(scene)


def test_t22_a_key_in_an_edit_a_caption_or_a_group_is_caught_too() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        said = ann.say("hello")
        ann.edit(said, f"secret={KEY}")
        photo = ann.photo(b"\xff\xd8", caption=KEY)
        group = desk.server.supergroup("Club", ann)
        desk.server.promote_bot(group, ann)
        public = ann.say(KEY, group)
        await desk.settle()
        assert said.is_deleted and photo.is_deleted and public.is_deleted
        assert "revoke" in group.from_bot[-1].text

    on_telegram(scene)


def test_t23_what_is_no_text_gets_a_sentence_and_is_not_fetched() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        before = len(desk.answered)
        for send in (ann.voice, ann.sticker, ann.location, ann.contact, ann.dice):
            send()
            await desk.settle()
            assert "text" in ann.last.text or "/help" in ann.last.text
        ann.photo(b"\xff\xd8", caption="/buy BTC 1000")
        ann.document("huge.bin", size=2_000_000_000)
        await desk.settle()
        assert "not opened" in ann.last.text
        assert len(desk.answered) == before and not desk.server.downloads

    on_telegram(scene)


def test_a_slow_answer_says_sending_without_buttons_and_then_the_result() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.say(BUY)
        await desk.settle()
        card, desk.slow_s = ann.last, 5.0
        press = ann.press("Buy", card)
        await desk.settle(0.3)
        assert press.is_answered
        assert "sending…" in card.text and "Buy BTC/USD?" in card.text and not card.labels
        assert desk.intents() == 0
        await desk.settle(5)
        assert desk.intents() == 1 and "Sent" in card.text and "sending" not in card.text

    on_telegram(scene)


def test_a_button_that_looks_edits_its_card_in_place() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        await desk.settle()
        card = ann.last
        count = len(ann.chat.from_bot)
        ann.press("Positions", card)
        await desk.settle(1)
        assert len(ann.chat.from_bot) == count and card.versions
        await desk.die()
        await desk.live()
        ann.press("Portfolio", card) if card.button("Portfolio") else ann.press_data(card, "portfolio:")
        await desk.settle()
        assert len(ann.chat.from_bot) == count + 1, "what is not known is not written over"

    on_telegram(scene)


def test_one_slow_chat_does_not_hold_up_another() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        group = desk.server.supergroup("Club", ann)
        desk.slow_s = 60.0
        ann.say("/positions")
        await desk.settle()
        desk.slow_s = 0.0
        ann.say("/balance", group)
        ann.say("/price BTC")
        await desk.settle(1)
        assert group.from_bot and ann.last.text.startswith("This desk is yours") is False
        assert desk.answered[-1].is_group, "the private chat keeps its order"
        await desk.settle(60)
        assert [one.text for one in desk.answered[-3:]] == ["/positions", "/balance", "/price BTC"]

    on_telegram(scene)


def test_a_flood_of_strangers_costs_nothing_and_gets_one_sentence_each() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        mob = [desk.server.person(f"Mob {number}") for number in range(200)]
        for one in mob:
            for _ in range(5):
                one.say("/balance")
        await desk.settle()
        ann.say("/balance")
        await desk.settle()
        await ann.sees("Equity")
        heard = [len(one.chat.from_bot) for one in mob]
        assert max(heard) == 1 and 0 < sum(heard) <= 31

        def rows(conn: object) -> int:
            found: int = conn.exec_driver_sql("SELECT count(*) FROM inbox").scalar()  # type: ignore[attr-defined]
            return found

        assert await desk.pit.store.writer.run(rows) == 1
        assert all("$" not in line for one in mob for line in one.transcript())

    on_telegram(scene)


def test_a_person_who_sends_too_fast_hears_so_once() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        for _ in range(300):
            ann.say("/version")
        await desk.settle()
        told = [one for one in ann.chat.from_bot if "faster than" in one.text]
        assert len(told) == 1 and len(desk.answered) < 140
        await desk.settle(30)
        ann.say("/balance")
        await desk.settle()
        await ann.sees("Equity")

    on_telegram(scene)


def test_a_blocked_bot_is_remembered_and_revived() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        ann.block()
        await desk.settle()
        assert [one.is_alive for one in desk.people.channels(OWNER)] == [False]
        ann.unblock()
        await desk.settle()
        assert [one.is_alive for one in desk.people.channels(OWNER)] == [True]

    on_telegram(scene)
