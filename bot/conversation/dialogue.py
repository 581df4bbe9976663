"""The one entry: who are you, what did you say, may you; then the verb's handler, or the pressed button."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.conversation.confirmation import Reread, choice_button, press, prune
from bot.conversation.cooling import line_cooled
from bot.conversation.factor import line_held, proven
from bot.conversation.grammar import Asked as Twofold
from bot.conversation.grammar import ExitsLine, NotUnderstood, OrderLine, VerbLine
from bot.conversation.group_rules import press_barred, verb_barred
from bot.conversation.handling import (
    HEARD_LANGUAGE,
    Asked,
    Handler,
    Tools,
    is_late,
    person_of,
    refusal,
)
from bot.conversation.incoming import Incoming
from bot.conversation.rereading import understood
from bot.conversation.retelling import reread
from bot.conversation.screen import Kind, Screen, code, dim, line, row, warn
from bot.conversation.sealing import is_sealed, sealed_line
from bot.conversation.verbs import BY_WORD, Right, verb
from bot.conversation.words import say
from trading.domain.commands import SeeAlerts
from trading.domain.ids import CommandId
from trading.ports import JournalUnavailable

_PRUNE_EVERY = timedelta(hours=1)
_CARDS_PRESSED_MAX = 3


class Dialogue:
    """Turns what came in into what to show. Knows no platform and no handler by name.

    Args:
        handlers: what each verb does, by its full name.
        auto_confirm: press the confirming button of every card at once (`--yes`); on paper only.
    """

    def __init__(self, tools: Tools, handlers: Mapping[str, Handler], *, auto_confirm: bool = False) -> None:
        self._tools = tools
        self._handlers = handlers
        self._auto_confirm = auto_confirm
        self._pruned_at: datetime | None = None

    async def answer(self, incoming: Incoming) -> list[Screen]:
        """The screens that answer one message or press, in order; at least one. A store that cannot be
        written (its disk is full) costs this answer, never the desk: exits are watched all the same."""
        screens: list[Screen] = []
        try:
            asked = await self._who(incoming)
            if asked is None:
                return [await self._of_nobody(incoming)]
            await self._prune()
            screens.append(await self._answer(asked))
            if self._auto_confirm:
                await self._press_on(asked, screens)
            await self._seen(asked)
        except JournalUnavailable as problem:
            screens.append(Screen.of(line(warn(str(problem))), kind=Kind.REFUSAL))
        return screens

    async def _who(self, incoming: Incoming) -> Asked | None:
        person_id = self._tools.identify(incoming)
        person = await person_of(self._tools, person_id) if person_id is not None else None
        if person is None or person_id is None:
            return None
        prefs = person.prefs
        if prefs.is_language_heard and incoming.language and incoming.language != prefs.language:
            await self._tools.registers.put_setting(person_id, HEARD_LANGUAGE, incoming.language)
            person = await person_of(self._tools, person_id) or person
        return Asked(incoming, person, sealed_line(incoming.typed))

    async def _of_nobody(self, incoming: Incoming) -> Screen:
        """Somebody who was a person of this desk and has no account left: they may ask to be let in again."""
        joining = self._tools.joining
        outcome = await joining.tried(incoming) if joining is not None and incoming.text else None
        if outcome is not None:
            return Screen.of(say(outcome.said, incoming.language))
        kind = Kind.ASIDE if incoming.is_press else Kind.REFUSAL
        return Screen.of(say("dialogue.stranger", incoming.language), kind=kind)

    async def _answer(self, asked: Asked) -> Screen:
        incoming = asked.incoming
        if incoming.is_edited:
            return refusal(asked, "dialogue.edited")
        if incoming.is_forwarded:
            return refusal(asked, "dialogue.forwarded")
        if not incoming.is_press:
            return await self._typed(asked)
        barred = await press_barred(self._tools, asked)
        if barred is not None:
            return barred
        if ":" in incoming.action:
            # A button that stays on its card may be pressed again by accident: what it starts is reviewed.
            return await self._typed(replace(asked, must_review=True))
        found = await press(self._tools, asked)
        if isinstance(found, Screen):
            return found
        return await self._reread(asked, found)

    async def _typed(self, asked: Asked) -> Screen:
        now = self._tools.clock.now()
        if not is_late(asked.incoming, now):
            return await self._read(asked)
        screen = await self._read(replace(asked, must_review=True))
        ago = asked.wording.ago(asked.incoming.at, now)
        if screen.kind is Kind.REVIEW:
            return _headed(screen, asked.wording.say("dialogue.late", ago=ago))
        if screen.kind is Kind.ANSWER and not _only_looks(asked.line):
            return _headed(screen, asked.wording.say("dialogue.late_done", ago=ago))
        return screen

    async def _reread(self, asked: Asked, again: Reread) -> Screen:
        screen = await self._read(replace(asked, line=again.line, must_review=again.must_review))
        return _headed(screen, asked.wording.say(again.note)) if again.note else screen

    async def _read(self, asked: Asked) -> Screen:
        book = self._tools.book()
        account = asked.person.account
        parsed, said = understood(
            asked.line, lambda: [p.symbol for p in book.live_positions(account) if p.is_open]
        )
        if said != asked.line:
            asked = replace(asked, line=said, must_review=True)
        match parsed:
            case NotUnderstood():
                return _not_understood(asked, parsed)
            case Twofold():
                return await self._which(asked, parsed)
            case OrderLine() | ExitsLine() | VerbLine():
                return await self._handle(asked, parsed)

    async def _handle(self, asked: Asked, parsed: OrderLine | ExitsLine | VerbLine) -> Screen:
        row_of_verb = verb(parsed.verb)
        if not asked.person.may(row_of_verb.right, _account_in(parsed)):
            return refusal(asked, "dialogue.no_role", role=asked.person.called, verb=parsed.verb)
        barred = await verb_barred(self._tools, asked, row_of_verb)
        if barred is not None:
            return barred
        seal = _seal_in(parsed)
        if seal:
            return await self._proven(asked, seal)
        cooled = line_cooled(self._tools, asked, parsed)
        if cooled is not None:
            return cooled
        held = await line_held(self._tools, asked, parsed)
        if held is not None:
            return held
        handler = self._handlers.get(parsed.verb)
        if handler is None:
            return refusal(asked, "dialogue.not_here", verb=parsed.verb)
        return await handler(self._tools, asked, parsed)

    async def _proven(self, asked: Asked, seal: str) -> Screen:
        """A code was typed: carry out what waits for it, as if it were pressed or typed again."""
        held = await proven(self._tools, asked, seal)
        if isinstance(held, Screen):
            return held
        if held.line:
            return await self._read(replace(asked, line=held.line, is_proven=True, must_review=False))
        pressed = replace(asked.incoming, text="", action=held.action)
        again = replace(asked, incoming=pressed, line="", is_proven=True)
        found = await press(self._tools, again)
        return found if isinstance(found, Screen) else await self._reread(again, found)

    async def _which(self, asked: Asked, question: Twofold) -> Screen:
        """One button for each reading; none of them is taken by itself (H01)."""
        buttons = [
            await choice_button(self._tools, asked, label, chosen) for label, chosen in question.choices
        ]
        lines = [line(code(chosen)) for _, chosen in question.choices]
        return Screen.of(reread(asked.wording, question.sentence), *lines, kind=Kind.REVIEW).with_buttons(
            *(row(b) for b in buttons)
        )

    async def _press_on(self, asked: Asked, screens: list[Screen]) -> None:
        """Press what the newest card asks for, as `--yes` says. Never on anything but paper."""
        accounts = [self._tools.book().account(account) for account in asked.person.accounts]
        if not all(account is not None and account.mode == "paper" for account in accounts):
            return
        for number in range(1, _CARDS_PRESSED_MAX + 1):
            confirming = screens[-1].confirming
            if confirming is None:
                return
            pressed = Incoming(
                platform=asked.incoming.platform,
                chat=asked.incoming.chat,
                message_id=f"{asked.incoming.message_id}/yes-{number}",
                person=asked.incoming.person,
                at=self._tools.clock.now(),
                action=confirming.action.id,
                label=confirming.label,
            )
            screens.append(await self._answer(replace(asked, incoming=pressed, line="")))

    async def _seen(self, asked: Asked) -> None:
        """Whoever writes or presses anything has seen the critical alerts that rang for them."""
        book, person = self._tools.book(), asked.person.person_id
        for name in asked.person.accounts:
            account = book.account(name)
            if account is None or not account.ringing:
                continue
            if any((one.alert.person or account.owner) == person for one in account.ringing):
                act = CommandId(f"{asked.incoming.command_id}/seen/{name}")
                await self._tools.desk.submit(SeeAlerts(act, person, name))

    async def _prune(self) -> None:
        now = self._tools.clock.now()
        if self._pruned_at is None or now - self._pruned_at >= _PRUNE_EVERY:
            self._pruned_at = now
            await prune(self._tools)


def _seal_in(parsed: OrderLine | ExitsLine | VerbLine) -> str:
    """The sealed code of a line that proves something; empty for every other line."""
    if not isinstance(parsed, VerbLine) or parsed.verb != "pin" or "act" in parsed.values:
        return ""
    typed = parsed.values.get("code", "")
    return typed if isinstance(typed, str) and is_sealed(typed) else ""


def _account_in(parsed: OrderLine | ExitsLine | VerbLine) -> str:
    """The account that a line names; empty for the current one."""
    if isinstance(parsed, VerbLine):
        named = parsed.values.get("account")
        return named if isinstance(named, str) else ""
    return parsed.account


def _only_looks(said: str) -> bool:
    """Whether a line shows something and changes nothing."""
    row_of_verb = BY_WORD.get(said.partition(" ")[0].removeprefix("/").lower())
    return row_of_verb is None or row_of_verb.right is Right.LOOK


def _headed(screen: Screen, sentence: str) -> Screen:
    """The screen with a first line that says how it came to be."""
    return replace(screen, blocks=(line(warn(sentence)), *screen.blocks))


def _not_understood(asked: Asked, refused: NotUnderstood) -> Screen:
    lines = [line(code(suggestion)) for suggestion in refused.suggestions]
    head = [line(dim(asked.wording.say("dialogue.try")))] if lines else []
    return Screen.of(reread(asked.wording, refused.sentence), *head, *lines, kind=Kind.REFUSAL)
