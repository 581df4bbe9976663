"""Events of bots as sentences for `/logs`."""

from __future__ import annotations

from bot.conversation.bot_reasons import why_ended
from bot.conversation.retelling import told_as
from bot.handlers.storyteller import Storyteller, Tellers, Told
from trading.domain import events_bot as eb
from trading.domain.automation import BotStatus


def _started(story: Storyteller, event: eb.BotStarted) -> Told:
    bot = event.bot
    budget = story.money_of(event.account, bot.budget)
    return [story.say("log.bot_started", name=bot.name, kind=bot.kind, symbol=bot.symbol, budget=budget)]


def _told(story: Storyteller, event: eb.BotTold) -> Told:
    return [story.say("log.bot_told", name=event.name, wish=event.wish)]


def _edited(story: Storyteller, event: eb.BotEdited) -> Told:
    names = ", ".join(f"{name} {value}" for name, value in event.settings.items())
    return [story.say("log.bot_edited", name=event.name, names=names)]


def _ended(story: Storyteller, event: eb.BotEnded) -> Told:
    key = "log.bot_failed" if event.status is BotStatus.ERROR else "log.bot_stopped"
    return [story.say(key, name=event.name, reason=why_ended(story.wording, event.sentence))]


def _dropped(story: Storyteller, event: eb.BotDropped) -> Told:
    return [story.say("log.bot_dropped", name=event.name)]


def _moved(story: Storyteller, event: eb.BotMoved) -> Told:
    return [story.say("log.bot_moved")]


def _heard(story: Storyteller, event: eb.BotHeard) -> Told:
    heard = event.heard
    reason = told_as(story.wording, "refusal", heard.sentence)
    return [story.say("log.bot_heard", tag=heard.tag, reason=reason)]


TELLERS: Tellers = {
    eb.BotStarted: _started,
    eb.BotTold: _told,
    eb.BotEdited: _edited,
    eb.BotEnded: _ended,
    eb.BotDropped: _dropped,
    eb.BotMoved: _moved,
    eb.BotHeard: _heard,
}
