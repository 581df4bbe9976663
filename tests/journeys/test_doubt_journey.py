"""An order that nobody answers for: the card, both of its buttons, and a fill that comes after all."""

from __future__ import annotations

from bot.conversation.layout import as_text
from bot.conversation.screen import Screen
from bot.conversation.wording import Wording
from bot.notifications.alerts import alert, is_news
from bot.notifications.scene import Scene
from tests.fakes.pit import PAPER
from tests.journeys.chat import Chat, in_chat
from trading.brokers.paper_faults import Fault, Faults
from trading.domain.order import Order, OrderStatus


class DeadLine(Faults):
    """A line on which nothing is answered while it is dead."""

    def __init__(self) -> None:
        super().__init__()
        self.is_dead = False

    def next(self) -> Fault:
        planned = super().next()
        return Fault.LOST_BEFORE if self.is_dead and planned is Fault.NONE else planned


LINE = "/buy BTC 100 @ 7300 sl 5%"

CARD = """\
❓ You must look: limit buy 0.01369863 BTC/USD at 7,300.00
10m long nothing settled whether the venue has it: 0 questions were answered, 301 were not. The
venue does not answer.
Look at the exchange, in its open orders and in its history, and say how it is. Until then it counts
as open; other symbols go on.
#yhm-0011 · paper
[It is on the exchange]  [It is not there]"""

NOT_THERE = """\
> [It is not there]
#1 buy 0.01369863 BTC limit 7,300.00 · BTC/USD is not on the exchange
[PAPER]
It counts as not placed, by your word, and is not sent again. Should it fill after all, the fill is
booked and guarded.
[Yes, it is not there]  [Cancel]
> [Yes, it is not there]
Noted: it is not there. Nothing of it counts any more.
"""

THERE = """\
> [It is on the exchange]
#1 buy 0.01369863 BTC limit 7,300.00 · BTC/USD is on the exchange
[PAPER]
It stays in doubt until its fills and its state are found there. With the exchange's own id that is
quicker: /doubt #1 there ID
[Yes, it is there]  [Cancel]
> [Yes, it is there]
Noted: it is on the exchange. You are told what is found.
"""


def told(chat: Chat) -> list[Screen]:
    """Every alert about risk so far, as a chat shows it."""
    scene = Scene(Wording(), chat.pit.engine.book)
    made = [alert([one], scene) for one in chat.pit.events if is_news(one, scene)]
    return [one.screen for one in made if one is not None and one.topic.value == "risk"]


def order(chat: Chat) -> Order:
    found = next(one for one in chat.pit.engine.book.orders.values() if one.number == 1)
    assert found.account == PAPER
    return found


async def until_asked(chat: Chat, line: DeadLine, fault: Fault) -> None:
    """Buy into a line that breaks with the order, and wait until the person is asked."""
    line.plan(fault)
    line.is_dead = True
    await chat.hold(LINE)
    assert order(chat).status is OrderStatus.IN_DOUBT
    await chat.pit.clock.sleep_s(605)
    await chat.pit.settle()
    card = told(chat)[-1]
    rows = ["  ".join(f"[{one.label}]" for one in row) for row in card.buttons]
    said = "\n".join([as_text(card), *rows])
    assert said == CARD
    chat.show(card)
    chat.said.clear()


async def back(chat: Chat, line: DeadLine) -> None:
    line.is_dead = False
    await chat.pit.clock.sleep_s(5)
    await chat.pit.drain()


def test_it_is_on_the_exchange() -> None:
    line = DeadLine()

    async def scene(chat: Chat) -> None:
        await until_asked(chat, line, Fault.LOST_AFTER)
        await chat.press("It is on the exchange")
        await chat.press("Yes, it is there")
        assert chat.transcript == THERE
        assert order(chat).status is OrderStatus.IN_DOUBT and not chat.pit.named("OrderAccepted")
        await back(chat, line)
        assert order(chat).status is OrderStatus.WORKING
        assert chat.intended() == ["buy 0.01369863 entry"]

    in_chat(scene, faults=line)


def test_it_is_not_there() -> None:
    line = DeadLine()

    async def scene(chat: Chat) -> None:
        await until_asked(chat, line, Fault.LOST_BEFORE)
        account = chat.pit.engine.book.accounts[PAPER]
        assert account.reserved > 99
        await chat.press("It is not there")
        await chat.press("Yes, it is not there")
        assert chat.transcript == NOT_THERE
        assert order(chat).status is OrderStatus.NOT_PLACED
        assert chat.pit.engine.book.accounts[PAPER].reserved == 0
        await back(chat, line)
        await chat.pit.quote("7290", "7291")
        assert chat.held() == 0 and chat.intended() == ["buy 0.01369863 entry"]

    in_chat(scene, faults=line)


def test_a_fill_after_not_there_is_booked_and_guarded() -> None:
    line = DeadLine()

    async def scene(chat: Chat) -> None:
        await until_asked(chat, line, Fault.LOST_AFTER)
        await chat.press("It is not there")
        await chat.press("Yes, it is not there")
        line.is_dead = False
        await chat.pit.quote("7290", "7291")  # before the rounds find it, and it is taken back
        await back(chat, line)
        assert chat.held() == order(chat).quantity
        assert chat.intended() == ["buy 0.01369863 entry", "sell 0.01369863 stop"]
        assert order(chat).status is OrderStatus.FILLED

    in_chat(scene, faults=line)


def test_the_typed_line_asks_the_same_and_a_restart_forgets_nothing() -> None:
    line = DeadLine()

    async def scene(chat: Chat) -> None:
        await until_asked(chat, line, Fault.LOST_BEFORE)
        await chat.pit.die()
        await chat.pit.start()
        assert order(chat).status is OrderStatus.IN_DOUBT and order(chat).escalated_at is not None
        said = await chat.say("/doubt #1 absent")
        assert "[Yes, it is not there]" in said
        await chat.press("Yes, it is not there")
        assert order(chat).status is OrderStatus.NOT_PLACED
        assert "is not in doubt" in await chat.say("/doubt #1 there")

    in_chat(scene, faults=line)
