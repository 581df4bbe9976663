"""Words of the verbs: what each does, in a line and in more; made from the table, where they stand once."""

from __future__ import annotations

from bot.conversation.verbs import VERBS

ENGLISH: dict[str, str | tuple[str, str]] = {
    **{f"verb.{row.name}": row.help for row in VERBS},
    **{f"verb.{row.name}.more": row.long_help for row in VERBS},
    "verbs.group.trade": "Trade",
    "verbs.group.protect": "Protect",
    "verbs.group.orders": "Orders",
    "verbs.group.time": "Alerts and schedules",
    "verbs.group.see": "See",
    "verbs.group.automate": "Have it trade by itself",
    "verbs.group.outside": "Opinions and markets",
    "verbs.group.research": "Research",
    "verbs.group.guard": "Guard",
    "verbs.group.people": "People",
    "verbs.group.self": "Yourself",
    "verbs.everybody": "everybody",
    "verbs.operator": "the operator",
    "verbs.owner": "the owner",
}
