"""What became of an order that nobody answered for: evidence, or the proof of absence (RELIABILITY C-4)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from trading.domain import reports as rp
from trading.domain.ids import VenueOrderId
from trading.domain.moment import seconds_between
from trading.domain.money import ZERO
from trading.domain.order import Order
from trading.engine.settings import EngineSettings
from trading.ports import Broker, BrokerSilent, Clock, VenueOrder

NEGATIVES_NEEDED = 3
"""Successful negative answers that a proof of absence needs."""


async def resolved(
    order: Order, broker: Broker, clock: Clock, settings: EngineSettings
) -> Sequence[rp.BrokerReport]:
    """Ask until there is evidence or a proof; an empty answer means that it stays in doubt.

    Only a successful "not known here" counts, and only once the venue can no longer accept the request
    (`fence_s`) nor hide an order that it has (`visibility_s`). A failed question counts as nothing.
    """
    profile = broker.profile
    assert order.intended_at is not None
    # An order may have waited long before it was sent; but nobody asks before it was given up.
    given_up_at = clock.now()
    certain_s = profile.fence_s + profile.visibility_s
    negatives = tries = 0
    while tries < settings.resolve_tries_max:
        waited = float(seconds_between(given_up_at, clock.now()))
        tries += waited >= certain_s
        is_last = tries >= settings.resolve_tries_max
        try:
            async with asyncio.timeout(settings.ask_timeout_s):
                found = await broker.find(order.client_order_id)
                history = await broker.history(order.intended_at)
        except (BrokerSilent, TimeoutError):
            await clock.sleep_s(settings.resolve_pause_s)
            continue
        evidence = [r for r in history if r.client_order_id == order.client_order_id]
        if found is not None or evidence:
            if is_whole(found, evidence) or is_last:
                return reports_of(order, found, evidence, clock)
        elif waited >= certain_s:
            negatives += 1
        if negatives >= NEGATIVES_NEEDED:
            proof = (
                f"{negatives} successful answers by {profile.venue} do not know it, the last "
                f"{waited:.0f} s after it was given up (fence {profile.fence_s:.0f} s, visibility "
                f"{profile.visibility_s:.0f} s), and its fills since then hold nothing of it"
            )
            return [rp.AbsenceProven(order.account, order.client_order_id, proof, clock.now())]
        await clock.sleep_s(settings.resolve_pause_s if certain_s else 0)
    return []


def is_whole(found: VenueOrder | None, history: Sequence[rp.BrokerReport]) -> bool:
    """Whether the history holds all fills of an order that the venue admits: fills may be seen later than
    their order, and an order that is done with a fill missing would never be asked about again."""
    if found is None:
        return True
    told = sum((r.quantity for r in history if isinstance(r, rp.FillReported)), ZERO)
    return told >= found.filled


def reports_of(
    order: Order, found: VenueOrder | None, history: Sequence[rp.BrokerReport], clock: Clock
) -> list[rp.BrokerReport]:
    """The missing reports, in an order that the book can take: acceptance, fills, then the end."""
    reports: list[rp.BrokerReport] = []
    account, cid = order.account, order.client_order_id
    if found is not None and found.status != "rejected":
        venue_id = VenueOrderId(found.venue_order_id)
        reports.append(rp.Accepted(account, cid, venue_id, clock.now()))
        if found.status in ("working", "filled") and _is_changed(found, order):
            # Before its fills, or an order that the venue made smaller would never be whole.
            terms = (found.quantity, found.limit_price, found.stop_price)
            reports.append(rp.Replaced(account, cid, *terms, "venue", clock.now()))
    reports.extend(r for r in history if isinstance(r, rp.FillReported))
    ends = [r for r in history if isinstance(r, rp.CanceledReported | rp.ExpiredReported | rp.Rejected)]
    if ends:
        reports.append(ends[-1])
    elif found is not None and found.status == "canceled":
        reports.append(rp.CanceledReported(account, cid, "venue", clock.now()))
    elif found is not None and found.status == "expired":
        reports.append(rp.ExpiredReported(account, cid, clock.now()))
    elif found is not None and found.status == "rejected":
        reports.append(rp.Rejected(account, cid, "rejected", "the venue refused it", clock.now()))
    return reports


def _is_changed(found: VenueOrder, order: Order) -> bool:
    """Whether a change that we asked for was carried out without our hearing of it."""
    terms = (found.quantity, found.limit_price, found.stop_price)
    return terms != (order.quantity, order.limit_price, order.stop_price)
