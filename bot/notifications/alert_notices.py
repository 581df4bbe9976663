"""Notices as screens: what is no trade and must be heard all the same. The words are found by the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import json

from bot.conversation.grammar_size import size_text
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.screen import Block, Kind, Screen, dim, line, look, row, title
from bot.conversation.wording import Wording
from bot.conversation.words import CATALOGUE, DEFAULT
from bot.notifications.alert_timed import tell_digest, tell_job_missed, tell_price_age
from bot.notifications.notices import start_screen
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling, called, price_text
from trading.domain.events import Level
from trading.domain.exits import Size
from trading.domain.ids import AccountId
from trading.domain.money import HUNDRED
from trading.engine.report import StartReport
from trading.ports import StoredEvent

URGENCIES = {
    Level.INFO: Urgency.QUIET,
    Level.SUCCESS: Urgency.NORMAL,
    Level.WARNING: Urgency.NORMAL,
    Level.ERROR: Urgency.URGENT,
}


def _tell_start(event: Any, scene: Scene) -> Telling:
    """What a start found, from the report that was journaled."""
    report = json.decode(event.facts["report"], type=StartReport)
    return Telling(Topic.START, start_screen(report, scene).blocks, URGENCIES[event.level])


def _tell_asked(event: Any, scene: Scene) -> Telling:
    """Somebody asks to be let in: with the button that decides."""
    button = look(
        scene.wording.say("role.decide", name=event.facts["name"]), "approve", event.facts["request"]
    )
    return Telling(
        Topic.ACCESS,
        _blocks(event.code, event.facts, scene.wording),
        URGENCIES[event.level],
        buttons=(row(button),),
    )


def _tell_proposed(event: Any, scene: Scene) -> Telling:
    """An order waits for a second person: with the button that shows its card."""
    facts = event.facts
    button = look(scene.wording.say("second.look"), "second", f"{facts['request']} on {event.account}")
    blocks = _blocks(event.code, {**facts, "account": event.account}, scene.wording)
    return Telling(Topic(event.topic), blocks, URGENCIES[event.level], buttons=(row(button),))


def _tell_profile(event: Any, scene: Scene) -> Telling:
    """A profile proposes an entry: with the buttons that answer it."""
    facts, wording = event.facts, scene.wording
    say, account, symbol = wording.say, AccountId(event.account), event.facts["symbol"]
    instrument = scene.book.instrument(account, symbol)

    def price(name: str) -> str:
        return price_text(scene, Decimal(facts[name]), instrument) if facts.get(name) else "?"

    key = "notice.profile_proposed"
    head = say(f"{key}.short" if facts["side"] == "short" else key, **{**facts, "price": price("price")})
    levels = [say(f"{key}.{name}", price=price(name)) for name in ("stop", "target") if name in facts]
    size = size_text(json.decode(facts["size"], type=Size))
    blocks: list[Block] = [title(head), line(", ".join([say(f"{key}.size", size=size), *levels]))]
    if facts["left"] not in ("", "1"):
        percent = wording.percent((Decimal(facts["left"]) * HUNDRED).quantize(Decimal(1)))
        blocks.append(line(say(f"{key}.left", percent=percent)))
    until = datetime.fromisoformat(facts["until"])
    blocks.append(line(dim(say(f"{key}.until", at=wording.clock(until)))))
    short = symbol_text(symbol)
    buttons = row(
        look(say("profile.do.yes", symbol=short), "profile", f"yes {facts['token']}"),
        look(say("profile.do.no"), "profile", f"no {facts['token']}"),
    )
    return Telling(
        Topic.PROFILE,
        tuple(blocks),
        URGENCIES[event.level],
        symbol,
        buttons=(buttons, row(look(f"/why {short}", "why", short))),
    )


OWN: dict[str, Callable[[Any, Scene], Telling | None]] = {
    "digest": tell_digest,
    "feed_fresh": tell_price_age,
    "feed_stale": tell_price_age,
    "job_missed": tell_job_missed,
    "join_asked": _tell_asked,
    "order_proposed": _tell_proposed,
    "profile_proposed": _tell_profile,
    "start": _tell_start,
}
"""Codes whose facts are more than two sentences: each with a function of its own."""


def tell_role(members: Sequence[StoredEvent], scene: Scene) -> Telling:
    """Somebody has another role from now on: they and the owner hear of it."""
    event: Any = members[0].event
    say = scene.wording.say
    role = event.role.value if event.role is not None else "none"
    head = title(
        say("alert.role", member=event.name or event.person, role=say(f"role.{role}"), account=event.account)
    )
    why = line(say(f"role.means.{role}"))
    return Telling(
        Topic.ACCESS, (head, why, line(say("alert.by", person=called(scene, event.by)))), Urgency.NORMAL
    )


def tell_notice(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """`notice.<code>` is the first line, `notice.<code>.why` (when there is one) the second."""
    event: Any = members[0].event
    own = OWN.get(event.code)
    if own is not None:
        return own(event, scene)
    blocks = _blocks(event.code, event.facts, scene.wording)
    return Telling(Topic(event.topic), blocks, URGENCIES[event.level])


def notice_screen(code: str, facts: Mapping[str, str], wording: Wording) -> Screen:
    """The same without the journal, for when nothing can be written down."""
    return Screen(_blocks(code, facts, wording), kind=Kind.ALERT)


def _blocks(code: str, facts: Mapping[str, str], wording: Wording) -> tuple[Block, ...]:
    key = f"notice.{code}"
    blocks: list[Block] = [title(wording.say(key, **facts))]
    if f"{key}.why" in CATALOGUE[DEFAULT]:
        blocks.append(line(wording.say(f"{key}.why", **facts)))
    return tuple(blocks)
