"""A thousand planted secrets through every way into the log: none comes out (TM5). And plain words stay."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import random
import re
import string
import sys
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from bot.main.logbook import Logbook
from bot.redaction import HIDDEN, Redactor, is_secret_name

MIXED = string.ascii_letters + string.digits
URLSAFE = MIXED + "_-"
HEX = "0123456789abcdef"
WORDS = re.findall(
    r"\w+",
    "abandon ability able about above absent absorb abstract absurd abuse access accident account accuse "
    "achieve acid acoustic acquire across act action actor actress actual adapt add addict address adjust "
    "zebra zero zone zoo",
)


class Canary(NamedTuple):
    """A planted secret: how it stands in a text, and what must not be read there."""

    kind: str
    text: str
    secret: str


def drawn(draw: random.Random, alphabet: str, count: int) -> str:
    """Random text with a digit, a small and a capital letter when the alphabet has them."""
    body = "".join(draw.choice(alphabet) for _ in range(count - 3))
    return body + "".join(draw.choice([c for c in alphabet if c in part] or alphabet) for part in _PARTS)


_PARTS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def telegram(draw: random.Random) -> str:
    """A bot's token as BotFather gives it."""
    return f"{draw.randrange(10**8, 10**10)}:AA{drawn(draw, URLSAFE, 33)}"


def _address(draw: random.Random) -> Canary:
    token = telegram(draw)
    return Canary("path", f"POST https://api.telegram.org/bot{token}/sendMessage 404", token)


def _quoted(draw: random.Random) -> Canary:
    token = telegram(draw)
    return Canary("encoded", f"url=http%3A//x/bot{quote(token, safe='')}/y", token.partition(":")[2])


def _padded(draw: random.Random) -> Canary:
    key = base64.b64encode(draw.randbytes(64)).decode()
    return Canary("kraken", f"secret is {key}.", key)


def _of(
    kind: str, form: str, alphabet: str, count: int, begin: str = ""
) -> Callable[[random.Random], Canary]:
    def make(draw: random.Random) -> Canary:
        secret = begin + drawn(draw, alphabet, count)
        return Canary(kind, form.replace("@@", secret), secret)

    return make


def _seed(draw: random.Random) -> Canary:
    phrase = " ".join(draw.choice([w for w in WORDS if 3 <= len(w) <= 8]) for _ in range(12))
    return Canary("seed", f"Recovery: {phrase}", phrase[10:60])


def _discord(draw: random.Random) -> Canary:
    token = f"{drawn(draw, MIXED, 24)}.{drawn(draw, MIXED, 6)}.{drawn(draw, URLSAFE, 38)}"
    return Canary("discord", f"Improper token {token} has been passed.", token[-30:])


def _jwt(draw: random.Random) -> Canary:
    token = ".".join(("eyJ" + drawn(draw, URLSAFE, 30), drawn(draw, URLSAFE, 60), drawn(draw, URLSAFE, 43)))
    return Canary("jwt", f"got {token}", token[40:90])


def _basic(draw: random.Random) -> Canary:
    value = base64.b64encode(f"user:{drawn(draw, MIXED, 12)}".encode()).decode()
    return Canary("basic", f"headers {{'Authorization': 'Basic {value}'}}", value)


KINDS: tuple[Callable[[random.Random], Canary], ...] = (
    lambda draw: (lambda t: Canary("telegram", f"token {t} was refused", t))(telegram(draw)),
    _address,
    _quoted,
    _padded,
    _seed,
    _discord,
    _jwt,
    _basic,
    _of("openai", "Incorrect API key provided: @@", URLSAFE, 40, "sk-proj-"),
    _of("binance", "X-MBX-APIKEY: @@", MIXED, 64),
    _of("bare binance", "signed with @@ just now", MIXED, 64),
    _of("alpaca", "key @@", string.ascii_uppercase + string.digits, 18, "PK"),
    _of("alpaca secret", "APCA-API-SECRET-KEY=@@", MIXED, 40),
    _of("bearer", "Authorization: Bearer @@", MIXED, 20),
    _of("bot header", "'authorization': 'Bot @@'", MIXED, 30),
    _of("postgres", "could not reach postgresql://desk:@@@db.internal:5432/desk", MIXED + "!$%", 14),
    _of("redis", "redis://:@@@10.0.0.1/0 is down", MIXED, 12),
    _of("url user", "GET https://@@@node.example/v1", MIXED, 24),
    _of("bad url", "postgres://u:pa/@@@h/n", MIXED, 10),
    _of("json", '{"api_secret": "@@", "x": 1}', MIXED + "/+", 18),
    _of("python", "{'password': '@@'}", MIXED + " #", 12),
    _of("query", "GET /api?symbol=BTC&signature=@@&x=1", HEX, 20),
    _of("setting", "OPENOUTCRY_TELEGRAM_BOT_TOKEN=@@", MIXED, 10),
    _of("wallet", "private key 0x@@", HEX, 64),
    _of("pem", "-----BEGIN EC PRIVATE KEY-----\n@@\n-----END EC PRIVATE KEY-----", MIXED, 60),
    _of("cookie", "Set-Cookie: session=@@; Path=/", MIXED, 16),
    _of("two factor", "totp=@@", string.digits, 6),
)


def canaries() -> Iterator[Canary]:
    """One thousand, the same in every run."""
    draw = random.Random(20_260_101)
    for number in range(1_000):
        yield KINDS[number % len(KINDS)](draw)


def _raise(text: str) -> None:
    try:
        raise ConnectionError(text)
    except ConnectionError:
        logging.getLogger("httpx").exception("request failed")


def _chain(text: str) -> None:
    try:
        try:
            raise KeyError(text)
        except KeyError as inner:
            raise ExceptionGroup("tasks", [ValueError(text), OSError(5, text)]) from inner
    except ExceptionGroup:
        logging.getLogger("telegram.ext").exception("while polling")


