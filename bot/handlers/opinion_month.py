"""`/sentiment` without a symbol: what the month's opinions cost, and what they saved or would have saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from bot.conversation.handling import Asked, Tools
from bot.conversation.screen import Block, Screen, dim, kv, line, row, table, title
from bot.handlers.profile_card import own_profiles
from bot.handlers.subjects import refresh, since
from trading.domain.events import OpinionGiven
from trading.domain.ids import StreamId
from trading.domain.money import Money
from trading.domain.opinion import VETO
from trading.opinion_report import OpinionReport, Trial, report, trials
from trading.profiles.forgone import forgone
from trading.profiles.profile import TAG, Outcome

EVENTS_READ = 5_000
TRIPS_READ = 1_000
CARDS_READ = 1_000


async def month(tools: Tools, asked: Asked) -> Screen:
    """Opinions of the account in use since the first of the month, on the person's calendar."""
    account, say = asked.person.account, asked.wording.say
    begin = since(asked, "month", tools.clock.now())
    stored = await tools.ledger.newest([StreamId(account)], limit=EVENTS_READ)
    given = [one.event for one in stored if isinstance(one.event, OpinionGiven)]
    mine = [one for one in given if begin is None or one.at >= begin]
    if not mine:
        return Screen.of(title(say("opinion.month")), line(say("opinion.month_none")))
    closed = await tools.ledger.closed([account], since=begin, limit=TRIPS_READ)
    # What a profile entered was really made smaller; what a person typed never was.
    applied = frozenset(row.tag for row in closed if row.tag.startswith(TAG))
    forbidden, still_open, unknown = await _forgone(tools, asked, begin)
    found = report(mine, [*trials(mine, closed, applied), *forbidden])
    blocks: list[Block] = [title(say("opinion.month")), *_asked(asked, found), *_held(asked, found)]
    if forbidden:
        blocks.append(line(dim(say("opinion.month_vetoed", n=len(forbidden), open=still_open))))
    if unknown:
        blocks.append(line(dim(say("opinion.month_unknown", n=unknown))))
    if len(stored) == EVENTS_READ:
        blocks.append(line(dim(say("opinion.month_part", n=EVENTS_READ))))
    return Screen.of(*blocks).with_buttons(row(refresh(asked, "sentiment")))


async def _forgone(tools: Tools, asked: Asked, begin: datetime | None) -> tuple[list[Trial], int, int]:
    """Entries of profiles that an opinion forbade, as their exits would have ended them; how many of them
    would still be open; and of how many nobody can say."""
    found: list[Trial] = []
    still_open = unknown = 0
    profiles = tools.profiles
    account = tools.book().account(asked.person.account)
    if profiles is None or account is None:
        return found, 0, 0
    for one in own_profiles(profiles, asked):
        kept = await profiles.kept(one, limit=CARDS_READ) if one.account == account.account else ()
        for card in kept:
            if card.outcome is not Outcome.VETOED or (begin is not None and card.closed_at < begin):
                continue
            instrument = tools.market.instrument(card.symbol)
            candles = profiles.candles(one, card.symbol)
            result = forgone(card, instrument, candles) if instrument is not None else None
            if result is None:
                unknown += 1
                continue
            still_open += result.is_open
            found.append(Trial(card.symbol, "", VETO, result.result, account.currency, is_applied=True))
    return found, still_open, unknown


def _asked(asked: Asked, found: OpinionReport) -> list[Block]:
    """How often, whom, for how much, and why in vain."""
    wording = asked.wording
    say = wording.say
    counts = say("opinion.month_asked_of", n=found.asked, answered=found.answered)
    columns = ("opinion.month_source", "opinion.month_asked", "opinion.month_answered", "opinion.month_cost")
    rows = [
        (
            say("opinion.month_nobody") if name == "none" else name,
            str(one.asked),
            str(one.answered),
            wording.money(one.cost),
        )
        for name, one in sorted(found.sources.items())
    ]
    blocks: list[Block] = [
        kv((say("opinion.month_asked"), counts), (say("opinion.month_cost"), wording.money(found.cost))),
        table([say(key) for key in columns], rows),
    ]
    if found.neutral:
        reasons = ", ".join(f"{_because(asked, code)} ({n})" for code, n in sorted(found.neutral.items()))
        blocks.append(line(dim(say("opinion.month_neutral", reasons=reasons))))
    return blocks


def _because(asked: Asked, code: str) -> str:
    return asked.wording.say(f"opinion.because.{'budget_short' if code == 'budget' else code}")


def _held(asked: Asked, found: OpinionReport) -> list[Block]:
    """What it held back, or would have."""
    say = asked.wording.say
    entries = say("opinion.month_entries", n=found.entries)
    held = say("opinion.month_held", entries=entries, shrunk=found.shrunk, forbidden=found.forbidden)
    if not found.entries:
        return [line(entries)]
    return [
        line(held),
        kv(
            (say("opinion.month_saved"), _sums(asked, found.saved)),
            (say("opinion.month_missed"), _sums(asked, found.missed)),
        ),
        line(dim(say("opinion.month_own"))),
    ]


def _sums(asked: Asked, by_currency: Mapping[str, Decimal]) -> str:
    sums = [Money(value, currency) for currency, value in sorted(by_currency.items())]
    return ", ".join(asked.wording.money(one) for one in sums) or asked.wording.number(Decimal(0))
