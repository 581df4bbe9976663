"""What python-telegram-bot needs in order to be quiet."""

import pytest


@pytest.fixture(autouse=True)
def spans_of_time_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this, every RetryAfter warns that its retry_after will be a timedelta one day."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
