"""Codes of an app as RFC 6238 has them, each once; tries that are few; digits that nobody sees."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.conversation.factor import (
    LOCK_S,
    SEALED,
    TRIES_MAX,
    Factor,
    code_at,
    hashed,
    step_meant,
    step_of,
    tried,
)
from bot.conversation.sealing import WEAK, holds_seal, is_sealed, sealed, sealed_line
from bot.conversation.secrecy import redacted

SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = datetime(2018, 4, 4, 12, tzinfo=UTC)
VECTORS = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
"""RFC 6238, appendix B, SHA-1: the last six of its eight digits."""


@pytest.mark.parametrize(("second", "code"), VECTORS.items())
def test_the_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert code_at(SECRET, second // 30) == code


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_counts_one_step_before_and_after_its_own(steps: int, counts: bool) -> None:
    step = step_of(NOW) + steps
    assert step_meant(SECRET, sealed(code_at(SECRET, step)), NOW, 0) == (step if counts else 0)


def test_a_code_counts_once_and_none_from_before_it() -> None:
    factor = Factor(totp=SECRET)
    step = step_of(NOW)
    factor, is_right = tried(factor, sealed(code_at(SECRET, step)), NOW)
    assert is_right and factor.step == step
    for again in (step, step - 1):
        after, is_right = tried(factor, sealed(code_at(SECRET, again)), NOW)
        assert not is_right and after.wrong == 1
    assert tried(factor, sealed(code_at(SECRET, step + 1)), NOW)[1]


def test_five_wrong_codes_lock_and_each_lock_is_twice_as_long() -> None:
    factor, now = Factor(pin=hashed(sealed("739205"), b"salt")), NOW
    for lock in range(3):
        for _ in range(TRIES_MAX):
            assert not factor.is_locked(now)
            factor, is_right = tried(factor, sealed("000001"), now)
            assert not is_right
        assert factor.locked_until == now + timedelta(seconds=LOCK_S * 2**lock)
        assert tried(factor, sealed("739205"), now) == (factor, False), "locked, nothing is believed"
        now = now + timedelta(seconds=LOCK_S * 2**lock)
    after, is_right = tried(factor, sealed("739205"), now)
    assert is_right and (after.wrong, after.locks, after.locked_until) == (0, 0, None)


def test_a_pin_and_an_app_may_both_be_there() -> None:
    factor = Factor(pin=hashed(sealed("739205"), b"salt"), totp=SECRET)
    assert tried(factor, sealed("739205"), NOW)[1]
    assert tried(factor, sealed(code_at(SECRET, step_of(NOW))), NOW)[1]
    assert not tried(replace(factor, pin=""), sealed("739205"), NOW)[1]
    assert tried(Factor(), sealed("739205"), NOW) == (Factor(), False)


@pytest.mark.parametrize(
    "line", ["/pin 739205", "pin 7392 05", "/PIN@desk_bot 739205", "/pin set 739205", "/pin off 7392"]
)
def test_digits_behind_the_verb_are_sealed_before_anything_is_kept(line: str) -> None:
    kept = sealed_line(line)
    assert not any(digits in kept.replace(" ", "") for digits in ("7392",)), kept
    assert is_sealed(kept.split()[-1]) and holds_seal(kept)
    assert redacted(kept) == (kept, ()), "a seal is no key"
    assert sealed_line(kept) == kept


@pytest.mark.parametrize(
    "line", ["/buy BTC 739205", "/pin above 1000", "/pin app", "pinned 739205", "739205"]
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert sealed_line(line) == line and not holds_seal(line)


@pytest.mark.parametrize("digits", ["0000", "123456", "987654", "1111111"])
def test_what_everybody_tries_first_is_no_pin(digits: str) -> None:
    assert sealed_line(f"/pin set {digits}") == f"/pin set {WEAK}"
    assert is_sealed(sealed_line(f"/pin {digits}").split()[-1])


def test_a_secret_that_the_vault_does_not_open_proves_nothing_and_still_asks() -> None:
    shut = Factor(totp=SEALED)
    assert shut.is_on and shut.is_shut_in
    assert not Factor(totp=SEALED, pin=hashed(sealed("739205"), b"salt")).is_shut_in
    for typed in ("", SEALED, code_at(SECRET, step_of(NOW))):
        assert tried(shut, sealed(typed), NOW)[1] is False
