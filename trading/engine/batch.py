"""A batch in the making: messages decided in order on one staged book, turned into appends."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec.structs import replace

from trading.domain.book import Book
from trading.domain.decide import Context, Deciding, Message, decide
from trading.domain.effects import Effect
from trading.domain.ids import DESK, PositionId, StreamId
from trading.engine.inbox import Waiting
from trading.ports import Append, Denied, Entry, KeyUse, StoredEvent, Taken

_ANSWER = msgspec.json.Decoder(Taken | Denied)
_encode = msgspec.json.Encoder(decimal_format="string").encode
_CIRCUMSTANCES = frozenset({"seen", "prices", "asked_at", "order", "facts", "stance"})
"""What a repetition may bring differently: the market, when it came, the order of a slot, figures, and what
somebody outside says when they are asked again: what they said first holds."""


@dataclass(slots=True)
class Batch:
    """What one commit will hold."""

    staged: Book
    entries: dict[StreamId, list[Entry]] = field(default_factory=dict)
    keys: dict[StreamId, list[KeyUse]] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    answers: list[tuple[Waiting, Taken | Denied, bytes]] = field(default_factory=list)
    touched: dict[PositionId, None] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.entries and not self.keys

    @property
    def concerned(self) -> dict[PositionId, None]:
        """Positions of which a level may have to be watched from now on, or no more: also those of which only
        an order has changed. A stop that may not stand is watched by the desk as well."""
        of_orders = (order.position_id for order in self.staged.orders.values())
        return dict.fromkeys((*self.staged.positions, *self.touched, *of_orders))

    def decide(self, waiting: Waiting, context: Context) -> None:
        """Decide one message on the staged book and collect what follows."""
        message = waiting.message
        d = decide(self.staged, message, context)
        correlation, causation = cause_of(message, d)
        for event in d.events:
            stream = StreamId(event.account)
            self.entries.setdefault(stream, []).append(Entry(event, correlation, causation))
        self.effects.extend(d.effects)
        position_id = getattr(message, "position_id", None)
        if position_id is not None:
            self.touched[position_id] = None
        if waiting.answer is None:
            return
        command: Any = message
        command_id = command.command_id
        answer = Denied(command_id, d.refusals) if d.refusals else Taken(command_id, d.facts)
        result = _encode(answer)
        self.answers.append((waiting, answer, result))
        if d.events:
            key = KeyUse(command.command_id, waiting.fingerprint, result)
            self.keys.setdefault(StreamId(command.account), []).append(key)

    def appends(self, seqs: Mapping[StreamId, int]) -> list[Append]:
        """The batch as the journal takes it."""
        streams = {*self.entries, *self.keys}
        # The halt that binds everybody stands in the desk's stream: an intent is only written when that
        # stream is where the decision saw it (RULINGS 5).
        guard = [] if DESK in streams else [Append(DESK, seqs.get(DESK, 0), ())]
        return guard + [
            Append(
                stream,
                seqs.get(stream, 0),
                tuple(self.entries.get(stream, ())),
                tuple(self.keys.get(stream, ())),
            )
            for stream in sorted(streams)
        ]

    def stored(self, seqs: Mapping[StreamId, int]) -> list[StoredEvent]:
        """The events as they stand in the journal now, for those who wait for news (hash left out: who
        needs the chain reads the journal)."""
        found = []
        for stream, entries in self.entries.items():
            first = seqs.get(stream, 0) + 1
            for seq, entry in enumerate(entries, start=first):
                found.append(
                    StoredEvent(stream, seq, entry.event, entry.correlation_id, entry.causation_id, "")
                )
        return found


def answer_of(result: bytes, command_id: str) -> Taken | Denied:
    """A stored answer, marked as a repetition."""
    answer: Taken | Denied = _ANSWER.decode(result)
    assert answer.command_id == command_id
    return replace(answer, repeated=True)


def fingerprint_of(command: Any) -> str:
    """A hash of what a command says. What the market looked like and when it came are no part of it: a
    redelivery of the same words a second later is the same command."""
    said = [getattr(command, name) for name in command.__struct_fields__ if name not in _CIRCUMSTANCES]
    return hashlib.blake2s(_encode(said), digest_size=16).hexdigest()


def cause_of(message: Message, d: Deciding) -> tuple[str, str]:
    """Correlation (the human intent that all this belongs to) and causation (what caused it directly)."""
    command_id = getattr(message, "command_id", None)
    if command_id is not None:
        return command_id, command_id
    name = type(message).__name__
    client_order_id = getattr(message, "client_order_id", None)
    if client_order_id is not None:
        order = d.book.order_of_client_id(client_order_id)
        if order is not None:
            position = d.book.position(order.position_id)
            origin = order.command_id or (position.command_id if position else "")
            return origin, f"{name}:{order.order_id}"
    alert_id = getattr(message, "alert_id", None)
    if alert_id is not None:
        return alert_id, name
    position_id = getattr(message, "position_id", None)
    position = d.book.position(position_id) if position_id else None
    return (position.command_id if position else name), name
