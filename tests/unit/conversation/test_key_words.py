"""Everything that can be wrong with a key has its words: entered, listed, and when it stops entries."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation.key_desk import refused
from bot.conversation.key_shown import line_of, state_of
from bot.conversation.retelling import because
from bot.conversation.wording import Wording
from bot.conversation.words import CATALOGUE, say
from trading.domain.ids import AccountId, PersonId
from trading.key_checking import BECAUSE
from trading.ports import VenueKey
from trading.venue_keys import Fitness, KeyCheck

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def key(check: KeyCheck | None, tail: str = "Eh8A") -> VenueKey:
    return VenueKey(AccountId("binance"), PersonId("ann"), "binance", "live", tail, 1, AT, check)


@pytest.mark.parametrize("code", sorted(BECAUSE))
def test_what_is_wrong_with_a_key_is_said_everywhere(code: str) -> None:
    check = KeyCheck(AT, Fitness.UNFIT, code=code, note="A note.")
    for language in CATALOGUE:
        said = refused("binance", "paper", check)
        assert say(said.said, language, **said.values)
        assert say(f"keys.why.{code}", language, venue="binance") in state_of(Wording(language), key(check))
    assert CATALOGUE["en"][f"because.key.{code}"] == BECAUSE[code]
    assert because(Wording("de"), BECAUSE[code]) == CATALOGUE["de"][f"because.key.{code}"]


def test_a_key_in_one_line() -> None:
    found = line_of(Wording(), key(KeyCheck(AT, Fitness.FIT, True, False, False)), AT)
    assert found == (
        "binance · binance LIVE …Eh8A · trades, cannot withdraw · works from every address: bind it to this "
        "machine's at binance · checked just now"
    )
    assert line_of(Wording(), key(None, ""), AT) == "binance · binance LIVE · not checked yet"
    untold = state_of(Wording(), key(KeyCheck(AT, Fitness.FIT, True, None)))
    assert untold == "trades; binance does not tell what else the key may do"
