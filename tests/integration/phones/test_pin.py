"""A second factor on both phones: its digits are gone from the chat where possible, and kept nowhere."""

from __future__ import annotations

from sqlalchemy import Connection, text

from bot.conversation.linking import FRESH
from tests.fakes.discord_people import DiscordPerson
from tests.fakes.pit import PAPER
from tests.fakes.telegram_people import TelegramPerson
from tests.integration.phones.desk import PhonesDesk, on_both, words

DIGITS = "739205"


async def kept(desk: PhonesDesk) -> str:
    """Everything that stands in any table of the store, as text."""

    def read(conn: Connection) -> str:
        with conn.begin():
            names = conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
            rows = [conn.execute(text(f"SELECT * FROM {name}")).all() for name in names]
        return repr(rows)

    return await desk.pit.store.writer.run(read)


def limit(desk: PhonesDesk) -> object:
    return desk.pit.engine.book.accounts[PAPER].limits.order_notional_max


def test_a_pin_that_is_set_on_the_one_is_asked_for_on_the_other_and_kept_nowhere() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        typed = ann.say(f"/pin set {DIGITS}")
        await desk.settle(10)
        assert "The PIN is set" in words(ann) and typed.is_deleted
        assert "Your second factor was changed" in words(ann_too), "all phones hear of it"
        await desk.pit.clock.sleep_s(FRESH.total_seconds())  # before, what was just linked opens no doors
        ann_too.say("/limits order_notional 200k")
        await desk.settle(2)
        ann_too.press("Raise")
        await desk.settle(2)
        assert "Type your PIN" in words(ann_too) and limit(desk) == 100_000
        wrong = ann.say("/pin 111222")
        await desk.settle(2)
        assert wrong.is_deleted and "Nothing waits for a code here" in words(ann)
        ann_too.command("pin", code=DIGITS)
        await desk.settle(5)
        assert limit(desk) == 200_000, words(ann_too)
        ann_too.say("/limits order_notional 300k")
        await desk.settle(2)
        ann_too.press("Raise")
        await desk.settle(2)
        ann_too.say(f"/pin {DIGITS}")
        await desk.settle(5)
        assert limit(desk) == 300_000
        assert DIGITS not in await kept(desk)
        await desk.die()
        await desk.live()
        ann.say("/unlink discord")
        await desk.settle(2)
        ann.press("Unlink Discord")
        await desk.settle(2)
        assert (
            "Type your PIN" in words(ann) and len(desk.people.phones(desk.people.channels()[0].person)) == 2
        )
        ann.say(f"/pin {DIGITS}")
        await desk.settle(5)
        assert "Discord is unlinked" in words(ann)
        ann.say("/pin reset owner")
        await desk.settle(2)
        assert "Only at the desk's own terminal" in words(ann)
        assert DIGITS not in await kept(desk)

    on_both(scene)
