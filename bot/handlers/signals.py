"""`/signals`: who may send signals for a person, what each has done in dry-run, and whether it may trade."""

from __future__ import annotations

import base64
from contextlib import suppress
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.confirmation import choice_button
from bot.conversation.grammar_number import unsigned
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_wording import Stop, Twofold
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import (
    Block,
    Kind,
    Line,
    Screen,
    bad,
    code,
    dim,
    good,
    kv,
    line,
    look,
    row,
    title,
    warn,
)
from bot.conversation.signalling import (
    NAME,
    Score,
    Source,
    announce,
    forget,
    keep,
    place_of,
    sources_of,
)
from bot.handlers.subjects import refresh, word_of
from trading.domain.rights import Right
from trading.ports import VaultLocked

SOURCES_MAX = 10
SECRET_BYTES, ID_BYTES = 24, 16
YES = "confirmed"
TRADINGVIEW = (
    '{"secret": "SECRET", "at": "{{timenow}}", "id": "{{strategy.order.id}}-{{timenow}}", '
    '"action": "{{strategy.order.action}}", "symbol": "{{ticker}}", "size": "100", "sl": "2%", '
    '"prev_market_position": "{{strategy.prev_market_position}}", '
    '"market_position": "{{strategy.market_position}}"}'
)
"""What a person pastes into an alert there; the words in braces are filled in by the service."""


