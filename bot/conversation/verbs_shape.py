"""What a row of the table of verbs looks like."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from trading.domain.rights import Right as Right


class Kind(StrEnum):
    """How an argument is read, and what it becomes in `VerbLine.values`."""

    SYMBOL = "symbol"  # str, upper case; token addresses keep their case
    ORDER = "order"  # OrderRef: #3
    SUBJECT = "subject"  # OrderRef or a symbol: str
    VERB = "verb"  # str: the full name of a verb
    WORD = "word"  # str: a name
    TEXT = "text"  # str: the rest of the line
    COUNT = "count"  # int, 1 to 1000
    AMOUNT = "amount"  # Amount: 500, 5%, $500
    PERIOD = "period"  # str: day, week, month, year, all
    CHOICE = "choice"  # str: one of `choices`
    PRICE = "price"  # PriceSpec behind @
    STOP = "stop"  # PriceSpec behind the word stop
    SIZE = "size"  # Size
    MOMENT = "moment"  # Moment
    FRAME = "frame"  # str: a time frame of a chart, 1m to 1d
    DAY = "day"  # str: today, yesterday, 2026-01-05
    UNTIL = "until"  # Moment: when something ends


class Shape(StrEnum):
    """Which of the three kinds of line a verb begins."""

    ORDER = "order"  # OrderLine
    EXITS = "exits"  # ExitsLine
    PLAIN = "plain"  # VerbLine


class Argument(Struct, frozen=True):
    """One argument. `keyword` must stand before it when set; `lead` may (`by`); `many` takes several (a
    tuple). `needs` names the argument without which this one says nothing, `only` those values of it beside
    which it says something (empty: all), `unless` its own values that need nothing; `never_with` names the
    arguments beside which it says nothing, `alone` its own values beside which no other argument says
    anything: where a word would be dropped, the line is refused."""

    name: str
    kind: Kind
    required: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()
    keyword: str = ""
    lead: str = ""
    needs: str = ""
    only: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    never_with: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()


class Verb(Struct, frozen=True):
    """One command of the desk. `aliases` are typed only, never listed in a menu; `stage` is the stage of
    the desk in which it works; `examples` parse, each of them; `values_min` is how many arguments a line
    must at least have; `right` is what its author needs on the account."""

    name: str
    group: str
    help: str
    long_help: str
    examples: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    arguments: tuple[Argument, ...] = ()
    shape: Shape = Shape.PLAIN
    syntax: str = ""  # for order and exits lines, whose arguments docs/grammar.md describes
    right: Right = Right.LOOK
    asks_first: bool = False
    values_min: int = 0
    stage: int = 1
