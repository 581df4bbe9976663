"""Who hears of an alert, how loud, and what its buttons do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from bot.conversation.hearing import Urgency
from bot.conversation.screen import Picture, Screen
from bot.conversation.wording import Wording
from bot.notifications.alerts import alert, is_news
from bot.notifications.policy import hears
from bot.notifications.scene import Scene
from tests.unit.notifications.chat import World, play, started
from tests.unit.notifications.desk import ACCOUNT, OWNER, Desk
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.ids import CommandId, PersonId
from trading.domain.money import Price
from trading.domain.timed import ESCALATION_PAUSE, Side
from trading.ports import StoredEvent

BOB, ADA, VIC = PersonId("bob"), PersonId("ada"), PersonId("vic")


def shared(*, critical: bool = True) -> Desk:
    """An account with a trader, an admin and a viewer; the trader waits for 11,000."""
    desk = Desk()
    for member, role in ((BOB, "trader"), (ADA, "admin"), (VIC, "viewer")):
        desk.do(cm.SetRole(CommandId(f"role:{member}"), OWNER, ACCOUNT, member, role))
    desk.do(
        cm.SetAlert(
            CommandId("console:x:1"),
            BOB,
            ACCOUNT,
            desk.seen,
            Side.ABOVE,
            Price(Decimal(11_000)),
            is_critical=critical,
            until=desk.now + timedelta(days=1),
        )
    )
    return desk


def ring(desk: Desk) -> StoredEvent:
    desk.price("11000")
    quote = desk.book.marks["BTC/USD"]
    (stored,) = desk.do(rp.AlertTouched(ACCOUNT, "paper/alert-1", quote, False, desk.now))
    return stored


def escalate(desk: Desk) -> StoredEvent:
    desk.wait(ESCALATION_PAUSE.total_seconds())
    (stored,) = desk.do(rp.AlertDue(ACCOUNT, "paper/alert-1", desk.now))
    return stored


def heard(desk: Desk, stored: StoredEvent) -> list[str]:
    assert is_news(stored, Scene(Wording(), desk.book))
    return list(hears(stored, desk.book, ()))


def test_an_alert_is_told_to_whoever_set_it_and_in_the_end_to_owner_and_admins() -> None:
    desk = shared()
    assert heard(desk, ring(desk)) == [BOB]
    assert [heard(desk, escalate(desk)) for _ in range(3)] == [[BOB], [BOB], [BOB, OWNER, ADA]]


def test_an_alert_of_somebody_who_is_gone_is_the_owners() -> None:
    desk = shared()
    desk.do(cm.SetRole(CommandId("role:none"), OWNER, ACCOUNT, BOB, ""))
    assert heard(desk, ring(desk)) == [OWNER]


def test_an_end_is_told_to_whoever_set_it() -> None:
    desk = shared(critical=False)
    desk.wait(86_400)
    (stored,) = desk.do(rp.AlertDue(ACCOUNT, "paper/alert-1", desk.now))
    assert heard(desk, stored) == [BOB]


def test_a_critical_one_is_urgent_and_everywhere_from_its_second_step_on() -> None:
    desk = shared()
    scene = Scene(Wording(), desk.book)
    told = [alert([one], scene) for one in (ring(desk), *(escalate(desk) for _ in range(3)))]
    assert [one.everywhere for one in told if one] == [False, False, True, True]
    assert all(one is not None and one.urgency is Urgency.URGENT for one in told)
    labels = [[b.label for b in one.screen.all_buttons] for one in told if one]
    assert all("Seen" in one for one in labels[:3]) and "Seen" not in labels[3]


def test_the_second_step_is_told_on_a_phone_that_hears_nothing_else() -> None:
    async def story(world: World) -> None:
        chat = world.chat()
        await world.store.registers.put_setting(OWNER, "hear.price", "off")
        started(world.notifier(chat))
        desk = world.desk
        desk.do(
            cm.SetAlert(
                CommandId("console:x:1"),
                OWNER,
                ACCOUNT,
                desk.seen,
                Side.ABOVE,
                Price(Decimal(11_000)),
                is_critical=True,
            )
        )
        ring(desk)
        await world.write()
        await world.pass_s(10)
        assert chat.texts == []
        for _ in range(2):
            escalate(desk)
        await world.write()
        await world.pass_s(10)
        assert len(chat.texts) == 1 and "It is told on every phone now." in chat.texts[0]

    play(story)


# ---------------------------------------------------------------- the digest's picture

PNG = b"\x89PNG drawn"


def digest(world: World) -> None:
    facts = {"day": "2018-04-03", "accounts": "1", "account.1": "paper", "currency.1": "USD"}
    facts |= {f"{name}.1": "0" for name in ("equity", "realised", "unrealised", "fees")}
    facts |= {"halt.1": "active", "fills": "2", "closed": "1", "exits": "", "positions": "0"}
    facts |= {"held": "", "alerts": "0", "schedules": "0"}
    world.desk.write(ev.Noticed(ACCOUNT, "digest", "job", ev.Level.INFO, facts, world.desk.now))


def test_a_digest_comes_with_its_curve_and_without_one_where_none_can_be_drawn() -> None:
    async def story(world: World) -> None:
        pictures: list[Picture | None] = []
        drawn: list[tuple[str, ...]] = []

        def looked(screen: Screen) -> bool:
            pictures.append(screen.picture)
            return False

        chat = world.chat(refuses=looked)
        notifier = world.notifier(chat)
        is_there = [Picture("equity", PNG), None]

        async def illustrate(person: PersonId, accounts: Sequence[str], wording: Wording) -> Picture | None:
            drawn.append((person, *accounts))
            return is_there.pop(0)

        notifier.illustrator = illustrate
        started(notifier)
        for _ in range(2):
            digest(world)
            await world.write()
            await world.pass_s(10)
        assert [one.png if one else None for one in pictures] == [PNG, None]
        assert drawn == [(OWNER, "paper")] * 2 and len(chat.texts) == 2
        assert all("Your 2018-04-03" in text for text in chat.texts)

    play(story)
