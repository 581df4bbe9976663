"""Event <-> row by name and version. Old versions are lifted here and only here."""

from __future__ import annotations

import hashlib
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from db.problem import DatabaseProblem
from trading.domain.events import Event

Lift = Callable[[dict[str, Any]], dict[str, Any]]

VERSIONS: dict[str, int] = {kind.__name__: 1 for kind in typing.get_args(Event)}
"""The version in which each event is written now. Raise it together with a lift of the one before."""

LIFTS: dict[tuple[str, int], Lift] = {}
"""(name, version) -> what makes version + 1 out of its JSON object."""

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_PLAIN: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def encode(event: Event) -> str:
    """The body of an event: JSON with its name as `type`, decimals as text."""
    return _ENCODER.encode(event).decode()


def decode(name: str, version: int, body: str) -> Event:
    """The event of a stored body, lifted to today's version.

    Raises DatabaseProblem (`newer_event`, `unknown_event`) for words that this program does not know.
    """
    current = VERSIONS.get(name)
    if current is None:
        raise DatabaseProblem(
            "unknown_event",
            f"The journal holds {name}, unknown to this version: update the program.",
        )
    if version == current:
        return _DECODER.decode(body)
    return _DECODER.decode(_ENCODER.encode(lifted(name, version, current, _PLAIN.decode(body), LIFTS)))


def lifted(
    name: str, version: int, current: int, body: dict[str, Any], lifts: Mapping[tuple[str, int], Lift]
) -> dict[str, Any]:
    """`body` brought from `version` to `current`, one version at a time."""
    if version > current:
        raise DatabaseProblem(
            "newer_event",
            f"The journal holds {name} in a form newer than this version: update the program.",
        )
    for step in range(version, current):
        body = lifts[(name, step)](body)
    return body


def chained(
    before: str,
    stream: str,
    seq: int,
    name: str,
    version: int,
    at: int,
    correlation_id: str,
    causation_id: str,
    body: str,
) -> str:
    """The hash of an event: SHA-256 over the hash before it, every column, and the stored body itself."""
    head = _ENCODER.encode((before, stream, seq, name, version, at, correlation_id, causation_id))
    return hashlib.sha256(head + b"\n" + body.encode()).hexdigest()


def micros(at: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (at - _EPOCH) // _MICROSECOND


def instant(at: int) -> datetime:
    """The aware UTC instant of `micros`."""
    return _EPOCH + timedelta(microseconds=at)
