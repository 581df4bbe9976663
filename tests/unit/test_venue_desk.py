"""An account whose key cannot be read is named, and so are its exits that only this desk would carry out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.main.venue_desk import VenueDesk
from bot.settings_model import Settings
from trading.domain.ids import AccountId, PersonId
from trading.ports import Credentials, VaultLocked, VenueKey
from trading.venue_keys import NoVenueKeys

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
SPOT, OTHER = AccountId("binance-paper"), AccountId("binance-2")


class Locked(NoVenueKeys):
    """Keys that are there and cannot be opened."""

    async def keys_of(self, account: AccountId) -> Credentials | None:
        raise VaultLocked("The key is gone.")


def position(account: AccountId, symbol: str) -> Any:
    return SimpleNamespace(account=account, symbol=symbol)


@pytest.mark.parametrize(
    ("stops", "symbols"),
    [
        ([], ""),
        ([(OTHER, "BTC")], ""),
        ([(SPOT, "BTC"), (OTHER, "SOL"), (SPOT, "BTC"), (SPOT, "ETH")], "BTC, ETH"),
    ],
)
async def test_stops_that_nothing_carries_out_are_told(
    stops: list[tuple[AccountId, str]], symbols: str, tmp_path: Path
) -> None:
    told: list[tuple[str, str, Mapping[str, str]]] = []
    triggers = SimpleNamespace(stops=lambda: [(position(*one), None) for one in stops])
    engine = cast(Any, SimpleNamespace(triggers=triggers))
    around = cast(Any, None)
    desk = VenueDesk(
        engine, around, Settings(home=tmp_path), around, around, around, lambda *one: told.append(one)
    )
    desk._keys = Locked()
    key = VenueKey(SPOT, PersonId("ann"), "binance", "paper", "Eh8A", 1, AT)
    assert await desk._opened(key, around) is None
    assert told[0] == ("venue_locked", "warning", {"account": SPOT, "why": "The key is gone."})
    facts = {"account": SPOT, "symbols": symbols}
    assert told[1:] == ([("venue_unguarded", "error", facts)] if symbols else [])
