"""When the garbage collector looks: not while the desk starts, and later not at what the start has made.

A start makes two hundred thousand objects, and nearly all of them stay until the end. Looking through them
again and again takes a sixth of the start, and later stands the loop still for fifty milliseconds each time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected_start() -> Iterator[None]:
    """Within, nothing is collected until `started`. Afterwards all is as it was."""
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def started() -> None:
    """The desk runs: collect from now on, and take what is there for granted. Needs an uncollected start."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
