"""What a profile does from the next candle on: started and stopped, its mode, sides, opinions, protections,
the settings of its strategy with their history, and the positions that are its own."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.conversation.grammar_symbol import is_symbol, symbol, symbol_text
from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.retelling import retold
from bot.conversation.screen import (
    Block,
    Kind,
    Line,
    Screen,
    bold,
    code,
    dim,
    line,
    look,
    row,
    title,
    warn,
)
from bot.handlers.profile_card import card_of, frame_name, named, strategy_of
from bot.handlers.subjects import look_if_short
from bot.handlers.symbol_owner import owned_by_another
from trading.domain.events import Refusal
from trading.domain.position import Position
from trading.parameters import ParameterHistory, validated, written
from trading.profiles.deciding import handed_over, owns, taken_back
from trading.profiles.profile import REVISIONS_MAX, Mode, TradingProfile, Voice
from trading.profiles.roster import Profiles
from trading.regime_by_hand import DIRECTIONS

SURE = "sure"
_OFF = frozenset({"off", "none", "no"})
HISTORY_SHOWN = 12


# ---------------------------------------------------------------- start, stop


async def started(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`start NAME`: in automatic mode a card asks first, since from then on it buys by itself."""
    one = named(profiles, asked, [word for word in words if word != SURE][:1])
    if isinstance(one, Screen):
        return one
    say = asked.wording.say
    if one.is_running:
        return refusal(asked, "profile.running_already", name=one.name)
    if not one.symbols:
        return refusal(asked, "profile.no_symbols", name=one.name)
    taken = owned_by_another(tools, profiles, asked, one)
    if taken is not None:
        return taken
    strategy = strategy_of(one.strategy)
    settings = one.history.current(strategy) if strategy is not None else None
    if isinstance(settings, Refusal):
        return Screen.of(retold(asked.wording, settings), kind=Kind.REFUSAL)
    if one.mode is Mode.AUTOMATIC and SURE not in words:
        card = await card_of(tools, profiles, asked, one)
        begin = look_if_short(say("profile.do.begin"), "profile", f"start {one.name} {SURE}")
        asking = line(warn(say("profile.sure", name=one.name, account=one.account)))
        return Screen.of(*card.blocks, asking, kind=Kind.REVIEW).with_buttons(
            row(begin, look_if_short(say("card.cancel"), "profile", f"show {one.name}"))
        )
    changed = replace(one, is_running=True, since=tools.clock.now())
    await profiles.put(changed)
    for name in one.symbols:
        tools.market.last(name)  # whoever is asked for a price listens from then on
    card = await card_of(tools, profiles, asked, changed)
    return card.with_blocks(line(say("profile.started", name=one.name, frame=frame_name(one.frame_s))))


