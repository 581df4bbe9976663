"""`/blacklist`: symbols in which nothing is opened; barring acts at once, and so does freeing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.confirmation import choice_button
from bot.conversation.factor import FREEING
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_symbol import is_symbol, symbol
from bot.conversation.handling import Asked, Handler, Tools, account_named, refusal
from bot.conversation.retelling import all_retold, because
from bot.conversation.screen import Block, Line, Screen, bold, code, dim, line, look, row, warn
from bot.conversation.standing import when
from bot.handlers.finding import instrument_chosen, refusals_screen
from bot.handlers.guard import REASON_LENGTH_MAX
from bot.handlers.marks import heading
from bot.handlers.subjects import word_of
from trading.domain.book import Account
from trading.domain.commands import BarSymbols
from trading.ports import Denied, JournalUnavailable

BAR, FREE = "/blacklist", "/blacklist del"
EXAMPLE = "/blacklist doge"
_ADD = frozenset({"add", "on", "put"})
_ALL = frozenset({"all", "everything"})
_WHY = frozenset({"because", "weil"})


async def blacklist(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Show what is barred, bar symbols, free them."""
    account = account_named(tools, asked)
    assert account is not None, "a person has an account"
    words = word_of(parsed, "what").replace(",", " ").split()
    if not words or words[0].lower() == "list":
        return await _listed(tools, asked, account)
    verb = words[0].lower()
    names, reason = _split(words[1:] if verb in _ADD | FREEING else words)
    if not names:
        return refusal(asked, "bar.which", line=EXAMPLE)
    if verb in FREEING:
        return await _free(tools, asked, account, names)
    return await _bar(tools, asked, account, names, reason)


def _split(words: Sequence[str]) -> tuple[list[str], str]:
    """Symbols, and behind `because` why."""
    at = next((n for n, word in enumerate(words) if word.lower() in _WHY), len(words))
    return list(words[:at]), " ".join(words[at + 1 :])[:REASON_LENGTH_MAX]


async def _bar(tools: Tools, asked: Asked, account: Account, names: Sequence[str], reason: str) -> Screen:
    say = asked.wording.say
    symbols: list[str] = []
    for name in names:
        if not is_symbol(name):
            return refusal(asked, "bar.no_symbol", typed=name, line=EXAMPLE)
        chosen = await instrument_chosen(tools, asked, symbol(name, "BTC"), lambda one: f"{BAR} {one}")
        if isinstance(chosen, Screen):
            return chosen
        symbols.append(chosen.symbol)
    waiting = sum(o.is_entry and o.symbol in symbols for o in tools.book().open_orders(account.account))
    told = await _sent(tools, asked, account, symbols, is_barred=True, reason=reason)
    if isinstance(told, Screen):
        return told
    blocks: list[Block] = [line(say("bar.barred", symbols=", ".join(told)))]
    if waiting:
        blocks.append(line(warn(say("bar.withdrawn", n=waiting))))
    return Screen.of(*blocks).with_buttons(row(look(say("bar.title"), "blacklist")))


async def _free(tools: Tools, asked: Asked, account: Account, names: Sequence[str]) -> Screen:
    symbols: list[str] = []
    if names[0].lower() not in _ALL:
        for name in names:
            wanted = symbol(name, "BTC") if is_symbol(name) else name
            known = [one.symbol for one in account.barred]
            # One that is not there is sent as it was typed: the desk says that it is not barred.
            symbols += [one for one in known if wanted in (one, one.partition("/")[0])] or [wanted]
    told = await _sent(tools, asked, account, symbols, is_barred=False)
    if isinstance(told, Screen):
        return told
    say = asked.wording.say
    return Screen.of(line(say("bar.freed", symbols=", ".join(told)))).with_buttons(
        row(look(say("bar.title"), "blacklist"))
    )


async def _sent(
    tools: Tools, asked: Asked, account: Account, symbols: Sequence[str], *, is_barred: bool, reason: str = ""
) -> list[str] | Screen:
    """Which symbols it was about in the end, or why not."""
    command = BarSymbols(
        asked.incoming.command_id,
        asked.person.person_id,
        account.account,
        tuple(symbols),
        is_barred,
        reason,
    )
    try:
        answer = await tools.desk.submit(command)
    except JournalUnavailable as problem:
        return refusal(asked, "sent.not_recorded", problem=problem)
    if isinstance(answer, Denied):
        return refusals_screen(all_retold(asked.wording, answer.refusals))
    return [str(one) for one in answer.facts["symbols"]]


async def _listed(tools: Tools, asked: Asked, account: Account) -> Screen:
    say, now = asked.wording.say, tools.clock.now()
    if not account.barred:
        return Screen.of(line(say("bar.none", account=account.account), " ", code(EXAMPLE)))
    lines: list[Line] = []
    for one in account.barred:
        why = because(asked.wording, one.reason) or say("guard.no_reason")
        said = say("bar.line", at=when(asked.wording, one.at, now), person=one.by, reason=why)
        lines.append(line(bold(one.symbol), "  ", dim(said)))
    how = line(dim(say("bar.how", line=FREE)))
    free = await choice_button(tools, asked, say("bar.free_all"), f"{FREE} all")
    return Screen.of(*heading(tools, asked, say("bar.title"), account), *lines, how).with_buttons(row(free))


HANDLERS: dict[str, Handler] = {"blacklist": blacklist}
