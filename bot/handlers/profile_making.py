"""Profiles made and unmade: a new one from one line, its symbols, its size, its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from bot.conversation.frames import frame_named, looks_like_frame
from bot.conversation.grammar import NotUnderstood, OrderLine, parse
from bot.conversation.grammar_nearest import nearest
from bot.conversation.grammar_symbol import is_symbol, symbol, symbol_text
from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.retelling import reread
from bot.conversation.screen import Kind, Screen, line, look, row, warn
from bot.handlers.finding import instrument_chosen
from bot.handlers.profile_card import card_of, named, own_profiles
from bot.handlers.symbol_owner import owned_by_another
from trading.domain.exits import Size
from trading.frames import FRAMES, frames_of, span_of
from trading.profiles.deciding import SIZES, begun_anew
from trading.profiles.profile import PROFILES_MAX, SYMBOLS_MAX, Mode, TradingProfile, Voice
from trading.profiles.roster import Profiles

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,15}", re.IGNORECASE)
_EXAMPLE = "BTC"
_ANY_STOP = " sl 1%"
_MODES = frozenset(Mode)
BARS_MAX = 2_000
_ADD = frozenset({"add", "+"})
_DROP = frozenset({"del", "drop", "remove", "-"})


async def made(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`new NAME STRATEGY SYMBOLS FRAME [size SIZE] [automatic|propose]`: one that stands still."""
    from trading.strategies.table import STRATEGIES

    if len(words) < 2:
        return refusal(asked, "profile.new_form")
    name, strategy = words[0], words[1].casefold()
    wrong = _name_refused(profiles, asked, name)
    if wrong is not None:
        return wrong
    if strategy not in STRATEGIES:
        near = nearest(strategy, tuple(STRATEGIES))
        hint = asked.wording.say("strategy.near", name=near) if near else ""
        return refusal(asked, "strategy.unknown", name=words[1], names=", ".join(STRATEGIES), near=hint)
    rest = list(words[2:])
    mode = Mode(rest.pop().casefold()) if rest and rest[-1].casefold() in _MODES else Mode.PROPOSE
    place = next((at for at, word in enumerate(rest) if looks_like_frame(word.casefold())), None)
    if place is None or not place:
        return refusal(asked, "profile.new_form")
    symbols = await _symbols(tools, asked, rest[:place], f"/profile new {name} {strategy}", rest[place:])
    if isinstance(symbols, Screen):
        return symbols
    frame = _frame(tools, asked, symbols, rest[place])
    size = _size(asked, symbols[0], " ".join(rest[place + 1 :]) or "risk 0.5%")
    for one in (frame, size):
        if isinstance(one, Screen):
            return one
    assert isinstance(frame, str) and isinstance(size, Size)
    profile = TradingProfile(
        _next_id(profiles, asked),
        asked.person.person_id,
        asked.person.account,
        name,
        strategy,
        FRAMES[frame] // timedelta(seconds=1),
        size,
        symbols,
        mode,
        opinion=Voice.ON if strategy == "pipeline" else Voice.OFF,
    )
    profile = begun_anew(profile, tools.book().live_positions(profile.account))
    await profiles.put(profile)
    card = await card_of(tools, profiles, asked, profile)
    return card.with_blocks(line(asked.wording.say("profile.made", line=f"/profile start {name}")))


def _name_refused(profiles: Profiles, asked: Asked, name: str) -> Screen | None:
    own = own_profiles(profiles, asked)
    if len(own) >= PROFILES_MAX:
        return refusal(asked, "profile.full", n=PROFILES_MAX)
    if not _NAME.fullmatch(name):
        return refusal(asked, "profile.bad_name", name=name)
    taken = {one.name.casefold() for one in profiles.every() if one.account == asked.person.account}
    if name.casefold() in taken | {one.name.casefold() for one in own}:
        return refusal(asked, "profile.name_taken", name=name)
    return None


def _next_id(profiles: Profiles, asked: Asked) -> str:
    """Counted on from the highest of the account: a name that was used is used again, an id never while the
    one that had it stands."""
    account = asked.person.account
    numbers = [int(one.profile_id.rpartition("-")[2]) for one in profiles.every() if one.account == account]
    return f"{account}/profile-{max(numbers, default=0) + 1}"


async def _symbols(
    tools: Tools, asked: Asked, words: Sequence[str], before: str, after: Sequence[str]
) -> tuple[str, ...] | Screen:
    """The symbols that the words mean, each once; a card where one means several."""
    found: list[str] = []
    names = [name for word in words for name in word.split(",") if name]
    for at, name in enumerate(names):
        if not is_symbol(name):
            return refusal(asked, "watch.no_symbol", typed=name)
        rest = " ".join([*names[at + 1 :], *after])

        def anew(chosen: str, rest: str = rest) -> str:
            return " ".join([before, *found, symbol_text(chosen), rest])

        one = await instrument_chosen(tools, asked, symbol(name, _EXAMPLE), anew)
        if isinstance(one, Screen):
            return one
        if one.symbol not in found:
            found.append(one.symbol)
    if len(found) > SYMBOLS_MAX:
        return refusal(asked, "profile.many_symbols", n=SYMBOLS_MAX)
    return tuple(found)


