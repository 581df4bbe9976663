"""Words of notices: news that is no trade. `notice.<code>` is the headline, `notice.<code>.why` the rest."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {}
