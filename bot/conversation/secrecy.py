"""Keys, tokens and seed phrases in what people type: found by their form, taken out before anything is kept.

Every pattern is linear in the text. Addresses that people trade by (a Solana mint, an EVM contract) are none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

REDACTED = "[redacted]"


class _Form(NamedTuple):
    name: str  # `secret.<name>` is what people read
    pattern: re.Pattern[str]


_EDGE = r"(?<![A-Za-z0-9_])"
_END = r"(?![A-Za-z0-9_])"

_FORMS = (
    _Form(
        "private_key", re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*(?:-----END[^-]{0,40}-----)?")
    ),
    _Form("bot_token", re.compile(_EDGE + r"\d{6,12}:[A-Za-z0-9_-]{30,45}" + _END)),
    _Form(
        "bot_token", re.compile(_EDGE + r"[MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}")
    ),
    _Form("api_key", re.compile(_EDGE + r"(?:sk|pk|rk|ghp|gho|xox[bpas])[-_][A-Za-z0-9_-]{16,200}")),
    _Form("api_key", re.compile(_EDGE + r"(?:PK|AK|CK)[A-Z0-9]{16,26}" + _END)),
    _Form("private_key", re.compile(_EDGE + r"(?:0x)?[0-9a-fA-F]{64}" + _END)),
    _Form(
        "private_key",
        re.compile(r"(?<![1-9A-HJ-NP-Za-km-z])[1-9A-HJ-NP-Za-km-z]{86,88}(?![1-9A-HJ-NP-Za-km-z])"),
    ),
    _Form("private_key", re.compile(r"\[(?:\s{0,3}\d{1,3}\s{0,3},){63}\s{0,3}\d{1,3}\s{0,3}\]")),
    _Form(
        "api_key",
        re.compile(
            r"(?i)(?<![a-z])(?:api[ _-]?key|api[ _-]?secret|secret[ _-]?key|secret|passphrase|password|"
            r"private[ _-]?key|access[ _-]?token)(?:\s{0,3}[:=]\s{0,3}|\s{1,3}(?=[^\s]{0,200}\d))[^\s]{6,200}"
        ),
    ),
)

_WORD_RUN = re.compile(r"[A-Za-z0-9+/=_-]{30,300}")
_MINT = re.compile(r"[1-9A-HJ-NP-Za-km-z]{43,44}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CONTRACT = re.compile(r"0x[0-9a-fA-F]{40}")
_COMPANY = re.compile(
    r"(?i)(?<![a-z])(?:api|secrets?|keys?|alpaca|binance|kraken|schlüssel|geheimnis|geheim)(?![a-z])"
)
"""Words beside which letters that could be a token's address are a secret: Alpaca's secrets look like one."""
_HEX_SECRET = re.compile(r"[0-9a-fA-F]{32,}")

_SEED_SIZES = 12
_SEED_WORD = re.compile(r"[a-z]{3,8}")
_SEED_SPLIT = re.compile(r"[\W\d_]+")


def redacted(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with every secret replaced, and what kinds were found (none: the text as it was).

    Kinds: `private_key`, `bot_token`, `api_key`, `seed_phrase`.
    """
    found: dict[str, None] = {}

    def gone(name: str) -> str:
        found[name] = None
        return REDACTED

    if len(text) >= _SEED_SIZES:
        for form in _FORMS:
            if form.pattern.search(text):
                text = form.pattern.sub(gone(form.name), text)
        in_company = bool(found) or _COMPANY.search(text) is not None
        text = _WORD_RUN.sub(
            lambda match: gone("api_key") if _is_dense(match[0], in_company) else match[0], text
        )
        if _holds_seed(text):
            text = gone("seed_phrase")
    return text, tuple(found)


def _is_dense(word: str, in_company: bool) -> bool:
    """Whether a long word is drawn by chance, as keys are, and is no address or id that people write.
    `in_company`: the line speaks of keys, or has brought another secret."""
    if (_MINT.fullmatch(word) and not in_company) or _UUID.fullmatch(word) or _CONTRACT.fullmatch(word):
        return False
    if _HEX_SECRET.fullmatch(word):
        return any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
    kinds = (any(c.islower() for c in word), any(c.isupper() for c in word), any(c.isdigit() for c in word))
    return all(kinds) and len(set(word)) > len(word) // 3


def _holds_seed(text: str) -> bool:
    """Whether twelve words of three to eight small letters follow each other: no sentence is like that."""
    run = 0
    for word in _SEED_SPLIT.split(text.strip().lower()):
        if not word:
            continue
        run = run + 1 if _SEED_WORD.fullmatch(word) else 0
        if run >= _SEED_SIZES:
            return True
    return False
