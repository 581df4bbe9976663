"""With what money an account trades. The keys of one side fit no other."""

from __future__ import annotations

from typing import Final

PAPER: Final = "paper"
"""With none: at the desk's own venue, or on another venue's side for practice."""
LIVE: Final = "live"
LIVE_OFF: Final = "live-off"
"""Real money lies there, and nothing is opened with it until somebody says so; what is held can be closed."""
