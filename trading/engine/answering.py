"""Giving answers to whoever waits: once, again for a repetition, and to twins in one batch."""

from __future__ import annotations

from msgspec.structs import replace

from trading.domain.events import Refusal
from trading.domain.ids import CommandId
from trading.engine.batch import answer_of
from trading.engine.inbox import Waiting
from trading.ports import Denied, Taken


def settle(item: Waiting, answer: Taken | Denied) -> None:
    """Give the answer to whoever waits for it, twins included."""
    if item.answer is not None and not item.answer.done():
        item.answer.set_result(answer)
    for twin in item.twins:
        settle(twin, replace(answer, repeated=True))


def repeated(command_id: CommandId, fingerprint: str, known: str, result: bytes) -> Taken | Denied:
    """The stored answer again, or a refusal when the words are other ones."""
    if fingerprint != known:
        text = "This command was used before with other words: nothing was done."
        return Denied(command_id, (Refusal("key_reused", text),))
    return answer_of(result, command_id)


def follow(first: Waiting, second: Waiting, command_id: CommandId) -> None:
    """Give a twin in the same batch the first one's answer."""
    if first.fingerprint != second.fingerprint:
        text = "This command was used before with other words: nothing was done."
        settle(second, Denied(command_id, (Refusal("key_reused", text),)))
    else:
        first.twins.append(second)
