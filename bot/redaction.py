"""Takes secrets out of text: what this desk knows to be one, and what looks like one. Pure; errs on the
side of hiding too much, because a log line can be written again and a token cannot be unread.

What does not belong here: where text goes (bot/main/logbook.py), whether a chat line may be kept
(platforms/console_terminal.py).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

HIDDEN = "[hidden]"
KNOWN_LENGTH_MIN = 6
"""A shorter known secret would hide half of every sentence; inside an address it is found by its place."""

_DEPTH_MAX = 6

_SECRET_NAME = (
    r"(?:[\w-]*(?:secret|passw(?:or)?d|passwd|passphrase|api[_ -]?key|apikey|access[_ -]?key|"
    r"private[_ -]?key|authorization|cookie|mnemonic|signature|credential)[\w-]*|[\w-]*token|pwd|"
    r"seed|seed[_ -]phrase|sig|otp|totp|kek|dek)"
)
_NAME = re.compile(_SECRET_NAME, re.IGNORECASE)

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Words of a wallet: twelve or more short ones in a row, numbered or not.
    (
        re.compile(r"(?<![A-Za-z])(?:(?:\d{1,2}[.):]?\s*)?[a-z]{3,8}[\s,]+){11,}[a-z]{3,8}(?![A-Za-z])"),
        HIDDEN,
    ),
    # Whoever is named in front of the host: user and password, or a key alone.
    (re.compile(r"(?<=://)[^/\s@\"'<>]*@"), f"{HIDDEN}@"),
    (re.compile(r"(?<=://)[^/\s:@\"'<>]*:[^\s\"'<>]{0,500}@"), f"{HIDDEN}@"),
    # A bot's token, alone, in a path or percent-encoded.
    (re.compile(r"\d{5,14}(?::|%3[aA])[A-Za-z0-9_-]{20,}"), HIDDEN),
    (re.compile(r"\b[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}"), HIDDEN),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}"), HIDDEN),
    (re.compile(r"-----BEGIN [A-Z ]*KEY-----.*?(?:-----END [A-Z ]*KEY-----|\Z)", re.DOTALL), HIDDEN),
    # `Authorization: Bearer …`, `Bot …`, with or without the header's name.
    (re.compile(r"\b((?:bearer|basic|bot|digest)\s+)[A-Za-z0-9._~+/=:-]{8,}", re.IGNORECASE), rf"\1{HIDDEN}"),
    # Whatever stands behind a telling name.
    (
        re.compile(
            rf"(?<![\w-])({_SECRET_NAME}[\"']?\s*(?::|=|%3[dD])\s*)"
            rf"(?:(?:b)?\"(?:[^\"\\]|\\.)*\"|(?:b)?'(?:[^'\\]|\\.)*'|(?:bearer|basic|bot)\s+\S+|[^\s\"',;&}}\])]+)",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    # Keys by their looks: known beginnings, padded base64, long hexadecimal, long mixed letters and digits.
    (re.compile(r"\b(?:sk|pk|rk|ghp|gho|xox[abp]|glpat)[-_][A-Za-z0-9_-]{16,}"), HIDDEN),
    (re.compile(r"\b(?:AKIA|ASIA|PK|AK|CK)[A-Z0-9]{16,}\b"), HIDDEN),
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}={1,2}"), HIDDEN),
    (re.compile(r"(?<![0-9A-Fa-f])(?:0x)?[0-9A-Fa-f]{64,}(?![0-9A-Fa-f])"), HIDDEN),
    (
        re.compile(
            r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*\d)"
            r"[A-Za-z0-9_-]{36,}"
        ),
        HIDDEN,
    ),
)


def is_secret_name(name: str) -> bool:
    """Whether what bears this name is never shown (`token`, `api_key`, `X-Secret`)."""
    return _NAME.fullmatch(name.strip()) is not None


class Redactor:
    """Hides the secrets that it was told of, in the spellings in which they travel, and lookalikes.

    Args:
        secrets: tokens, keys, and addresses that hold a password.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {spelt for secret in secrets for part in _parts(secret) for spelt in _spellings(part)}
        # The longest first: a token holds its own second half.
        ordered = sorted((one for one in known if len(one) >= KNOWN_LENGTH_MIN), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def text(self, text: str) -> str:
        """`text` without secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text

    def value(self, value: object, name: str = "", depth: int = 0) -> object:
        """A log field: text is cleaned, containers are walked, what bears a telling name is hidden whole."""
        if name and is_secret_name(name) and value not in (None, "", True, False):
            return HIDDEN
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self.text(value)
        if depth < _DEPTH_MAX and isinstance(value, Mapping):
            return {self.text(str(k)): self.value(v, str(k), depth + 1) for k, v in value.items()}
        if depth < _DEPTH_MAX and isinstance(value, list | tuple | set | frozenset):
            return [self.value(one, "", depth + 1) for one in value]
        return self.text(as_text(value))


def as_text(value: object) -> str:
    """Any object as text; one that cannot say what it is does not stop anybody."""
    try:
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    except Exception:  # noqa: BLE001 - a foreign object's own fault, met while logging
        return f"<{type(value).__name__}>"


def _parts(secret: str) -> Iterable[str]:
    """The secret, and inside an address its password, inside a bot's token what follows the number."""
    secret = secret.strip()
    if not secret:
        return
    yield secret
    if "://" in secret:
        # Not with urlsplit: a password that nobody encoded holds slashes and spaces.
        yield from re.findall(r"://[^:/@]*:(.*)@", secret)
    elif ":" in secret:
        yield secret.partition(":")[2]


def _spellings(secret: str) -> Iterable[str]:
    yield secret
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield base64.b64encode(secret.encode()).decode()
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
