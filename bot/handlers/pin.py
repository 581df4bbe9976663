"""`/pin`: set up a second factor, change or end it. A code that is typed is for the dialogue (factor.py)."""

from __future__ import annotations

import base64
from urllib.parse import quote

from msgspec.structs import replace

from bot.conversation.factor import Factor, factor_of, hashed, keep, tell
from bot.conversation.grammar_shapes import Amount, Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Screen, code, dim, kv, line, title, warn
from bot.conversation.sealing import WEAK, is_sealed
from bot.conversation.verbs_shape import Right
from bot.handlers.linking import CONSOLE
from bot.handlers.roles import name_of
from bot.handlers.subjects import line_of, word_of
from trading.domain.money import Money
from trading.ports import VaultLocked

_SALT_SIZE = 16
_SECRET_SIZE = 20
_ISSUER = "Open Outcry"


async def pin(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Show how things stand, or change them; what changes was proven before it comes here."""
    if asked.incoming.is_group:
        return refusal(asked, "factor.private")
    person = asked.person.person_id
    factor = await factor_of(tools, person)
    amount = line_of(parsed).values.get("amount")
    match word_of(parsed, "act"):
        case "above" if isinstance(amount, Amount):
            factor = replace(factor, above=amount.value)
            await keep(tools, person, factor)
            return _shown(tools, asked, factor)
        case "" if isinstance(amount, Amount) or word_of(parsed, "code"):
            return refusal(asked, "factor.form")
        case "set":
            return await _set(tools, asked, factor, word_of(parsed, "code"))
        case "app":
            return await _app(tools, asked, factor)
        case "reset":
            return await _reset(tools, asked, word_of(parsed, "code"))
        case "off" if factor.is_on:
            await keep(tools, person, Factor(locks=factor.locks))
            await tell(tools, asked, "factor_changed", asked.incoming.command_id)
            return Screen.of(asked.wording.say("factor.off"))
        case _:
            return _shown(tools, asked, factor)


def _shown(tools: Tools, asked: Asked, factor: Factor) -> Screen:
    say = asked.wording.say
    account = tools.book().account(asked.person.account)
    currency = account.currency if account is not None else "USD"
    above = (
        asked.wording.money(Money(factor.above, currency)) if factor.above else say("factor.by_size_never")
    )
    kinds = [say(key) for key, is_on in (("factor.app", factor.totp), ("factor.pin", factor.pin)) if is_on]
    return Screen.of(
        title(say("factor.title")),
        kv(
            (say("factor.with"), ", ".join(kinds) or say("factor.none")),
            (say("factor.by_size"), above) if factor.is_on else None,
        ),
        line(say("factor.what")),
        line(dim(say("factor.how"))),
        line(code("/pin app")),
        line(code("/pin set 739205")),
        line(code("/pin above 1000")),
    )


async def _set(tools: Tools, asked: Asked, factor: Factor, typed: str) -> Screen:
    if typed == WEAK:
        return refusal(asked, "factor.weak")
    if not is_sealed(typed):
        return refusal(asked, "factor.form")
    salt = tools.entropy.token(_SALT_SIZE)
    await keep(tools, asked.person.person_id, replace(factor, pin=hashed(typed, salt)))
    await tell(tools, asked, "factor_changed", asked.incoming.command_id)
    return Screen.of(asked.wording.say("factor.pin_done"), line(warn(asked.wording.say("factor.delete_it"))))


async def _reset(tools: Tools, asked: Asked, typed: str) -> Screen:
    """Somebody has lost their app, or has forgotten their PIN: whoever sits at the desk's own terminal takes
    it away. That is what a thief of a phone cannot do."""
    if asked.incoming.platform != CONSOLE or Right.OPERATE not in asked.person.every_right:
        return refusal(asked, "factor.reset_where")
    accounts = tools.book().accounts.values()
    everybody = dict.fromkeys(one for a in accounts for one in (a.owner, *(m.person for m in a.members)))
    names = {person: await name_of(tools, person) for person in everybody}
    wanted = typed.casefold()
    found = [one for one, name in names.items() if wanted in (one.casefold(), name.casefold())]
    if len(found) != 1:
        return refusal(asked, "factor.reset_whom", typed=typed, names=", ".join(names.values()))
    await keep(tools, found[0], Factor())
    await tell(tools, asked, "factor_changed", asked.incoming.command_id, found[0])
    return Screen.of(asked.wording.say("factor.reset", name=names[found[0]]))


async def _app(tools: Tools, asked: Asked, factor: Factor) -> Screen:
    """A new secret, shown this once; it counts when the app's first code was typed."""
    say = asked.wording.say
    secret = base64.b32encode(tools.entropy.token(_SECRET_SIZE)).decode()
    try:
        await keep(tools, asked.person.person_id, replace(factor, waits=secret))
    except VaultLocked:
        return refusal(asked, "factor.no_vault")
    who = quote(f"{_ISSUER}:{asked.person.name}")
    address = f"otpauth://totp/{who}?secret={secret}&issuer={quote(_ISSUER)}"
    return Screen.of(
        title(say("factor.app_title")),
        line(say("factor.app_how")),
        line(code(" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)))),
        line(code(address)),
        line(say("factor.app_next"), " ", code("/pin 123456")),
        line(warn(say("factor.app_warning"))),
    ).for_one()


HANDLERS: dict[str, Handler] = {"pin": pin}
