"""A day in the chats: two tenants, a stranger and an app that repeats itself, on the real Telegram front.

What only chats can do wrong is played here: presses sent again under new numbers, old and forged ones, lines
that are edited, forwarded or come too late, crashes with a press in hand. The judge is plain data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from bot.conversation.incoming import Incoming
from bot.conversation.people import Known
from bot.conversation.screen import Screen
from db.lane import InlineLane
from tests.fakes.pit import BTC, OWNER, PAPER, Pit, in_pit
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_people import Press, TelegramPerson
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_world import ChatMessage
from tests.integration.telegram.desk import TelegramDesk
from tests.journeys.chat import ETH
from tests.sim.faults import known
from tests.sim.oracle import Breach
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_venue import PaperVenue
from trading.domain.commands import OpenAccount, OpenPosition, Seen, SetRole
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.engine.reconcile import connect
from trading.entropy import SeededEntropy
from trading.ports import Taken

D = Decimal
BOB = PersonId("bob")
BOBS = AccountId("bobs")
CARL = PersonId("carl")
"""Looks at both accounts, and has no chat."""
STEPS = 26
TTL_S = 60.0
SECOND_S = 1.0
"""Telegram tells whole seconds."""
SECRET = "987654321:AAHcanaryCANARYcanaryCANARYcanary71c"
CANARIES = {"Ann": "CANARY-ANN-71C", "Bob": "CANARY-BOB-93F"}


class ChatOutcome(Struct):
    """What came of one day in the chats."""

    seed: int
    breaches: list[Breach]
    fired: dict[str, int]
    intents: int
    seconds: float


class Truth(Struct):
    """What people really did, as plain data."""

    pressed: dict[str, str] = field(default_factory=dict)  # nonce: who pressed it in time, in their own chat
    typed: dict[str, str] = field(default_factory=dict)  # message of a line typed as one should: by whom
    lines: list[tuple[str, str]] = field(default_factory=list)  # (who, that line)


class ChatDesk(TelegramDesk):
    """The desk, and what its conversation has answered to the end."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.finished: list[tuple[str, str]] = []

    async def answer(self, incoming: Incoming) -> Sequence[Screen]:
        """As the desk answers; a crash in between is no answer."""
        screens = await super().answer(incoming)
        self.finished.append((incoming.person, incoming.text or incoming.action))
        return screens


class Tenant:
    """A person with an account of their own, and the cards that they were shown."""

    def __init__(self, name: str, phone: TelegramPerson, person: PersonId, account: AccountId) -> None:
        self.name = name
        self.person = person
        self.phone = phone
        self.account = account
        self.presses: list[tuple[Press, str]] = []

    def card(self) -> tuple[ChatMessage, str] | None:
        """The newest card that asks something, and the nonce of its confirming button."""
        for message in reversed(self.phone.chat.from_bot):
            for button_row in message.body.get("reply_markup", {}).get("inline_keyboard", ()):
                for one in button_row:
                    data = one.get("callback_data", "")
                    if data and ":" not in data and not data.endswith(".no") and one["text"] == "Buy":
                        return message, data
        return None


