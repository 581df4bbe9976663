"""Discord, its pace and its people, put together for one desk; and what its options offer while one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import json

from bot.conversation.grammar import complete
from bot.conversation.messenger import Lane
from bot.conversation.people import People
from bot.conversation.verbs import VERBS
from bot.main.phone import Desk, Phone
from bot.notifications.budget import Limit, Rules
from bot.notifications.courier import Courier
from bot.settings_model import Settings
from trading.domain.book import Book
from trading.domain.ids import PersonId
from trading.domain.instrument import Instrument
from trading.domain.rights import Right
from trading.feeds.feed import Feed
from trading.ports import Registers

if TYPE_CHECKING:
    from bot.platforms.discord_front import Discord

DISCORD = "discord"
OFFERED_MAX = 25

# Discord tells its bounds with every answer, and the link keeps them (discord_link.py). These only spread
# what nobody waits for, so that a burst of news does not stand in the way of an answer.
PACE = Rules(
    bot=(Limit(45, 1.0), Limit(4, 0.12, Lane.NORMAL, is_pace=True)),
    private=(Limit(5, 5.05), Limit(1, 1.01, Lane.NORMAL), Limit(1, 2.01, Lane.BOARD)),
)


class DiscordChat(Phone):
    """One desk's Discord."""

    def __init__(self, settings: Settings, desk: Desk, feed: Feed) -> None:
        # discord.py takes a third of a second to import: desks without a token never pay it.
        from bot.platforms.discord_encode import parts
        from bot.platforms.discord_front import Discord, DiscordHooks, DiscordOptions, Line
        from bot.platforms.discord_gateway import HttpDialler
        from bot.platforms.discord_link import HttpWire, Link
        from bot.platforms.discord_out import DiscordMessenger

        super().__init__(DISCORD, desk)
        around, store = desk.around, desk.store
        wire = HttpWire(settings.discord_api_base_url)
        link = Link(settings.discord_bot_token.get_secret_value(), wire, around.clock)
        own = DiscordMessenger(link, around.entropy)
        own.cards.order_told = desk.shown
        self.courier = Courier(
            own, around.clock, PACE, around.telemetry, pieces=lambda screen: len(parts(screen))
        )
        suggesting = Suggesting(desk.people, lambda: desk.engine.book, desk.registers, feed)
        self.front: Discord = Discord(
            Line(link, HttpDialler()),
            own,
            self.courier,
            desk.answer,
            desk.people,
            store.inbox,
            around,
            DiscordHooks(self.conflict, self.set_aside, suggesting),
            DiscordOptions(settings.discord_gateway_url),
            desk.doors.linking,
            desk.doors.joining,
            self.claim,
        )


class Traded(Protocol):
    """Whoever knows what can be traded here: the feed."""

    def instruments(self) -> Sequence[Instrument]:
        """All contracts, in the order in which they should be offered."""
        ...


class Suggesting:
    """What may be offered while an option is typed; a port of the Discord edge (`Suggest`)."""

    def __init__(
        self, people: People, book: Callable[[], Book], registers: Registers, traded: Traded
    ) -> None:
        self._people = people
        self._book = book
        self._registers = registers
        self._traded = traded

    async def __call__(self, user: str, what: str, typed: str) -> Sequence[tuple[str, str]]:
        """Labels with values, best first; nothing for a stranger."""
        person = self._people.person(DISCORD, user)
        if person is None:
            return ()
        if what == "line":
            head, blank, _ = typed.rpartition(" ")
            lines = [f"{head}{blank}{word}" for word in complete(typed, self._symbols())]
            return [(line, line) for line in lines[:OFFERED_MAX]]
        offered = await self._offered(person, what)
        wanted = typed.strip().casefold()
        found = [one for one in offered if wanted in one[0].casefold()]
        return sorted(found, key=lambda one: not one[0].casefold().startswith(wanted))[:OFFERED_MAX]

    async def _offered(self, person: PersonId, what: str) -> Sequence[tuple[str, str]]:
        match what:
            case "symbol":
                return [(one, one) for one in self._symbols()]
            case "position":
                return self._positions(person) or [(one, one) for one in self._symbols()]
            case "order":
                return self._orders(person)
            case "subject":
                return [*self._orders(person), *self._positions(person)]
            case "preset":
                kept = (await self._registers.settings(person)).get("presets", "")
                return [(name, name) for name in (json.decode(kept) if kept else {})]
            case "verb":
                return [(row.name, row.name) for row in VERBS]
            case _:
                return ()

    def _symbols(self) -> list[str]:
        return [one.symbol for one in self._traded.instruments()]

    def _positions(self, person: PersonId) -> list[tuple[str, str]]:
        book = self._book()
        mine = [one.account for one in book.accounts.values() if Right.LOOK in one.rights_of(person)]
        held = [one.symbol for account in mine for one in book.live_positions(account) if one.is_open]
        return [(symbol, symbol) for symbol in dict.fromkeys(held)]

    def _orders(self, person: PersonId) -> list[tuple[str, str]]:
        book = self._book()
        mine = [one.account for one in book.accounts.values() if Right.LOOK in one.rights_of(person)]
        return [
            (f"#{one.number} {one.side.value} {one.symbol}", f"#{one.number}")
            for account in mine
            for one in book.open_orders(account)
        ]
