"""The first screen, `/start`, and what this is, `/version`."""

from __future__ import annotations

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_symbol import base_of
from bot.conversation.handling import Asked, Handler, Tools, account_named
from bot.conversation.screen import Screen, badges, bold, code, dim, gap, kv, line, look, row, title
from bot.handlers.marks import heading, mark_of, priced
from trading.domain.instrument import Instrument
from trading.domain.money import Money

FIRST_CHOICES = ("BTC", "ETH", "ES", "SPY", "EUR/USD")
HEAD_SHOWN = 12
FEEDS_IN_WORDS = frozenset({"replay", "files"})


def example_instrument(tools: Tools) -> Instrument | None:
    """What the first screen proposes: a well-known instrument that trades now, else any that has a price."""
    known = [found[0] for text in FIRST_CHOICES if (found := tools.market.search(text))]
    known += [one for symbol in sorted(tools.book().marks) if (one := tools.market.instrument(symbol))]
    priced_ones = [one for one in known if tools.market.last(one.symbol) is not None]
    now = tools.clock.now()
    trading = [one for one in priced_ones if tools.market.is_open(one.symbol, now)]
    return next(iter(trading or priced_ones or known), None)


async def start(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """What this is, which account, where prices come from, three lines to type."""
    account = account_named(tools, asked)
    assert account is not None, "a person has an account"
    wording, facts = asked.wording, tools.facts
    say = wording.say
    example = example_instrument(tools)
    symbol = base_of(example.symbol) if example else FIRST_CHOICES[0]
    size = "1c" if example is not None and example.is_future else "100"
    first = f"/buy {symbol} {size} tp 5% sl 2%"
    equity = wording.money(Money(tools.book().equity(account), account.currency))
    symbols = [example.symbol] if example else []
    name, states = heading(tools, asked, say("view.desk_name"), account, symbols)
    return Screen.of(
        name,
        states,
        say("view.start.what"),
        gap(),
        kv(
            (say("view.account"), line(bold(equity), f" {account.label or account.account}")),
            (say("view.prices"), _feed(asked, facts.feed)),
            (example.symbol, priced(asked, mark_of(tools, example.symbol), example)) if example else None,
        ),
        *([line(dim(say("view.start.paper")))] if account.mode == "paper" else []),
        gap(),
        line(bold(say("view.start.type"))),
        line(code(first), dim(" " + say("view.start.buy"))),
        line(code("/positions"), dim(" " + say("view.start.positions"))),
        line(code("/panic"), dim(" " + say("view.start.panic"))),
        gap(),
        line(dim(say("view.start.next"))),
    ).with_buttons(
        row(
            look(say("view.price_of", symbol=symbol), "price", example.symbol if example else symbol),
            look(say("view.positions"), "positions"),
            look(say("view.help"), "help"),
        )
    )


def _feed(asked: Asked, name: str) -> str:
    """Where prices come from, in words where they are not a venue's name."""
    return asked.wording.say(f"view.feed.{name}") if name in FEEDS_IN_WORDS else name


async def version(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The version of the program, of its schema, and how much is written down."""
    say, facts = asked.wording.say, tools.facts
    heads = facts.journal_heads()
    own = {name: head for name, head in heads.items() if name in asked.person.accounts or name == "desk"}
    return Screen.of(
        title(f"{say('view.desk_name')} {facts.version}".strip()),
        badges(say("view.live_on") if facts.live_allowed else say("view.live_off")),
        kv(
            (say("view.schema"), facts.schema) if facts.schema else None,
            (say("view.data_folder"), facts.folder) if facts.folder else None,
            *(
                (
                    say("view.journal_of", stream=name),
                    line(asked.wording.count(seq, "events"), dim(f" {head[:HEAD_SHOWN]}")),
                )
                for name, (seq, head) in sorted(own.items())
            ),
        ),
    )


HANDLERS: dict[str, Handler] = {"start": start, "version": version}
