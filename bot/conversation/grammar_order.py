"""Lines that order and lines that change exits. Which verbs may open a position is decided here, by name."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from bot.conversation import grammar_exit as exit_words
from bot.conversation.grammar_exit import Exits
from bot.conversation.grammar_lexer import Words
from bot.conversation.grammar_moment import moment
from bot.conversation.grammar_nearest import nearest_option
from bot.conversation.grammar_number import Figure, unsigned
from bot.conversation.grammar_price import MARKET_WORDS, better, limit, trigger
from bot.conversation.grammar_shapes import OPENING, ExitsLine, ExitsVerb, OrderLine, OrderVerb
from bot.conversation.grammar_size import SIZE_WORDS, begins_size, size, with_unit
from bot.conversation.grammar_symbol import RESERVED, base_of, is_symbol, name, symbol
from bot.conversation.grammar_wording import Twofold, stop
from trading.domain.currency import CURRENCIES
from trading.domain.exits import BreakEven, Moment, PriceSpec, Size, SizeKind
from trading.domain.order import OrderType, TimeInForce


class Draft(Struct):
    """An order line while it is read."""

    verb: OrderVerb
    is_entry: bool
    exits: Exits
    symbol: str = ""
    size: Size | None = None
    limit: PriceSpec | None = None
    stop: PriceSpec | None = None
    is_market: bool = False
    time_in_force: TimeInForce | None = None
    expires: Moment | None = None
    post_only: bool = False
    account: str = ""
    tag: str = ""


def order_line(verb: OrderVerb, words: Words) -> OrderLine:
    """Read what stands behind an order's verb. Raises Stop or Twofold."""
    draft = Draft(verb, verb in OPENING, Exits())
    _subject(words, draft)
    while not words.is_done:
        word = words.peek()
        reader = _OPTIONS.get(word)
        if reader is not None:
            words.take()
            reader(words, draft)
        elif word in exit_words.READERS:
            words.take()
            _exit(words, draft, word)
        elif begins_size(word):
            _take_size(words, draft)
        else:
            _refuse_word(words, draft)
    return _finished(draft)


# ---------------------------------------------------------------- symbol and size


def _subject(words: Words, draft: Draft) -> None:
    """The symbol, and the size when it stands before the symbol."""
    hint = f"{draft.verb} BTC"
    if words.is_done:
        raise stop("symbol_missing", field="symbol", hint=hint, suggestions=(f"/{hint}",))
    first = words.peek()
    if first == "short" and not draft.is_entry:
        _refuse_short(draft)
    is_number = first[0].isdigit() or first[0] in "+-.,€£" or (first[0] == "$" and first[1:2].isdigit())
    if not is_number and first not in SIZE_WORDS:
        draft.symbol = symbol(words.take(), hint)
        return
    behind = words.peek(2)
    if is_number and is_symbol(first) and ("/" in first or begins_size(behind) or behind in _OPTIONS):
        draft.symbol = symbol(words.take(), hint)
        return
    _size_first(words, draft, hint)


def _size_first(words: Words, draft: Draft, hint: str) -> None:
    start = words.at + 1
    first = words.items[start]
    if first.lower() == "all" and not draft.is_entry and words.peek(2) in ("", "of"):
        raise stop("close_all", field="symbol", value=first, suggestions=("/flatten",))
    if _is_amount_of_itself(words, draft):
        return
    # Whether close 50 btc means half is asked once the line has its usual order.
    draft.size = size(words, "" if draft.verb == "close" else draft.verb, draft.is_entry, "")
    if words.peek() == "of":
        words.take()
    following = words.peek()
    if not following or following in RESERVED or not is_symbol(following):
        line = f"/{hint} {first}"
        raise stop("symbol_missing", field="symbol", value=first, hint=hint, suggestions=(line,))
    draft.symbol = symbol(words.take(), hint)
    if draft.size.kind is SizeKind.SPEND:
        found = Figure(draft.size.value, draft.size.unit)
        draft.size = with_unit(found, first, draft.is_entry, draft.symbol)
    if draft.size.kind is SizeKind.BARE:
        base = base_of(draft.symbol)
        choices = [f"{draft.symbol} {first}"]
        if base.isalpha():
            choices.append(f"{draft.symbol} {first}{base.lower()}")
        raise Twofold("ask_size", " ".join(words.items[start : words.at + 1]), tuple(choices), start)


