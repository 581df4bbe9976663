"""Keys and seed phrases are found in any sentence; orders, addresses and prose are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.secrecy import REDACTED, redacted

ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

SECRETS = [
    ("bot_token", "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"),
    ("bot_token", "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz12345678"),
    ("api_key", "sk-proj-abcdEFGH1234567890abcdEFGH"),
    ("api_key", "PK4X8Q2M7T1N9B5V3C6Z"),
    ("api_key", "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsdRn0sdG1234567890abcdefGHIJKLMN"),
    ("private_key", "0x" + "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"),
    ("private_key", "5" * 20 + "KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3abcdefgh123456aB"),
    ("private_key", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA\n-----END EC PRIVATE KEY-----"),
    ("private_key", "[" + ",".join(["12"] * 64) + "]"),
    ("api_key", "api secret 9BmTkz4vYxQ2rWcPfHsJ7uNdLg5aEeKtVb8M3nXwAyGi"),
    ("api_key", "PKTEST4X8Q2M7T1N9B5V3C6ZKD 9BmTkz4vYxQ2rWcPfHsJ7uNdLg5aEeKtVb8M3nXwAyGi"),
    ("api_key", "Alpaca: 9BmTkz4vYxQ2rWcPfHsJ7uNdLg5aEeKtVb8M3nXwAyGi"),
    ("api_key", "K4Yq1Zx9/3vBnM+QwErTyUiOpAsDfGhJkLzXcVbNm8RtYu2IoPlKj5Hg"),
    ("api_key", "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="),
    ("seed_phrase", "abandon ability able about above absent absorb abstract absurd abuse access accident"),
    ("seed_phrase", "1. legal 2. winner 3. thank 4. year 5. wave 6. sausage 7. worth 8. useful 9. legal "
     "10. winner 11. thank 12. yellow"),
]  # fmt: skip

INNOCENT = [
    "/buy BTC 1000 tp 2% sl 1%",
    "/buy 7GCihgDB8fe6KNjn2MYtkzZcRjQy3t9GHdC8uHYmW2hr 10",
    "/price 0xdAC17F958D2ee523a2206206994597C13D831ec7",
    "/halt desk keep the secret meeting in mind",
    "please buy some bitcoin today because it looks really very cheap right now",
    "my password is nobody's business",
    "/export fills json month",
    "order 123e4567-e89b-12d3-a456-426614174000 is late",
    "the quick brown fox jumps over the lazy dog and then it goes home",
    "",
]


@pytest.mark.parametrize(("kind", "secret"), SECRETS)
@pytest.mark.parametrize("frame", ["{}", "here it is: {} ok?", "/buy BTC 100 {}", "key={}"])
def test_a_secret_is_taken_out_of_any_sentence(kind: str, secret: str, frame: str) -> None:
    text, kinds = redacted(frame.format(secret))
    assert secret not in text and REDACTED in text
    assert kind in kinds or "key=" in frame


@pytest.mark.parametrize("text", INNOCENT)
def test_what_people_trade_and_say_is_left_alone(text: str) -> None:
    assert redacted(text) == (text, ())


@pytest.mark.parametrize("text", ["secret: hunter22x", "API_KEY=abcdef123", "passphrase = Tr0ub4dor"])
def test_a_named_secret_is_one_however_short(text: str) -> None:
    assert redacted(text)[0] == REDACTED


@given(st.text(ALNUM, min_size=64, max_size=64).filter(lambda t: len(set(t)) > 24))
def test_sixty_four_drawn_letters_are_a_key(key: str) -> None:
    has_all = any(map(str.isdigit, key)) and any(map(str.islower, key)) and any(map(str.isupper, key))
    assert not has_all or key not in redacted(f"take {key}")[0]


@given(st.text(max_size=300))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once, _ = redacted(text)
    assert redacted(once) == (once, ())
