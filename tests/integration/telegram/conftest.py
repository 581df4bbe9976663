"""What python-telegram-bot needs in order to be quiet, and a server to speak to."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.fakes.hand_clock import HandClock
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_server import TelegramServer
from tests.integration.telegram.wire import Wire


@pytest.fixture(autouse=True)
def spans_of_time_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this, every RetryAfter warns that its retry_after will be a timedelta one day."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A server for one test, without flood limits."""
    async with (
        TelegramServer(HandClock(), limits=FloodLimits.none()) as telegram,
        aiohttp.ClientSession() as http,
    ):
        ann, ned = telegram.person("Ann"), telegram.person("Ned")
        ann.start()
        yield Wire(telegram, http, ann, ned)
