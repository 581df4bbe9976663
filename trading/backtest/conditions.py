"""On what terms the past is played again: capital, size of an entry, and how kind the venue is."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from trading.brokers.fills import REPLAY_RULES, FillRules
from trading.domain.exits import Size, SizeKind


class Conditions(Struct, frozen=True):
    """`cash` in quote currency is there at the beginning, for all symbols together; `size` is that of
    each entry, as a person would type it; `rules` are the venue's costs and its fills."""

    cash: Decimal = Decimal(10_000)
    size: Size = Size(SizeKind.EQUITY, Decimal(95))
    rules: FillRules = REPLAY_RULES

    @property
    def is_plain(self) -> bool:
        """Whether the fast path knows these rules. Latency, shares of a volume, luck at a touch and fees
        in what is bought are the event engine's."""
        rules = self.rules
        return (
            not rules.latency_s
            and rules.volume_share is None
            and rules.touch_probability in (0, 1)
            and not rules.fee_in_base
        )


def equal_share(symbols: int) -> Size:
    """What an entry gets when nothing is said: all symbols can be held at once, and a rest pays the fees."""
    return Size(SizeKind.EQUITY, Decimal(95 // max(symbols, 1) or 1))
