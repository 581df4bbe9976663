"""Order lines that are kept: `/preset` under a name, `/repeat` the last one. Both only ever show a card."""

from __future__ import annotations

from msgspec import json
from msgspec.structs import replace

from bot.conversation.confirmation import choice_button, last_lines
from bot.conversation.grammar import Asked as Twofold
from bot.conversation.grammar import NotUnderstood, OrderLine, Parsed, canonical, parse
from bot.conversation.grammar_shapes import OPENING
from bot.conversation.grammar_symbol import is_symbol
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.retelling import reread
from bot.conversation.screen import Kind, Screen, bold, code, dim, line, row, table, title
from bot.conversation.verbs import BY_WORD
from bot.handlers import trade
from bot.handlers.subjects import account_and_symbol, word_of

PRESETS_MAX = 20
_KEPT_AS = "presets"
_EXAMPLE = "BTC"
_LINES = json.Decoder(dict[str, str])


async def preset(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """List, keep, use or forget order lines without their symbol."""
    name, said = word_of(parsed, "name"), word_of(parsed, "line")
    match word_of(parsed, "action"):
        case "save":
            return await _save(tools, asked, name, said)
        case "use":
            return await _use(tools, asked, name, said)
        case "delete":
            return await _delete(tools, asked, name)
        case _:
            return await _list(tools, asked)


async def _kept(tools: Tools, asked: Asked) -> dict[str, str]:
    text = (await tools.registers.settings(asked.person.person_id)).get(_KEPT_AS, "")
    return _LINES.decode(text) if text else {}


async def kept_line(tools: Tools, asked: Asked, name: str) -> str:
    """The line that a person keeps under a name, without its symbol; empty when there is none."""
    return (await _kept(tools, asked)).get(name, "")


async def _keep(tools: Tools, asked: Asked, lines: dict[str, str]) -> None:
    await tools.registers.put_setting(asked.person.person_id, _KEPT_AS, json.encode(lines).decode())


async def _list(tools: Tools, asked: Asked) -> Screen:
    say = asked.wording.say
    lines = await _kept(tools, asked)
    if not lines:
        return Screen.of(say("preset.none"))
    rows = [(bold(name), line(code(kept))) for name, kept in sorted(lines.items())]
    return Screen.of(
        title(say("preset.title")),
        table((say("preset.name"), say("preset.line")), rows),
        line(dim(say("preset.hint"))),
    )


async def _save(tools: Tools, asked: Asked, name: str, said: str) -> Screen:
    if not name or not said:
        return refusal(asked, "preset.save_form")
    verb, rest = _verb_and_rest(said)
    if verb not in OPENING:
        return refusal(asked, "preset.entries_only")
    read = parse(f"/{verb} {_EXAMPLE} {rest}")
    if isinstance(read, NotUnderstood | Twofold):
        return refusal(asked, "preset.not_a_line", sentence=reread(asked.wording, read.sentence))
    assert isinstance(read, OrderLine), "buy and short are lines of orders"
    lines = await _kept(tools, asked)
    key = name.casefold()
    if key not in lines and len(lines) >= PRESETS_MAX:
        return refusal(asked, "preset.full", n=PRESETS_MAX)
    lines[key] = f"{verb} {rest}"
    await _keep(tools, asked, lines)
    return Screen.of(asked.wording.say("preset.saved", name=key, line=lines[key]))


def _verb_and_rest(said: str) -> tuple[str, str]:
    """The verb of a line to keep (buy when it begins with the size) and what stands behind it."""
    first, _, rest = said.strip().partition(" ")
    known = BY_WORD.get(first.removeprefix("/").lower())
    if known is not None and (first.startswith("/") or known.group == "trade"):
        return known.name, rest.strip()
    return "buy", said.strip()


async def _use(tools: Tools, asked: Asked, name: str, said: str) -> Screen:
    lines = await _kept(tools, asked)
    kept = lines.get(name.casefold())
    if kept is None:
        return refusal(asked, "preset.unknown", name=name) if name else await _list(tools, asked)
    symbol, _, more = said.partition(" ")
    if not is_symbol(symbol):
        return refusal(asked, "preset.use_form", name=name.casefold())
    verb, _, rest = kept.partition(" ")
    return await shown(tools, asked, f"/{verb} {symbol} {rest} {more}".rstrip())


async def _delete(tools: Tools, asked: Asked, name: str) -> Screen:
    if not name:
        return refusal(asked, "preset.delete_form")
    lines = await _kept(tools, asked)
    if lines.pop(name.casefold(), None) is None:
        return refusal(asked, "preset.unknown", name=name)
    await _keep(tools, asked, lines)
    return Screen.of(asked.wording.say("preset.deleted", name=name.casefold()))


# ---------------------------------------------------------------- the last order


async def repeat(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The card of the last order, in a symbol when one is named, on the account that is named."""
    subject = await account_and_symbol(tools, asked, parsed)
    if isinstance(subject, Screen):
        return subject
    account, symbol = subject
    lines = await last_lines(tools, asked)
    if symbol and symbol not in lines:
        return refusal(asked, "repeat.none_in", symbol=symbol)
    if not lines:
        return refusal(asked, "repeat.none")
    last = lines[symbol] if symbol else list(lines.values())[-1]
    read = parse(last)
    if isinstance(read, OrderLine) and word_of(parsed, "account"):
        last = canonical(replace(read, account=account.account))
    return await shown(tools, asked, last)


async def shown(tools: Tools, asked: Asked, said: str) -> Screen:
    """The card of a line that the desk has completed: it never goes out at once."""
    asked = replace(asked, line=said, must_review=True)
    match parse(said):
        case OrderLine() as read:
            return await trade.HANDLERS[read.verb](tools, asked, read)
        case Twofold() as question:
            buttons = [await choice_button(tools, asked, label, chosen) for label, chosen in question.choices]
            return Screen.of(reread(asked.wording, question.sentence), kind=Kind.REVIEW).with_buttons(
                row(*buttons)
            )
        case NotUnderstood() as refused:
            return Screen.of(reread(asked.wording, refused.sentence), kind=Kind.REFUSAL)
        case other:
            raise AssertionError(f"only order lines are kept: {other}")


HANDLERS: dict[str, Handler] = {"preset": preset, "repeat": repeat}
