"""Events of bots. All stand in the stream of the account that they trade on."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from trading.domain.automation import Automation, BotGuard, BotNote, BotPlace, BotStatus, Heard
from trading.domain.ids import AccountId, CommandId, PersonId


class BotStarted(Struct, frozen=True, tag=True):
    """A bot has begun, or begun anew under its name."""

    account: AccountId
    bot: Automation
    command_id: CommandId
    at: datetime
    by: PersonId = PersonId("")


class BotMoved(Struct, frozen=True, tag=True):
    """A bot is in another state; orders that it wanted stand before this in the same append.

    `heard`: how many of what waited for it it has heard. `later`: its entries that have to wait. `closing`:
    its name for the closing under way.
    """

    account: AccountId
    bot_id: str
    version: int
    heard: int
    state: bytes
    at: datetime
    later: tuple[BotPlace, ...] = ()
    guard: BotGuard | None = None
    closing: str = ""
    notes: tuple[BotNote, ...] = ()


class BotHeard(Struct, frozen=True, tag=True):
    """Something that no order's event says waits for a bot: the gate has refused, or there was nothing."""

    account: AccountId
    bot_id: str
    heard: Heard
    at: datetime


class BotTold(Struct, frozen=True, tag=True):
    """Somebody wants a bot to end. `reason`: why, when no person asked for it."""

    account: AccountId
    bot_id: str
    name: str
    wish: str
    command_id: CommandId
    at: datetime
    reason: str = ""
    by: PersonId = PersonId("")


class BotEdited(Struct, frozen=True, tag=True):
    """A bot goes on with other settings."""

    account: AccountId
    bot_id: str
    name: str
    settings: dict[str, str]
    command_id: CommandId
    at: datetime
    by: PersonId = PersonId("")


class BotEnded(Struct, frozen=True, tag=True):
    """A bot works no more. `is_guarded`: whether what it holds has a stop; None: it holds nothing."""

    account: AccountId
    bot_id: str
    name: str
    status: BotStatus
    code: str
    sentence: str
    at: datetime
    is_guarded: bool | None = None
    by: PersonId = PersonId("")


class BotDropped(Struct, frozen=True, tag=True):
    """Somebody has deleted a bot that was over."""

    account: AccountId
    bot_id: str
    name: str
    command_id: CommandId
    at: datetime
    by: PersonId = PersonId("")


BotEvent = BotStarted | BotMoved | BotHeard | BotTold | BotEdited | BotEnded | BotDropped
