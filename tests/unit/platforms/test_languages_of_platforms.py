"""A person is heard in the language of their app, and sees its menus in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.conversation.words import language_of
from bot.platforms.discord_commands import command_bodies, ticket
from bot.platforms.discord_shapes import Data
from bot.platforms.telegram_decode import Me, decoded
from bot.platforms.telegram_shapes import Update

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def update(language: str) -> Update:
    author = {"id": 7, "first_name": "Ann", "language_code": language}
    message = {
        "message_id": 1,
        "date": int(NOW.timestamp()),
        "chat": {"id": 7, "type": "private"},
        "from": author,
        "text": "/status",
    }
    return msgspec.convert({"update_id": 1, "message": message}, Update)


def heard(language: str) -> tuple[str, str]:
    arrived = decoded(update(language), Me(1, "desk_bot"), NOW)
    assert arrived is not None and arrived.incoming is not None
    return arrived.language, arrived.incoming.language


def test_a_code_of_a_platform_is_a_language_of_the_catalogue_or_none() -> None:
    assert [language_of(code) for code in ("de", "de-AT", "de_CH", "DE", "en-US", "fr", "")] == [
        "de",
        "de",
        "de",
        "de",
        "en",
        "",
        "",
    ]


def test_telegram_says_in_which_language_somebody_writes() -> None:
    assert heard("de") == ("de", "de")
    assert heard("pt-br") == ("", "")


def descriptions(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [body, *(one for option in body.get("options", ()) for one in descriptions(option))]


def test_every_command_and_option_of_discord_is_described_in_german_too() -> None:
    said = [one for body in command_bodies() for one in descriptions(body)]
    assert len(said) > 150
    lost = [one["name"] for one in said if not one.get("description_localizations", {}).get("de")]
    assert lost == []
    buy = next(body for body in command_bodies() if body["name"] == "buy")
    assert buy["description_localizations"] == {"de": "Eine Long-Position eröffnen oder vergrößern."}


def test_the_order_ticket_is_in_the_language_of_whoever_opens_it() -> None:
    form = ticket(Data(name="buy"), "de")
    assert form["title"] == "Buy: eine Order"
    assert form["components"][1]["components"][0]["label"] == "Größe"
    assert ticket(Data(name="buy"))["title"] == "Buy: an order"