def _frame(tools: Tools, asked: Asked, symbols: Sequence[str], word: str) -> str | Screen:
    """A frame that the bars of every symbol can fill, as far as there are bars yet."""
    name = frame_named(word)
    if not name:
        return refusal(asked, "profile.no_frame", word=word, names=", ".join(FRAMES))
    for one in symbols:
        bars = tools.market.bars(one, BARS_MAX)
        if bars and name not in (fitting := frames_of(span_of(bars))):
            names = ", ".join(fitting) or "–"
            return refusal(asked, "profile.frame_unfit", symbol=one, frame=name, names=names)
    return name


def _size(asked: Asked, of_symbol: str, text: str) -> Size | Screen:
    """A size as `/buy` reads it; all of the cash is none for somebody who buys again and again."""
    words = text.split()
    if words[:1] == ["size"]:
        words = words[1:]
    # A size by risk follows from the stop, which is the strategy's: any will do to read it.
    stop = _ANY_STOP if words and words[0].casefold() == "risk" else ""
    if stop and "sl" in (word.casefold() for word in words):
        return refusal(asked, "profile.size_form", text=text)
    read = parse(f"/buy {symbol_text(of_symbol)} {' '.join(words)}{stop}")
    if isinstance(read, OrderLine) and read.size is not None:
        # Exits and prices are the strategy's to say.
        stop_loss = read.stop_loss if stop else None
        only = OrderLine(read.verb, read.symbol, read.size, stop_loss=stop_loss)
        if read.size.kind in SIZES and read == only:
            return read.size
        return refusal(asked, "profile.size_form", text=text)
    sentence = getattr(read, "sentence", "")
    if isinstance(read, NotUnderstood) and sentence:
        return Screen.of(reread(asked.wording, sentence), kind=Kind.REFUSAL)
    return refusal(asked, "profile.size_form", text=text)


# ---------------------------------------------------------------- changing what it trades


async def symbols_set(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`symbols NAME add ETH`, `symbols NAME del ETH`, `symbols NAME BTC ETH`."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    rest = list(words[1:])
    if not rest:
        return await card_of(tools, profiles, asked, one)
    how = rest[0].casefold()
    names = rest[1:] if how in _ADD | _DROP else rest
    if not names:
        return refusal(asked, "profile.symbols_form", name=one.name)
    if how in _DROP:
        gone, unknown = _gone(one, names)
        if unknown:
            return refusal(asked, "watch.not_there", typed=unknown)
        return await _with_symbols(
            tools, profiles, asked, one, tuple(s for s in one.symbols if s not in gone)
        )
    found = await _symbols(
        tools, asked, names, f"/profile symbols {one.name} {how if how in _ADD else ''}", ()
    )
    if isinstance(found, Screen):
        return found
    wanted = tuple(dict.fromkeys((*one.symbols, *found))) if how in _ADD else found
    return await _with_symbols(tools, profiles, asked, one, wanted)


def _gone(one: TradingProfile, names: Sequence[str]) -> tuple[set[str], str]:
    gone: set[str] = set()
    for name in names:
        wanted = symbol(name, _EXAMPLE) if is_symbol(name) else name
        found = [s for s in one.symbols if s == wanted or s.partition("/")[0] == wanted]
        if not found:
            return gone, name
        gone.update(found)
    return gone, ""


async def _with_symbols(
    tools: Tools, profiles: Profiles, asked: Asked, one: TradingProfile, wanted: tuple[str, ...]
) -> Screen:
    if len(wanted) > SYMBOLS_MAX:
        return refusal(asked, "profile.many_symbols", n=SYMBOLS_MAX)
    changed = replace(one, symbols=wanted)
    taken = owned_by_another(tools, profiles, asked, changed) if one.is_running else None
    if taken is not None:
        return taken
    if one.is_running and not wanted:
        return refusal(asked, "profile.no_symbols", name=one.name)
    left = [
        position.symbol
        for position in tools.book().live_positions(one.account)
        if position.is_open and position.symbol in one.symbols and position.symbol not in wanted
    ]
    await profiles.put(changed)
    card = await card_of(tools, profiles, asked, changed)
    if left:
        card = card.with_blocks(line(warn(asked.wording.say("profile.left_alone", symbols=", ".join(left)))))
    return card


async def size_set(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`size NAME risk 1%`: what it enters from the next candle on."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    if len(words) < 2:
        return refusal(asked, "profile.size_form", text=" ".join(words))
    size = _size(asked, one.symbols[0] if one.symbols else _EXAMPLE, " ".join(words[1:]))
    if isinstance(size, Screen):
        return size
    changed = replace(one, size=size)
    await profiles.put(changed)
    return await card_of(tools, profiles, asked, changed)


async def deleted(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`delete NAME`: only one that stands still; what it opened stays with its exits."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    if one.is_running:
        return refusal(asked, "profile.stop_first", name=one.name)
    await profiles.drop(one)
    told = line(asked.wording.say("profile.deleted", name=one.name))
    return Screen.of(told).with_buttons(row(look(asked.wording.say("profile.title"), "profile")))
