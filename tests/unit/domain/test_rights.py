"""Role × command: the table is whole, the gate asks it first; what is not theirs does not exist for them."""

from __future__ import annotations

import typing
from decimal import Decimal as D
from typing import Any

import pytest

from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain.exits import Level, LevelKind, Size, SizeKind
from trading.domain.ids import AccountId, CommandId, OrderId, PersonId, PositionId
from trading.domain.limits import Limits
from trading.domain.rights import NEEDS, OPERATOR, OWNS, RIGHTS, DeskRole, Right, needs, rights_of
from trading.domain.schedule import Calendar

BOB = PersonId("telegram-5")


def test_every_command_has_its_row() -> None:
    assert set(NEEDS) == set(typing.get_args(cm.Command))


def test_the_table_of_roles_is_as_it_was_meant() -> None:
    assert set(RIGHTS) == set(DeskRole)
    opens = [role for role, rights in RIGHTS.items() if Right.TRADE in rights]
    assert opens == [DeskRole.TRADER], "nobody else opens, an admin does not trade for another"
    assert all(Right.LOOK in rights for rights in RIGHTS.values())
    assert Right.RAISE not in RIGHTS[DeskRole.RISK_OFFICER] and Right.LOWER in RIGHTS[DeskRole.RISK_OFFICER]
    assert RIGHTS[DeskRole.VIEWER] == {Right.LOOK}
    assert not any(Right.OPERATE in rights for rights in RIGHTS.values())
    assert set(Right) == OWNS | {Right.OPERATE}


def test_what_opens_again_and_what_raises_needs_more() -> None:
    halt = cm.SetHalt(CommandId("c"), BOB, PAPER, cm.HaltState.HALTED, "")
    resume = cm.SetHalt(CommandId("c"), BOB, PAPER, cm.HaltState.ACTIVE, "")
    whole = cm.SetHalt(CommandId("c"), BOB, PAPER, cm.HaltState.HALTED, "", desk=True)
    assert needs(halt, Limits(), OWNER) is Right.HALT
    assert needs(resume, Limits(), OWNER) is Right.RESUME and needs(resume, Limits(), BOB) is Right.HALT
    assert needs(whole, Limits(), OWNER) is Right.OPERATE
    lower = cm.SetLimit(CommandId("c"), BOB, PAPER, "order_notional_max", D(5))
    higher = cm.SetLimit(CommandId("c"), BOB, PAPER, "order_notional_max", D(10**9))
    assert needs(lower, Limits(), OWNER) is Right.LOWER and needs(higher, Limits(), OWNER) is Right.RAISE


def do(
    on: PureDesk, kind: Any, person: PersonId = BOB, account: AccountId = PAPER, **values: Any
) -> list[str]:
    """A command of anybody on any account; the codes of its refusals."""
    made = on.tell(kind(command_id=on.command_id(), person=person, account=account, **values))
    return [one.code for one in made.refusals]


def _desk(role: DeskRole | None) -> PureDesk:
    desk = PureDesk()
    desk.price("7400", "7401")
    if role is not None:
        do(desk, cm.SetRole, OWNER, member=BOB, role=role.value, name="Bob")
    return desk


def _commands(desk: PureDesk) -> list[tuple[Right, type[Any], dict[str, Any]]]:
    seen = desk.seen()
    return [
        (Right.TRADE, cm.OpenPosition, {"seen": seen, "is_long": True, "size": Size(SizeKind.SPEND, D(100))}),
        (
            Right.TRADE,
            cm.SetExits,
            {
                "seen": seen,
                "position_id": PositionId("paper/BTC/USD/1"),
                "stop": Level(LevelKind.PERCENT, D(1)),
            },
        ),
        (
            Right.REDUCE,
            cm.ClosePosition,
            {"seen": seen, "position_id": PositionId("paper/BTC/USD/1"), "size": Size(SizeKind.MAX, D(0))},
        ),
        (Right.REDUCE, cm.CancelOrders, {"order_ids": (OrderId("paper/BTC/USD/1/entry-1"),)}),
        (Right.REDUCE, cm.Flatten, {}),
        (Right.HALT, cm.SetHalt, {"state": cm.HaltState.REDUCE_ONLY, "reason": "r"}),
        (Right.OPERATE, cm.SetHalt, {"state": cm.HaltState.REDUCE_ONLY, "reason": "r", "desk": True}),
        (Right.OPERATE, cm.SetMaintenance, {"is_on": True, "reason": "r"}),
        (Right.LOWER, cm.SetLimit, {"name": "order_notional_max", "value": D(500)}),
        (Right.RAISE, cm.SetLimit, {"name": "order_notional_max", "value": D(10**7)}),
        (Right.PEOPLE, cm.SetRole, {"member": PersonId("eve"), "role": "viewer"}),
    ]


