"""What the rooms of `/why` and `/logs` share: how a sentence about an event is asked for and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from bot.conversation.screen import Line, Span
from bot.conversation.wording import Wording
from trading.domain.ids import AccountId, OrderId
from trading.domain.instrument import Instrument

Told = list[str | Line | Span]
"""An event in words: its first line, and what belongs below it."""


class Storyteller(Protocol):
    """What a sentence may ask of the story that it stands in."""

    wording: Wording

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of the catalogue, the person's way."""
        ...

    def name(self, order_id: OrderId) -> str:
        """`#17`, or its id when it is too long gone to have a number at hand."""
        ...

    def instrument(self, account: AccountId, subject: str) -> Instrument | None:
        """The contract behind an order's or a position's id."""
        ...

    def price(self, account: AccountId, subject: str, value: Decimal | None) -> str:
        """A price at the tick of an order's, a position's or a symbol's contract."""
        ...

    def money(self, value: Decimal, currency: str) -> str:
        """Money."""
        ...

    def money_of(self, account: AccountId, value: Decimal) -> str:
        """Money in the account's currency."""
        ...


class Tell(Protocol):
    """Says one kind of event."""

    def __call__(self, story: Any, event: Any, /) -> Told:
        """The event in words."""
        ...


Tellers = Mapping[type, Tell]
"""Which function says which kind of event."""
