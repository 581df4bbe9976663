"""Words around the desk: the terminal chat, the command line and the settings."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {}
