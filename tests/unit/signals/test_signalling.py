"""Which signals are believed: proven, fresh, whole; and everything else is not, whatever it looks like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from bot.conversation.signalling import (
    NONCE,
    SIGNATURE,
    TIMESTAMP,
    NotBelieved,
    Signal,
    believed,
    is_stale,
    signature_of,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECRET = "s3cret-of-ann"
FIELDS = {"secret": SECRET, "at": "2026-05-04T11:59:50Z", "id": "n1", "line": "buy btc 100 sl 2%"}


def read(fields: object, headers: dict[str, str] | None = None, secret: str = SECRET) -> Signal:
    return believed("source", secret, json.encode(fields), headers or {}, NOW)


def refused(fields: object, headers: dict[str, str] | None = None) -> tuple[int, str]:
    with pytest.raises(NotBelieved) as problem:
        read(fields, headers)
    return problem.value.status, problem.value.code


def signed(body: bytes, stamp: str = "1777895990", nonce: str = "n7") -> dict[str, str]:
    return {TIMESTAMP: stamp, NONCE: nonce, SIGNATURE: signature_of(SECRET, stamp, nonce, body)}


def test_a_line_with_the_secret_is_believed_and_the_secret_is_not_kept() -> None:
    found = read(FIELDS)
    assert found == Signal("source", "n1", NOW - timedelta(seconds=10), line="buy btc 100 sl 2%")
    assert SECRET not in repr(found)


def test_the_fields_of_a_charting_service_are_read() -> None:
    fields = {
        "secret": SECRET,
        "at": "2026-05-04T12:00:00Z",
        "action": "BUY",
        "symbol": "BINANCE:BTCUSDT",
        "size": 100,
        "sl": "2%",
        "market_position": "long",
        "prev_market_position": "flat",
    }
    found = read(fields)
    assert (found.action, found.symbol, found.size) == ("buy", "BINANCE:BTCUSDT", "100")
    assert (found.before, found.after) == ("flat", "long")
    assert found.said == "buy BINANCE:BTCUSDT 100 sl 2%"
    assert len(found.nonce) == 32 and read(fields).nonce == found.nonce
    assert read({**fields, "size": 101}).nonce != found.nonce


def test_a_signature_stands_for_the_secret() -> None:
    body = json.encode({"line": "close btc"})
    found = believed("source", SECRET, body, signed(body), NOW)
    assert found.line == "close btc" and found.nonce == "n7"
    assert found.at == datetime.fromtimestamp(1777895990, UTC)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"secret": "wrong"}, 401, "secret"),
        ({"secret": ""}, 401, "secret"),
        ({"secret": None}, 401, "secret"),
        ({"at": ""}, 400, "time"),
        ({"at": "2026-05-04T12:00:00"}, 400, "time"),
        ({"at": "yesterday"}, 400, "time"),
        ({"at": "2026-05-04T11:58:59Z"}, 409, "stale"),
        ({"at": "2026-05-04T12:00:11Z"}, 409, "stale"),
        ({"line": ""}, 400, "line"),
        ({"line": "buy btc 100\nbuy eth 100"}, 400, "field"),
        ({"line": ["buy"]}, 400, "field"),
        ({"line": "b" * 201}, 400, "field"),
        ({"action": "explode"}, 400, "action"),
        ({"before": "sideways"}, 400, "state"),
    ],
)
def test_what_is_wrong_is_refused(change: dict[str, object], status: int, code: str) -> None:
    assert refused({**FIELDS, **change}) == (status, code)


def test_without_the_secret_nothing_is_told_about_the_rest() -> None:
    assert refused({"at": "never"}) == (401, "secret")
    assert refused([1, 2]) == (400, "json")


@given(st.binary(max_size=400))
def test_no_bytes_from_nowhere_are_believed_or_break_anything(body: bytes) -> None:
    with pytest.raises(NotBelieved):
        believed("source", SECRET, body, {}, NOW)


@given(st.integers(0, 200), st.integers(1, 255), st.sampled_from(["body", TIMESTAMP, NONCE, SIGNATURE]))
def test_a_signed_signal_that_was_changed_anywhere_is_not_believed(place: int, flip: int, part: str) -> None:
    body = json.encode({"line": "buy btc 100 sl 2% tp 3r", "size": "100"})
    headers = signed(body)
    if part == "body":
        changed = bytearray(body)
        changed[place % len(body)] ^= flip
        body = bytes(changed)
    else:
        text = headers[part]
        at = place % len(text)
        other = chr(33 + (ord(text[at]) - 33 + 1 + flip % 90) % 94)
        if other == text[at]:
            return
        headers[part] = text[:at] + other + text[at + 1 :]
    with pytest.raises(NotBelieved):
        believed("source", SECRET, body, headers, NOW)


@given(st.text(max_size=40))
def test_no_other_secret_opens(secret: str) -> None:
    if secret != SECRET:
        assert refused({**FIELDS, "secret": secret})[0] == 401


def test_a_minute_is_a_minute() -> None:
    assert not is_stale(NOW - timedelta(seconds=60), NOW)
    assert is_stale(NOW - timedelta(seconds=60, milliseconds=1), NOW)
    assert not is_stale(NOW + timedelta(seconds=10), NOW) and is_stale(NOW + timedelta(seconds=11), NOW)
