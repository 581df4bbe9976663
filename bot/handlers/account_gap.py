"""What is to happen on an account when the price jumps over a stop, where an order does not say it: it counts
before each person's own setting (`/settings gap ask account`)."""

from __future__ import annotations

from msgspec.structs import replace

from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.screen import Screen, code, dim, kv, line, look, row, title
from bot.conversation.verbs_shape import Right
from bot.handlers.finding import account_for
from trading.domain.book import Account
from trading.domain.exits import GapPolicy
from trading.domain.ids import AccountId, PersonId

NAME = "gap"
WORDS = ("account", "konto")
FORGET = frozenset({"off", "default", "reset"})


def is_about_account(value: str) -> bool:
    """Whether the line behind `/settings gap` is about an account: `ask account`, `off account savings`."""
    words = value.casefold().split()
    return len(words) in (2, 3) and words[1] in WORDS


async def gap_of(tools: Tools, account: AccountId) -> GapPolicy | None:
    """What the account says; None: whatever each person says."""
    kept = (await tools.registers.settings(_owner(account))).get(NAME, "")
    return GapPolicy(kept) if kept in set(GapPolicy) else None


async def as_account_wants(tools: Tools, asked: Asked, account: Account) -> Asked:
    """The same request by somebody who wants of gaps what the account says, where it says anything."""
    wanted = await gap_of(tools, account.account)
    if wanted is None:
        return asked
    person = asked.person
    return replace(asked, person=replace(person, prefs=replace(person.prefs, gap=wanted)))


async def set_gap(tools: Tools, asked: Asked, value: str) -> Screen:
    """Set an account's, or forget it with `off`. Only who may allow more on the account may do that: it
    decides for everybody who trades there."""
    typed, _, *named = value.split()
    account = account_for(tools, asked, named[0] if named else "")
    if isinstance(account, Screen):
        return account
    if Right.RAISE not in asked.person.rights.get(account.account, frozenset()):
        return refusal(asked, "dialogue.no_role", role=asked.person.called, verb="settings gap account")
    folded = typed.casefold()
    if folded not in FORGET and folded not in set(GapPolicy):
        return refusal(asked, "view.gap_unknown", typed=typed)
    kept = None if folded in FORGET else folded
    await tools.registers.put_setting(_owner(account.account), NAME, kept)
    say = asked.wording.say
    if kept is None:
        told = say("view.gap_account_forgotten", account=account.account)
    else:
        told = say("view.gap_account_set", account=account.account, value=say(f"exit.gap_{kept}"))
    return Screen.of(line(told)).with_buttons(row(look(say("view.settings"), "settings")))


async def shown(tools: Tools, asked: Asked) -> Screen:
    """What the person says, and what each of their accounts says before that."""
    say = asked.wording.say
    pairs = [(say("view.gap_yours"), say(f"exit.gap_{(asked.person.prefs.gap or GapPolicy.EXIT).value}"))]
    for account in asked.person.accounts:
        wanted = await gap_of(tools, account)
        if wanted is not None:
            pairs.append((account, say(f"exit.gap_{wanted.value}")))
    how = [line(code(example), dim(" " + say(f"view.gap_{about}_how"))) for example, about in _EXAMPLES]
    return Screen.of(title(say("view.setting.gap")), kv(*pairs), *how)


_EXAMPLES = (("/settings gap ask", "own"), ("/settings gap ask account", "account"))


def _owner(account: AccountId) -> PersonId:
    """Whose settings an account's are: the registers keep them like a person's."""
    return PersonId(f"account:{account}")
