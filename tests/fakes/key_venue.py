"""A venue that says of keys what a test wants: for what is not about the wire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from trading.ports import Credentials
from trading.venue_keys import Fitness, KeyCheck

AT = datetime(2018, 4, 4, tzinfo=UTC)
"""When a day of the pit begins."""
FIT = KeyCheck(AT, Fitness.FIT, may_trade=True, may_withdraw=False, bound_to_address=True)
WITHDRAWS = KeyCheck(AT, Fitness.UNFIT, True, True, False, "withdraws", "The key may withdraw.")
SILENT = KeyCheck(AT, Fitness.UNKNOWN, code="silent", note="Nobody answers.")


class SaidLook:
    """`KeyLook` whose venue says what `says` holds; `asked` is what it was asked, without secrets."""

    def __init__(self) -> None:
        self.says = FIT
        self.asked: list[tuple[str, str, str]] = []
        self.lengths: list[int] = []
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        """What happens while it is asked the next time; then it says that all is well."""

    @property
    def venues(self) -> Sequence[str]:
        return ("binance", "alpaca")

    def grade(self, venue: str) -> str:
        return "bronze"

    def environments(self, venue: str) -> Sequence[str]:
        return ("paper", "live") if venue in self.venues else ()

    async def look(self, venue: str, environment: str, credentials: Credentials) -> KeyCheck:
        self.asked.append((venue, environment, credentials.tail))
        self.lengths.append(len(credentials.secret))
        found, happens = replace(self.says), self.meanwhile
        if happens is not None:
            self.meanwhile, self.says = None, FIT
            await happens()
        return found
