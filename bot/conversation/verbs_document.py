"""What is made from the table of verbs: usage lines, menus, docs/verbs.md.

`python -m bot.conversation.verbs_document > docs/verbs.md` writes the page; a test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable

from bot.conversation.frames import FRAMES
from bot.conversation.verbs import ANNOUNCED, EXPANSIONS, VERBS, Argument, Kind, Right, Shape, Verb
from bot.conversation.words import DEFAULT, say
from trading.domain.ids import PersonId
from trading.domain.rights import OWNS, RIGHTS, DeskRole

MENU_MAX = 100
MENU_HELP_LENGTH_MAX = 100
GROUPS = (
    "trade",
    "protect",
    "orders",
    "time",
    "see",
    "automate",
    "outside",
    "research",
    "guard",
    "people",
    "self",
)
"""Groups in the order in which people read them; their titles stand in words_verbs.py."""
_PLACEHOLDERS = {
    Kind.SYMBOL: "SYMBOL",
    Kind.ORDER: "#ORDER",
    Kind.SUBJECT: "#ORDER|SYMBOL",
    Kind.VERB: "VERB",
    Kind.AMOUNT: "AMOUNT",
    Kind.PERIOD: "day|week|month|year|all",
    Kind.PRICE: "@ PRICE",
    Kind.STOP: "stop PRICE",
    Kind.SIZE: "SIZE",
    Kind.MOMENT: "TIME",
    Kind.FRAME: "|".join(FRAMES),
    Kind.DAY: "DAY",
    Kind.UNTIL: "until TIME|SPAN",
}


def who_may(row: Verb, locale: str = DEFAULT) -> str:
    """Which roles may use a verb, beside the account's owner: `trader, admin`; the owner alone."""
    if row.right is Right.LOOK:
        return say("verbs.everybody", locale)
    if row.right is Right.OPERATE:
        return say("verbs.operator", locale)
    roles = [say(f"role.{role.value}", locale) for role in DeskRole if row.right in RIGHTS[role]]
    return ", ".join(roles) or say("verbs.owner", locale)


def in_group(group: str) -> tuple[Verb, ...]:
    """The verbs of a group, in the table's order."""
    return tuple(row for row in VERBS if row.group == group)


Menu = tuple[tuple[str, str], ...]
"""Verbs, each with one line."""
MenuOf = Callable[[PersonId], Menu]
"""The verbs that a person may use."""


def owners_menu() -> Menu:
    """What somebody may use who has an account of their own."""
    return menu(OWNS)


def menu(rights: Collection[Right] | None = None) -> Menu:
    """Name and one line of every command, for the menus of chat platforms (at most 100); with `rights`, of
    those that somebody may use who has them."""
    return tuple((row.name, row.help) for row in VERBS if rights is None or row.right in rights)


def in_language(rows: Iterable[tuple[str, str]], locale: str) -> Menu:
    """The same menu with its lines in another language."""
    return tuple((name, say(f"verb.{name}", locale)) for name, _ in rows)


def usage(row: Verb) -> str:
    """How a verb is typed: `/pnl [day|week|month|year|all] [SYMBOL] [on NAME]`."""
    if row.shape is not Shape.PLAIN:
        return f"/{row.name} {row.syntax}"
    return " ".join((f"/{row.name}", *(_argument_usage(argument) for argument in row.arguments)))


def _argument_usage(argument: Argument) -> str:
    if argument.keyword:
        text = f"{argument.keyword} NAME"
    elif argument.choices:
        text = "|".join(argument.choices)
    else:
        text = _PLACEHOLDERS.get(argument.kind, argument.name.upper())
    if argument.many:
        text += " …"
    if argument.lead:
        text = f"{argument.lead} {text}"
    return text if argument.required else f"[{text}]"


def verbs_markdown() -> str:
    """The whole of docs/verbs.md."""
    lines = [
        "# The verbs",
        "",
        "Generated from the table in `bot/conversation/verbs.py`: run",
        "`python -m bot.conversation.verbs_document > docs/verbs.md` after a change there.",
        "How sizes, prices, times and exits are written is told in [grammar.md](grammar.md).",
        "",
    ]
    for group in GROUPS:
        lines += [
            f"## {say(f'verbs.group.{group}')}",
            "",
            "| verb | what it does | also | who | asks first |",
            "|---|---|---|---|---|",
        ]
        lines += [_row(row) for row in in_group(group)]
        lines.append("")
        for row in in_group(group):
            lines += [f"### /{row.name}", "", f"`{usage(row)}`", "", f"{row.help} {row.long_help}", ""]
            lines += ["```text", *row.examples, "```", ""]
    lines += ["## Short words with arguments", "", "| typed | stands for |", "|---|---|"]
    lines += [f"| `/{word}` | `/{meaning}` |" for word, meaning in EXPANSIONS.items()]
    lines += ["", "## Not here yet", "", "| verb | meanwhile |", "|---|---|"]
    lines += [f"| `/{word}` | {meanwhile} |" for word, meanwhile in ANNOUNCED.items()]
    return "\n".join(lines) + "\n"


def _row(row: Verb) -> str:
    also = " ".join(f"`{alias}`" for alias in row.aliases)
    asks = "yes" if row.asks_first else ""
    return f"| `/{row.name}` | {row.help} | {also} | {who_may(row)} | {asks} |"


if __name__ == "__main__":
    sys.stdout.write(verbs_markdown())