class ChatDay:
    """One seed."""

    def __init__(self, desk: ChatDesk, seed: int) -> None:
        self.desk = desk
        self.draw = SeededEntropy(seed).fork("chat day")
        self.truth = Truth()
        self.fired: Counter[str] = Counter()
        self.sums = 0
        self.kept: list[str] = []

    async def open(self) -> None:
        """Two tenants with accounts, and somebody whom nobody knows."""
        ann = Tenant("Ann", await self.desk.owner("Ann"), OWNER, PAPER)
        phone = self.desk.server.person("Bob")
        await self.desk.people.join(Known("telegram", str(phone.id), BOB, "Bob", self.desk.pit.clock.now()))
        await self._account(BOBS, BOB, "Bob", D(77_777))
        # Bob's orders go out without a card: what a line does shows at once.
        await self.desk.pit.store.registers.put_setting(BOB, "one_tap", "100000")
        phone.start()
        bob = Tenant("Bob", phone, BOB, BOBS)
        self.tenants = (ann, bob)
        self.mallory = self.desk.server.person("Mallory")
        self.mallory.start()
        for tenant in self.tenants:
            viewer = SetRole(CommandId(f"carl:{tenant.name}"), tenant.person, tenant.account, CARL, "viewer")
            assert isinstance(await self.desk.pit.engine.submit(viewer), Taken)
        await self.desk.settle(1)

    async def _account(self, account: AccountId, owner: PersonId, name: str, cash: Decimal) -> None:
        pit = self.desk.pit
        command = OpenAccount(
            CommandId(f"open:{account}"), owner, account, "paper", "paper", "USD", cash, CANARIES[name]
        )
        assert isinstance(await pit.engine.submit(command), Taken)
        self.venue = PaperVenue(account, pit.instruments.get, SeededEntropy(3), cash=cash)
        await self._connect()

    async def _connect(self) -> None:
        """The second tenant's session, in this life."""
        pit = self.desk.pit
        self.broker = PaperBroker(BOBS, self.venue, pit.clock)
        await connect(pit.engine, BOBS, self.broker)
        await pit.settle()

    # ------------------------------------------------------------ what happens

    async def live(self) -> None:
        """So many things, with pauses; then quiet."""
        acts = (
            (0.30, self.types),
            (0.62, self.presses),
            (0.69, self.presses_old),
            (0.75, self.steals),
            (0.80, self.edits),
            (0.85, self.forwards),
            (0.90, self.late_line),
            (0.93, self.forges),
            (0.95, self.pastes),
            (1.00, self.crashes),
        )
        for _ in range(STEPS):
            dice = self.draw.fraction()
            await next(act for until, act in acts if dice < until)()
            self.desk.slow_s = 1.5 * self.draw.fraction() if self.draw.fraction() < 0.5 else 0.0
            await self.desk.settle(3 * self.draw.fraction() ** 2)
            await self.price()
        self.desk.slow_s = 0.0
        await self.desk.settle(30)

    async def price(self) -> None:
        """A price for everybody."""
        await self.desk.pit.quote("7400", "7401")
        self.broker.on_market(self.desk.pit.engine.book.marks["BTC/USD"])
        await self.desk.pit.settle()

    def _tenant(self) -> Tenant:
        return self.tenants[int(self.draw.fraction() * 2)]

    def _line(self) -> str:
        self.sums += 1
        return f"/buy BTC {100 + self.sums}"

    async def types(self) -> None:
        """A line, as one should."""
        tenant, text = self._tenant(), self._line()
        self.truth.lines.append((tenant.name, text))
        message = tenant.phone.say(text)
        self.truth.typed[f"telegram:{tenant.phone.chat.id}:{message.message_id}"] = tenant.name
        if self.draw.fraction() < 0.1:
            await self.desk.settle(self.draw.fraction())
            await self.crashes()
        await self.desk.settle(2)

    async def presses(self) -> None:
        """The newest card's button: once, twice, or again as new."""
        tenant = self._tenant()
        found = tenant.card()
        if found is None:
            return
        message, nonce = found
        shown_at = max(message.body["date"], message.body.get("edit_date", 0))
        if self.desk.server.world.now() - shown_at <= TTL_S + SECOND_S:
            self.truth.pressed[nonce] = tenant.name
        press = tenant.phone.press_data(message, nonce)
        tenant.presses.append((press, nonce))
        dice = self.draw.fraction()
        if dice < 0.25:
            self.fire("T02")
            tenant.phone.press_data(message, nonce)
        elif dice < 0.5:
            self.fire("T03")
            tenant.phone.press_again(press, is_new_query=dice < 0.4)
        if self.draw.fraction() < 0.15:
            await self.crashes()

    async def presses_old(self) -> None:
        """A button of long ago."""
        tenant = self._tenant()
        if tenant.presses:
            press, _ = tenant.presses[int(self.draw.fraction() * len(tenant.presses))]
            self.fire("T04")
            await self.desk.settle(70 * self.draw.fraction())
            tenant.phone.press_again(press, is_new_query=True)

    async def steals(self) -> None:
        """Somebody else presses the button: its data, on a message of their own chat."""
        tenant = self._tenant()
        found = tenant.card()
        thief = self.mallory if self.draw.fraction() < 0.4 else self._other(tenant).phone
        if found is None or not thief.chat.from_bot:
            return
        self.fire("T08" if thief is self.mallory else "M05")
        thief.press_data(thief.chat.from_bot[-1], found[1])
        await self._trespasses(tenant)

    async def _trespasses(self, victim: Tenant) -> None:
        """A front end that was taken in hands over what somebody wants with an account that is another's: a
        stranger to it, or somebody who may only look."""
        engine, instrument = self.desk.pit.engine, self.desk.pit.instruments["BTC/USD"]
        self.sums += 1
        person = CARL if self.sums % 2 else self._other(victim).person
        seen = Seen(instrument, engine.book.marks.get("BTC/USD"))
        size = Size(SizeKind.SPEND, D(100 + self.sums))
        name = CommandId(f"taken-in:{self.sums}")
        await engine.submit(OpenPosition(name, person, victim.account, seen, True, size))

    async def edits(self) -> None:
        """A line that was sent is changed into another order."""
        tenant, text = self._tenant(), self._line()
        message = tenant.phone.say("/price BTC")
        self.fire("T06")
        await self.desk.settle(0.5)
        tenant.phone.edit(message, text)

    async def forwards(self) -> None:
        """Somebody else's words."""
        tenant, text = self._tenant(), self._line()
        message = self.mallory.say(text)
        self.fire("T07")
        tenant.phone.forward(message, tenant.phone.chat)

    async def late_line(self) -> None:
        """A line that waited in the phone for minutes: it may show a card, and do nothing by itself."""
        tenant, text = self._tenant(), self._line()
        self.fire("T05")
        tenant.phone.say(text, at=self.desk.server.world.now() - 600)

    async def forges(self) -> None:
        """Data that no button ever had, and an order in a link."""
        self.fire("T10")
        last = self.tenants[0].phone.chat.from_bot[-1]
        token = self.draw.token(16).hex()
        self.mallory.press_data(last, token)
        self.tenants[0].phone.press_data(last, token)
        self.fire("M14")
        self.mallory.start("buy_BTC_900")

    async def pastes(self) -> None:
        """A key that belongs into no chat."""
        self.fire("T22")
        self._tenant().phone.say(f"it is {SECRET} I think")
        self.desk.slow_s = 1.0
        await self.desk.settle(0.5)
        # What is answered is dropped: looked at while it still waits.
        self.kept += _rows(self.desk.pit)

    async def crashes(self) -> None:
        """The process dies with whatever it has in hand, and comes back."""
        self.fire("T01")
        await self.desk.die()
        await self.desk.pit.die()
        await self.desk.pit.clock.sleep_s(5 * self.draw.fraction())
        await self.desk.pit.start()
        await connect(self.desk.pit.engine, PAPER, self.desk.pit.broker)
        await self._connect()
        self.desk.slow_s = 0.0
        await self.desk.live()
        await self.price()

    def _other(self, tenant: Tenant) -> Tenant:
        return self.tenants[1] if tenant is self.tenants[0] else self.tenants[0]

    def fire(self, fault: str) -> None:
        """A fault of the catalogue has happened."""
        self.fired[known(fault)] += 1

    # ------------------------------------------------------------ the verdict

    def facts(self) -> dict[str, Any]:
        """Everything that the judge may see, as plain data."""
        entries = [
            {"account": str(one.account), "command": str(one.order.command_id), "cause": one.cause}
            for one in self.desk.pit.named("OrderIntended")
            if one.order.role == "entry"
        ]
        return {
            "meant": {**self.truth.typed, **self.truth.pressed},
            "accounts": {tenant.name: str(tenant.account) for tenant in self.tenants},
            "said": [*self.truth.lines, *((name, nonce) for nonce, name in self.truth.pressed.items())],
            "answered": list(self.desk.finished),
            "people": {str(tenant.phone.id): tenant.name for tenant in self.tenants},
            "entries": entries,
            "reads": {
                **{tenant.name: "\n".join(tenant.phone.transcript()) for tenant in self.tenants},
                "Mallory": "\n".join(self.mallory.transcript()),
            },
            "canaries": dict(CANARIES),
            "secrets": (SECRET, self.desk.server.token),
            "kept": "\n".join([*self.desk.heard.lines, *self.kept, *_rows(self.desk.pit)]),
        }


