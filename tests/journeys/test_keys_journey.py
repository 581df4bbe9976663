"""`/keys`: what is shown of a key, a link instead of a place to type one, and what becomes of a bad one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from bot.conversation.incoming import Incoming
from bot.conversation.key_desk import KeyDesk, accounts_of
from bot.conversation.key_links import KeyLinks
from bot.conversation.layout import as_text
from bot.conversation.wording import Wording
from bot.main.key_alarm import KeyAlarm
from bot.notifications.alerts import alert, is_news
from bot.notifications.scene import Scene
from db.vault import SqlVault
from db.venue_keys import SqlVenueKeys
from scheduler.jobs import keys_job
from tests.fakes.key_venue import FIT, SILENT, WITHDRAWS, SaidLook
from tests.journeys.chat import PEOPLE, Chat, dialogue_of, in_chat
from tests.journeys.hall import Hall, in_hall
from tests.journeys.test_pin_journey import code, with_app
from trading.domain.commands import HaltState, OpenAccount
from trading.domain.events import OrderRejected
from trading.domain.ids import AccountId, CommandId, OrderId, StreamId
from trading.key_checking import BECAUSE, REMOVED, KeyChecking
from trading.ports import Credentials, StoredEvent, Taken
from trading.venue_keys import Fitness, KeyCheck, NewKey

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
BINANCE = AccountId("binance-paper")
PAGE = "http://127.0.0.1:8080/keys"


class Keyed:
    """A chat whose desk keeps keys of a venue that says what it is told to."""

    def __init__(self, chat: Chat, page: str = PAGE) -> None:
        self.chat = chat
        self.venue = SaidLook()
        vault = chat.tools.vault
        assert isinstance(vault, SqlVault)
        pit = chat.pit
        self.kept = SqlVenueKeys(vault, pit.store.writer, pit.store.reader)
        book = lambda: pit.engine.book  # noqa: E731 - the engine changes with every life
        self.checking = KeyChecking(self.kept, self.venue, pit.engine, book, pit.clock)
        self.desk = KeyDesk(self.kept, self.venue, pit.clock, accounts_of(book), self.checking, pit.engine)
        chat.keys, chat.key_links = self.desk, KeyLinks(self.desk, pit.clock, chat.entropy, page)

    async def enter(self, account: AccountId = BINANCE, by: str = "ann") -> None:
        new = NewKey(account, PEOPLE[by], "binance", "paper")
        await self.kept.keep(new, Credentials(KEY, SECRET), FIT, self.chat.pit.clock.now())

    async def open_account(self) -> None:
        """The desk has an account for that key."""
        command = OpenAccount(
            CommandId("open:b"), PEOPLE["ann"], BINANCE, "binance", "paper", "USD", Decimal(1000)
        )
        assert isinstance(await self.chat.pit.engine.submit(command), Taken)

    def told(self) -> list[str]:
        """What phones were told about access."""
        scene = Scene(Wording(), self.chat.pit.engine.book)
        made = [alert([one], scene) for one in self.chat.pit.events if is_news(one, scene)]
        return [as_text(one.screen) for one in made if one is not None and one.topic.value == "access"]

    @property
    def halt(self) -> tuple[HaltState, str]:
        account = self.chat.pit.engine.book.accounts[BINANCE]
        return account.halt, account.halt_reason


def keyed(scene: Callable[[Keyed], Awaitable[None]], page: str = PAGE) -> None:
    async def played(chat: Chat) -> None:
        await scene(Keyed(chat, page))

    in_chat(played)


def test_a_key_is_shown_by_where_it_leads_its_end_and_what_it_may_do() -> None:
    async def scene(desk: Keyed) -> None:
        assert "You have none: this desk trades on paper" in await desk.chat.say("/keys")
        await desk.enter()
        await desk.chat.pit.clock.sleep_s(3600)
        said = await desk.chat.say("/keys")
        for part in ("binance paper …Eh8A", "trades, cannot withdraw", "known addresses only", "bronze"):
            assert part in said, said
        assert "checked 1h ago" in said, said
        assert KEY not in said and SECRET not in said
        desk.venue.says = WITHDRAWS
        assert "not usable: it may withdraw" in await desk.chat.press("Check now")
        desk.venue.says = SILENT
        silent = await desk.chat.say("/keys check binance-paper")
        assert "did not answer just now: Nobody answers." in silent and "it may withdraw" in silent
        assert "You have no key for an account none" in await desk.chat.say("/keys check none")

    keyed(scene)


def test_a_link_is_given_in_the_place_of_a_key() -> None:
    async def scene(desk: Keyed) -> None:
        assert "A key of which venue?" in await desk.chat.say("/keys add")
        assert "Which side of binance" in await desk.chat.press("Add binance")
        said = await desk.chat.press("Paper")
        assert f"{PAGE}#" in said and "five minutes" in said and "ssh -L" in said
        assert "Never type or paste a key into a chat" in said
        assert "takes no keys of kraken" in await desk.chat.say("/keys add kraken live")

    keyed(scene)


def test_where_there_is_no_page_the_terminal_is_named() -> None:
    async def scene(desk: Keyed) -> None:
        said = await desk.chat.say("/keys add alpaca live")
        assert "openoutcry keys add --venue alpaca --side live" in said and "#" not in said

    keyed(scene, page="")


def test_a_key_comes_in_by_its_link_once_and_the_phones_hear_of_it() -> None:
    async def scene(desk: Keyed) -> None:
        said = await desk.chat.say("/keys add binance paper")
        links = desk.chat.key_links
        assert links is not None
        found = next(word.partition("#")[2] for word in said.split() if word.startswith(PAGE))
        assert (await links.submitted("wrong", KEY, SECRET, "en")).outcome.said == "keys.page.over"
        done = await links.submitted(found, KEY, SECRET, "en")
        assert done.outcome.is_done and done.outcome.key is not None
        assert "A key for binance was entered: account binance-paper, …Eh8A" in "\n".join(desk.told())
        again = await links.submitted(found, "B" + KEY, SECRET, "en")
        assert again.outcome.said == "keys.page.over" and not again.goes_on
        assert len(await desk.kept.all_shown()) == 1

    keyed(scene)


def test_a_link_ends_after_five_minutes_with_a_newer_one_or_after_five_tries() -> None:
    async def scene(desk: Keyed) -> None:
        links = desk.chat.key_links
        assert links is not None

        async def link() -> str:
            said = await desk.chat.say("/keys add binance paper")
            return next(word.partition("#")[2] for word in said.split() if word.startswith(PAGE))

        old = await link()
        await desk.chat.pit.clock.sleep_s(301)
        assert (await links.submitted(old, KEY, SECRET, "en")).outcome.said == "keys.page.over"
        first, second = await link(), await link()
        assert (await links.submitted(first, KEY, SECRET, "en")).outcome.said == "keys.page.over"
        desk.venue.says = WITHDRAWS
        tries = [await links.submitted(second, KEY, SECRET, "en") for _ in range(6)]
        assert [one.outcome.said for one in tries] == ["keys.unfit.withdraws"] * 5 + ["keys.page.over"]
        assert [one.goes_on for one in tries] == [True] * 4 + [False] * 2
        assert await desk.kept.all_shown() == []

    keyed(scene)


def test_adding_and_removing_want_the_second_factor() -> None:
    async def scene(desk: Keyed) -> None:
        await desk.enter()
        secret = await with_app(desk.chat)
        asked = await desk.chat.say("/keys add binance live")
        assert "Type the code of your app" in asked and PAGE not in asked
        assert f"{PAGE}#" in await desk.chat.say(f"/pin {code(desk.chat, secret)}")
        await desk.chat.pit.clock.sleep_s(60)
        card = await desk.chat.say("/keys remove binance-paper")
        assert "Forget the key of binance-paper?" in card
        assert "Type the code of your app" in await desk.chat.press("Remove binance-paper")
        assert await desk.kept.shown(BINANCE) is not None
        assert "is gone from this desk" in await desk.chat.say(f"/pin {code(desk.chat, secret)}")
        assert await desk.kept.shown(BINANCE) is None

    keyed(scene)


def test_a_key_is_removed_after_a_card_that_says_what_is_left_alone() -> None:
    async def scene(desk: Keyed) -> None:
        await desk.enter()
        await desk.open_account()
        card = await desk.chat.say("/keys remove binance-paper now")
        assert "is gone from this desk" in card, "typed in full, it is meant"
        assert desk.halt == (HaltState.REDUCE_ONLY, REMOVED)
        await desk.enter()
        card = await desk.chat.say("/keys remove binance-paper")
        assert "nor guard what is open" in card and "Open there" not in card
        assert "is gone from this desk" in await desk.chat.press("Remove binance-paper")
        assert "The key of binance-paper at binance was removed" in "\n".join(desk.told())
        assert "You have no key for an account binance-paper" in await desk.chat.say(
            "/keys remove binance-paper"
        )

    keyed(scene)


def test_keys_of_others_are_not_there() -> None:
    async def scene(desk: Keyed) -> None:
        await desk.chat.join("bob")
        await desk.enter()
        assert "You have none" in await desk.chat.say("/keys", by="bob")
        for line in ("/keys check binance-paper", "/keys remove binance-paper now"):
            assert "You have no key for an account binance-paper" in await desk.chat.say(line, by="bob")
        assert await desk.kept.shown(BINANCE) is not None
        assert desk.venue.asked == []

    keyed(scene)


def test_in_a_group_nothing_is_said_of_keys() -> None:
    async def scene(desk: Keyed) -> None:
        await desk.enter()
        chat = desk.chat
        await chat.say("/settings groups on")
        incoming = Incoming("console", "room", "g1", "ann", chat.pit.clock.now(), text="/keys", is_group=True)
        said = "\n".join(as_text(one) for one in await dialogue_of(chat).answer(incoming))
        assert "Eh8A" not in said and "private chat" in said

    keyed(scene)


def test_a_replay_has_no_keys() -> None:
    async def scene(chat: Chat) -> None:
        assert "No keys are kept here" in await chat.say("/keys")

    in_chat(scene)


@pytest.mark.parametrize("bad", sorted(BECAUSE))
def test_a_key_that_must_not_be_used_stops_entries_once_and_says_why(bad: str) -> None:
    async def scene(desk: Keyed) -> None:
        await desk.enter()
        await desk.open_account()
        desk.venue.says = KeyCheck(FIT.at, Fitness.UNFIT, code=bad)
        for day in ("1", "2"):
            await desk.checking.all(f"keys:{day}")
        assert desk.halt == (HaltState.REDUCE_ONLY, BECAUSE[bad])
        assert sum("must not be used any more" in one for one in desk.told()) == 1
        assert len([one for one in desk.chat.pit.named("HaltChanged") if one.account == BINANCE]) == 1
        desk.venue.says = FIT
        await desk.checking.all("keys:3")
        assert desk.halt[0] is HaltState.REDUCE_ONLY, "only a person resumes"
        assert "is as it should be again" in desk.told()[-1]

    keyed(scene)


def test_silence_stops_nothing_and_is_told_after_three_days() -> None:
    async def scene(desk: Keyed) -> None:
        now = desk.chat.pit.clock.now()
        await desk.enter()
        await desk.open_account()
        desk.venue.says = replace(FIT, at=now - timedelta(days=2))
        await desk.checking.all("keys:1")
        desk.venue.says = SILENT
        await desk.checking.all("keys:2")
        assert desk.told() == [] and desk.halt[0] is HaltState.ACTIVE
        desk.venue.says = replace(FIT, at=now - timedelta(days=4))
        await desk.checking.all("keys:3")
        desk.venue.says = SILENT
        await desk.checking.all("keys:4")
        assert "has not answered about the key" in "\n".join(desk.told())
        assert desk.halt[0] is HaltState.ACTIVE

    keyed(scene)


def test_a_key_that_was_replaced_while_its_venue_was_asked_is_not_judged_by_the_old_answer() -> None:
    async def scene(desk: Keyed) -> None:
        await desk.enter()
        desk.venue.says, desk.venue.meanwhile = WITHDRAWS, desk.enter
        (found,) = await desk.checking.all("keys:1")
        assert (found.key.version, found.key.fitness) == (2, Fitness.FIT)

    keyed(scene)


def test_every_key_is_looked_at_once_a_day() -> None:
    async def scene(hall: Hall) -> None:
        desk = Keyed(hall.chat)
        await desk.enter()
        await desk.open_account()
        await hall.end()
        hall.more = [keys_job(desk.checking.all)]
        await hall.begin()
        desk.venue.says = WITHDRAWS
        await hall.until("2018-04-04 04:40")
        assert desk.venue.asked == []
        await hall.until("2018-04-04 06:00")
        assert len(desk.venue.asked) == 1 and desk.halt[0] is HaltState.REDUCE_ONLY

    in_hall(scene)


def test_an_order_that_is_refused_over_its_key_has_the_key_looked_at_once_a_minute() -> None:
    async def scene(desk: Keyed) -> None:
        await desk.enter()
        await desk.open_account()
        clock = desk.chat.pit.clock
        alarm = KeyAlarm(desk.checking, clock)
        looking = asyncio.create_task(alarm.run())

        async def refused(code: str, seq: int) -> None:
            event = OrderRejected(BINANCE, OrderId("x"), code, "no", clock.now())
            alarm.committed([StoredEvent(StreamId(BINANCE), seq, event, "", "", "")])
            await clock.sleep_s(1)

        await refused("tick", 1)
        assert desk.venue.asked == [], "that was about something else"
        desk.venue.says = KeyCheck(FIT.at, Fitness.UNFIT, code="refused")
        for seq in range(2, 12):
            await refused("key", seq)
        assert len(desk.venue.asked) == 1
        assert desk.halt == (HaltState.REDUCE_ONLY, BECAUSE["refused"])
        await clock.sleep_s(60)
        await refused("key_refused", 12)
        assert len(desk.venue.asked) == 2
        looking.cancel()

    keyed(scene)