def _is_amount_of_itself(words: Words, draft: Draft) -> bool:
    """Read `0.01btc` and `0.01btc btc`: units of a symbol, before it or instead of it.

    Raises Twofold for `2btc`, which may be a symbol.
    """
    first = words.items[words.at + 1]
    if not (first[0].isdigit() or first[0] == "."):
        return False
    found = unsigned(first, "size")
    if not found.unit.isupper() or found.unit in CURRENCIES:
        return False
    words.take()
    following = words.peek()
    if is_symbol(following) and following not in RESERVED:
        draft.symbol = symbol(words.take(), "")
    elif is_symbol(first):
        typed = words.items[words.at - 1]
        other = f"{typed} {first.upper()} {'market' if draft.is_entry else 'all'}"
        choices = (f"{typed} {found.unit} {first}", other)
        raise Twofold("ask_symbol", f"{typed} {first}", choices, words.at - 1)
    else:
        draft.symbol = symbol(found.unit, "")
    draft.size = with_unit(found, first, draft.is_entry, draft.symbol)
    return True


def _take_size(words: Words, draft: Draft) -> None:
    if draft.size is not None:
        raise stop("part_twice", field="size", value=words.take())
    draft.size = size(words, draft.verb, draft.is_entry, draft.symbol)


# ---------------------------------------------------------------- options


def _limit(words: Words, draft: Draft) -> None:
    _once(draft.limit or draft.is_market, words, "price")
    draft.limit = limit(words)
    draft.is_market = draft.limit is None


def _better(words: Words, draft: Draft) -> None:
    _once(draft.limit or draft.is_market, words, "price")
    draft.limit = better(words)


def _market(words: Words, draft: Draft) -> None:
    _once(draft.limit or draft.is_market, words, "price")
    draft.is_market = True


def _stop(words: Words, draft: Draft) -> None:
    if words.peek() in ("loss", "-loss"):
        words.take()
        _exit(words, draft, "sl")
        return
    _once(draft.stop, words, "stop")
    draft.stop = trigger(words)


def _time_in_force(words: Words, draft: Draft) -> None:
    _once(draft.time_in_force, words, "time in force")
    draft.time_in_force = TimeInForce(words.lowered[words.at])
    if draft.time_in_force is TimeInForce.GTD:
        draft.expires = moment(words, "gtd")


def _post(words: Words, draft: Draft) -> None:
    _once(draft.post_only, words, "post")
    draft.post_only = True


def _reduce(words: Words, draft: Draft) -> None:
    if draft.is_entry:
        raise stop("reduce_on_entry", field="reduce", value=draft.verb, suggestions=("/cover", "/sell"))


def _account(words: Words, draft: Draft) -> None:
    _once(draft.account, words, "on")
    draft.account = named(words, "on")


def _tag(words: Words, draft: Draft) -> None:
    _once(draft.tag, words, "tag")
    draft.tag = named(words, "tag")


def named(words: Words, field: str) -> str:
    """The name behind `on` or `tag`. Raises Stop."""
    if words.is_done:
        hint = "on paper" if field == "on" else "tag breakout"
        raise stop("name_missing", field=field, hint=hint)
    return name(words.take(), field)


def _once(held: object, words: Words, field: str) -> None:
    if held:
        raise stop("part_twice", field=field, value=words.items[words.at])


_OPTIONS: dict[str, Callable[[Words, Draft], None]] = {
    "@": _limit,
    "at": _limit,
    "limit": _limit,
    "better": _better,
    **dict.fromkeys(MARKET_WORDS, _market),
    "stop": _stop,
    **{kind.value: _time_in_force for kind in TimeInForce},
    "post": _post,
    "reduce": _reduce,
    "reduce-only": _reduce,
    "reduceonly": _reduce,
    "on": _account,
    "tag": _tag,
}

OPTION_WORDS: tuple[str, ...] = tuple(sorted({*_OPTIONS, *exit_words.READERS, *SIZE_WORDS} - {"@", "-loss"}))
"""Words that may follow the symbol of an order."""


def _exit(words: Words, draft: Draft, word: str) -> None:
    if not draft.is_entry:
        hint = f"/bracket {draft.symbol or 'BTC'}"
        raise stop("exits_on_close", field=word, value=word, hint=hint, suggestions=(hint,))
    if words.peek() == "off":
        raise stop("off_on_entry", field=word, value=f"{word} off")
    exit_words.READERS[word][1](words, draft.exits)


def _refuse_word(words: Words, draft: Draft) -> None:
    word = words.take()
    if word.lower() == "short" and not draft.is_entry:
        _refuse_short(draft)
    if word.upper() in CURRENCIES:
        pair = f"{draft.symbol}/{word.upper()}"
        hint = f"for the pair type {pair}"
        raise stop("word_unknown", field="line", value=word, hint=hint, suggestions=(pair,))
    near = nearest_option(word.lower(), OPTION_WORDS)
    hint = f"type {near} if you meant that" if near else "/help buy shows what a line may hold"
    raise stop("word_unknown", field="line", value=word, hint=hint, suggestions=(near,) if near else ())