@pytest.mark.parametrize("role", [*DeskRole, None])
def test_the_gate_lets_through_what_the_table_says_and_nothing_else(role: DeskRole | None) -> None:
    for number in range(len(_commands(_desk(None)))):
        desk = _desk(role)
        right, kind, values = _commands(desk)[number]
        before = len(desk.events)
        codes = do(desk, kind, **values)
        fresh = [type(event).__name__ for event in desk.events[before:]]
        if role is None:
            assert codes == ["no_account"] and fresh == [], (kind, codes, fresh)
            assert desk.last.refusals[0].sentence == "There is no account paper."
        elif right in RIGHTS[role]:
            assert "no_right" not in codes and "no_account" not in codes, (role, kind, codes)
        else:
            assert codes == ["no_right"] and fresh == ["CommandDenied"], (role, kind, codes, fresh)


def test_a_foreign_account_is_refused_in_the_words_of_one_that_is_not_there() -> None:
    desk = _desk(None)
    said = []
    for account in (PAPER, AccountId("nosuch")):
        size = Size(SizeKind.SPEND, D(100))
        do(desk, cm.OpenPosition, account=account, seen=desk.seen(), is_long=True, size=size)
        said.append([(one.code, one.sentence.replace(account, "X")) for one in desk.last.refusals])
    assert said[0] == said[1] == [("no_account", "There is no account X.")]


def test_what_binds_the_whole_desk_is_its_operators_alone() -> None:
    assert rights_of(BOB, None, is_owner=True) == OWNS
    assert rights_of(OPERATOR, None, is_owner=True) == frozenset(Right)
    assert rights_of(OPERATOR, DeskRole.VIEWER, is_owner=False) == {Right.LOOK, Right.OPERATE}
    assert rights_of(OPERATOR, None, is_owner=False) == frozenset(), (
        "whose account it is not, it is not there"
    )
    desk, his = PureDesk(), AccountId("his")
    do(desk, cm.OpenAccount, BOB, his, venue="paper", mode="paper", currency="USD", deposit=D(1000))
    for kind, values in (
        (cm.SetHalt, {"state": cm.HaltState.HALTED, "reason": "r", "desk": True}),
        (cm.SetMaintenance, {"is_on": True, "reason": "r"}),
    ):
        assert do(desk, kind, BOB, his, **values) == ["no_right"]
        assert "only whoever runs it" in desk.last.refusals[0].sentence
        assert do(desk, kind, OPERATOR, PAPER, **values) == []
    assert do(desk, cm.SetHalt, BOB, his, state=cm.HaltState.HALTED, reason="mine") == []


def test_whatever_a_person_wants_bears_their_name_and_nothing_else_does() -> None:
    desk = _desk(DeskRole.TRADER)
    size = Size(SizeKind.SPEND, D(100))
    do(desk, cm.OpenPosition, BOB, seen=desk.seen(), is_long=True, size=size)
    do(desk, cm.OpenPosition, OWNER, seen=desk.seen(), is_long=True, size=Size(SizeKind.SPEND, D(10**7)))
    do(desk, cm.Flatten, BOB)
    names = {type(event).__name__: event.by for event in desk.events if hasattr(event, "by")}
    assert names["OrderIntended"] == names["CancelRequested"] == names["FlattenStarted"] == BOB
    assert names["CommandDenied"] == OWNER
    before = len(desk.events)
    desk.price("7300", "7301")
    assert all(getattr(event, "by", "") == "" for event in desk.events[before:])


def test_roles_are_given_and_taken_and_nobody_raises_themself() -> None:
    desk = _desk(DeskRole.ADMIN)
    assert desk.account.role_of(BOB) is DeskRole.ADMIN
    assert do(desk, cm.SetRole, BOB, member=BOB, role="trader") == ["own_role"]
    assert do(desk, cm.SetRole, BOB, member=OWNER, role="viewer") == ["is_owner"]
    assert do(desk, cm.SetRole, OWNER, member=BOB, role="king") == ["no_such_role"]
    assert do(desk, cm.SetRole, OWNER, member=BOB, role="admin") == ["no_change"]
    assert do(desk, cm.SetRole, OWNER, member=BOB, role="") == []
    assert desk.account.members == () and desk.account.rights_of(BOB) == frozenset()


def test_whoever_may_not_trade_any_more_has_nothing_that_trades_for_them() -> None:
    desk = _desk(DeskRole.TRADER)
    daily = Calendar(9, 0)
    for person in (BOB, OWNER):
        line = "/buy BTC/USD $100"
        assert do(desk, cm.SetSchedule, person, line=line, words="every day", schedule=daily) == []
    assert do(desk, cm.SetRole, OWNER, member=BOB, role="risk_officer") == []
    paused = {one.person: one.is_paused for one in desk.account.schedules}
    assert paused == {BOB: True, OWNER: False}
