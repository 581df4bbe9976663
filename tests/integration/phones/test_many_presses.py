"""Presses in every wrong order on both phones at once: doubled, reordered, late, forged, another person's."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from tests.fakes.discord_people import Act, DiscordPerson
from tests.fakes.discord_places import DiscordMessage
from tests.fakes.pit import OWNER, PAPER
from tests.fakes.telegram_people import Press, TelegramPerson
from tests.fakes.telegram_world import ChatMessage
from tests.integration.phones.desk import PhonesDesk, on_both
from tests.integration.phones.test_roles import let_in
from trading.domain import commands as cm
from trading.domain.ids import CommandId
from trading.domain.limits import LIMIT_HELP
from trading.entropy import SeededEntropy

PRESSES = int(os.environ.get("OPENOUTCRY_TEST_PRESSES", "2400"))
"""How many are tried; the figure in docs/figures.md was made with 100000."""
A_CARD = 400
"""So many presses for each card that is asked for."""
AT_ONCE = 20
"""So many are on their way before anything is answered."""

Card = ChatMessage | DiscordMessage


class Storm:
    """Ann's two phones, Bob who trades on the same account, Eve whom nobody let in, and many thumbs."""

    def __init__(self, desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        self.desk = desk
        self.ann, self.ann_too = ann, ann_too
        self.eve = desk.on_telegram.server.person("Eve")
        self.eve_too = desk.on_discord.server.person("Eve")
        self.chance = SeededEntropy(5).fork("storm")
        self.cards: list[tuple[Card, str]] = []
        self.made: list[Press | Act] = []
        self.tried: dict[str, int] = {}

    async def begin(self) -> None:
        """Bob is let in; nobody meets a limit."""
        self.bob = await let_in(self.desk, self.ann, "Bob", "trader")
        pit = self.desk.pit
        for name in LIMIT_HELP:
            is_off = name in ("duplicate_window_s", "daily_loss_percent_max")
            value = Decimal(0) if is_off else Decimal(10) ** 9
            await pit.engine.submit(cm.SetLimit(CommandId(f"l:{name}"), OWNER, PAPER, name, value))
        await self.desk.settle(2 * 86_400)
        await pit.quote("7400", "7401")

    async def card(self) -> None:
        """Ann asks for a card, now on this phone and now on that."""
        who: TelegramPerson | DiscordPerson = self.ann if len(self.cards) % 2 == 0 else self.ann_too
        who.say("/buy BTC 10")
        await self.desk.settle(0.5)
        if isinstance(who, TelegramPerson):
            message = next(one for one in reversed(who.chat.from_bot) if one.button("Buy"))
            found = message.button("Buy")
            assert found is not None
            self.cards.append((message, found["callback_data"]))
            return
        shown = next(one for one in reversed(who.seen()) if one.button("Buy"))
        button = shown.button("Buy")
        assert button is not None
        self.cards.append((shown, button["custom_id"]))

    def press(self) -> None:
        """One press, of some kind, on a card that is likely a young one."""
        back = int(self.chance.fraction() ** 4 * len(self.cards))
        message, data = self.cards[-1 - min(back, len(self.cards) - 1)]
        draw = self.chance.fraction()
        if draw < 0.3 and self.made:
            self._again(self.made[-1 - int(self.chance.fraction() * min(60, len(self.made)))])
        elif draw < 0.45:
            self._by(
                message, data, self.bob if self.chance.fraction() < 0.5 else self.eve, self.eve_too, "foreign"
            )
        elif draw < 0.55:
            forged = data[:-1] + ("A" if data[-1] != "A" else "B")
            self._by(message, forged, self.ann, self.ann_too, "forged")
        else:
            self._by(message, data, self.ann, self.ann_too, "own")

    def _by(self, message: Card, data: str, here: TelegramPerson, there: DiscordPerson, kind: str) -> None:
        self.tried[kind] = self.tried.get(kind, 0) + 1
        if isinstance(message, ChatMessage):
            self.made.append(here.press_data(message, data))
        else:
            self.made.append(there.press_data(message, data))

    def _again(self, one: Press | Act) -> None:
        self.tried["doubled"] = self.tried.get("doubled", 0) + 1
        if isinstance(one, Press):
            self.ann.press_again(one)
        else:
            self.ann_too.again(one)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_presses_on_both_phones_make_one_intent_for_each_card_at_most() -> None:
    async def scene(desk: PhonesDesk, ann: TelegramPerson, ann_too: DiscordPerson) -> None:
        storm = Storm(desk, ann, ann_too)
        await storm.begin()
        for number in range(0, PRESSES, AT_ONCE):
            if number % A_CARD == 0:
                await storm.card()
            for _ in range(AT_ONCE):
                storm.press()
            await desk.settle(0.05)
            if storm.chance.fraction() < 0.01:
                await desk.settle(storm.chance.fraction() * 90)
                await desk.pit.quote("7400", "7401")
        await desk.settle(10)
        answered = [*desk.on_telegram.answered, *desk.on_discord.answered]
        by_ann = {one.command_id for one in answered if desk.people.person(one.platform, one.person) == OWNER}
        orders = [event.order for event in desk.pit.named("OrderIntended")]
        causes = [order.command_id for order in orders if order.command_id]
        assert len(causes) == len(set(causes)), "one press, one order"
        assert set(causes) <= by_ann, "only she who asked"
        assert len(storm.cards) // 4 < len(causes) <= len(storm.cards)
        assert {order.account for order in orders} == {PAPER}
        assert set(storm.tried) == {"own", "foreign", "forged", "doubled"}
        assert min(storm.tried.values()) > PRESSES // 20, storm.tried

    on_both(scene)
