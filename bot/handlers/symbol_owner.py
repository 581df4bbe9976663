"""Who has a symbol of an account to itself, a bot or a profile: said before two trade one position."""

from __future__ import annotations

from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.screen import Line, Screen, line, warn
from trading.domain.ids import AccountId
from trading.profiles.deciding import rivals
from trading.profiles.profile import TradingProfile
from trading.profiles.roster import Profiles


def owned_by_another(tools: Tools, profiles: Profiles, asked: Asked, one: TradingProfile) -> Screen | None:
    """Why a profile must not trade its symbols: another one does, or a bot; None when nobody else does. (A
    bot that begins later is the symbol's owner: the gate refuses what the profile sends.)"""
    taken = rivals(one, profiles.every())
    if taken:
        at, other = next(iter(taken.items()))
        return refusal(asked, "profile.rival", symbol=at, name=other.name)
    account = tools.book().account(one.account)
    for symbol in one.symbols if account is not None else ():
        assert account is not None
        bot = account.bots.in_symbol(symbol)
        if bot is not None:
            typed = symbol_text(symbol)
            return refusal(
                asked, "profile.bots_symbol", symbol=symbol, typed=typed, bot=bot.name, name=one.name
            )
    return None


def profile_there(tools: Tools, asked: Asked, account: AccountId, symbol: str) -> list[Line]:
    """What stands on the card of a bot whose symbol a running profile trades; nothing where none does."""
    every = tools.profiles.every() if tools.profiles is not None else ()
    return [
        line(
            warn(
                asked.wording.say(
                    "newbot.profiles_symbol", symbol=symbol, typed=symbol_text(symbol), name=one.name
                )
            )
        )
        for one in every
        if one.is_running and one.account == account and symbol in one.symbols
    ]
