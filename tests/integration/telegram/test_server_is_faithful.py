"""python-telegram-bot's own Application and Updater run unchanged against our server."""

from __future__ import annotations

import pytest

from tests.fakes.hand_clock import HandClock
from tests.fakes.telegram_server import TelegramServer
from tests.integration.telegram.ptb_bot import application, polling

pytestmark = pytest.mark.wire


async def test_an_application_that_polls_greets_edits_and_answers_presses() -> None:
    async with TelegramServer(HandClock()) as telegram, polling(telegram, application(telegram)):
        ann = telegram.person("Ann")
        ann.start()
        card = await ann.sees("pick")
        assert card.labels == [["Buy", "No"]]
        press = ann.press("Buy")
        assert await ann.answered(press) == "bought" and press is not None and press.is_alert
        await ann.sees("done b:1")
        assert card.labels == [] and card.versions[0]["text"] == "pick"
        words = ann.say("hello")
        await ann.sees("you said hello")
        ann.edit(words, "hallo")
        await ann.sees("edited you said hallo")
        assert ann.transcript() == [
            "Ann: /start",
            "Open Outcry: pick [Buy] [No]",
            "(alert) bought",
            "Open Outcry (edited): done b:1",
            "Ann: hello",
            "Open Outcry: you said hello",
            "Ann (edited): hallo",
            "Open Outcry: edited you said hallo",
        ]