def _note(text: str) -> None:
    error = ValueError("see note")
    error.add_note(text)
    logging.getLogger("aiohttp.server").error("unhandled", exc_info=error)


def _thread(text: str) -> None:
    def broken() -> None:
        raise RuntimeError(text)

    thread = threading.Thread(target=broken, name="worker")
    thread.start()
    thread.join()


def _loop(text: str) -> None:
    context = {"message": f"Task exception was never retrieved {text}", "exception": ValueError(text)}
    asyncio.get_running_loop().call_exception_handler(context)


WAYS: tuple[Callable[[Logbook, str], None], ...] = (
    lambda book, text: book.log("info", "started", {"why": text}),
    lambda book, text: book.log("warning", text, {}),
    lambda book, text: book.log("error", "deep", {"a": {"b": [text, {"c": (text,)}]}}),
    lambda book, text: book.log("info", "keyed", {"x": {text: 1}}),
    lambda book, text: book.log("info", "bytes", {"raw": text.encode()}),
    lambda book, text: book.log("info", "object", {"error": ValueError(text)}),
    lambda _, text: logging.getLogger("ccxt").error("answer: %s", text),
    lambda _, text: logging.getLogger("apscheduler.x").warning("job %r failed", {"arg": text}),
    lambda _, text: logging.getLogger("x").error("stack", stack_info=True, extra={"facts": {"t": text}}),
    lambda _, text: logging.getLogger("py.warnings").warning("%s", text),
    lambda _, text: _raise(text),
    lambda _, text: _chain(text),
    lambda _, text: _note(text),
    lambda _, text: _thread(text),
    lambda _, text: _loop(text),
    lambda _, text: logging.getLogger("x").error("%d", text),
    lambda _, text: logging.getLogger("y").error("z" * 30_000 + " " + text),
)


def everything(folder: Path) -> str:
    """What stands in all files of a folder."""
    return "".join(one.read_text("utf-8") for one in folder.iterdir())


async def test_a_thousand_planted_secrets_leave_no_trace(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own = [telegram(random.Random(1)), "postgresql://desk:kn0wn pass/word@h/n", "short", "näme-geheim-ß"]
    stream = StringIO()
    book = Logbook(tmp_path, "debug", own, stream=stream, waiting_max=1_000_000)
    book.open()
    book.listen_to(asyncio.get_running_loop())
    planted = list(canaries())
    for number, canary in enumerate(planted):
        WAYS[number % len(WAYS)](book, canary.text)
        WAYS[(number // len(WAYS)) % len(WAYS)](book, canary.text)
    for way in WAYS:
        for secret in (own[0], "kn0wn pass/word", own[3], quote(own[3]), repr(own[0])):
            way(book, f"it was {secret} here")
    book.close()
    assert book.lost == 0
    out, err = capfd.readouterr()
    written = re.sub("z{50,}", "", everything(tmp_path) + stream.getvalue() + out + err)
    assert written.count("\n") > 2 * 2_000
    spelt = written + json.loads(f'"{json.dumps(written)[1:-1]}"')
    hits = {(c.kind, c.secret) for c in planted if c.secret in spelt or quote(c.secret, safe="") in spelt}
    assert not hits
    assert not [one for one in (own[0], "kn0wn pass", own[3], quote(own[3])) if one in spelt]


def test_every_kind_is_found_by_itself() -> None:
    draw, redactor = random.Random(7), Redactor()
    left = [(c.kind, c.text) for make in KINDS for c in [make(draw)] if c.secret in redactor.text(c.text)]
    assert not left


@pytest.mark.parametrize(
    "text",
    [
        "Bought 0.1346 BTC/USD at 7,424.91, fee $1.00",
        "GET http://127.0.0.1:8081/healthz 200",
        "postgresql://db.internal:5432/desk is up",
        "order paper/BTC/USD/1/entry-1 of telegram:123456:789 took 0.004 s",
        "2026-11-24T19:27:01.204+00:00 seed 20260101",
        "the token was refused: write a new one",
        'File "/srv/openoutcry/bot/main/running.py", line 12, in run',
        "d41d8cd98f00b204e9800998ecf8427e",
        "No prices from ccxt:kraken since 12:00 UTC",
        "the venue did not answer in time, so nobody knows whether it has the order",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert Redactor(["123456789:AAsecretsecretsecretsecretsecretse"]).text(text) == text


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("token", True), ("bot_token", True), ("X-Api-Key", True), ("apiKey", True), ("password", True),
        ("client_secret", True), ("Authorization", True), ("tokens_used", False), ("symbol", False),
        ("passed", False), ("id", False), ("key", False),
    ],
)  # fmt: skip
def test_a_field_is_hidden_by_its_name(name: str, hidden: bool) -> None:
    assert is_secret_name(name) is hidden
    assert (Redactor().value({name: "1234"}) == {name: HIDDEN}) is hidden


def test_an_empty_secret_hides_nothing() -> None:
    redactor = Redactor(["", "   ", "abc"])
    assert redactor.text("abc and nothing else") == "abc and nothing else"


def test_cleaning_a_long_text_takes_no_longer_than_its_length() -> None:
    redactor = Redactor(["123456789:AAsecretsecretsecretsecretsecretse"])
    # Shapes that make a careless pattern go back and forth for ever.
    for piece in ("word ", "a", "A1", "1 ab ", "://a:", "token", '"\\', "eyJa", "0x"):
        redactor.text(piece * (60_000 // len(piece)))


@pytest.fixture(autouse=True)
def no_recursion_left_over() -> Iterator[None]:
    before = sys.getrecursionlimit()
    yield
    assert sys.getrecursionlimit() == before
