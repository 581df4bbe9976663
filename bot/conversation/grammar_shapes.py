"""What a typed line can turn out to be. Values only; nothing here knows how they are read."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from trading.domain.exits import BreakEven, GapPolicy, Level, Moment, PriceSpec, Size, Target, Trail
from trading.domain.order import OrderType, TimeInForce

OrderVerb = Literal["buy", "sell", "short", "cover", "close"]
ExitsVerb = Literal["tp", "sl", "trail", "breakeven", "bracket"]
OPENING: frozenset[str] = frozenset({"buy", "short"})
"""The only verbs that can open or enlarge a position."""


class OrderRef(Struct, frozen=True):
    """An order or position by the short number that screens show: `#3`."""

    number: int


class Amount(Struct, frozen=True):
    """A number with what stood at it: `unit` is `%`, a currency code (`USD`), or empty."""

    value: Decimal
    unit: str = ""


class OrderLine(Struct, frozen=True):
    """A line that buys, shorts, sells, covers or closes.

    `size` None: nothing was said (a buy shows presets, a sell means all of it). `limit` and `stop` are the
    order's own prices, `stop_loss` protects the position. `reduce_only` is True for sell, cover and close,
    always, and False for buy and short. `exit` ends the position, `expires` the order (GTD).
    """

    verb: OrderVerb
    symbol: str
    size: Size | None = None
    order_type: OrderType = OrderType.MARKET
    limit: PriceSpec | None = None
    stop: PriceSpec | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    expires: Moment | None = None
    post_only: bool = False
    reduce_only: bool = False
    targets: tuple[Target, ...] = ()
    stop_loss: Level | None = None
    trail: Trail | None = None
    break_even: BreakEven | None = None
    exit: Moment | None = None
    account: str = ""
    tag: str = ""
    gap: GapPolicy | None = None


class ExitsLine(Struct, frozen=True):
    """A line that changes what guards a position. Parts that are None or empty stay as they are; `clear`
    names parts to remove: `targets`, `stop`, `trail`, `break_even`, `exit_at`, `gap`."""

    verb: ExitsVerb
    symbol: str
    targets: tuple[Target, ...] = ()
    stop_loss: Level | None = None
    trail: Trail | None = None
    break_even: BreakEven | None = None
    exit: Moment | None = None
    clear: tuple[str, ...] = ()
    account: str = ""
    gap: GapPolicy | None = None


Value = str | int | OrderRef | tuple[OrderRef, ...] | Amount | Size | PriceSpec | Moment
"""What an argument of a `VerbLine` can be; the table of verbs says which."""


class VerbLine(Struct, frozen=True):
    """Any other command: the verb's full name and those arguments that were given, by name."""

    verb: str
    values: dict[str, Value] = {}


class NotUnderstood(Struct, frozen=True):
    """A refusal. `code` is stable, `sentence` says what was wrong and what to type instead, `field` names
    the part (`size`, `symbol`, `sl` …), `value` is what was typed there, `suggestions` are lines (with a
    slash) or words to type."""

    code: str
    sentence: str
    field: str = ""
    value: str = ""
    suggestions: tuple[str, ...] = ()


class Asked(Struct, frozen=True):
    """The line can be read in more than one way: each choice is a label and the line rewritten so that it
    has one reading."""

    sentence: str
    choices: tuple[tuple[str, str], ...]


Parsed = OrderLine | ExitsLine | VerbLine | NotUnderstood | Asked
