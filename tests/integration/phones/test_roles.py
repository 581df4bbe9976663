"""A group on one desk: who asks is let in by buttons, and everybody does what their role says and no more."""

from __future__ import annotations

import json

from tests.fakes.discord_people import DiscordPerson
from tests.fakes.pit import PAPER
from tests.fakes.telegram_people import TelegramPerson
from tests.integration.phones.desk import PhonesDesk, on_both, words
from trading.domain.ids import PersonId


async def let_in(desk: PhonesDesk, ann: TelegramPerson, name: str, role: str) -> TelegramPerson:
    """Somebody asks on Telegram, and Ann presses the role."""
    bob = desk.on_telegram.server.person(name)
    bob.start()
    await desk.settle(1)
    bob.say("/join")
    await desk.settle(5)
    assert "passed on" in words(bob)
    ann.press(f"Let {name} in?")
    await desk.settle(1)
    ann.press(role)
    await desk.settle(10)
    assert f"{name} is {role} on account paper now" in words(ann), words(ann)
    return bob


async def said(desk: PhonesDesk, person: TelegramPerson, line: str) -> str:
    person.say(line)
    await desk.settle(1)
    return person.chat.from_bot[-1].text


def test_who_asks_is_let_in_by_a_button_and_told_what_they_are() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        bob = await let_in(desk, ann, "Bob", "viewer")
        assert "viewer on account paper" in words(bob)
        assert "Let Bob in?" in words(ann_too) or "asks to be let in" in words(ann_too)
        assert "BTC" in await said(desk, bob, "/price BTC")
        assert "may not use /buy" in await said(desk, bob, "/buy BTC 100")
        assert "/buy" not in await said(desk, bob, "/help") and "/price" in words(bob)
        assert "Bob" in await said(desk, ann, "/roles") and "viewer" in words(ann)
        await desk.die()
        await desk.live()
        assert "may not use /buy" in await said(desk, bob, "/buy BTC 100")
        assert desk.on_telegram.intents() == 0

    on_both(scene)


def test_a_trader_trades_hears_of_it_and_loses_it_with_the_role() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        bob = await let_in(desk, ann, "Bob", "trader")
        await said(desk, bob, "/buy BTC 100")
        card = bob.chat.from_bot[-1]
        data = card.button("Buy")
        assert data is not None
        ann.press_data(ann.chat.from_bot[-1], data["callback_data"])
        await desk.settle(1)
        assert desk.on_telegram.intents() == 0, "a card is pressed by whoever asked, and nobody else"
        bob.press("Buy")
        await desk.settle(1)
        await desk.pit.quote("7400", "7401")
        await desk.settle(10)
        assert desk.on_telegram.intents() == 1
        assert "Bought" in words(bob) and "Bought" in words(ann)
        await said(desk, bob, "/schedule buy btc 100 every day at 09:00")
        bob.press("Repeat it") if any("Repeat it" in row for row in bob.chat.from_bot[-1].labels) else None
        await said(desk, ann, "/role Bob none")
        ann.press("Confirm")
        await desk.settle(5)
        account = desk.pit.engine.book.accounts[PAPER]
        assert account.members == () and all(one.is_paused for one in account.schedules)
        assert "does not know you" in await said(desk, bob, "/positions")
        before = len(bob.chat.from_bot)
        await desk.news("storm")
        await desk.settle(30)
        assert len(bob.chat.from_bot) == before
        assert "passed on" in await said(desk, bob, "/join")
        ann.press("Let Bob in?")
        await desk.settle(1)
        ann.press("viewer")
        await desk.settle(5)
        assert "BTC" in await said(desk, bob, "/price BTC"), "who was here before may come again"
        assert [one.person for one in desk.pit.engine.book.accounts[PAPER].members] == [f"telegram-{bob.id}"]

    on_both(scene)


def test_a_risk_officer_halts_and_closes_and_never_opens() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        bob = await let_in(desk, ann, "Bob", "trader")
        eve = await let_in(desk, ann, "Eve", "risk officer")
        await said(desk, bob, "/buy BTC 100")
        bob.press("Buy")
        await desk.settle(1)
        await desk.pit.quote("7400", "7401")
        await desk.settle(5)
        assert "may not use /buy" in await said(desk, eve, "/buy BTC 100")
        assert "may not use /sl" in await said(desk, eve, "/sl BTC 1%")
        await said(desk, eve, "/halt too much")
        assert desk.pit.engine.book.accounts[PAPER].halt.value == "reduce_only"
        told = "Reason: too much · by Eve"
        assert told in words(ann) and told in words(bob), "all but its author hear"
        assert "Reason: too much" not in words(eve)
        await said(desk, bob, "/resume it is fine")
        bob.press("Resume")
        await desk.settle(1)
        assert desk.pit.engine.book.accounts[PAPER].halt.value == "reduce_only", "who halts decides"
        assert "right to resume" in words(bob)
        await said(desk, eve, "/limits order_notional 500")
        assert desk.pit.engine.book.accounts[PAPER].limits.order_notional_max == 500
        await said(desk, eve, "/limits order_notional 50k")
        eve.press("Raise it") if any("Raise it" in row for row in eve.chat.from_bot[-1].labels) else None
        await desk.settle(1)
        assert desk.pit.engine.book.accounts[PAPER].limits.order_notional_max == 500
        await said(desk, eve, "/close BTC")
        eve.press("Close")
        await desk.settle(1)
        await desk.pit.quote("7400", "7401")
        await desk.settle(5)
        assert not any(one.is_open for one in desk.pit.engine.book.live_positions(PAPER))

    on_both(scene)


