"""`/roles`, `/role`, `/approve`, `/join`: who is what on an account, and who is let in."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from bot.conversation.confirmation import ask, choice_button
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.joining import Joining, Request
from bot.conversation.linking import platform_name
from bot.conversation.retelling import all_retold
from bot.conversation.screen import Block, Button, Kind, Screen, code, dim, kv, line, look, row, table, title
from bot.handlers.marks import heading
from bot.handlers.subjects import account_of, word_of
from trading.domain.book import Account
from trading.domain.commands import SetRole
from trading.domain.ids import CommandId, PersonId
from trading.domain.rights import DeskRole, Right
from trading.ports import Denied, JournalUnavailable

NONE = "none"
_SHOWN_MAX = 30
_WORDS = {"officer": DeskRole.RISK_OFFICER, "risk": DeskRole.RISK_OFFICER}
_NO = frozenset({"no", "deny"})
_NOT_YET = CommandId("role")


async def roles(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Who is what on an account."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    say = asked.wording.say
    rows = [(await name_of(tools, account.owner), say("role.owner"))]
    for one in account.members[:_SHOWN_MAX]:
        rows.append((await name_of(tools, one.person), say(f"role.{one.role.value}")))
    blocks: list[Block] = [
        *heading(tools, asked, say("role.title"), account),
        table((say("role.person"), say("role.role")), rows),
    ]
    buttons: list[Button] = []
    if Right.PEOPLE in account.rights_of(asked.person.person_id):
        blocks.append(line(dim(say("role.how")), " ", code("/role NAME trader")))
        waiting = tools.joining.waiting() if tools.joining is not None else ()
        buttons = [look(say("role.decide", name=one.name or one.user), "approve", one.id) for one in waiting]
    return Screen.of(*blocks).with_buttons(*(row(one) for one in buttons[:10]))


async def role(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Give a member another role, or none: asks first."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    say, who, typed = asked.wording.say, word_of(parsed, "who"), word_of(parsed, "role")
    found = await _member(tools, account, who)
    if found is None:
        names = ", ".join([await name_of(tools, one.person) for one in account.members]) or say("role.nobody")
        return refusal(asked, "role.no_member", typed=who, names=names)
    wanted = _role(typed)
    if wanted is None:
        return refusal(asked, "role.unknown", typed=typed, names=", ".join((*DeskRole, NONE)))
    name = await name_of(tools, found)
    command = SetRole(_NOT_YET, asked.person.person_id, account.account, found, wanted, name)
    shown = say(f"role.{wanted or NONE}")
    before = account.role_of(found)
    card = Screen.of(
        *heading(tools, asked, say("role.ask", name=name, role=shown), account),
        kv((say("role.until_now"), say(f"role.{before.value if before else NONE}"))),
        line(say(f"role.means.{wanted or NONE}")),
    )
    done = say("role.done", name=name, role=shown, account=account.account)
    return await ask(tools, asked, command, card, label=say("role.confirm"), done=done)


async def approve(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Decide about somebody who asks to be let in."""
    joining = tools.joining
    if joining is None:
        return refusal(asked, "link.no_phones")
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    typed, wanted = word_of(parsed, "request"), word_of(parsed, "role")
    if not typed:
        return _waiting(asked, joining.waiting())
    request = joining.request(typed)
    if request is None:
        return refusal(asked, "role.no_request", typed=typed)
    if not wanted or asked.must_review:
        return await _decide(tools, asked, request, account)
    if wanted.casefold() in _NO:
        await joining.over(request, is_denied=True)
        return Screen.of(asked.wording.say("role.denied", name=request.name or request.user))
    given = _role(wanted)
    if not given:
        return refusal(asked, "role.unknown", typed=wanted, names=", ".join(DeskRole))
    return await _let_in(tools, asked, joining, request, account, given)


async def join(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Whoever is known needs not ask."""
    return refusal(asked, "join.known")


def _waiting(asked: Asked, waiting: Sequence[Request]) -> Screen:
    say = asked.wording.say
    if not waiting:
        return Screen.of(say("role.nobody_asks"))
    return Screen.of(
        title(say("role.who_asks")), *(line(_described(asked, one)) for one in waiting)
    ).with_buttons(
        *(row(look(say("role.decide", name=one.name or one.user), "approve", one.id)) for one in waiting[:10])
    )


def _described(asked: Asked, one: Request) -> str:
    return f"{one.name or one.user} · {platform_name(one.platform)} · {asked.wording.instant(one.at)}"


async def _decide(tools: Tools, asked: Asked, request: Request, account: Account) -> Screen:
    """The card with a button for each role."""
    say = asked.wording.say
    choices = [
        await choice_button(
            tools,
            asked,
            say(f"role.{one.value}"),
            f"/approve {request.id} {one.value} on {account.account}",
        )
        for one in DeskRole
    ]
    no = await choice_button(
        tools, asked, say("role.say_no"), f"/approve {request.id} no on {account.account}"
    )
    return Screen.of(
        *heading(tools, asked, say("role.approve", name=request.name or request.user), account),
        line(_described(asked, request)),
        *(line(dim(f"{say(f'role.{one.value}')}: {say(f'role.means.{one.value}')}")) for one in DeskRole),
        kind=Kind.REVIEW,
    ).with_buttons(row(*choices[:2]), row(*choices[2:]), row(no))


async def _let_in(
    tools: Tools, asked: Asked, joining: Joining, request: Request, account: Account, given: str
) -> Screen:
    say = asked.wording.say
    command = SetRole(
        CommandId(f"join:{request.id}:{account.account}"),
        asked.person.person_id,
        account.account,
        request.person,
        given,
        request.name,
    )
    try:
        await joining.let_in(request)
        answer = await tools.desk.submit(command)
        if isinstance(answer, Denied):
            return Screen.of(*all_retold(asked.wording, answer.refusals), kind=Kind.REFUSAL)
        await joining.over(request, is_denied=False)
    except JournalUnavailable as problem:
        return refusal(asked, "sent.not_recorded", problem=problem)
    name, shown = request.name or request.user, say(f"role.{given}")
    return Screen.of(say("role.done", name=name, role=shown, account=account.account)).with_buttons(
        row(look(say("role.title"), "roles"))
    )


async def name_of(tools: Tools, person: PersonId) -> str:
    """How a person is called here."""
    return (await tools.registers.settings(person)).get("name", str(person))


async def _member(tools: Tools, account: Account, typed: str) -> PersonId | None:
    wanted = typed.strip().casefold()
    names = {(await name_of(tools, one.person)).casefold(): one.person for one in account.members}
    ids = {str(one.person).casefold(): one.person for one in account.members}
    return ids.get(wanted) or names.get(wanted)


def _role(typed: str) -> str | None:
    """A role as typed; empty for none; None when there is no such role."""
    word = typed.strip().casefold().replace(" ", "_").replace("-", "_")
    if word == NONE:
        return ""
    if word in _WORDS:
        return _WORDS[word].value
    if word in set(DeskRole):
        return word
    near = difflib.get_close_matches(word, list(DeskRole), n=1, cutoff=0.8)
    return str(near[0]) if near else None


HANDLERS: dict[str, Handler] = {"roles": roles, "role": role, "approve": approve, "join": join}
