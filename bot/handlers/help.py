"""What can be typed: `/help`, made from the table of verbs."""

from __future__ import annotations

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools
from bot.conversation.screen import Block, Screen, bold, code, dim, gap, kv, line, look, title
from bot.conversation.verbs import BY_WORD, Verb
from bot.conversation.verbs_document import GROUPS, in_group, usage, who_may
from bot.handlers.subjects import rows_of, word_of


async def show_help(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Every verb in one line each, or one verb with its examples."""
    word = word_of(parsed, "verb")
    row = BY_WORD.get(word)
    return _one(asked, row) if row is not None else _all(asked)


def _all(asked: Asked) -> Screen:
    say = asked.wording.say
    blocks: list[Block] = [title(say("view.help.title")), line(say("view.help.intro"))]
    mine = asked.person.every_right
    for group in GROUPS:
        rows = [verb for verb in in_group(group) if verb.right in mine]
        if not rows:
            continue
        blocks += [gap(), line(bold(say(f"verbs.group.{group}")))]
        if asked.person.prefs.compact:
            blocks.append(line(code(" ".join(f"/{verb.name}" for verb in rows))))
        else:
            blocks += [line(code(f"/{verb.name}"), f" {say(f'verb.{verb.name}')}") for verb in rows]
    blocks += [gap(), line(dim(say("view.help.more", line="/help buy")))]
    names = ("buy", "close", "bracket", "panic", "risk", "settings")
    return Screen.of(*blocks).with_buttons(*rows_of(look(f"/{name}", "help", name) for name in names))


def _one(asked: Asked, verb: Verb) -> Screen:
    say = asked.wording.say
    blocks: list[Block] = [
        title(f"/{verb.name}"),
        line(f"{say(f'verb.{verb.name}')} {say(f'verb.{verb.name}.more')}"),
        gap(),
        line(code(usage(verb))),
    ]
    blocks += [line(code(example)) for example in verb.examples]
    aliases = " ".join(verb.aliases)
    asks = say("view.help.asks") if verb.asks_first else say("view.help.asks_not")
    blocks += [
        gap(),
        kv(
            (say("view.help.also"), aliases) if aliases else None,
            (say("view.help.first"), asks),
            (say("view.help.who"), who_may(verb, asked.wording.locale)),
        ),
    ]
    return Screen.of(*blocks).with_buttons((look(say("view.help.every"), "help"),))


HANDLERS: dict[str, Handler] = {"help": show_help}
