"""The one line that says a reading again: `parse(canonical(x)) == x`."""

from __future__ import annotations

from bot.conversation.grammar_exit import PARTS, parts_text
from bot.conversation.grammar_moment import moment_text
from bot.conversation.grammar_price import bare_price_text, price_text
from bot.conversation.grammar_shapes import ExitsLine, OrderLine, VerbLine
from bot.conversation.grammar_size import size_text
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.grammar_verb import argument_text
from bot.conversation.verbs import verb
from trading.domain.order import OrderType, TimeInForce

_WORDS = {
    "targets": "tp",
    "stop": "sl",
    "trail": "trail",
    "break_even": "be",
    "exit_at": "exit",
    "gap": "gap",
}
_OWN = {"tp": "tp", "sl": "sl", "trail": "trail", "breakeven": "be", "bracket": ""}


def canonical(parsed: OrderLine | ExitsLine | VerbLine) -> str:
    """The canonical line of a reading, with its slash."""
    match parsed:
        case OrderLine():
            return _order(parsed)
        case ExitsLine():
            return _exits(parsed)
        case VerbLine():
            row = verb(parsed.verb)
            said = [
                argument_text(argument, parsed.values[argument.name])
                for argument in row.arguments
                if argument.name in parsed.values
            ]
            return " ".join(("/" + parsed.verb, *said))


def _order(line: OrderLine) -> str:
    words = [f"/{line.verb}", symbol_text(line.symbol)]
    if line.size:
        words.append(size_text(line.size))
    elif line.symbol[0].isdigit() and line.order_type is OrderType.MARKET:
        # 2BTC alone may be a size; with a word of the order behind it it is a symbol.
        words.append("market")
    if line.stop:
        words.append("stop " + bare_price_text(line.stop))
    if line.limit:
        words.append(price_text(line.limit))
    if line.expires:
        words.append("gtd " + moment_text(line.expires))
    elif line.time_in_force is not TimeInForce.GTC:
        words.append(line.time_in_force.value)
    if line.post_only:
        words.append("post")
    parts = parts_text(line.targets, line.stop_loss, line.trail, line.break_even, line.exit, line.gap)
    words.extend(f"{word} {text}" for word, text in parts.items())
    if line.account:
        words.append("on " + line.account)
    if line.tag:
        words.append("tag " + line.tag)
    return " ".join(words)


def _exits(line: ExitsLine) -> str:
    words = [f"/{line.verb}", symbol_text(line.symbol)]
    parts = parts_text(line.targets, line.stop_loss, line.trail, line.break_even, line.exit, line.gap)
    own = _OWN[line.verb]
    if line.verb == "bracket" and line.clear == PARTS:
        words.append("off")
    else:
        parts |= {_WORDS[part]: "off" for part in line.clear}
        if own in parts:
            words.append(parts.pop(own))
        words.extend(f"{word} {parts[word]}" for word in _WORDS.values() if word in parts)
    if line.account:
        words.append("on " + line.account)
    return " ".join(words)
