"""A person whose desk speaks German: what they read is German, what they type is as ever."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation.incoming import Incoming
from bot.conversation.layout import as_text
from bot.conversation.verbs import VERBS
from bot.conversation.wording import Wording
from bot.conversation.words import language_of
from bot.notifications.alerts import alert, is_news
from bot.notifications.scene import Scene
from tests.journeys.chat import CHAT, Chat, dialogue_of, in_chat
from tests.journeys.foreign import english_in

BOUGHT = """\
> /buy BTC 700 tp 2%:50 4%:50 sl 1%
BTC/USD: Kaufen?
[PAPER]
Konto          paper · Börse paper
Größe          700 USD → 0,09458181 BTC
Kurs           etwa 7.401,00 (Brief)
Wert           700,00 $ · 7 % vom Kontowert
Gebühren       etwa 1,40 $ hinein und hinaus
Stop-Loss      7.326,99 (-1 %)
Ziel 1         7.549,02 (+2 %) · 0,0472909 BTC
Ziel 2         7.697,04 (+4 %) · 0,04729091 BTC
Bei Stop       etwa -8,40 $ mit Gebühren
Chance/Risiko  3 R
Heute          bei Stop bleiben dir 491,60 $ vom Limit des Tages
[Kaufen]  [Abbrechen]
> [Kaufen]
Gesendet. Kauf 0,09458181 BTC Market · BTC/USD · #1
Ich melde mich, wenn sie ausgeführt ist.
[PAPER]
"""

REFUSED = """\
> /buy BTC 100000000
Eine Order darf höchstens 100.000 USD groß sein (/limits order_notional_max ändert es); diese ist
100.000.000,00.
Die Position wäre 100.000.700,00; das Limit ist 200.000 USD (/limits position_notional_max).
Alle Positionen und wartenden Einstiege wären 100.000.700,00; das Limit ist 300.000 USD (/limits
gross_exposure_max).
Das braucht 100.000.000,00 USD, und 9.299,30 sind frei: kauf weniger, oder mach etwas frei mit
/cancel oder /close.
> /sl BTC 9000
Ein Stop einer Long-Position gehört unter den Markt: 9.000 ist nicht unter 7.400. Um jetzt
rauszugehen: /close BTC/USD.
> /buy BTC 1.000
„1.000“ lässt sich verschieden lesen. Welche Zahl ist es?
/buy BTC 1
/buy BTC 1000
[1]
[1000]
"""

FILLED = """\
✅ 0,09458181 BTC/USD gekauft zu 7.401,00
700,00 $, Gebühr 0,70 $"""

NEWS = ("alerts", "schedule", "settings", "panic", "lockout", "halt", "maintenance", "link", "unlink")
"""Verbs whose examples would keep the others from showing anything: they are said last."""


LINES = ("when.", "alerts.crosses")
"""Phrases that are words of a line too: what is to be typed stands in German sentences as it is typed."""


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


async def bought(chat: Chat) -> None:
    await chat.say("/settings language de")
    await chat.say("/settings zone Europe/Berlin")
    chat.said.clear()
    await chat.say("/buy BTC 700 tp 2%:50 4%:50 sl 1%")
    await chat.press("Kaufen")


def told(chat: Chat) -> list[str]:
    """Every message that the desk tells of itself, with its buttons, as the person reads it."""
    scene = Scene(Wording("de", "Europe/Berlin", "1.234,56"), chat.pit.engine.book)
    made = [alert([stored], scene) for stored in chat.pit.events if is_news(stored, scene)]
    return [
        "\n".join((as_text(one.screen), *(button.label for button in one.screen.all_buttons)))
        for one in made
        if one is not None
    ]


def test_an_order_is_reviewed_sent_filled_and_refused_in_german() -> None:
    async def scene(chat: Chat) -> None:
        await bought(chat)
        assert plain(chat.transcript) == BOUGHT
        assert any(plain(one).startswith(FILLED) for one in told(chat)), told(chat)
        chat.said.clear()
        for line in ("/buy BTC 100000000", "/sl BTC 9000", "/buy BTC 1.000"):
            await chat.say(line)
        assert plain(chat.transcript) == REFUSED
        why = plain(await chat.say("/why BTC"))
        assert "02:00:00 Die Börse hat #1 angenommen" in why
        assert "Eine Order darf höchstens 100.000 USD groß sein" in why, (
            "also what the journal keeps in English"
        )
        assert "Eine Position schließen, long oder short" in await chat.say("/help close")
        assert "Kontowert  9.999,25 $" in plain(await chat.say("/status"))

    in_chat(scene)


def test_no_screen_says_an_english_sentence() -> None:
    """Every example of every verb, and what the desk tells meanwhile."""

    async def scene(chat: Chat) -> None:
        await bought(chat)
        await chat.hold("/buy ETH 300 trail 2%")
        await chat.hold("/buy BTC 100 @ 7000")
        found: dict[str, list[str]] = {}
        for row in sorted(VERBS, key=lambda one: one.name in NEWS):
            for line in (*row.examples, f"/help {row.name}"):
                lines = [one for one in (await chat.say(line)).split("\n") if one not in row.examples]
                english = [key for key in english_in("\n".join(lines)) if not key.startswith(LINES)]
                found |= {line: english} if english else {}
            if row.name == "position":
                await chat.pit.quote("7700", "7701")
                await chat.pit.quote("7300", "7301")
        for text in told(chat):
            english = english_in(text)
            found |= {text: english} if english else {}
        assert found == {}
        assert len(told(chat)) > 10

    in_chat(scene)


def test_english_would_be_found() -> None:
    """The same look at an English desk finds what it is to find."""

    async def scene(chat: Chat) -> None:
        said = await chat.say("/buy BTC 700 sl 1%")
        assert {"card.worst_money", "card.fees_both", "card.keeps"} <= set(english_in(said))
        assert "find.no_position" in english_in(await chat.say("/close ETH"))

    in_chat(scene)


@pytest.mark.parametrize(("code", "word"), [("de-AT", "Kontowert"), ("en-GB", "Equity"), ("fr", "Equity")])
def test_who_has_set_nothing_is_answered_in_the_language_of_their_app(code: str, word: str) -> None:
    async def scene(chat: Chat) -> None:
        at = datetime(2018, 4, 4, tzinfo=UTC)
        heard = Incoming("telegram", CHAT, "1", "ann", at, text="/status", language=language_of(code))
        assert word in as_text((await dialogue_of(chat).answer(heard))[0])
        assert word in await chat.say("/status"), "and so is what the desk tells of itself"
        await chat.say("/settings language en")
        assert "Equity" in as_text((await dialogue_of(chat).answer(heard))[0]), "what they set counts more"
        await chat.say("/settings language auto")
        assert word in await chat.say("/status")

    in_chat(scene)
