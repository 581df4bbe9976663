"""An anchor in memory: outlives every process and every database of a test."""

from __future__ import annotations

from trading.anchored import Anchored


class KeptAnchor:
    """`trading.anchored.Anchor` without a file."""

    def __init__(self) -> None:
        self._kept: Anchored | None = None

    async def read(self) -> Anchored | None:
        """As the port says."""
        return self._kept

    async def write(self, anchored: Anchored, *, goes_back: bool = False) -> None:
        """As the port says."""
        heads = dict(anchored.heads)
        if self._kept is not None and not goes_back:
            heads.update({s: head for s, head in self._kept.heads.items() if head > heads.get(s, (0, ""))})
        self._kept = Anchored(anchored.at, heads)
