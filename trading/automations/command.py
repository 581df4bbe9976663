"""What a bot wants done. Commands of one step are carried out in their order; each tag is used once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from trading.domain.money import Price, Quantity
from trading.domain.order import OrderType, Side


class Place(Struct, frozen=True, tag=True, tag_field="kind"):
    """A new order. With `reduce_only` it trades at most what the bot holds. `why`: what it serves."""

    tag: str
    side: Side
    type: OrderType
    quantity: Quantity
    limit: Price | None = None
    stop: Price | None = None
    reduce_only: bool = False
    why: str = ""


class Cancel(Struct, frozen=True, tag=True, tag_field="kind"):
    """End an order. What it traded until then counts; the end comes as `OrderEnded`."""

    tag: str


class Guard(Struct, frozen=True, tag=True, tag_field="kind"):
    """From now on whatever the bot holds is closed at market when the price comes to a level: what is held
    long at `below`, what is held short at `above` (None: that side has no guard).

    It stands for all that is held, grows and shrinks with it, and is in force from the first fill on: who
    carries it out attaches it to the position, or arms the entries with it. A later one of the same tag moves
    it; its fills come under its tag.
    """

    tag: str
    below: Price | None = None
    above: Price | None = None


class CloseAll(Struct, frozen=True, tag=True, tag_field="kind"):
    """End every order of the bot, see that they have ended, then close at market whatever it holds."""

    tag: str
    reason: str


class StopSelf(Struct, frozen=True, tag=True, tag_field="kind"):
    """The bot has ended its own work: a stable code, a sentence for a person, whether something went wrong,
    and whether what it holds has a guard (None: it holds nothing)."""

    code: str
    sentence: str
    is_error: bool
    is_guarded: bool | None = None


class NoteLevel(StrEnum):
    """How loud a line of the activity log is."""

    INFO = "INFO"
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Note(Struct, frozen=True, tag=True, tag_field="kind"):
    """A line for the bot's activity log: a stable code and the facts of it as text; words are made
    elsewhere."""

    level: NoteLevel
    code: str
    facts: Mapping[str, str]
    at: datetime


BotCommand = Place | Cancel | Guard | CloseAll | StopSelf | Note
