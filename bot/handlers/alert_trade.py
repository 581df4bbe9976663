"""The order buttons of an alert: one press shows the card of an order, at the price of now; it is sent from
there and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from bot.conversation.grammar import OrderLine, canonical, parse
from bot.conversation.grammar_alert import AlertTrade
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.screen import Kind, Screen, look, row
from bot.handlers.presets import kept_line, shown
from bot.handlers.trade import usual_size

PRESS_LIFE = timedelta(minutes=15)
"""So long after it rang its order buttons may be pressed: time enough to take up the phone."""
PRESET = "alert"
"""The name of the preset whose size and exits the Buy button uses."""


async def alert_trade(tools: Tools, asked: Asked, found: AlertTrade) -> Screen:
    """The review card that a button of an alert stands for; who may not trade is told so there."""
    say = asked.wording.say
    now = tools.clock.now()
    rang_at = datetime.fromtimestamp(found.rang_s, UTC) if found.rang_s else now
    line = f"/{found.verb} {symbol_text(found.symbol)}"
    if now - rang_at > PRESS_LIFE:
        ago = asked.wording.ago(rang_at, now)
        late = refusal(asked, "alerts.press_late", ago=ago, line=line)
        again = look(say("told.look"), "price", found.symbol)
        return replace(late, kind=Kind.ASIDE) if asked.incoming.is_press else late.with_buttons(row(again))
    on = f" on {found.account}" if found.account and found.account != asked.person.account else ""
    if found.verb != "buy":
        return await shown(tools, asked, line + on)
    kept = await kept_line(tools, asked, PRESET)
    if kept.startswith("buy "):
        return await shown(tools, asked, f"{line} {kept.removeprefix('buy ')}{on}")
    instrument = tools.market.instrument(found.symbol)
    read = parse(line + on)
    if instrument is None or not isinstance(read, OrderLine):
        return await shown(tools, asked, line + on)
    return await shown(tools, asked, canonical(replace(read, size=usual_size(instrument))))
