"""The judge of profiles: what goes out for one grew from a candle of its own, once, while it ran and was
allowed to, under its tag; and what it leaves is its own to leave.

What a desk may go by is what its person was told last, or what was written down since: a stop that nobody has
heard of yet may have happened or not. What is told counts at once, whatever dies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Row = Mapping[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATE = timedelta(seconds=60)
"""An entry goes out so long after its candle at most, on frames of up to ten minutes (docs/strategies)."""
EXIT_BACK = timedelta(minutes=10)
"""An exit is carried out however late it is said; days are not longer."""
SIDES = {"both": (1, -1), "long": (1,), "short": (-1,), "none": ()}
WORDS = {1: "long", -1: "short", 0: "exit"}
CAUSE = "profile:"


class ProfileJudge:
    """Walks beside the others."""

    def __init__(self) -> None:
        self._told: dict[str, Row] = {}
        self._stored: dict[str, list[Row]] = {}
        self._bars: dict[str, list[datetime]] = {}
        self._handed_in: dict[str, Row] = {}
        self._pressed: set[str] = set()
        self._sides: dict[tuple[str, str, datetime], str] = {}
        self._tags: dict[str, str] = {}
        self._owners: dict[str, str] = {}

    def knows(self, command: str) -> bool:
        """Whether a profile has handed the command in, or somebody has said yes to it."""
        return command in self._handed_in or command in self._pressed

    def row(self, row: Row) -> Iterator[str]:
        """What is wrong with what happened now."""
        match row["what"]:
            case "barred":
                self._bars.setdefault(row["symbol"], []).append(row["ends_at"])
            case "profile stored":
                self._stored.setdefault(row["profile_id"], []).append(row)
            case "profile told":
                self._told[row["profile_id"]] = row
                self._stored[row["profile_id"]] = []
                yield from self._one_owner()
            case "boot":
                # What was written and not told is what the new life finds, and nothing else.
                self._stored = {key: rows[-1:] for key, rows in self._stored.items()}
                self._told |= {key: rows[0] for key, rows in self._stored.items() if rows}
                yield from self._one_owner()
            case "handing":
                self._owners.pop(row["position"], None)
            case "handed over":
                self._owners[row["position"]] = row["to"]
            case "handed in":
                yield from self._handed(row)
            case "pressed":
                self._pressed.add(row["command"])
                yield from self._agreed(row)
            case "event" if row["event"]["type"] == "OrderIntended":
                yield from self._intended(row["event"]["order"])
            case _:
                pass

    # ------------------------------------------------------------ what a desk may go by

    def _believed(self, profile_id: str) -> list[Row]:
        told = [self._told[profile_id]] if profile_id in self._told else []
        return [one for one in (*told, *self._stored.get(profile_id, ())) if not one.get("gone")]

    def _ids(self) -> list[str]:
        return sorted({*self._told, *self._stored})

    def _one_owner(self) -> Iterator[str]:
        """No symbol has two profiles that run, no position two that it was handed to."""
        running: dict[tuple[str, str], str] = {}
        given: dict[str, str] = {}
        for one in (self._told[key] for key in sorted(self._told)):
            for symbol in one["symbols"] if one["is_running"] else ():
                other = running.setdefault((one["account"], symbol), one["name"])
                if other != one["name"]:
                    yield f"{other} and {one['name']} trade {symbol} on one account"
            for position in () if one.get("gone") else one["handed"]:
                other = given.setdefault(position, one["name"])
                if other != one["name"]:
                    yield f"{position} was handed to {other} and to {one['name']}"

    # ------------------------------------------------------------ what is handed in

    def _handed(self, row: Row) -> Iterator[str]:
        command, symbol, side, at = row["command"], row["symbol"], row["side"], row["at"]
        self._handed_in[command] = row
        found = self._grown(command, symbol, side, at)
        if found is None:
            yield f"{command} ({WORDS[side]} {symbol}) grew from no candle of a profile"
            return
        profile_id, closed_at = found
        states = [
            one
            for one in self._believed(profile_id)
            if one["account"] == row["account"] and row["tag"] == CAUSE + one["name"]
        ]
        if not states:
            yield f"{command} was handed in as {row['tag'] or 'nobody'}, and is of {profile_id}"
        elif not any(one["is_running"] for one in states):
            yield f"{command} was handed in for {profile_id}, which stands still"
        elif side:
            yield from self._enters(row, profile_id, closed_at, states)
        elif self._owners.get(row["position"], profile_id) != profile_id or not any(
            self._is_its(one, row["position"]) for one in states
        ):
            yield f"{profile_id} leaves {row['position']}, which is not its own"

    def _enters(self, row: Row, profile_id: str, closed_at: datetime, states: list[Row]) -> Iterator[str]:
        command, side = row["command"], row["side"]
        if not any(one["mode"] == "automatic" for one in states):
            yield f"{command} was handed in for {profile_id}, which only proposes"
        if not any(side in SIDES[one["direction"]] for one in states):
            yield f"{command} goes {WORDS[side]}, which {profile_id} must not"
        if all(one["since"] is not None and closed_at <= one["since"] for one in states):
            yield f"{command} is of a candle from before {profile_id} began"
        if row["at"] - closed_at > LATE:
            yield f"{command} was handed in {(row['at'] - closed_at).total_seconds():.0f} s after its candle"
        yield from self._once(profile_id, row["symbol"], closed_at, command)

    def _agreed(self, row: Row) -> Iterator[str]:
        """Somebody says yes: within the candle that follows."""
        for profile_id in self._ids():
            for state in self._believed(profile_id):
                for symbol in state["symbols"]:
                    for side in (1, -1):
                        closed_at = self._closed_at(state, symbol, side, row["command"], row["at"], LATE)
                        if closed_at is not None:
                            yield from self._once(profile_id, symbol, closed_at, row["command"])
                            return
        yield f"{row['command']} was agreed to, and grew from no candle of a profile"

    def _once(self, profile_id: str, symbol: str, closed_at: datetime, command: str) -> Iterator[str]:
        other = self._sides.setdefault((profile_id, symbol, closed_at), command)
        if other != command:
            yield f"the candle of {symbol} at {closed_at} led {profile_id} to {other} and to {command}"

    def _is_its(self, profile: Row, position: str) -> bool:
        if position in profile["handed"]:
            return True
        is_own = self._tags.get(position) == CAUSE + profile["name"]
        return is_own and position not in profile["released"]

    def _grown(self, command: str, symbol: str, side: int, at: datetime) -> tuple[str, datetime] | None:
        """Of which profile and candle a command is."""
        back = EXIT_BACK if side == 0 else LATE * 3
        for profile_id in self._ids():
            for state in self._believed(profile_id):
                closed_at = self._closed_at(state, symbol, side, command, at, back)
                if closed_at is not None:
                    return profile_id, closed_at
        return None

    def _closed_at(
        self, profile: Row, symbol: str, side: int, command: str, at: datetime, back: timedelta
    ) -> datetime | None:
        frame = timedelta(seconds=profile["frame_s"])
        closed_at = at - (at - EPOCH) % frame
        while at - closed_at <= back:
            said = (
                profile["profile_id"],
                symbol,
                str(profile["frame_s"]),
                closed_at.isoformat(),
                WORDS[side],
            )
            digest = hashlib.blake2s("\x1f".join(said).encode(), digest_size=12).hexdigest()
            if command == CAUSE + digest and self._has_bars(symbol, closed_at - frame, closed_at):
                return closed_at
            closed_at -= frame
        return None

    def _has_bars(self, symbol: str, begins_at: datetime, ends_at: datetime) -> bool:
        return any(begins_at < one <= ends_at for one in self._bars.get(symbol, ()))

    # ------------------------------------------------------------ what is written down

    def _intended(self, order: Row) -> Iterator[str]:
        if order["role"] != "entry":
            return
        command, tag = order["command_id"], order.get("tag", "")
        self._tags.setdefault(order["position_id"], tag)
        if not command.startswith(CAUSE):
            return
        if not self.knows(command):
            yield f"{order['order_id']} was made for {command}, which nobody has handed in or agreed to"
        names = {CAUSE + one["name"] for key in self._ids() for one in self._believed(key)}
        handed = self._handed_in.get(command)
        if tag not in names and handed is None:
            yield f"{order['order_id']} carries {tag or 'no tag'}, and is a profile's"
        if handed is not None and tag != handed["tag"]:
            yield f"{order['order_id']} carries {tag}, and was handed in as {handed['tag']}"
