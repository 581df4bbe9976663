"""What is said to the desk about opinions from outside."""

from __future__ import annotations

from msgspec import Struct

from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.opinion import USUAL, Stance, Weighing


class NoteOpinion(Struct, frozen=True, tag=True):
    """Write down an opinion that was asked for. It orders nothing."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    stance: Stance
    weighing: Weighing = USUAL
