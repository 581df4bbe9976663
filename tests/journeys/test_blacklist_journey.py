"""Symbols that nobody may open: barred and freed in a line, told by every screen that says why not."""

from __future__ import annotations

from tests.journeys.hall import Hall, in_hall


def test_a_symbol_is_barred_shown_refused_and_freed() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        assert "Nothing is barred" in await chat.say("/blacklist")
        said = await chat.say("/blacklist btc because it barks. Loudly")
        assert said.startswith("Barred: BTC/USD. Nothing is opened there any more"), said
        assert "That is so already" in await chat.say("/bar btc")
        listed = await chat.say("/bl")
        assert "BTC/USD  since " in listed and "it barks. Loudly" in listed and "[Free all]" in listed
        card = (await chat.say("/buy btc 100")).replace("\n", " ")
        assert "BTC/USD is barred since " in card and "/blacklist del BTC/USD opens it again" in card, card
        status = (await chat.say("/status")).replace("\n", " ")
        assert "BTC/USD" in status and "barred" in status.lower(), status
        assert "barred by owner: it barks. Loudly" in await chat.say("/logs")
        assert "/blacklist" in await chat.say("/audit")
        assert "Free again: BTC/USD." in await chat.say("/blacklist del btc")
        assert "barred" not in await chat.say("/buy btc 100")

    in_hall(scene)


def test_wrong_lines_of_the_blacklist_say_what_to_type() -> None:
    async def scene(hall: Hall) -> None:
        chat = hall.chat
        assert "Which symbols?" in await chat.say("/blacklist add")
        assert "is no symbol" in await chat.say("/blacklist $$$")
        assert "That is so already" in await chat.say("/blacklist del eth")
        await chat.say("/blacklist btc")
        await chat.say("/settings language de")
        card = (await chat.say("/buy btc 100")).replace("\n", " ")
        assert "BTC/USD ist seit " in card and "gesperrt: ohne Angabe eines Grundes" in card, card
        assert "Gesperrte Symbole" in await chat.say("/blacklist")
        assert "Wieder frei: BTC/USD." in await chat.say("/blacklist del all")

    in_hall(scene)
