"""A phone that has just been linked: for a day it opens no doors, whoever holds it (RELIABILITY D12, M02).

It trades, closes and halts like any other. What lets more happen is done from the person's other phone, from
the desk's own terminal, or here a day later; both phones have been told of the link.
"""

from __future__ import annotations

from datetime import datetime

from bot.conversation.factor import is_dangerous, line_acts
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Tools
from bot.conversation.screen import Kind, Screen, line, warn
from trading.domain import commands as cm
from trading.domain.limits import is_raise
from trading.domain.money import ZERO


def command_cooled(tools: Tools, asked: Asked, command: cm.Command) -> Screen | None:
    """Why a command is not sent from this phone yet; None when it may be."""
    return _refused(tools, asked) if _opens(tools, command) else None


def line_cooled(tools: Tools, asked: Asked, parsed: Parsed) -> Screen | None:
    """The same of a line that acts without a card."""
    return _refused(tools, asked) if line_acts(parsed, asked.person.prefs, tools.defaults) else None


def _opens(tools: Tools, command: cm.Command) -> bool:
    """Whether a command lets more happen; a limit only where it is raised."""
    if isinstance(command, cm.SetLimit):
        account = tools.book().account(command.account)
        before = getattr(account.limits, command.name, None) if account is not None else None
        return before is not None and is_raise(command.name, before, command.value)
    return is_dangerous(command, ZERO, ZERO)


def _refused(tools: Tools, asked: Asked) -> Screen | None:
    until = _until(tools, asked)
    if until is None:
        return None
    at = asked.wording.instant(until)
    return Screen.of(line(warn(asked.wording.say("factor.fresh", until=at))), kind=Kind.REFUSAL)


def _until(tools: Tools, asked: Asked) -> datetime | None:
    """Until when the phone that speaks is too fresh; None when it is not."""
    if tools.linking is None:
        return None
    until = tools.linking.fresh_until(asked.incoming.platform, asked.incoming.person)
    return until if until is not None and tools.clock.now() < until else None
