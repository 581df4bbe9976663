"""The judge of bots: each wish becomes one order or an answer, nothing else does, and none believes a lie."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
ZERO = Decimal(0)


class Keeping:
    """What a bot has wished for, and what became of it."""

    def __init__(self, bot: Row) -> None:
        self.name: str = bot["name"]
        self.symbol: str = bot["symbol"]
        self.budget: Decimal = bot["budget"]
        self.version = 0
        self.is_there = True
        self.known: set[str] = set()
        self.answered: set[str] = set()
        self.sent: dict[str, str] = {}
        self.later: set[str] = set()


class BotJudge:
    """Walks beside the others and says what bots, or the desk for them, did wrong."""

    def __init__(self) -> None:
        self.bots: dict[str, Keeping] = {}
        self._unwished: dict[str, list[str]] = defaultdict(list)

    def is_of_bot(self, command: str) -> bool:
        """Whether an order grows from a bot that somebody has confirmed."""
        bot_id, _, tag = command.partition(":")
        bot = self.bots.get(bot_id)
        return bot is not None and bool(tag)

    def event(self, event: Row, confirmed: Mapping[str, str]) -> Iterator[str]:
        """What is wrong with this line of the journal."""
        match event["type"]:
            case "BotStarted":
                yield from self._started(event, confirmed)
            case "BotMoved":
                yield from self._moved(event)
            case "BotHeard":
                self.bots[event["bot_id"]].answered.add(event["heard"]["tag"])
            case "BotEnded":
                self.bots[event["bot_id"]].is_there = event["status"] == "error"
                self.bots[event["bot_id"]].later = set()
                yield from self._nothing_unwished(event["bot_id"])
            case "OrderIntended" if event["order"].get("serves"):
                yield from self._sent(event["order"])
            case _:
                pass

    def _started(self, event: Row, confirmed: Mapping[str, str]) -> Iterator[str]:
        bot = event["bot"]
        if event["command_id"] not in confirmed:
            yield f"the bot {bot['name']} began, and nobody confirmed it"
        rivals = [one for one in self.bots.values() if one.is_there and one.symbol == bot["symbol"]]
        if any(one.name != bot["name"] for one in rivals):
            yield f"two bots trade {bot['symbol']}"
        if bot["bot_id"] in self.bots:
            yield f"{bot['bot_id']} began twice"
        self.bots[bot["bot_id"]] = Keeping(bot)

    def _sent(self, order: Row) -> Iterator[str]:
        bot_id, _, tag = order["command_id"].partition(":")
        bot = self.bots.get(bot_id)
        if bot is None or tag != order["serves"]:
            yield f"{order['order_id']} serves {order['serves']} of no bot that is known"
            return
        if tag in bot.sent:
            yield f"{bot.name} wished for {tag} once, and {bot.sent[tag]} and {order['order_id']} were made"
        if not bot.is_there:
            yield f"{order['order_id']} was made for {bot.name}, which is over"
        if order["symbol"] != bot.symbol:
            yield f"{order['order_id']} was made in {order['symbol']} for a bot in {bot.symbol}"
        bot.sent[tag] = order["order_id"]
        self._unwished[bot_id].append(tag)

    def _moved(self, event: Row) -> Iterator[str]:
        bot = self.bots[event["bot_id"]]
        if event["version"] != bot.version + 1:
            yield f"{bot.name} moved from {bot.version} to {event['version']}"
        bot.version = event["version"]
        bot.later = {one["tag"] for one in event["later"]}
        state = state_of(event["state"])
        plain = {tag for tag, one in state["orders"].items() if one["kind"] == "plain"}
        lost = plain - bot.known - set(bot.sent) - bot.answered - bot.later
        bot.known |= plain
        for tag in sorted(lost):
            yield f"{bot.name} wished for {tag}, and nothing became of it"
        yield from self._nothing_unwished(event["bot_id"])

    def _nothing_unwished(self, bot_id: str) -> Iterator[str]:
        """What was made for a bot stands in the state that was written with it."""
        for tag in self._unwished.pop(bot_id, ()):
            if tag not in self.bots[bot_id].known:
                yield f"{tag} was made for {self.bots[bot_id].name}, which did not wish for it"

    def at_end(self, final: Row) -> Iterator[str]:
        """Once everything has settled a bot that works knows what is held, to the last digit."""
        held: dict[str, Decimal] = defaultdict(Decimal)
        for position in final["positions"]:
            held[position["symbol"]] += position["quantity"]
        for bot in final["account"].get("bots", {"every": ()})["every"]:
            if bot["status"] != "active":
                continue
            if bot["heard"] and any(one["kind"] != "taken" for one in bot["heard"]):
                yield f"{bot['name']} has not heard {len(bot['heard'])} things"
                continue
            state = state_of(bot["state"])
            thinks = sum((Decimal(one["quantity"]) for one in state["lots"].values()), Decimal(state["dust"]))
            early = sum((Decimal(one["quantity"]) for one in state["early"]), ZERO)
            if not early and thinks != held[bot["symbol"]]:
                yield f"{bot['name']} thinks that it holds {thinks} {bot['symbol']}: {held[bot['symbol']]}"


def state_of(written: str) -> Any:
    """A bot's state as plain data."""
    return json.loads(base64.b64decode(written))
