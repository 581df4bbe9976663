"""Opinions from outside: written down with what they leave of an entry, and nothing else."""

from __future__ import annotations

from trading.domain.commands_opinion import NoteOpinion
from trading.domain.decide.deciding import Deciding
from trading.domain.events_opinion import OpinionGiven
from trading.domain.opinion import factor_of


def note_opinion(d: Deciding, command: NoteOpinion) -> None:
    """One event, no effect: whatever an opinion says, nothing goes out because of it."""
    stance = command.stance
    buying = factor_of(stance, is_buy=True, weighing=command.weighing)
    selling = factor_of(stance, is_buy=False, weighing=command.weighing)
    account = d.account(command.account).account
    said = (command.command_id, d.now, d.by)
    d.emit(OpinionGiven(account, stance.symbol, stance, buying, selling, *said))
    d.facts = {"buying": str(buying.value), "selling": str(selling.value)}
