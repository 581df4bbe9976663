"""Telegram and Discord as one person: linked by a code, one book, one inbox; both sides hear."""

from __future__ import annotations

from bot.conversation.linking import FRESH
from tests.fakes.discord_people import DiscordPerson
from tests.fakes.pit import OWNER
from tests.fakes.telegram_people import TelegramPerson
from tests.integration.phones.desk import PhonesDesk, on_both, words


def test_two_phones_are_one_person_with_one_book() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        assert "Discord is linked" in words(ann)
        assert "the same person as on Telegram" in words(ann_too)
        act = await desk.on_discord.done(ann_too.command("buy", symbol="BTC", size="1000"))
        ann_too.press("Buy", act.reply)
        await desk.settle()
        await desk.pit.quote("7400", "7401")
        await desk.settle(10)
        assert "Bought" in words(ann), words(ann)
        ann.say("/positions")
        await desk.settle()
        assert "BTC/USD" in ann.chat.from_bot[-1].text
        ann.say("/close BTC")
        await desk.settle()
        ann.press("Close")
        await desk.settle()
        await desk.pit.quote("7400", "7401")
        await desk.settle(10)
        assert desk.on_discord.intents() == 2
        assert "Flat · " in words(ann_too), words(ann_too)
        ann.say("/inbox")
        await desk.settle()
        inbox = ann.chat.from_bot[-1].text
        act = await desk.on_discord.done(ann_too.command("inbox"))
        assert act.reply.text.count("Bought") == inbox.count("Bought") == 1

    on_both(scene)


def test_a_card_of_one_phone_cannot_be_pressed_from_the_other() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        act = await desk.on_discord.done(ann_too.command("buy", symbol="BTC", size="1000"))
        button = act.reply.button("Buy")
        assert button is not None
        ann.say("/status")
        await desk.settle()
        ann.press_data(ann.chat.from_bot[-1], button["custom_id"])
        await desk.settle()
        assert desk.on_discord.intents() == 0

    on_both(scene)


def test_the_same_order_from_both_phones_within_seconds_is_asked_about() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        act = await desk.on_discord.done(ann_too.command("buy", symbol="BTC", size="1000"))
        ann_too.press("Buy", act.reply)
        await desk.settle()
        ann.say("/buy BTC 1000")
        await desk.settle(1)
        assert "The same order went out" in ann.chat.from_bot[-1].text, "D11: the second is asked about"
        assert desk.on_discord.intents() == 1

    on_both(scene)


def test_unlinking_asks_first_tells_both_sides_and_leaves_a_stranger() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        ann.say("/unlink")
        await desk.settle()
        ann.press("Unlink Discord")
        await desk.settle()
        assert desk.people.person("discord", ann_too.id) == OWNER
        ann.press("Unlink Discord")
        await desk.settle(5)
        assert desk.people.person("discord", ann_too.id) is None
        assert "Discord is unlinked" in words(ann)
        assert "nothing more is told in this chat" in ann_too.last.text
        await desk.news("storm")
        await desk.settle(60)
        assert "storm" in words(ann) and "storm" not in words(ann_too)
        act = await desk.on_discord.done(ann_too.command("positions"))
        assert "does not know you" in act.reply.text
        ann.say("/unlink telegram")
        await desk.settle()
        assert "your only phone" in ann.chat.from_bot[-1].text
        ann_too.say(await desk.code(ann))
        await desk.settle(5)
        assert desk.people.person("discord", ann_too.id) == OWNER, "linked again"

    on_both(scene)


def test_a_code_is_shown_to_nobody_else_in_a_group() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        bob = desk.on_telegram.server.person("Bob")
        club = desk.on_telegram.server.supergroup("Club", ann, [bob])
        ann.say("/link", chat=club)
        await desk.settle()
        assert "in our private chat" in club.from_bot[-1].text
        assert not any("/link " in message.text for message in club.from_bot)
        assert "/link " in ann.chat.from_bot[-1].text

    on_both(scene, links=False)


def test_the_code_survives_a_crash_and_so_does_the_link() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        code = await desk.code(ann)
        await desk.die()
        await desk.live()
        ann_too.say(code)
        await desk.settle(10)
        assert desk.people.person("discord", ann_too.id) == OWNER
        await desk.die()
        await desk.live()
        assert desk.people.person("discord", ann_too.id) == OWNER
        await desk.news("storm")
        await desk.settle(10)
        assert "storm" in words(ann) and "storm" in words(ann_too)

    on_both(scene, links=False)


def test_strangers_cannot_guess_and_a_second_user_cannot_come_in() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        eve = desk.on_discord.server.person("Eve")
        await desk.code(ann)
        for _ in range(5):
            eve.say("AAAAA-AAAAA")
            await desk.settle(40)
        assert "Too many wrong codes" in words(eve)
        ann_too.say(await desk.code(ann))
        await desk.settle(5)
        ann.say("/link")
        await desk.settle()
        assert "Every platform of this desk is linked" in ann.chat.from_bot[-1].text
        assert desk.people.person("discord", eve.id) is None

    on_both(scene, links=False)


def test_a_phone_that_was_just_linked_opens_no_doors_for_a_day_and_the_older_one_does() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        for verb, options in (
            ("limits", {"name": "order_notional_max", "value": "150000"}),
            ("pin", {"act": "set"}),
            ("link", {}),
        ):
            act = await desk.on_discord.done(ann_too.command(verb, **options))
            assert "linked less than a day ago" in act.reply.text, (verb, act.reply.text)
        # What lets less happen is everybody's at once.
        act = await desk.on_discord.done(ann_too.command("limits", name="order_notional_max", value="500"))
        assert "opens no doors" not in act.reply.text
        act = await desk.on_discord.done(ann_too.command("halt", reason="storm"))
        assert "opens no doors" not in act.reply.text
        act = await desk.on_discord.done(ann_too.command("resume", reason="calm again"))
        assert "opens no doors" in act.reply.text, act.reply.text
        ann.say("/resume calm again")
        await desk.settle()
        assert "opens no doors" not in ann.chat.from_bot[-1].text
        await desk.pit.clock.sleep_s(FRESH.total_seconds())
        act = await desk.on_discord.done(ann_too.command("limits", name="order_notional_max", value="150000"))
        assert "opens no doors" not in act.reply.text, act.reply.text

    on_both(scene)
