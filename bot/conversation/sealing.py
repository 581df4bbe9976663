"""Digits that prove who somebody is, in what people type: sealed before anything is kept, logged or read.

A sealed code looks the same for the same digits, and takes a while to make, so that trying all of them takes
long. Nothing else of this desk ever sees the digits.
"""

from __future__ import annotations

import base64
import hashlib
import re

_TYPED = re.compile(
    r"(?i)(\s{0,8}/?pin(?:@\w{1,64})?\s{1,8}(?:(?:set|app|off)\s{1,8})?)(\d(?:[ -]?\d){3,11})\s{0,8}"
)
_BARE = re.compile(r"\s{0,8}(\d(?:[ -]?\d){3,11})\s{0,8}")
_SEALED = re.compile(r"s[A-Z2-7]{26}")
_MARK = b"openoutcry pin"
_COST = 2**12  # some ten milliseconds, on the loop: a person tries five times in a quarter of an hour
_SIZE = 16
WEAK = "weak"
"""What stands in the place of a PIN that everybody would try first."""
_RUNS = "01234567890123456789", "98765432109876543210"


def sealed(digits: str) -> str:
    """The seal of some digits."""
    made = hashlib.scrypt(digits.encode(), salt=_MARK, n=_COST, r=8, p=1, dklen=_SIZE)
    return "s" + base64.b32encode(made).decode().rstrip("=")


def is_sealed(word: str) -> bool:
    """Whether a word is a seal."""
    return _SEALED.fullmatch(word) is not None


def sealed_line(text: str) -> str:
    """A line as it may be kept: the digits behind `/pin` are sealed. Any other line is as it was."""
    match = _TYPED.fullmatch(text) if len(text) <= 200 else None
    return f"{match[1]}{_put(match[2], is_new=' set ' in f'{match[1].lower()} ')}" if match else text


def sealed_word(text: str) -> str:
    """The same of a form's field that holds nothing but the digits."""
    match = _BARE.fullmatch(text) if len(text) <= 40 else None
    return _put(match[1], is_new=False) if match else text


def holds_seal(text: str) -> bool:
    """Whether a line has brought a code: then the message that it came in is better gone."""
    return any(is_sealed(word) for word in text.split()) and "pin" in text[:12].lower()


def _put(digits: str, *, is_new: bool) -> str:
    plain = "".join(one for one in digits if one.isdigit())
    if is_new and (len(set(plain)) == 1 or any(plain in run for run in _RUNS)):
        return WEAK
    return sealed(plain)
