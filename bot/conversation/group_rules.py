"""What may be done where others read along: groups look and do not trade, until the owner says otherwise.

The same gate holds while a way in is in doubt: somebody else may be on it (T12).
"""

from __future__ import annotations

from enum import StrEnum

from bot.conversation.handling import Asked, Tools, aside, refusal
from bot.conversation.incoming import Incoming
from bot.conversation.screen import Screen
from bot.conversation.verbs_shape import Right, Verb
from trading.domain.ids import PersonId
from trading.ports import Registers

NAME = "groups"


class GroupRule(StrEnum):
    """How far a group goes."""

    ON = "on"  # read and trade
    READ = "read"  # look at everything, change nothing
    SILENT = "silent"  # nothing about accounts


DEFAULT_RULE = GroupRule.READ
GROUP_WORDS = {
    "on": GroupRule.ON,
    "trade": GroupRule.ON,
    "yes": GroupRule.ON,
    "read": GroupRule.READ,
    "off": GroupRule.READ,
    "no": GroupRule.READ,
    "silent": GroupRule.SILENT,
    "none": GroupRule.SILENT,
}
"""What may be typed behind `/settings groups`."""

_TELLS_NOTHING = frozenset({"help", "settings", "version"})
_ALWAYS = frozenset({"halt"})
_OPENS_DOORS = frozenset({"link", "unlink"})


def group_of(incoming: Incoming) -> PersonId:
    """Whose settings a group's are: the registers keep them like a person's."""
    return PersonId(f"group:{incoming.platform}:{incoming.chat}")


async def rule_of(tools: Tools, incoming: Incoming) -> GroupRule:
    """How far the group of this message goes."""
    kept = (await tools.registers.settings(group_of(incoming))).get(NAME, "")
    return GroupRule(kept) if kept in set(GroupRule) else DEFAULT_RULE


async def set_rule(tools: Tools, incoming: Incoming, rule: GroupRule) -> None:
    """From now on the group goes that far. Raises JournalUnavailable."""
    await tools.registers.put_setting(group_of(incoming), NAME, rule.value)


async def move_rule(registers: Registers, platform: str, old: str, new: str) -> None:
    """A group has another id: its rule moves along (T09). Raises JournalUnavailable."""
    before = PersonId(f"group:{platform}:{old}")
    kept = (await registers.settings(before)).get(NAME)
    if kept is not None:
        await registers.put_setting(PersonId(f"group:{platform}:{new}"), NAME, kept)
        await registers.put_setting(before, NAME, None)


async def verb_barred(tools: Tools, asked: Asked, row: Verb) -> Screen | None:
    """Why this verb is not carried out here; None when it is."""
    trades = row.right is not Right.LOOK or row.name in _OPENS_DOORS
    if asked.incoming.is_in_doubt and trades and row.name not in _ALWAYS:
        return refusal(asked, "dialogue.in_doubt")
    if not asked.incoming.is_group:
        return None
    rule = await rule_of(tools, asked.incoming)
    if rule is GroupRule.SILENT and row.name not in _TELLS_NOTHING:
        return refusal(asked, "group.no_read")
    if rule is not GroupRule.ON and row.right is not Right.LOOK:
        return refusal(asked, "group.no_trade")
    return None


async def press_barred(tools: Tools, asked: Asked) -> Screen | None:
    """Why an acting button does nothing here; None when it acts, or only looks."""
    incoming = asked.incoming
    if ":" in incoming.action:
        return None
    if incoming.is_in_doubt:
        return aside(asked, "dialogue.in_doubt")
    if incoming.is_group and await rule_of(tools, incoming) is not GroupRule.ON:
        return aside(asked, "group.no_trade")
    return None
