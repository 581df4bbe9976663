"""`/bot NAME edit`, `undo` and `changes`: a bot that works goes on with other settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation.confirmation import ask
from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.retelling import retold
from bot.conversation.screen import Kind, Line, Screen, bold, dim, kv, line, look, row, title
from bot.conversation.telling import where_badges
from bot.handlers.marks import mark_of
from bot.handlers.newbot import pairs_of
from bot.handlers.subjects import refresh
from trading.automations.grid import GridState
from trading.automations.machine import Machine, unchangeable
from trading.automations.preview import Preview
from trading.automations.table import AUTOMATIONS
from trading.domain import commands as cm
from trading.domain.automation import Automation
from trading.domain.book import Account
from trading.domain.events import Refusal
from trading.domain.ids import CommandId
from trading.domain.money import Money, Price
from trading.parameters import Settings, validated, written
from trading.running.stepping import AGAINST, BESIDE, Broken, state_of, unfit

CHANGES_SHOWN = 12
_NOT_YET = CommandId("card")


async def edited(tools: Tools, asked: Asked, account: Account, bot: Automation, typed: str) -> Screen:
    """The card that changes what was typed: `edit stop_percent 3`."""
    machine = AUTOMATIONS.get(bot.kind)
    if machine is None:
        return refusal(asked, "bot.kind_gone", kind=bot.kind)
    given = pairs_of(typed)
    if not given:
        free = next(one.name for one in machine.parameters if one.name not in machine.fixed)
        return refusal(asked, "newbot.pairs", line=f"/bot {bot.name} edit {free} …")
    stays = next((name for name in given if name in (*BESIDE, "name", "budget")), "")
    if stays:
        return refusal(asked, "bot.edit_stays", what=stays, name=bot.name)
    return await _card(tools, asked, account, bot, machine, {**_own(bot), **given})


async def undone(tools: Tools, asked: Asked, account: Account, bot: Automation) -> Screen:
    """The card that takes the newest change back. It is a change, too: a second undo brings it again."""
    machine = AUTOMATIONS.get(bot.kind)
    if machine is None:
        return refusal(asked, "bot.kind_gone", kind=bot.kind)
    if not bot.changes:
        return refusal(asked, "bot.no_changes", name=bot.name)
    before = {name: text for name, text in bot.changes[-1].before.items() if name not in BESIDE}
    return await _card(tools, asked, account, bot, machine, before)


def changes_of(asked: Asked, bot: Automation) -> Screen:
    """Who has changed what, the newest first."""
    wording, say = asked.wording, asked.wording.say
    states = [*(one.before for one in bot.changes), bot.settings]
    lines: list[Line] = []
    for change, after in reversed(list(zip(bot.changes, states[1:], strict=True))):
        head = dim(f"{wording.instant(change.at)} · {change.by}  ")
        lines.append(line(head, ", ".join(_differences(change.before, after))))
    shown = lines[:CHANGES_SHOWN] or [line(say("bot.no_changes", name=bot.name))]
    undo = look(say("bot.do_undo"), "bot", f"{bot.name} undo") if bot.changes else None
    return Screen.of(title(say("bot.changes_of", name=bot.name)), *shown).with_buttons(
        row(undo, look(bot.name, "bot", bot.name), refresh(asked, "bot", f"{bot.name} changes"))
    )


def _own(bot: Automation) -> dict[str, str]:
    return {name: text for name, text in bot.settings.items() if name not in BESIDE}


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """`stop_percent 5 → 3` for each that differs."""
    return [
        f"{name} {before.get(name, '–')} → {text}" for name, text in after.items() if before.get(name) != text
    ]


async def _card(
    tools: Tools,
    asked: Asked,
    account: Account,
    bot: Automation,
    machine: Machine[Any],
    wanted: Mapping[str, str],
) -> Screen:
    """What would change and what the worst case is then; or why that cannot be."""
    say, wording = asked.wording.say, asked.wording
    before, after = validated(machine, _own(bot)), validated(machine, wanted)
    for one in (before, after):
        if isinstance(one, Refusal):
            return _refused(asked, one)
    assert not isinstance(before, Refusal) and not isinstance(after, Refusal)
    seen = _previewed(tools, account, bot, machine, after)
    wrong = unchangeable(machine, before, after) or unfit(
        bot.kind, after, bot.symbol, bot.settings.get(AGAINST, "")
    )
    if wrong is None and isinstance(seen, Refusal):
        wrong = seen
    if wrong is not None:
        return _refused(asked, wrong)
    beside = {name: text for name, text in bot.settings.items() if name in BESIDE}
    settings = {**written(after), **beside}
    command = cm.EditBot(_NOT_YET, asked.person.person_id, account.account, bot.bot_id, settings)
    lines = [line(bold(one)) for one in _differences(bot.settings, settings)]
    worst = []
    if isinstance(seen, Preview):
        worst = [kv((say("picture.plan.worst"), line(wording.pnl(Money(-seen.worst, seen.currency)))))]
    card = Screen.of(
        title(say("bot.edit", name=bot.name)),
        where_badges(account),
        *lines,
        *worst,
        line(dim(say("bot.edit_what"))),
    )
    done = say("bot.edited", name=bot.name)
    return await ask(tools, asked, command, card, label=say("bot.do_edit"), done=done)


def _refused(asked: Asked, why: Refusal) -> Screen:
    return Screen.of(retold(asked.wording, why), kind=Kind.REFUSAL)


def _previewed(
    tools: Tools, account: Account, bot: Automation, machine: Machine[Any], settings: Settings
) -> Preview | Refusal | None:
    """What it would do with these settings: a grid from where it was laid, every other one from the price of
    now; None while there is none."""
    instrument = tools.book().instrument(account.account, bot.symbol)
    assert instrument is not None, "a bot's contract is listed when it begins"
    try:
        state = state_of(bot)
    except Broken:
        return None
    laid = state.start if isinstance(state, GridState) else None
    mid = mark_of(tools, bot.symbol).mid
    price = laid if laid is not None else None if mid is None else instrument.price_nearest(mid)
    if price is None:
        return None
    return machine.preview(settings, state.may_spend, instrument, Price(price))