def _refuse_short(draft: Draft) -> None:
    hint = f"short {draft.symbol or 'BTC'} 100"
    raise stop("sell_short", field="verb", value=draft.verb, hint=hint, suggestions=(f"/{hint}",))


def _finished(draft: Draft) -> OrderLine:
    """Hold the parts against each other and freeze them. Raises Stop."""
    exits = draft.exits
    if draft.post_only and draft.limit is None:
        raise stop("post_needs_limit", field="post", value="post")
    if draft.post_only and draft.time_in_force in (TimeInForce.IOC, TimeInForce.FOK):
        raise stop("post_conflict", field="post", value=draft.time_in_force.value)
    if draft.expires and draft.limit is None and draft.stop is None:
        raise stop("gtd_needs_price", field="gtd", value="gtd")
    if draft.size is not None and draft.size.kind is SizeKind.RISK and not exits.stop_loss:
        raise stop("risk_needs_stop", field="size", value="risk")
    exit_words.checked(exits, is_entry=draft.is_entry)
    if draft.stop is not None:
        order_type = OrderType.STOP_LIMIT if draft.limit else OrderType.STOP
    else:
        order_type = OrderType.LIMIT if draft.limit else OrderType.MARKET
    return OrderLine(
        verb=draft.verb,
        symbol=draft.symbol,
        size=draft.size,
        order_type=order_type,
        limit=draft.limit,
        stop=draft.stop,
        time_in_force=draft.time_in_force or TimeInForce.GTC,
        expires=draft.expires,
        post_only=draft.post_only,
        reduce_only=draft.verb not in OPENING,
        targets=exits.targets,
        stop_loss=exits.stop_loss,
        trail=exits.trail,
        break_even=exits.break_even,
        exit=exits.exit,
        account=draft.account,
        tag=draft.tag,
        gap=exits.gap,
    )


# ---------------------------------------------------------------- exits of a position

_OWN_WORD = {"tp": "tp", "sl": "sl", "trail": "trail", "breakeven": "be", "bracket": ""}


def exits_line(verb: ExitsVerb, words: Words) -> ExitsLine:
    """Read what stands behind an exits verb. Raises Stop or Twofold."""
    own = _OWN_WORD[verb]
    hint = f"{verb} BTC"
    if words.is_done:
        raise stop("symbol_missing", field="symbol", hint=hint, suggestions=(f"/{hint}",))
    target = symbol(words.take(), hint)
    exits, account = Exits(), ""
    if verb == "bracket" and words.peek() == "off":
        words.take()
        exits.clear = exit_words.PARTS
    elif own and words.peek() not in exit_words.READERS and words.peek() != "on":
        _own_part(words, exits, own)
    while not words.is_done:
        word = words.take().lower()
        if word in exit_words.READERS:
            part, reader = exit_words.READERS[word]
            if not exit_words.take_off(words, exits, part, word):
                reader(words, exits)
        elif word == "on" and not account:
            account = named(words, "on")
        else:
            near = nearest_option(word, tuple(exit_words.READERS))
            said = (
                f"type {near} if you meant that"
                if near
                else "type tp, sl, trail, be, exit or gap, each with its level"
            )
            raise stop("word_unknown", field=verb, value=word, hint=said, suggestions=(near,) if near else ())
    if verb == "breakeven" and exits.break_even is None and "break_even" not in exits.clear:
        exits.break_even = BreakEven(0)
    if exits.is_empty:
        said = f"{verb} {target} {_EXAMPLE[verb]}"
        raise stop("exits_missing", field=verb, value=target, hint=f"type {said}", suggestions=(f"/{said}",))
    exit_words.checked(exits, is_entry=False)
    return ExitsLine(
        verb,
        target,
        exits.targets,
        exits.stop_loss,
        exits.trail,
        exits.break_even,
        exits.exit,
        exits.clear,
        account,
        exits.gap,
    )


_EXAMPLE = {"tp": "5%", "sl": "2%", "trail": "1.5%", "breakeven": "now", "bracket": "tp 5% sl 2%"}


def _own_part(words: Words, exits: Exits, own: str) -> None:
    """What stands behind the symbol without the verb's own word: `/tp BTC 5%`."""
    if words.is_done:
        return
    part, reader = exit_words.READERS[own]
    if exit_words.take_off(words, exits, part, own):
        return
    if own == "be":
        exits.break_even = exit_words.break_even(words)
        if exits.break_even is None:
            raise stop("break_even_form", field="be", value=words.take())
        return
    reader(words, exits)
