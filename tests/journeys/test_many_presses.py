"""Presses by the thousand, doubled, reordered, late, forged, foreign: at most one intent a card."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from tests.fakes.pit import PAPER
from tests.journeys.chat import Chat, in_chat
from trading.domain import commands as cm
from trading.domain.limits import LIMIT_HELP
from trading.entropy import SeededEntropy

PRESSES = int(os.environ.get("OPENOUTCRY_TEST_PRESSES", "10000"))
"""How many are tried; the figure in docs/figures.md was made with 100000."""
A_CARD = 400
"""So many presses for each card that is asked for."""


async def unlimited(chat: Chat) -> None:
    """Limits that two hundred small orders do not meet."""
    for name in LIMIT_HELP:
        value = "0" if name == "duplicate_window_s" else "1000000000"
        if name == "daily_loss_percent_max":
            value = "0"
        await chat.pit.do(cm.SetLimit, name=name, value=Decimal(value))


async def press_at_random(chat: Chat, presses: int) -> tuple[set[str], list[str]]:
    """Presses in every wrong order; returns the nonces that Ann confirmed in time, and all nonces."""
    chance = SeededEntropy(11).fork("presses")
    nonces: list[str] = []
    confirmed: set[str] = set()
    born: dict[str, float] = {}
    for number in range(presses):
        if number % A_CARD == 0:
            await chat.screens("/buy BTC 10")
            action = next(one for one in chat.buttons if one.is_confirming).action.id
            chat.buttons.clear()
            chat.said.clear()
            nonces.append(action)
            born[action] = chat.pit.clock.elapsed_s()
        draw = chance.fraction()
        # The newest cards are pressed most, but no card is ever left in peace.
        back = int(chance.fraction() ** 4 * len(nonces))
        action = nonces[-1 - min(back, len(nonces) - 1)]
        who = "ann"
        if draw < 0.25:
            who = "bob"
        elif draw < 0.35:
            action = action[:-1] + ("A" if action[-1] != "A" else "B")
        elif draw < 0.4:
            action = f"{action}.no" if action in confirmed else action
        if draw > 0.9995:
            await chat.pit.clock.sleep_s(chance.fraction() * 90)
            await chat.pit.quote("7400", "7401")
        await chat.screens(action=action, by=who)
        chat.said.clear()
        chat.buttons.clear()
        if who == "ann" and action in born and chat.pit.clock.elapsed_s() - born[action] < 60:
            confirmed.add(action)
    return confirmed, nonces


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_presses_in_every_wrong_order_make_one_intent_for_each_card_at_most() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await unlimited(chat)
        confirmed, nonces = await press_at_random(chat, PRESSES)
        intended = [event.order for event in chat.pit.named("OrderIntended")]
        causes = [order.command_id for order in intended if order.command_id]
        assert len(causes) == len(set(causes)), "one press, one order"
        assert set(causes) <= confirmed <= set(nonces)
        assert len(causes) > PRESSES // A_CARD // 4
        assert all(order.account == PAPER for order in intended), "bob pressed, and nothing of his came of it"

    in_chat(scene)
