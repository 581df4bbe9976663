"""What the world tells us about alerts: a price touched, a value was measured, an instant came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.ids import AccountId
from trading.domain.market import Quote


class AlertTouched(Struct, frozen=True, tag=True):
    """The level of the price that an alert watches was reached: it rings, or is ready again. `is_first`: by
    the first price since the desk came back."""

    account: AccountId
    alert_id: str
    quote: Quote
    is_first: bool
    at: datetime


class AlertMeasured(Struct, frozen=True, tag=True):
    """What an alert compares with its level was measured, and has reached it: an indicator of closed bars
    (`value`), or a day (then it is measured again where it is decided, with `price_age_s`: by symbol, how old
    a price may be to be believed)."""

    account: AccountId
    alert_id: str
    value: Decimal
    at: datetime
    price_age_s: Mapping[str, Decimal] = {}


class SeriesAnchored(Struct, frozen=True, tag=True):
    """The bars from which an alert's indicator is computed begin elsewhere than was written down: nothing was
    written down yet, enough have come since that the oldest ones say nothing, or the first ones are lost."""

    account: AccountId
    alert_id: str
    anchored_at: datetime
    at: datetime


class AlertDue(Struct, frozen=True, tag=True):
    """An instant of an alert has come: its end, or the next step of one that rings unseen."""

    account: AccountId
    alert_id: str
    at: datetime