async def signals(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """List them, or do what the line says with one."""
    if not tools.facts.signals_url:
        return refusal(asked, "signals.off")
    words = word_of(parsed, "what").lower().split()
    known = await sources_of(tools.registers, asked.person.person_id)
    if not words:
        return _listed(asked, known)
    act, rest = words[0], words[1:]
    if act in ("new", "live", "dry", "rotate", "delete", "size") and not rest:
        return refusal(asked, "signals.name_missing", act=act)
    if act == "new":
        return await _new(tools, asked, known, rest[0])
    name = rest[0] if act in _ACTS else act
    source = known.get(name)
    if source is None:
        return refusal(asked, "signals.unknown", name=name, names=", ".join(known) or "–")
    if act not in _ACTS:
        return _shown(asked, source)
    if Right.TRADE not in asked.person.rights.get(source.account, frozenset()):
        return refusal(asked, "signals.no_right", account=source.account)
    return await _ACTS[act](tools, asked, source, rest[1:])


def _listed(asked: Asked, known: dict[str, Source]) -> Screen:
    say = asked.wording.say
    if not known:
        return Screen.of(title(say("signals.title")), say("signals.none"), line(code("/signals new tv")))
    lines = [_row(asked, one) for one in known.values()]
    buttons = [look(name, "signals", name) for name in known]
    return Screen.of(title(say("signals.title")), *lines).with_buttons(row(*buttons[:4]), row(*buttons[4:8]))


def _row(asked: Asked, one: Source) -> Line:
    dot = dim(" · ")
    return line(one.name, dot, _state(asked, one), dot, _short(asked, one.score))


def _state(asked: Asked, source: Source) -> str:
    key = "signals.live" if source.is_live else "signals.dry"
    return asked.wording.say(key)


def _short(asked: Asked, score: Score) -> str:
    wording = asked.wording
    return wording.say(
        "signals.score",
        heard=score.heard,
        trips=score.trips,
        percent=wording.percent(score.percent, signed=True),
    )


def _shown(asked: Asked, source: Source) -> Screen:
    """Its score, and what it said last."""
    wording, say, score = asked.wording, asked.wording.say, source.score
    share = Decimal(score.wins * 100) / score.trips if score.trips else Decimal(0)
    state = bad(_state(asked, source)) if source.is_live else dim(_state(asked, source))
    blocks: list[Block] = [
        title(say("signals.one", name=source.name)),
        line(state),
        kv(
            (say("signals.account"), source.account),
            (say("signals.heard"), say("signals.heard_value", heard=score.heard, passed=score.passed)),
            (say("signals.trips"), say("signals.trips_value", trips=score.trips, won=wording.percent(share))),
            (say("signals.made"), wording.percent(score.percent, signed=True)),
            (say("signals.most"), wording.money(source.most)) if source.is_live else None,
            (say("signals.size"), source.size) if source.size else None,
        ),
    ]
    for one in source.log:
        did = say(f"signal.did.{one.code}")
        words = f"{wording.clock(one.at)} {one.line}: {did} {one.why}".rstrip()
        blocks.append(line(dim(words)))
    other = (
        look(say("signals.to_dry"), "signals", f"dry {source.name}")
        if source.is_live
        else look(say("signals.to_live"), "signals", f"live {source.name}")
    )
    return Screen.of(*blocks).with_buttons(row(refresh(asked, "signals", source.name), other))


# ---------------------------------------------------------------- acts


async def _new(tools: Tools, asked: Asked, known: dict[str, Source], name: str) -> Screen:
    if not NAME.fullmatch(name) or name in ("new", *_ACTS):
        return refusal(asked, "signals.bad_name", name=name)
    if name in known:
        return refusal(asked, "signals.taken", name=name)
    if len(known) >= SOURCES_MAX:
        return refusal(asked, "signals.full", n=SOURCES_MAX)
    if asked.incoming.is_group:
        return refusal(asked, "signals.private")
    source = Source(
        tools.entropy.token(ID_BYTES).hex(),
        name,
        asked.person.person_id,
        asked.person.account,
        tools.clock.now(),
    )
    try:
        secret = await _secret(tools, source)
    except VaultLocked as locked:
        return Screen.of(line(warn(str(locked))), kind=Kind.REFUSAL)
    await announce(tools.registers, source)
    return _told(tools, asked, source, secret, "signals.made_new")


async def _rotate(tools: Tools, asked: Asked, source: Source, rest: list[str]) -> Screen:
    if asked.incoming.is_group:
        return refusal(asked, "signals.private")
    try:
        secret = await _secret(tools, source)
    except VaultLocked as locked:
        return Screen.of(line(warn(str(locked))), kind=Kind.REFUSAL)
    return _told(tools, asked, source, secret, "signals.rotated")


async def _secret(tools: Tools, source: Source) -> str:
    """A new one, sealed. Raises VaultLocked."""
    secret = base64.urlsafe_b64encode(tools.entropy.token(SECRET_BYTES)).decode().rstrip("=")
    await tools.vault.put(place_of(source), secret)
    return secret


def _told(tools: Tools, asked: Asked, source: Source, secret: str, key: str) -> Screen:
    """Address and secret, once, for these eyes alone."""
    say = asked.wording.say
    address = f"{tools.facts.signals_url.rstrip('/')}/signal/{source.source_id}"
    return Screen.of(
        title(say(key, name=source.name)),
        kv((say("signals.address"), line(code(address))), (say("signals.secret"), line(code(secret)))),
        say("signals.paste"),
        line(code(TRADINGVIEW.replace("SECRET", secret))),
        line(dim(say("signals.or_line"))),
        line(dim(say("signals.once"))),
    ).for_one()


async def _live(tools: Tools, asked: Asked, source: Source, rest: list[str]) -> Screen:
    """A card with the score first; its button says the same line again."""
    wording, say = asked.wording, asked.wording.say
    if len(rest) < 2 or rest[0] != "max":
        return refusal(asked, "signals.live_how", name=source.name)
    try:
        most = unsigned(rest[1].removeprefix("$"), "max").value
    except (Stop, Twofold):
        most = Decimal(0)
    if most <= 0:
        return refusal(asked, "signals.live_how", name=source.name)
    score = source.score
    if rest[2:] != [YES]:
        share = Decimal(score.wins * 100) / score.trips if score.trips else Decimal(0)
        button = await choice_button(
            tools, asked, say("signals.let_trade"), f"/signals live {source.name} max {rest[1]} {YES}"
        )
        return Screen.of(
            title(say("signals.live_title", name=source.name)),
            kv(
                (say("signals.account"), source.account),
                (say("signals.most"), wording.money(most)),
                (say("signals.heard"), say("signals.heard_value", heard=score.heard, passed=score.passed)),
                (
                    say("signals.trips"),
                    say("signals.trips_value", trips=score.trips, won=wording.percent(share)),
                ),
                (say("signals.made"), wording.percent(score.percent, signed=True)),
            ),
            line(warn(say("signals.live_means"))),
            kind=Kind.REVIEW,
        ).with_buttons(row(button))
    await keep(tools.registers, replace(source, is_live=True, most=most, shadows={}))
    return Screen.of(line(good(say("signals.is_live", name=source.name, most=wording.money(most)))))


async def _dry(tools: Tools, asked: Asked, source: Source, rest: list[str]) -> Screen:
    await keep(tools.registers, replace(source, is_live=False))
    return Screen.of(line(asked.wording.say("signals.is_dry", name=source.name)))


async def _size(tools: Tools, asked: Asked, source: Source, rest: list[str]) -> Screen:
    await keep(tools.registers, replace(source, size=" ".join(rest)))
    return _shown(asked, replace(source, size=" ".join(rest)))


async def _delete(tools: Tools, asked: Asked, source: Source, rest: list[str]) -> Screen:
    await forget(tools.registers, source)
    with suppress(VaultLocked):
        await tools.vault.forget(place_of(source))
    return Screen.of(line(asked.wording.say("signals.deleted", name=source.name)))


_ACTS = {"live": _live, "dry": _dry, "rotate": _rotate, "delete": _delete, "size": _size}
HANDLERS: dict[str, Handler] = {"signals": signals}
