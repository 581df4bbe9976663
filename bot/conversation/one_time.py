"""One-time codes: how they are made, read, and kept as a hash; and how few tries somebody has at them."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import OrderedDict
from datetime import datetime, timedelta

from msgspec import Struct

from trading.ports import Entropy

WRONG_MAX = 5
LOCKED_S = 15 * 60
WRONG_IN_ALL_MAX = 200
"""So many wrong tries by whomsoever end the code: with 49 bits, chance has had one in 10^12 until then."""
USERS_MAX = 10_000

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 O 1 I L: what is read from a screen is typed on a phone."""
_GROUP = 5
_LENGTH = 2 * _GROUP
_TYPED = re.compile(
    rf"(?i:/?(?:start|claim|link)(?:@\w{{1,64}})?\s{{1,8}})?\s{{0,8}}"
    rf"([{ALPHABET}{ALPHABET.lower()}]{{{_GROUP}}})[-\s]?([{ALPHABET}{ALPHABET.lower()}]{{{_GROUP}}})\s{{0,8}}"
)


def code_in(text: str) -> str:
    """The code that a line gives (alone, or behind /start, /claim or /link), without its hyphen; empty for
    none."""
    match = _TYPED.fullmatch(text) if len(text) <= 120 else None
    return (match[1] + match[2]).upper() if match else ""


def drawn(entropy: Entropy) -> str:
    """A new code. Each letter equally likely: bytes beyond the last whole alphabet are thrown away."""
    fair = 256 - 256 % len(ALPHABET)
    letters = ""
    while len(letters) < _LENGTH:
        letters += "".join(ALPHABET[b % len(ALPHABET)] for b in entropy.token(16) if b < fair)
    return letters[:_LENGTH]


def grown(secret: bytes, cause: str) -> str:
    """The code of a cause: the same message that is read again gives the same one; nobody can guess it."""
    letters, round_ = "", 0
    fair = 256 - 256 % len(ALPHABET)
    while len(letters) < _LENGTH:
        block = hmac.digest(secret, f"{round_} {cause}".encode(), "sha256")
        letters += "".join(ALPHABET[b % len(ALPHABET)] for b in block if b < fair)
        round_ += 1
    return letters[:_LENGTH]


def written(code: str) -> str:
    """`ABCDE-FGHJK`: as people read it."""
    return f"{code[:_GROUP]}-{code[_GROUP:]}"


def digest_of(purpose: str, code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(f"openoutcry {purpose} {code}".encode()).hexdigest()


class _Tried(Struct):
    wrong: int = 0
    locked_until: datetime | None = None


class Tries:
    """Wrong codes by user. Bounded: the user who tried longest ago is forgotten first."""

    def __init__(self) -> None:
        self._users: OrderedDict[str, _Tried] = OrderedDict()
        self.in_all = 0
        """Wrong tries since this was last set to zero."""

    def is_locked(self, user: str, now: datetime) -> bool:
        """Whether this user has to wait."""
        tried = self._of(user)
        return tried.locked_until is not None and now < tried.locked_until

    def missed(self, user: str, now: datetime) -> bool:
        """A wrong code; True when this user is locked from now on."""
        self.in_all += 1
        tried = self._of(user)
        tried.wrong += 1
        if tried.wrong < WRONG_MAX:
            return False
        tried.wrong = 0
        tried.locked_until = now + timedelta(seconds=LOCKED_S)
        return True

    @property
    def is_mob(self) -> bool:
        """Whether so many were wrong that the code is worth nothing any more."""
        return self.in_all >= WRONG_IN_ALL_MAX

    def _of(self, user: str) -> _Tried:
        tried = self._users.setdefault(user, _Tried())
        self._users.move_to_end(user)
        if len(self._users) > USERS_MAX:
            self._users.popitem(last=False)
        return tried
