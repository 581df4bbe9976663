"""What was asked before: answered from memory or from the store, and never decided twice."""

from __future__ import annotations

from collections.abc import Sequence

from trading.domain.ids import CommandId
from trading.engine.answering import follow, repeated, settle
from trading.engine.inbox import Answers, Waiting
from trading.ports import KeyUse


def without_repeats(answers: Answers, waiting: list[Waiting]) -> list[Waiting]:
    """Answer what was answered before, and hold back a command that comes twice in one batch."""
    fresh: list[Waiting] = []
    seen: dict[CommandId, Waiting] = {}
    for item in waiting:
        if item.answer is None:
            fresh.append(item)
            continue
        command_id = getattr(item.message, "command_id")  # noqa: B009 - commands have one, reports none
        known = answers.get(command_id)
        if known is not None:
            settle(item, repeated(command_id, item.fingerprint, *known))
        elif command_id in seen:
            follow(seen[command_id], item, command_id)
        else:
            seen[command_id] = item
            fresh.append(item)
    return fresh


def with_stored_answers(answers: Answers, waiting: list[Waiting], uses: Sequence[KeyUse]) -> list[Waiting]:
    """Answer what an earlier life has decided; returns what is left to decide."""
    stored = {use.command_id: use for use in uses}
    fresh = []
    for item in waiting:
        command_id = getattr(item.message, "command_id", None)
        use = stored.get(command_id) if command_id is not None and item.answer is not None else None
        if use is None:
            fresh.append(item)
            continue
        answers.put(use.command_id, use.fingerprint, use.result)
        settle(item, repeated(use.command_id, item.fingerprint, use.fingerprint, use.result))
    return fresh
