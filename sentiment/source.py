"""What a source of opinions is: one model behind one door, and how it says that it has no answer."""

from __future__ import annotations

from typing import Protocol

from sentiment.prompt import Prompt


class SourceFault(Exception):
    """No answer. `code` is stable and all that is ever shown or logged of it: what a vendor wrote may hold
    a key.

    `is_setup`: asking again is useless until somebody changes a key, a model or an account. `is_free`: it was
    certainly not worked on, so it cost nothing. `after_s`: how long the vendor wants to hear nothing.
    """

    def __init__(
        self, code: str, *, is_setup: bool = False, is_free: bool = False, after_s: float | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.is_setup = is_setup
        self.is_free = is_free
        self.after_s = after_s


class Source(Protocol):
    """One vendor with a key."""

    @property
    def name(self) -> str:
        """Under which people know it: `grok`."""
        ...

    @property
    def model(self) -> str:
        """Which model answers."""
        ...

    async def ask(self, prompt: Prompt, within_s: float) -> bytes:
        """The body of the answer, not judged yet. Raises SourceFault; may be cancelled at any time."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