def test_who_wanted_what_is_read_on_both_phones_and_not_by_a_trader() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        bob = await let_in(desk, ann, "Bob", "trader")
        await said(desk, bob, "/buy BTC 100")
        bob.press("Buy")
        await desk.settle(5)
        assert "may not use /audit" in await said(desk, bob, "/audit")
        ann.say("/audit buy by bob")
        ann_too.say("/audit buy by bob")
        await desk.settle(5)
        for shown in (words(ann), words(ann_too)):
            assert "Bob" in shown and "/buy" in shown and "follow from each other" in shown

    on_both(scene)


def menus(desk: PhonesDesk, person: TelegramPerson) -> list[set[str]]:
    """The menus that were set for a person's own chat, oldest first."""
    found = []
    for call in desk.on_telegram.server.called("setMyCommands"):
        scope = json.loads(call.arguments["scope"])
        if str(scope.get("chat_id", "")) == str(person.chat.id) and "language_code" not in call.arguments:
            found.append({one["command"] for one in json.loads(call.arguments["commands"])})
    return found


def test_each_person_is_shown_what_their_role_lets_them_do() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        bob = await let_in(desk, ann, "Bob", "viewer")
        shown = menus(desk, bob)[-1]
        assert shown >= {"positions", "why"} and not shown & {"buy", "halt", "role"}
        await said(desk, ann, "/role Bob risk_officer")
        ann.press("Confirm")
        await desk.settle(5)
        assert menus(desk, bob)[-1] >= {"close", "halt", "limits", "audit"}
        assert not menus(desk, bob)[-1] & {"buy", "role", "maintenance"}
        await said(desk, ann, "/role Bob none")
        ann.press("Confirm")
        await desk.settle(5)
        assert menus(desk, bob)[-1] == {"join"}
        await desk.die()
        before = len(menus(desk, bob))
        await desk.live()
        await desk.settle(5)
        assert menus(desk, bob)[before:] == [{"join"}], "whatever an earlier life has shown"
        assert "maintenance" in menus(desk, ann)[-1], "the operator's own"

    on_both(scene)


def test_what_is_asked_on_the_one_phone_is_agreed_to_on_another_persons() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        bob = await let_in(desk, ann, "Bob", "risk officer")
        await said(desk, ann, "/limits alone_notional 500")
        ann_too.say("/buy BTC 800")
        await desk.settle(2)
        assert "Too large for one person alone" in words(ann_too)
        ann_too.press("Ask a second person")
        await desk.settle(10)
        assert "asks for a second person" in words(bob) and desk.on_telegram.intents() == 0
        bob.press("Look at it")
        await desk.settle(1)
        assert "Buy BTC/USD?" in words(bob)
        bob.press("Agree")
        await desk.settle(2)
        await desk.pit.quote("7400", "7401")
        await desk.settle(10)
        assert desk.on_telegram.intents() == 1
        assert "Bought" in words(ann) and "Bought" in words(bob)

    on_both(scene)


def test_nobody_raises_themself_and_the_owner_stays_the_owner() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        bob = await let_in(desk, ann, "Bob", "admin")
        await said(desk, bob, "/role Bob trader")
        bob.press("Confirm")
        await desk.settle(1)
        assert "Nobody changes their own role" in words(bob)
        assert "Nobody called owner" in await said(desk, bob, "/role owner viewer")
        assert "may not use /maintenance" in await said(desk, bob, "/maintenance on")
        eve = desk.on_discord.server.person("Eve")
        eve.say("/join")
        await desk.settle(5)
        eve.say("/join")
        await desk.settle(5)
        requests = desk.joining.waiting()
        assert len(requests) == 1
        await said(desk, bob, f"/approve {requests[0].id}")
        bob.press("No")
        await desk.settle(5)
        eve.say("/positions")
        await desk.settle(5)
        assert desk.people.person("discord", eve.id) is None
        assert PersonId(f"discord-{eve.id}") not in [
            one.person for one in desk.pit.engine.book.accounts[PAPER].members
        ]
        assert desk.joining.waiting() == []

    on_both(scene)