def _rows(pit: Pit) -> list[str]:
    """Everything that is written down, as text."""
    lane = pit.store.writer
    assert isinstance(lane, InlineLane)
    return lane.run_raw_now(lambda raw: list(raw.iterdump()))


def judged_chats(facts: dict[str, Any]) -> list[Breach]:
    """What must never have happened in the chats (I1, I7, I11, I12)."""
    found = []
    accounts = {account: name for name, account in facts["accounts"].items()}
    made = Counter(one["command"] for one in facts["entries"])
    for one in facts["entries"]:
        command, owner = one["command"], accounts[one["account"]]
        if facts["meant"].get(command) != owner:
            found.append(Breach("I1", f"{owner}'s account traded for {command}, which {owner} did not mean"))
        if made[command] > 1:
            found.append(Breach("I1", f"{command} made {made[command]} entries"))
    answered = {(facts["people"].get(person, "?"), text) for person, text in facts["answered"]}
    for name, text in facts["said"]:
        if (name, text) not in answered:
            found.append(Breach("I7", f"{name} said {text} and was never answered"))
    for reader, text in facts["reads"].items():
        for owner, canary in facts["canaries"].items():
            if reader != owner and canary in text:
                found.append(Breach("I11", f"{reader} read what is {owner}'s"))
    found += [Breach("I12", "a secret was kept") for one in facts["secrets"] if one in facts["kept"]]
    return found


def play_chat(seed: int) -> ChatOutcome:
    """One day in the chats."""

    async def played(pit: Pit) -> ChatOutcome:
        await pit.quote("7400", "7401")
        desk = ChatDesk(pit, TelegramServer(pit.clock, limits=FloodLimits.none()))
        await desk.live()
        day = ChatDay(desk, seed)
        try:
            await day.open()
            await day.live()
            facts = day.facts()
            return ChatOutcome(
                seed, judged_chats(facts), dict(day.fired), len(facts["entries"]), pit.clock.elapsed_s()
            )
        finally:
            await desk.die()

    return in_pit(played, instruments=(BTC, ETH), waits_for_open=False)
