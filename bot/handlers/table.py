"""Which function answers which verb: the tables of all rooms, merged once, for `bot.main` to hand over.

A room is a module of this folder with a `HANDLERS` of its own; a new subject is a new file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules

from bot import handlers
from bot.conversation.handling import Handler


def merged(tables: Iterable[Mapping[str, Handler]]) -> dict[str, Handler]:
    """One table of many; a verb that two rooms answer is a bug."""
    whole: dict[str, Handler] = {}
    for part in tables:
        twice = whole.keys() & part.keys()
        assert not twice, f"two rooms answer the same verbs: {sorted(twice)}"
        whole.update(part)
    return whole


def of_every_room() -> Iterable[Mapping[str, Handler]]:
    """The table of each room in this folder, by name."""
    here = __name__.rpartition(".")[2]
    names = sorted(one.name for one in iter_modules(handlers.__path__) if one.name != here)
    rooms = (import_module(f"{handlers.__name__}.{name}") for name in names)
    return (room.HANDLERS for room in rooms if hasattr(room, "HANDLERS"))


HANDLERS: dict[str, Handler] = merged(of_every_room())
