"""What people, and whoever runs bots, want of bots."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from trading.domain.automation import BotEnding, BotNote, BotWant
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.seen import Seen


class StartBot(Struct, frozen=True, tag=True):
    """Begin a bot, or one of this name anew that is over. `state` is its machine's first; `settings` are as
    text, `budget` in the currency of the instrument."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    seen: Seen
    kind: str
    name: str
    settings: dict[str, str]
    budget: Decimal
    state: bytes


class TellBot(Struct, frozen=True, tag=True):
    """End a bot (empty `bot_id`: every one of the account). `wish` as in `automation.BOT_WISHES`; `reason`:
    why, when no person asked for it."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    bot_id: str
    wish: str
    reason: str = ""


class EditBot(Struct, frozen=True, tag=True):
    """Have a bot that works go on with other settings, all of them as text. Whoever asks has had them checked
    against its kind; the bot hears of them and acts by them from then on."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    bot_id: str
    settings: dict[str, str]


class DropBot(Struct, frozen=True, tag=True):
    """Forget a bot that is over."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    bot_id: str


class BotActs(Struct, frozen=True, tag=True):
    """A bot has moved: its new state after `version` earlier moves, in which it has heard so many of what
    waited for it, with all that it wants done. The id is `bot:<bot>:<version>`: a move is made once."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    bot_id: str
    version: int
    heard: int
    state: bytes
    seen: Seen
    wants: tuple[BotWant, ...] = ()
    notes: tuple[BotNote, ...] = ()
    ending: BotEnding | None = None


class FailBot(Struct, frozen=True, tag=True):
    """A bot cannot be run any further: its orders end, what it holds keeps its stop."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    bot_id: str
    code: str
    sentence: str
