"""Events survive as text, old forms are lifted, and a hash covers every column."""

import typing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from db import codec
from db.codec import VERSIONS, chained, decode, encode, instant, lifted, micros
from db.problem import DatabaseProblem
from tests.unit.db.history import History
from trading.domain.events import DayStarted, Event
from trading.domain.ids import AccountId

AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def test_every_event_of_a_long_life_comes_back() -> None:
    history = History(5)
    for _ in range(300):
        for event in history.next_events():
            name = type(event).__name__
            assert decode(name, VERSIONS[name], encode(event)) == event


def test_every_kind_of_event_has_a_version() -> None:
    assert set(VERSIONS) == {kind.__name__ for kind in typing.get_args(Event)}


def test_decimals_stand_as_text_in_the_body() -> None:
    event = DayStarted(AccountId("a"), "2026-01-02", Decimal("0.1234567890123456789012345678"), AT)
    body = msgspec.json.decode(encode(event))
    assert body["equity"] == "0.1234567890123456789012345678"
    assert body["type"] == "DayStarted"


def test_an_old_form_is_lifted_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "day": body["date"]}

    def scaled(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "equity": str(Decimal(body["cents"]) / 100)}

    monkeypatch.setitem(codec.VERSIONS, "DayStarted", 3)
    monkeypatch.setitem(codec.LIFTS, ("DayStarted", 1), named)
    monkeypatch.setitem(codec.LIFTS, ("DayStarted", 2), scaled)
    fields = {"type": "DayStarted", "account": "a", "date": "2026-01-02", "cents": "1050", "at": AT}
    old = msgspec.json.encode(fields).decode()
    assert decode("DayStarted", 1, old) == DayStarted(AccountId("a"), "2026-01-02", Decimal("10.5"), AT)


def test_a_newer_form_is_refused_with_a_sentence() -> None:
    with pytest.raises(DatabaseProblem, match="update the program") as refused:
        lifted("DayStarted", 2, 1, {}, {})
    assert refused.value.code == "newer_event"
    with pytest.raises(DatabaseProblem) as unknown:
        decode("MoonLanded", 1, "{}")
    assert unknown.value.code == "unknown_event"


def test_each_version_before_today_has_a_lift() -> None:
    missing = [(n, v) for n, now in VERSIONS.items() for v in range(1, now) if (n, v) not in codec.LIFTS]
    assert missing == []


def test_the_hash_covers_each_column() -> None:
    row: tuple[Any, ...] = ("before", "stream", 1, "Name", 1, 5, "correlation", "causation", "body")
    hashes = {chained(*row)}
    for place, value in enumerate(row):
        changed = list(row)
        changed[place] = value + 1 if isinstance(value, int) else value + "x"
        hashes.add(chained(*changed))
    moved = ("before", "streamName", 1, "", 1, 5, "correlation", "causation", "body")
    hashes.add(chained(*moved))
    assert len(hashes) == len(row) + 2


def test_instants_come_back_to_the_microsecond() -> None:
    for at in (AT, datetime(1970, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)):
        assert instant(micros(at)) == at
    east = AT.astimezone().replace(microsecond=1) + timedelta(hours=1)
    assert instant(micros(east)) == east
