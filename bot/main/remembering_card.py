"""What the history says of itself, as cards: what there is, whose it is, what was found in a file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.conversation.screen import Block, Line, Screen, bad, dim, gap, good, kv, line, table, title, warn
from bot.conversation.wording import Wording
from trading.feeds.history.cache import Added
from trading.feeds.history.candles import frame_name
from trading.feeds.history.findings import Checked, Finding, Weight
from trading.feeds.history.shelf import Shelf
from trading.strategies.bars import instant

RUNS_SHOWN = 8


def list_card(shelves: Sequence[Shelf], wording: Wording) -> Screen:
    """Every series, a row each."""
    say = wording.say
    if not shelves:
        return Screen.of(line(say("history.empty")))
    columns = [say(f"history.column.{name}") for name in ("series", "bars", "from", "to", "sources")]
    rows = [
        (
            str(one.key),
            wording.number(Decimal(one.bars)),
            wording.day(instant(one.first_ms)),
            wording.day(instant(one.last_ms)),
            ", ".join(dict.fromkeys(run.source for run in one.runs)),
        )
        for one in shelves
    ]
    return Screen.of(title(say("history.title")), table(columns, rows))


def shelf_card(shelf: Shelf, findings: Sequence[Finding], broken: Sequence[str], wording: Wording) -> Screen:
    """One series: its extent, whose bars stand where, and what is wrong with it."""
    say = wording.say
    blocks: list[Block] = [title(str(shelf.key)), line(_extent(shelf.bars, shelf, wording))]
    runs = shelf.runs
    for run in runs[:RUNS_SHOWN]:
        begin, end = (wording.instant(instant(ms)) for ms in (run.first_ms, run.last_ms))
        blocks.append(line(dim(say("history.run", n=run.bars, source=run.source, begin=begin, end=end))))
    if len(runs) > RUNS_SHOWN:
        blocks.append(line(dim(say("history.runs_more", n=len(runs) - RUNS_SHOWN))))
    blocks += [line(bad(say("history.broken", path=path))) for path in broken]
    blocks += _findings(findings, wording)
    if not broken and not findings:
        blocks.append(line(good(say("history.sound"))))
    return Screen.of(*blocks)


def checked_card(checked: Checked, added: Added | None, wording: Wording, *, is_look: bool) -> Screen:
    """The report on a file, and what was done with it."""
    say = wording.say
    facts = [
        (say("history.series"), str(checked.key)),
        (say("history.rows"), say("history.kept", n=checked.rows, kept=checked.kept)),
        (say("history.stamps"), _stamps(checked, wording)),
    ]
    if checked.kept:
        begin, end = (wording.instant(instant(ms)) for ms in (checked.first_ms, checked.last_ms))
        facts.insert(1, (say("history.time"), say("history.span", begin=begin, end=end)))
        facts.append((say("history.decimals"), str(checked.decimals)))
    blocks: list[Block] = [title(checked.name), kv(*facts), *_findings(checked.findings, wording), gap()]
    return Screen.of(*blocks, _ending(checked, added, wording, is_look))


def _ending(checked: Checked, added: Added | None, wording: Wording, is_look: bool) -> Line:
    say = wording.say
    if checked.is_stopped:
        return line(bad(say("history.not_stored")))
    if added is None:
        return line(dim(say("history.looked" if is_look else "history.not_stored")))
    words = say("history.stored", n=added.new, same=added.same)
    more = ""
    if added.differing:
        more = say("history.differing", n=added.differing)
    elif added.replaced:
        more = say("history.replaced", n=added.replaced)
    return line(good(words), " ", warn(more)) if more else line(good(words))


def _stamps(checked: Checked, wording: Wording) -> str:
    unit = wording.say(f"history.unit.{checked.unit}")
    zone = wording.say(f"history.zone.{checked.zone.how}", zone=checked.zone.zone)
    return f"{unit}, {zone}"


def _extent(bars: int, shelf: Shelf, wording: Wording) -> str:
    begin, end = (wording.instant(instant(ms)) for ms in (shelf.first_ms, shelf.last_ms))
    frame = frame_name(shelf.key.frame_s)
    return wording.say("history.extent", n=bars, frame=frame, begin=begin, end=end)


def _findings(findings: Sequence[Finding], wording: Wording) -> list[Block]:
    """Each with what to do about it."""
    tones = {Weight.STOP: bad, Weight.WARN: warn, Weight.NOTE: dim}
    found: list[Block] = []
    for one in findings:
        where = ", ".join(one.where)
        words = wording.say(f"history.found.{one.code}", n=one.count, where=where, **one.facts)
        found.append(line(tones[one.weight](words)))
    return found
