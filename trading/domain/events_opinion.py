"""Opinions in the journal: what was asked of whom, what came back and what it left of an order.

A part of the journal's words (`trading.domain.events` names them all).
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.opinion import Factor, Stance


class OpinionGiven(Struct, frozen=True, tag=True):
    """Somebody outside was asked about a symbol. `buying` and `selling` are what the opinion leaves of an
    entry on either side; what it left of which order, the order's own events say."""

    account: AccountId
    symbol: str
    stance: Stance
    buying: Factor
    selling: Factor
    command_id: CommandId
    at: datetime
    by: PersonId = PersonId("")
