"""TM1, TM5, TM11: secrets that go through the desk in every way stand in none of its files, nor in its words.

Each canary bears a mark; what a desk has left behind is searched for the mark, as it is and as it would look
in hexadecimal, Base64 and UTF-16.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import logging
import random
import signal
import sqlite3
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bot.cli import main as command
from bot.conversation.key_desk import KeyDesk, Wanted, accounts_of
from bot.conversation.key_links import KeyLinks
from bot.conversation.layout import as_text
from bot.conversation.messenger import PLAINLY, Manner, MessageRef
from bot.conversation.screen import Screen
from bot.main.key_socket import Request
from bot.main.logbook import Logbook
from bot.main.vault_anew import begin_anew
from bot.main.vaulting import open_vault
from bot.main.wiring import Memory, build_engine, exported
from bot.notifications.notifier import Notifier
from bot.platforms.discord_decode import without_secrets as discord_without
from bot.platforms.discord_shapes import Event, Message, User
from bot.platforms.telegram_decode import without_secrets
from bot.platforms.telegram_shapes import Update
from bot.settings_model import Settings
from db.backup import backup
from db.master import MASTER_FILE
from db.scrub import scrub
from db.store import Store, open_store
from tests.fakes.key_venue import SILENT, WITHDRAWS, SaidLook
from tests.integration.keys.process import ROOT, environment
from trading.chats import Received
from trading.clock import SystemClock
from trading.domain.ids import AccountId, PersonId
from trading.engine.settings import EngineSettings
from trading.entropy import SystemEntropy
from trading.key_checking import KeyChecking
from trading.ports import Credentials, Place

MARK = "cAnArY7xQ"
PEOPLE = 10
LETTERS = string.ascii_letters + string.digits


def canaries(seed: int) -> Iterator[str]:
    """Secrets as venues make them: 64 letters and digits."""
    chance = random.Random(seed)
    while True:
        yield "".join(chance.choices(LETTERS, k=20)) + MARK + "".join(chance.choices(LETTERS, k=35))


def looks(mark: str) -> list[bytes]:
    """How the mark looks in a file, in each of the ways in which it may have been written."""
    shifted = [base64.b64encode(b"x" * lead + mark.encode() + b"xxx") for lead in range(3)]
    coded = [one[4 if lead else 0 : -8] for lead, one in enumerate(shifted)]
    return [
        mark.encode(),
        mark.encode().hex().encode(),
        mark.encode("utf-16-le"),
        mark[::-1].encode(),
        *coded,
    ]


LOOKS = looks(MARK)


def holding(home: Path) -> list[str]:
    """The files in which a canary stands."""
    files = [one for one in home.rglob("*") if one.is_file()]
    return [one.name for one in files if any(look in one.read_bytes() for look in LOOKS)]


@pytest.mark.parametrize("written", [str, lambda t: base64.b64encode(f"x{t}".encode()).decode()])
def test_the_search_would_find_one(tmp_path: Path, written: object) -> None:
    canary = next(canaries(1))
    assert callable(written)
    for lead in range(3):
        (tmp_path / "desk.log").write_text(f"some text {written('y' * lead + canary)} and more")
        assert holding(tmp_path) == ["desk.log"]


class Ear:
    """A chat that writes down what it is told."""

    def __init__(self, said: io.StringIO) -> None:
        self._said = said
        self._count = 0

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        self._count += 1
        self._said.write(as_text(screen))
        return MessageRef("telegram", chat, str(self._count))

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        self._said.write(as_text(screen))


class Desk:
    """A desk in a folder, with its log at its most talkative, and a venue that says what it is told to."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.settings = Settings(home=home)
        self.clock = SystemClock()
        self.secrets = canaries(7)
        self.count = 0
        self.others = 0
        self.said = io.StringIO()
        self.logbook = Logbook(home / "logs", "debug", stream=self.said, waiting_max=100_000)
        self.store: Store

    def canary(self) -> str:
        self.count += 1
        return next(self.secrets)

    async def open(self) -> None:
        self.logbook.open()
        self.store = store = await open_store(self.settings.store_url)
        memory = Memory(store.journal, store.ledger, store.registers)
        engine, _ = await build_engine(memory, self.clock, SystemEntropy(), EngineSettings())
        self.engine = engine
        self.opened = await open_vault(store, store.registers, self.settings, SystemEntropy())
        self.venue = SaidLook()
        self.running = [asyncio.create_task(engine.run(), name="engine")]
        self.notifier = Notifier(store, self.clock, book=lambda: engine.book)
        for number in range(PEOPLE):
            name, ear = f"telegram:{number}", Ear(self.said)
            self.notifier.open(name, ear, str(number), PersonId(f"person-{number}"))
        engine.committed(self.notifier.wake)
        self.running.append(asyncio.create_task(self.notifier.run(), name="notifier"))
        checking = KeyChecking(self.opened.keys, self.venue, engine, lambda: engine.book, self.clock)
        accounts = accounts_of(lambda: engine.book)
        self.desk = KeyDesk(self.opened.keys, self.venue, self.clock, accounts, checking, engine)
        self.links = KeyLinks(self.desk, self.clock, SystemEntropy(), "http://127.0.0.1:8080/keys")

    async def close(self) -> None:
        await self.notifier.flush()
        for task in self.running:
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
        await self.store.close()
        self.logbook.close()

    # ------------------------------------------------------------ ways in

    async def kept(self, number: int) -> None:
        """A key that is entered; every tenth comes by a link, and every fifth is replaced."""
        wanted = Wanted(PersonId(f"person-{number % PEOPLE}"), "binance", "live", f"binance-{number}")
        held = Credentials(self.canary(), self.canary())
        if number % 10:
            outcome = await self.desk.enter(wanted, held, f"test:{number}")
        else:
            code = self.links.made(wanted, "en").partition("#")[2]
            outcome = (await self.links.submitted(code, held.key, held.secret, "en")).outcome
        assert outcome.is_done, outcome
        self.said.write(f"{outcome} {outcome.key} {held}")
        opened = await self.opened.keys.keys_of(AccountId(wanted.name))
        assert opened is not None and MARK in opened.secret
        logging.getLogger("adapter").debug("signing with %s %r", opened, [opened])

    async def sealed(self, number: int) -> None:
        """What else is kept to be opened again: the secret of a signal source, of an authenticator app."""
        person = f"person-{number}"
        for subject, field in ((f"signals/source-{number}", "secret"), ("factor", "totp")):
            place, secret = Place(person, subject, field), self.canary()
            await self.opened.vault.put(place, secret)
            assert await self.opened.vault.get(place) == secret
            self.others += 1

    async def refused(self, number: int) -> None:
        """A key that is not kept."""
        self.venue.says = WITHDRAWS if number % 2 else SILENT
        wanted = Wanted(PersonId("ann"), "alpaca", "live")
        request = Request("add", "alpaca", "live", "", self.canary(), self.canary())
        logging.getLogger("socket").info("asked %s", request)
        outcome = await self.desk.enter(wanted, Credentials(request.key, request.secret), "t")
        assert not outcome.is_done
        self.said.write(f"{outcome}")
        self.venue.says = SaidLook().says

    async def pasted(self, first: int, many: int) -> None:
        """Keys that people type into chats, in the ways in which they do."""
        frames = ("{}", "my key is {} ok?", "/keys add {}", "/halt api_secret={}", "binance: {}\nsecret {}")
        rows = []
        for number in range(first, first + many):
            text = frames[number % len(frames)].replace("{}", self.canary())
            on_telegram = without_secrets(msgspec.convert(update_of(number, text), Update))
            author = User(id="1", username="ann")
            message = Message(id=str(number), channel_id="1", author=author, content=text)
            on_discord = discord_without(Event(message=message))
            assert on_telegram.secrets and on_discord.secrets, text
            for platform, one in (("telegram", on_telegram), ("discord", on_discord)):
                body = msgspec.json.encode(one).decode()
                rows.append(Received(platform, str(number), "1", self.clock.now(), body))
        await self.store.inbox.store(rows)

    def raised(self) -> None:
        """An error whose text and whose frames hold secrets, told in the log."""
        key, secret = self.canary(), self.canary()
        held = Credentials(key, secret)
        try:
            raise ConnectionError(f"POST /order?apiKey={key}&signature={secret} with {held}")
        except ConnectionError as error:
            logging.getLogger("ccxt").exception("request failed: X-MBX-APIKEY: %s", key)
            self.logbook.uncaught("venue", error, f"secret={secret}")
            self.logbook.log(
                "error", "venue_failed", {"api_key": key, "headers": {"secret": secret}, "k": key}
            )


