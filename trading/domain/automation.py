"""A bot as the book knows it: whose it is, what it trades, how it stands, and its state, opaque here.

What a bot thinks stands in `trading.automations`; the desk keeps its state as bytes, checks what it wants,
and keeps for it what became of its orders until it has heard that (ADR 0028).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from trading.domain.ids import OrderId, PersonId
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import OrderType, Side

BOTS_MAX: Final = 20
"""Bots that one account remembers; a stopped one makes room when it is deleted."""
BOT_LOG_KEPT: Final = 40
"""Lines of a bot's activity log that stay in memory; the journal keeps them all."""
BOT_CHANGES_KEPT: Final = 20
"""Changes of a bot's settings that stay in memory; the journal keeps them all."""
BOT_TAG: Final = "bot:"
"""How the tag of a bot's orders and positions begins; its name follows."""
BOT_WISHES: Final = ("finish", "close", "leave")
"""How a bot is ended: opens nothing more, sells what it holds, or leaves it with its stop alone."""


class BotStatus(StrEnum):
    """Whether a bot works. In ERROR it does nothing, and what it holds keeps its stop; STOPPED it is over,
    and what it left behind is the person's."""

    ACTIVE = "active"
    STOPPED = "stopped"
    ERROR = "error"


class HeardKind(StrEnum):
    """What a bot hears of its orders, of a person, of its closing, and that its settings are others."""

    TAKEN = "taken"
    REFUSED = "refused"
    FILLED = "filled"
    ENDED = "ended"
    TOLD = "told"
    FLAT = "flat"
    EDITED = "edited"


class Heard(Struct, frozen=True, gc=False):
    """One thing that a bot has not heard yet. `tag` is its own name for the order (empty: the order is not
    its own wish: its stop, a closing, another hand), `role` what the order was for. Of what has ended
    `code` says why, and `quantity` how much it had filled."""

    kind: HeardKind
    at: datetime
    tag: str = ""
    role: str = ""
    sentence: str = ""
    code: str = ""
    fill_id: str = ""
    side: Side | None = None
    price: Price | None = None
    quantity: Quantity = Quantity(ZERO)
    fee: Decimal = ZERO
    fee_base: Decimal = ZERO
    order_id: OrderId = OrderId("")


class BotPlace(Struct, frozen=True, tag=True, tag_field="kind"):
    """A bot wants a new order. With `reduce_only` it trades at most what is held."""

    tag: str
    side: Side
    type: OrderType
    quantity: Quantity
    limit: Price | None = None
    stop: Price | None = None
    reduce_only: bool = False


class BotCancel(Struct, frozen=True, tag=True, tag_field="kind"):
    """A bot wants an order of its own to end."""

    tag: str


class BotGuard(Struct, frozen=True, tag=True, tag_field="kind"):
    """Where the stop of all that a bot holds stands from now on: `below` of a long, `above` of a short."""

    tag: str
    below: Price | None = None
    above: Price | None = None


class BotClose(Struct, frozen=True, tag=True, tag_field="kind"):
    """A bot wants its orders to end and all that it holds to be closed at market."""

    tag: str
    reason: str


BotWant = BotPlace | BotCancel | BotGuard | BotClose


class BotNote(Struct, frozen=True):
    """A line of a bot's activity log: a stable code and the facts of it as text."""

    level: str
    code: str
    facts: dict[str, str]
    at: datetime


class BotEnding(Struct, frozen=True):
    """A bot has ended its own work: why, whether something went wrong, and whether what it holds has a stop
    (None: it holds nothing)."""

    code: str
    sentence: str
    is_error: bool
    is_guarded: bool | None = None


class BotChange(Struct, frozen=True):
    """A change of a bot's settings while it worked: what they were `before`, who changed them, and when."""

    before: dict[str, str]
    by: PersonId
    at: datetime


class Automation(Struct, frozen=True):
    """A bot of an account. `state` is its machine's, after `version` moves. `heard`: what it has still to
    hear, oldest first; `later`: orders that it wanted and that wait for the moment.
    `settings` are as text, `budget` in the currency of its instrument; `closing` is the bot's own name for
    the closing that is under way, `reason` why it ended, or why it is to; `changes` of its settings, oldest
    first."""

    bot_id: str
    number: int
    name: str
    kind: str
    symbol: str
    settings: dict[str, str]
    budget: Decimal
    person: PersonId
    started_at: datetime
    state: bytes
    version: int = 0
    status: BotStatus = BotStatus.ACTIVE
    code: str = ""
    reason: str = ""
    ended_at: datetime | None = None
    wish: str = ""
    guard: BotGuard | None = None
    closing: str = ""
    heard: tuple[Heard, ...] = ()
    later: tuple[BotPlace, ...] = ()
    log: tuple[BotNote, ...] = ()
    changes: tuple[BotChange, ...] = ()

    @property
    def tag(self) -> str:
        """What its orders and positions are marked with."""
        return f"{BOT_TAG}{self.name}"

    @property
    def is_there(self) -> bool:
        """Whether its symbol is its own: it works, or it has failed and nobody has ended it yet."""
        return self.status is not BotStatus.STOPPED

    def cause(self, tag: str) -> str:
        """From what an order of this bot grows: the same wish can never make two orders."""
        return f"{self.bot_id}:{tag}"


class Bots(Struct, frozen=True):
    """The bots of an account, in the order in which they were first named, and how many were ever begun."""

    every: tuple[Automation, ...] = ()
    count: int = 0

    def of_id(self, bot_id: str) -> Automation | None:
        """The bot of that id; None when it was deleted or begun anew."""
        return next((one for one in self.every if one.bot_id == bot_id), None)

    def of_name(self, name: str) -> Automation | None:
        """The bot that people call so."""
        return next((one for one in self.every if one.name == name), None)

    def of_tag(self, tag: str) -> Automation | None:
        """The bot whose orders are marked so, as long as it is there."""
        if not tag.startswith(BOT_TAG):
            return None
        return next((one for one in self.every if one.tag == tag and one.is_there), None)

    def in_symbol(self, symbol: str) -> Automation | None:
        """The bot that has the symbol to itself."""
        return next((one for one in self.every if one.symbol == symbol and one.is_there), None)

    def with_bot(self, bot: Automation) -> Bots:
        """With this bot in the place of the one of its name, or at the end."""
        names = [one.name for one in self.every]
        if bot.name not in names:
            return replace(self, every=(*self.every, bot))
        return replace(self, every=tuple(bot if one.name == bot.name else one for one in self.every))

    def without(self, bot_id: str) -> Bots:
        """Without a bot."""
        return replace(self, every=tuple(one for one in self.every if one.bot_id != bot_id))
