"""Snapshots and events of before there were pauses and lockouts are still read, and mean what they meant."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from db.codec import decode
from trading.domain import events as ev
from trading.domain.book import AccountPart, Book
from trading.domain.commands import HaltState
from trading.domain.halting import DeskPart, Halt, Maintenance
from trading.domain.ids import DESK, AccountId, PersonId
from trading.engine.memory import body_of, desk_part_of

AT = datetime(2018, 4, 4, 14, 3, tzinfo=UTC)
OLD_ACCOUNT = (
    b'{"account":{"account":"paper","owner":"owner","venue":"paper","mode":"paper","currency":"USD",'
    b'"halt":"reduce_only","halt_reason":"news","day":"2018-04-04","day_equity":"10000"},'
    b'"positions":[],"orders":[],"instruments":[],"position_counts":{}}'
)
OLD_EVENT = (
    '{"type":"HaltChanged","account":"desk","state":"halted","reason":"storm","by":"ann",'
    '"at":"2018-04-04T14:03:00Z"}'
)


def test_a_desk_snapshot_of_state_and_reason_is_lifted() -> None:
    part = desk_part_of(b'["halted","storm"]')
    assert part == DeskPart(Halt(HaltState.HALTED, "storm"))
    assert part.halt.binds(AT)
    assert desk_part_of(b'["active",""]') == DeskPart()


def test_a_desk_snapshot_of_today_comes_back_whole() -> None:
    book = Book()
    halt = Halt(HaltState.REDUCE_ONLY, "lunch", PersonId("ann"), AT, AT.replace(hour=15))
    book.desk_part = DeskPart(halt, Maintenance("new disk", PersonId("bob"), AT))
    assert desk_part_of(body_of(book, DESK)) == book.desk_part


def test_an_account_snapshot_of_before_has_a_halt_without_an_end_and_no_lockout() -> None:
    part = msgspec.json.decode(OLD_ACCOUNT, type=AccountPart)
    account = part.account
    assert account.halting == Halt(HaltState.REDUCE_ONLY, "news")
    assert account.halting.binds(AT)
    assert (account.lockout, account.risk_warned) == (None, 0)


def test_a_halt_of_before_has_no_end() -> None:
    event = decode("HaltChanged", 1, OLD_EVENT)
    assert event == ev.HaltChanged(AccountId(DESK), HaltState.HALTED, "storm", PersonId("ann"), AT)
    assert event.until is None
