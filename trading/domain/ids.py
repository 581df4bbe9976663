"""Names of things. Every id grows from its cause, so that a repetition gives the same id again."""

from __future__ import annotations

import base64
import hashlib
from typing import NewType

PersonId = NewType("PersonId", str)
"""A human being, the same on every chat platform."""
AccountId = NewType("AccountId", str)
"""One account at one venue; also the name of its journal stream."""
CommandId = NewType("CommandId", str)
"""`platform:chat:message`, `job:slot`, or the nonce of a pressed button."""
PositionId = NewType("PositionId", str)
"""`<account>/<symbol>/<n>`: the n-th position that this account opened in the symbol."""
OrderId = NewType("OrderId", str)
"""Ours, internal: `<position>/entry-1`, `<position>/exit-2`."""
ClientOrderId = NewType("ClientOrderId", str)
"""Ours, on the wire: a keyed hash of account, command, leg and attempt."""
VenueOrderId = NewType("VenueOrderId", str)
"""Theirs."""
FillId = NewType("FillId", str)
"""Theirs when they give one, else derived from the fill itself."""
StreamId = NewType("StreamId", str)
"""A journal stream: an account id, or `desk`."""

DESK = StreamId("desk")


def client_order_id(key: bytes, account: AccountId, cause: str, leg: str, attempt: int) -> ClientOrderId:
    """The id that the venue sees: 26 characters of `[A-Z2-7]`, unguessable without `key`.

    Args:
        key: the desk's secret, so that ids of one desk cannot be foreseen by another.
        account: the account that trades.
        cause: the command or trigger that this order grew from.
        leg: which leg of the position (`entry-1`, `exit-2`).
        attempt: 1 for the first send; a reduce-only exit that is tried again gets the next number.
    """
    text = "\x1f".join((account, cause, leg, str(attempt))).encode()
    digest = hashlib.blake2s(text, key=key[:32], digest_size=16).digest()
    return ClientOrderId(base64.b32encode(digest).decode().rstrip("="))
