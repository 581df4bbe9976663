"""What the judge knows of halts, pauses, maintenance, lockouts, barred symbols and warnings, by instants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]

WITHIN_S = 60
"""What waited at the venue when entries were stopped must be gone by then, however bad the line was."""

PAUSE_OVER = "the pause is over"
LEVELS = {50, 75, 90, 100}
CODES = {"desk_halt": "desk", "maintenance": "maintenance"}


class Bound(NamedTuple):
    """Entries are stopped since then; `until` None: until somebody says otherwise."""

    since: datetime
    until: datetime | None

    def at(self, at: datetime) -> bool:
        """Whether it binds at an instant."""
        return self.until is None or at < self.until


class Stops:
    """What binds entries by who: `desk`, `maintenance`, an account, `lockout <account>`,
    `barred <account> <symbol>`."""

    def __init__(self) -> None:
        self.now: dict[str, Bound] = {}
        self.known: dict[str, Bound] = {}  # those that the desk has taken in
        self._passed: dict[str, list[Bound | None]] = {}  # how each stood in the commit that is being told
        self._warned: dict[str, int] = {}
        self._asked: set[str] = set()  # orders whose end was asked for, and not refused since
        self._owed: dict[str, str] = {}  # waiting entries that a stop met, until their end is asked for

    # ------------------------------------------------------------ taking in

    def met(self, event: Row, waiting: Iterable[Row]) -> None:
        """A stop is written while these entries wait at the venue: each must be asked to end."""
        is_lock = event["type"] in ("LockoutSet", "PersonLocked")
        is_on = event.get("is_on") or event.get("is_barred")
        is_stop = is_lock or is_on or event.get("state", "active") != "active"
        for order in waiting:
            is_meant = event["account"] in ("desk", order["account"])
            if event["type"] == "PersonLocked":
                is_meant = order["person"] == event["by"]
            if event["type"] == "SymbolsBarred":
                is_meant &= order["symbol"] in event["symbols"]
            if is_stop and is_meant and order["order_id"] not in self._asked:
                self._owed[order["order_id"]] = event["type"]

    def wished(self, event: Row, *, is_over: bool = True) -> None:
        """An order's end is asked for or refused, or has come; a fill that was not its last is none."""
        if not is_over:
            return
        if event["type"] == "CancelFailed":
            self._asked.discard(event["order_id"])
            return
        self._owed.pop(event["order_id"], None)
        if event["type"] == "CancelRequested":
            self._asked.add(event["order_id"])

    def commit(self) -> Iterator[str]:
        """All events of a commit have been told."""
        for order_id, stop in self._owed.items():
            yield f"{order_id} waits at the venue behind {stop}, and nobody asked for its end"
        self._owed.clear()
        of_desk = (who for who in ("desk", "maintenance", *self.now) if _is_of_desk(who))
        self._passed = {who: [self.now.get(who)] for who in of_desk}

    def taken_in(self) -> None:
        """The desk knows what is written."""
        self.known = dict(self.now)

    def event(self, event: Row) -> Iterator[str]:
        """Take an event in; sentences about what must never have been written."""
        account, at = event["account"], event["at"]
        match event["type"]:
            case "HaltChanged":
                old = self.now.get(account)
                if event["state"] != "active":
                    since = old.since if old is not None and old.at(at) else at
                    self._set(account, Bound(since, event["until"]))
                    return
                if event["reason"] == PAUSE_OVER and (old is None or old.until is None or at < old.until):
                    yield f"the pause of {account} was called over at {at}, it stood as {old}"
                self._set(account, None)
            case "MaintenanceChanged":
                self._set("maintenance", Bound(at, None) if event["is_on"] else None)
            case "LockoutSet":
                old = self.now.get(f"lockout {account}")
                if old is not None and old.until is not None and event["until"] <= old.until:
                    yield f"the lockout of {account} until {old.until} was made {event['until']}"
                since = old.since if old is not None and old.at(at) else at
                self._set(f"lockout {account}", Bound(since, event["until"]))
            case "PersonLocked":
                yield from self._locked(event)
            case "SymbolsBarred":
                for symbol in event["symbols"]:
                    self._set(f"barred {account} {symbol}", Bound(at, None) if event["is_barred"] else None)
            case "CommandDenied":
                yield from self._denied(event)
            case _:
                pass

    def _set(self, who: str, bound: Bound | None) -> None:
        if bound is None:
            self.now.pop(who, None)
        else:
            self.now[who] = bound
        if who in self._passed:
            self._passed[who].append(bound)
        elif _is_of_desk(who):
            self._passed[who] = [None, bound]

    def _locked(self, event: Row) -> Iterator[str]:
        """A person has locked themself out, on whatever account."""
        who, at = f"person {event['by']}", event["at"]
        old = self.now.get(who)
        if old is not None and old.until is not None and event["until"] <= old.until:
            yield f"the lockout of {event['by']} until {old.until} was made {event['until']}"
        self._set(who, Bound(old.since if old is not None and old.at(at) else at, event["until"]))

    # ------------------------------------------------------------ judging

    def binding(self, account: str, at: datetime, symbol: str) -> list[str]:
        """Who stops entries of the account in a symbol at an instant, whoever wants them, as it is written
        now."""
        return _binding(self.now, {"account": account, "person": "", "symbol": symbol}, at)

    def known_binding(self, order: Row, at: datetime) -> list[str]:
        """Who stops an entry at an instant, as far as the desk has taken it in."""
        return _binding(self.known, order, at)

    def surely_binding(self, order: Row, at: datetime) -> list[str]:
        """Who stopped an entry when it was decided. Inside one commit the streams of the
        desk and of the account have no order between them: the desk must have been closed all along."""
        found = []
        for who in _binding(self.now, order, at):
            stood = self._passed.get(who, [self.now[who]])
            if all(bound is not None and bound.at(at) for bound in stood):
                found.append(who)
        return found

    def _denied(self, event: Row) -> Iterator[str]:
        """A refusal that names a stop is only right while that stop binds."""
        account, at = event["account"], event["at"]
        for refusal in event["refusals"]:
            code = refusal["code"]
            if code not in ("account_halt", "lockout", *CODES):
                continue
            own = account if code == "account_halt" else f"lockout {account}"
            who = CODES.get(code, own)
            names = (who, f"person {event['by']}") if code == "lockout" else (who,)
            stood = [one for name in names for one in (*self._passed.get(name, []), self.now.get(name))]
            if not any(bound is not None and bound.at(at) for bound in stood):
                yield f"{event['command_id']} was refused by {code} at {at}, when it stood as {stood}"

    def filled(self, oracle: Oracle, cid: str, at: datetime) -> list[str]:
        """Behind whose stop, older than what a cancel may take, an entry filled at that instant. A life that
        is younger than that has not had its time yet, and one that is over has no more of it: a dead desk
        cancels nothing."""
        order, dead_s = oracle.taken[cid], oracle.refusals.dead_s
        if oracle.doubts.lives_s - dead_s <= WITHIN_S:
            return []
        return [
            who
            for who in _binding(self.now, order, at)
            if (at - self.now[who].since).total_seconds() - dead_s > WITHIN_S
        ]

    def warning(self, event: Row) -> Iterator[str]:
        """Levels of the day only rise, and are true when they are told."""
        account = event["account"]
        if event["type"] == "DayStarted":
            self._warned.pop(account, None)
            return
        level, before = event["level_percent"], self._warned.get(account, 0)
        if level not in LEVELS or level <= before:
            yield f"{account} was warned at {level} after {before}"
        if event["loss"] * 100 < Decimal(level) * event["limit"]:
            yield f"{account} was warned at {level} for {event['loss']} of {event['limit']}"
        self._warned[account] = level

    def at_end(self, final: Row) -> Iterator[str]:
        """What the desk believes must be what was written; a pause that is long over must be said to be."""
        account, desk, quiet = final["account"], final["desk"], final["quiet_since"]
        name = account["account"]
        locked = self.now.get(f"lockout {name}")
        believed = account["lockout"]["until"] if account["lockout"] else None
        if believed != (locked.until if locked else None):
            yield f"the desk believes in a lockout until {believed}, written is {locked}"
        for who, state, until in (
            (name, account["halt"], account["halt_until"]),
            ("desk", desk["halt"]["state"], desk["halt"]["until"]),
        ):
            bound = self.now.get(who)
            if (state == "active") != (bound is None) or until != (bound.until if bound else None):
                yield f"the desk believes {who} {state} until {until}, written is {bound}"
            if bound is not None and bound.until is not None and bound.until <= quiet:
                yield f"the pause of {who} was over at {bound.until}, and nobody said so"
        people = {f"person {one['by']}": one["until"] for one in desk["lockouts"]}
        written = {who: bound.until for who, bound in self.now.items() if who.startswith("person ")}
        if people != written:
            yield f"the desk believes that {people} have locked themselves out, written is {written}"
        barred = {f"barred {name} {one['symbol']}" for one in account["barred"]}
        if barred != {who for who in self.now if who.startswith("barred ")}:
            yield f"the desk believes that {sorted(barred)}, written is {sorted(self.now)}"
        if (desk["maintenance"] is None) != ("maintenance" not in self.now):
            yield f"the desk believes in maintenance: {desk['maintenance']}"


def _is_of_desk(who: str) -> bool:
    """Whether it is written in the desk's own stream, which has no order beside an account's."""
    return who in ("desk", "maintenance") or who.startswith("person ")


def _binding(stops: Mapping[str, Bound], order: Row, at: datetime) -> list[str]:
    account = order["account"]
    own = (f"lockout {account}", f"barred {account} {order['symbol']}", f"person {order['person']}")
    names = ("desk", "maintenance", account, *own)
    return [who for who in names if who in stops and stops[who].at(at)]