def update_of(number: int, text: str) -> dict[str, object]:
    """A message of Telegram, an edited one, or one with a picture."""
    author = {"id": 1, "is_bot": False, "first_name": "Ann"}
    chat = {"id": 1, "type": "private"}
    message = {"message_id": number, "date": 1_767_600_000, "chat": chat, "from": author}
    kind, field = ("message", "edited_message")[number % 2], ("text", "caption")[number % 3 == 0]
    return {"update_id": number, kind: message | {field: text}}


async def lived(home: Path, entries: int) -> Desk:
    """A desk through whose doors so many tens of secrets went."""
    desk = Desk(home)
    await desk.open()
    for number in range(entries * 8 // 100):
        await desk.kept(number)
    for number in range(entries // 50):
        await desk.sealed(number)
    for number in range(entries // 10):
        await desk.refused(number)
    for _ in range(entries // 10):
        desk.raised()
    left = entries - desk.count
    for first in range(0, left, 250):
        await desk.pasted(first, min(250, left - first))
    return desk


async def searched(tmp_path: Path, entries: int) -> None:
    home = tmp_path / "desk"
    home.mkdir()
    desk = await lived(home, entries)
    assert desk.count >= entries
    assert (home / "desk.db-wal").stat().st_size > 0
    assert holding(home) == [], "while it runs, its write-ahead log beside it"
    await backup(desk.settings.store_url, home / "desk.backup")
    (home / "journal.jsonl").write_bytes(await exported(desk.settings.store_url))
    assert holding(home) == [], "in a backup and in an export"
    kept = await desk.opened.keys.all_shown()
    assert await desk.opened.vault.rotate() == 2 * len(kept) + desk.others
    await scrub(desk.store.writer)
    for shown in kept[:: max(1, len(kept) // 50)]:
        opened = await desk.opened.keys.keys_of(shown.account)
        assert opened is not None and MARK in opened.key and MARK in opened.secret
        assert (await desk.desk.remove(shown.owner, shown.account, "test")).is_done
    await desk.close()
    assert holding(home) == [], "after a rotation, a removal and the end"
    told = desk.said.getvalue()
    assert "venue_failed" in told and "Credentials(hidden)" in told
    assert "A key for binance was entered" in told and "was removed" in told, "the outbox was full of it"
    assert not any(look.decode(errors="ignore") in told for look in LOOKS[:2])
    with sqlite3.connect(home / "desk.backup") as copy:
        (rows,) = copy.execute("SELECT count(*) FROM secret").fetchone()
    copy.close()
    assert rows == 2 * len(kept) + desk.others, "the backup has them all, sealed"
    await lost(desk.settings)
    assert holding(home) == [], "after the master key was lost and the vault begun anew"


async def lost(settings: Settings) -> None:
    """The master key is gone: the vault begins anew, with a backup of before."""
    (settings.home / MASTER_FILE).unlink()
    store = await open_store(settings.store_url)
    try:
        begun = await begin_anew(store, settings, SystemClock(), SystemEntropy(), ())
        assert begun.secrets and begun.copy.exists()
    finally:
        await store.close()


async def test_four_hundred_secrets_stand_nowhere(tmp_path: Path) -> None:
    await searched(tmp_path, 400)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_ten_thousand_secrets_stand_nowhere(tmp_path: Path) -> None:
    await searched(tmp_path, 10_000)


def test_a_command_that_breaks_says_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import bot.main

    canary = next(canaries(3))

    def broken(*_: object) -> int:
        raise RuntimeError(f"cannot sign with {canary} of {Credentials(canary, canary)}")

    monkeypatch.setattr(bot.main, "keys", broken)
    assert command(["keys", "list", "--home", str(tmp_path), "--debug"]) == 1
    told = capsys.readouterr()
    assert "cannot sign" in told.err
    assert MARK not in told.err + told.out
    assert hashlib.sha256(canary.encode()).hexdigest() not in told.err


def test_a_process_that_dies_leaves_no_image_of_its_memory(tmp_path: Path) -> None:
    """Killed by a signal that makes others dump core, with a secret in its memory and in its frames."""
    canary = next(canaries(4))
    program = (
        "import faulthandler, os, signal, sys\n"
        "from bot.cli import main\n"
        "main(['version'])\n"
        "faulthandler.enable(open('stacks.txt', 'w'))\n"
        "def signing(secret):\n"
        "    os.kill(os.getpid(), signal.SIGABRT)\n"
        "signing(sys.stdin.read())\n"
    )
    env = environment(tmp_path) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=canary,
        text=True,
        capture_output=True,
        cwd=tmp_path,
        env=env,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGABRT
    assert "signing" in (tmp_path / "stacks.txt").read_text()
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["stacks.txt"]
    assert holding(tmp_path) == [] and MARK not in done.stdout + done.stderr


def test_the_commands_limit_on_core_files_is_zero() -> None:
    program = "from bot.cli import main; main(['version']); import resource; print(resource.getrlimit(4))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.endswith("(0, 0)\n")