async def stopped(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`stop NAME`: what it holds keeps its exits, and nobody leaves it for the strategy any more."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    if not one.is_running:
        return refusal(asked, "profile.standing_already", name=one.name)
    held = [p.symbol for p in tools.book().live_positions(one.account) if p.is_open and owns(one, p)]
    changed = replace(one, is_running=False)
    await profiles.put(changed)
    card = await card_of(tools, profiles, asked, changed)
    key = "profile.stopped_holding" if held else "profile.stopped"
    return card.with_blocks(line(asked.wording.say(key, name=one.name, symbols=", ".join(held))))


# ---------------------------------------------------------------- one word each


async def mode_set(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`mode NAME automatic|propose`. One that runs becomes automatic by a second press."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    wanted = words[1].casefold() if len(words) > 1 else ""
    if wanted not in set(Mode):
        return refusal(asked, "profile.mode_form", name=one.name)
    say = asked.wording.say
    if wanted == Mode.AUTOMATIC and one.is_running and SURE not in words:
        asking = line(warn(say("profile.sure", name=one.name, account=one.account)))
        begin = look_if_short(say("profile.do.automatic"), "profile", f"mode {one.name} {wanted} {SURE}")
        return Screen.of(asking, kind=Kind.REVIEW).with_buttons(
            row(begin, look_if_short(say("card.cancel"), "profile", f"show {one.name}"))
        )
    return await _put(tools, profiles, asked, replace(one, mode=Mode(wanted)))


async def direction_set(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`direction NAME both|long|short|none`."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    wanted = words[1].casefold() if len(words) > 1 else ""
    if wanted not in DIRECTIONS:
        return refusal(asked, "profile.direction_form", name=one.name, names=", ".join(DIRECTIONS))
    return await _put(tools, profiles, asked, replace(one, direction=wanted))


async def opinion_set(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`opinion NAME on|off|needed`."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    wanted = words[1].casefold() if len(words) > 1 else ""
    if wanted not in set(Voice):
        return refusal(asked, "profile.opinion_form", name=one.name)
    return await _put(tools, profiles, asked, replace(one, opinion=Voice(wanted)))


async def _put(tools: Tools, profiles: Profiles, asked: Asked, changed: TradingProfile) -> Screen:
    await profiles.put(changed)
    return await card_of(tools, profiles, asked, changed)


# ---------------------------------------------------------------- settings of the strategy


async def settings_set(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`set NAME fast 20 slow 100`; without settings, what they are."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    strategy = strategy_of(one.strategy)
    if strategy is None:
        return refusal(asked, "strategy.unknown", name=one.strategy, names="–", near="")
    pairs = " ".join(words[1:]).replace("=", " ").split()
    if not pairs:
        return _settings_screen(asked, one)
    if len(pairs) % 2:
        return refusal(asked, "profile.set_form", name=one.name, knob=strategy.parameters[0].name)
    if one.history.number >= REVISIONS_MAX:
        return refusal(asked, "profile.revisions_full", n=REVISIONS_MAX)
    raw = dict(zip((word.casefold() for word in pairs[::2]), pairs[1::2], strict=True))
    return await _revised(
        tools,
        profiles,
        asked,
        one,
        one.history.changed(strategy, raw, asked.person.person_id, tools.clock.now()),
    )


async def undone(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`undo NAME`: as it was before the newest change that still stands."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    if one.history.number >= REVISIONS_MAX:
        return refusal(asked, "profile.revisions_full", n=REVISIONS_MAX)
    return await _revised(
        tools, profiles, asked, one, one.history.undone(asked.person.person_id, tools.clock.now())
    )


async def _revised(
    tools: Tools,
    profiles: Profiles,
    asked: Asked,
    one: TradingProfile,
    history: ParameterHistory | Refusal,
) -> Screen:
    if isinstance(history, Refusal):
        return Screen.of(retold(asked.wording, history), kind=Kind.REFUSAL)
    if not one.history.revisions:
        # The first change keeps the usual settings as what an undo goes back to.
        history = _with_usual_before(one, history)
    changed = replace(one, history=history)
    await profiles.put(changed)
    return _settings_screen(asked, changed)


def _with_usual_before(one: TradingProfile, history: ParameterHistory) -> ParameterHistory:
    strategy = strategy_of(one.strategy)
    assert strategy is not None and len(history.revisions) == 1
    (first,) = history.revisions
    usual = validated(strategy, {})
    assert not isinstance(usual, Refusal), "defaults are taken"
    return ParameterHistory((replace(first, settings=written(usual)), replace(first, number=2, before=1)))


def _settings_screen(asked: Asked, one: TradingProfile) -> Screen:
    """Each setting with its value, what it is when nobody says, and what it means."""
    say = asked.wording.say
    strategy = strategy_of(one.strategy)
    assert strategy is not None
    now = one.history.current(strategy)
    if isinstance(now, Refusal):
        return Screen.of(retold(asked.wording, now), kind=Kind.REFUSAL)
    values, usual = written(now), written({p.name: p.default for p in strategy.parameters})
    lines: list[Line] = []
    for name, value in values.items():
        mark = dim(f" ({say('profile.usually', value=usual[name])})") if value != usual[name] else ""
        meaning = say(f"strategy.knob.{strategy.name}.{name}")
        lines.append(line("• ", bold(f"{name} {value}"), mark, dim(f" {meaning}")))
    example = code(f"/profile set {one.name} {strategy.parameters[0].name} {next(iter(values.values()))}")
    return Screen.of(
        title(say("profile.settings_of", name=one.name, strategy=strategy.name, n=one.history.number)),
        *lines,
        line(example),
    ).with_buttons(
        row(
            look_if_short(say("profile.history"), "profile", f"history {one.name}"),
            look_if_short(say("profile.undo"), "profile", f"undo {one.name}"),
            look_if_short(say("profile.back"), "profile", f"show {one.name}"),
        )
    )


async def history_shown(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`history NAME`: every state of its settings, the newest first, with what it changed."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    say, revisions = asked.wording.say, one.history.revisions
    if not revisions:
        return refusal(asked, "profile.no_history", name=one.name)
    blocks: list[Block] = [title(say("profile.history_of", name=one.name))]
    for newer in reversed(revisions[-HISTORY_SHOWN:]):
        older = revisions[newer.number - 2].settings if newer.number > 1 else {}
        changes = [f"{name} {value}" for name, value in newer.settings.items() if older.get(name) != value]
        what = ", ".join(changes) if newer.number > 1 else say("profile.usual")
        undo = f" · {say('profile.undoes', n=newer.undoes)}" if newer.undoes else ""
        at = asked.wording.instant(newer.at)
        blocks.append(line(bold(str(newer.number)), f" {what}", dim(f" · {at}{undo}")))
    return Screen.of(*blocks).with_buttons(
        row(
            look_if_short(say("profile.undo"), "profile", f"undo {one.name}"),
            look_if_short(say("profile.back"), "profile", f"show {one.name}"),
        )
    )


# ---------------------------------------------------------------- protections


async def protected(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`protect NAME cooldown minutes 30`, `protect NAME cooldown off`; without a protection, all of them."""
    from trading.strategies.protections import PROTECTIONS

    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    if len(words) < 2:
        return _protections_screen(asked, one)
    name = words[1].casefold()
    if name not in PROTECTIONS:
        return refusal(asked, "profile.no_protection", name=words[1], names=", ".join(PROTECTIONS))
    rest = " ".join(words[2:]).replace("=", " ").split()
    kept = dict(one.protections)
    if rest and rest[0].casefold() in _OFF:
        if name not in kept:
            return refusal(asked, "profile.protection_off", name=name)
        del kept[name]
        await profiles.put(replace(one, protections=kept))
        return _protections_screen(asked, replace(one, protections=kept))
    if len(rest) % 2:
        knob = PROTECTIONS[name].parameters[0].name
        return refusal(asked, "profile.protect_form", name=one.name, protection=name, knob=knob)
    raw = dict(zip((word.casefold() for word in rest[::2]), rest[1::2], strict=True))
    settings = validated(PROTECTIONS[name], {**kept.get(name, {}), **raw})
    if isinstance(settings, Refusal):
        return Screen.of(retold(asked.wording, settings), kind=Kind.REFUSAL)
    kept[name] = written(settings)
    changed = replace(one, protections=kept)
    await profiles.put(changed)
    return _protections_screen(asked, changed)


def _protections_screen(asked: Asked, one: TradingProfile) -> Screen:
    from trading.strategies.protections import PROTECTIONS

    say = asked.wording.say
    lines = []
    for name in PROTECTIONS:
        settings = one.protections.get(name)
        state = ", ".join(f"{knob} {value}" for knob, value in settings.items()) if settings else ""
        shown = bold(state) if state else dim(say("profile.off"))
        lines.append(line("• ", code(name), " ", say(f"protection.{name}"), dim(" · "), shown))
    example = code(f"/profile protect {one.name} cooldown minutes 30")
    return Screen.of(title(say("profile.protections_of", name=one.name)), *lines, line(example)).with_buttons(
        row(
            look(say("profile.protections"), "protections", one.name),
            look_if_short(say("profile.back"), "profile", f"show {one.name}"),
        )
    )


# ---------------------------------------------------------------- positions


async def handed(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`handover NAME BTC`: its strategy may close what a person or another profile has opened."""
    found = await _position(tools, profiles, asked, words)
    if isinstance(found, Screen):
        return found
    one, position = found
    account = tools.book().account(one.account)
    bot = account.bots.of_tag(position.tag) if account is not None else None
    if bot is not None and bot.is_there:
        return refusal(asked, "profile.bots_position", symbol=position.symbol, bot=bot.name)
    if owns(one, position):
        return refusal(asked, "profile.owned_already", name=one.name, symbol=position.symbol)
    for changed in handed_over(one, profiles.every(), position):
        await profiles.put(changed)
    card = await card_of(tools, profiles, asked, changed)
    key = "profile.handed" if one.is_running else "profile.handed_standing"
    return card.with_blocks(line(asked.wording.say(key, name=one.name, symbol=position.symbol)))


async def took_back(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`takeback NAME BTC`: nobody but a person and its exits close it from now on."""
    found = await _position(tools, profiles, asked, words)
    if isinstance(found, Screen):
        return found
    one, position = found
    if not owns(one, position):
        return refusal(asked, "profile.not_owned", name=one.name, symbol=position.symbol)
    changed = taken_back(one, position)
    await profiles.put(changed)
    card = await card_of(tools, profiles, asked, changed)
    told = asked.wording.say("profile.taken_back", name=one.name, symbol=position.symbol)
    return card.with_blocks(line(told))


async def _position(
    tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]
) -> tuple[TradingProfile, Position] | Screen:
    """The profile and the open position that a line names."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    if len(words) < 2 or not is_symbol(words[1]):
        return refusal(asked, "profile.handover_form", name=one.name)
    wanted = symbol(words[1], "BTC")
    held = [p for p in tools.book().live_positions(one.account) if p.is_open]
    found = [p for p in held if wanted in (p.symbol, p.symbol.partition("/")[0])]
    if len(found) != 1:
        return refusal(asked, "profile.not_held", symbol=wanted, account=one.account)
    if found[0].symbol not in one.symbols:
        traded = symbol_text(found[0].symbol)
        return refusal(asked, "profile.not_traded", name=one.name, symbol=traded)
    return one, found[0]
