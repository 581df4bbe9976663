"""The doctor against local servers and real files: every illness is found, with a sentence and a cure."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.cli import main
from bot.conversation.words import CATALOGUE
from bot.main import doctor, doctor_checks
from bot.main.doctor_checks import Finding, Patient, State
from db.checkup import checkup_sqlite
from db.store import open_store
from trading.clock import SystemClock
from trading.domain.commands import OpenAccount
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.engine.loop import Engine

TOKEN = "123456789:AAsecretsecretsecretsecretsecretsecre"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def patient(home: Path, **more: Any) -> Patient:
    given: dict[str, Any] = {
        "home": home,
        "store_url": f"sqlite:///{home / 'desk.db'}",
        "feed": "replay",
        "zone": "Europe/Berlin",
        "listen": "",
        "clock": SystemClock(),
    }
    return Patient(**(given | more))


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """A host on loopback that answers everything so."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def bot_api(status: int = 200, ahead_s: float = 0.0, **bot: object) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.path == f"/bot{TOKEN}/getMe"
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead_s), usegmt=True)
        me = {"id": 1, "is_bot": True, "username": "desk_bot", "can_read_all_group_messages": False, **bot}
        body = {"ok": status == 200, "result": me} if status == 200 else {"ok": False, "error_code": status}
        return web.json_response(body, status=status, headers={"Date": date})

    return answer


async def made(home: Path) -> None:
    """A desk with an account."""
    os.makedirs(home, mode=0o700, exist_ok=True)
    store = await open_store(f"sqlite:///{home / 'desk.db'}")
    engine = Engine(store.journal, SystemClock(), b"k")
    engine.memory.epoch = await store.journal.next_epoch()
    task = asyncio.create_task(engine.run())
    name = AccountId("paper")
    cash = Decimal(10_000)
    await engine.submit(OpenAccount(CommandId("a"), PersonId("o"), name, "paper", "paper", "USD", cash, ""))
    task.cancel()
    await store.close()


def told(finding: Finding, state: State, *words: str) -> None:
    """The finding has this state and says these words; what is not good has a cure."""
    assert finding.state is state, finding
    assert all(word in f"{finding.sentence} {finding.cure}" for word in words), finding
    if state is State.BAD and not finding.sentence.endswith((".db`.", "run`.")):
        assert finding.cure or ":" in finding.sentence


# ------------------------------------------------------------ folder and settings


def test_a_folder_of_its_owner_is_good_and_its_space_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    told(doctor_checks._folder(tmp_path), State.GOOD, "GB free")
    told(doctor_checks._folder(tmp_path / "a" / "b"), State.GOOD, "not there yet")


def test_a_folder_that_others_read_is_looked_at(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    told(doctor_checks._folder(tmp_path), State.LOOK, "chmod 700")


def test_a_folder_without_rights_or_that_is_a_file_is_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    told(doctor_checks._folder(file), State.BAD, "is no folder", "OPENOUTCRY_HOME")
    told(doctor_checks._folder(file / "home"), State.BAD, "cannot be made")
    monkeypatch.setattr(doctor_checks, "may", lambda *_: False)  # tests may run as root, who may everything
    told(doctor_checks._folder(tmp_path), State.BAD, "cannot be read and written", "chown")
    told(doctor_checks._folder(tmp_path / "new"), State.BAD, "cannot be made")


def test_a_disk_that_is_nearly_full_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(doctor_checks, "FREE_MIN_BYTES", 10**18)
    told(doctor_checks._folder(tmp_path), State.BAD, "MB are free", "sends nothing")


async def test_an_env_file_with_secrets_is_its_owners_alone(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\n")
    env.chmod(0o644)
    finding = await doctor_checks.settings(patient(tmp_path, env_file=env))
    told(finding, State.LOOK, "chmod 600")
    assert TOKEN not in str(finding)
    env.chmod(0o600)
    told(await doctor_checks.settings(patient(tmp_path, env_file=env)), State.GOOD)
    env.write_text("TELEGRAM_BOT_TOKEN=\nLOG_LEVEL=info\n")
    env.chmod(0o644)
    told(await doctor_checks.settings(patient(tmp_path, env_file=env)), State.GOOD)


# ------------------------------------------------------------ database


async def test_a_sound_database_is_counted_and_its_desk_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    told(await doctor_checks.database(patient(home)), State.GOOD, "no database yet")
    await made(home)
    told(await doctor_checks.database(patient(home)), State.GOOD, "sound", "2 events in 1 streams")
    store = await open_store(f"sqlite:///{home / 'desk.db'}")
    try:
        told(await doctor_checks.database(patient(home)), State.GOOD, f"as process {os.getpid()}")
    finally:
        await store.close()
    assert checkup_sqlite(str(home / "desk.db")).holder == 0


def edited(home: Path, *statements: str) -> None:
    """Somebody works on the file by hand."""
    with closing(sqlite3.connect(home / "desk.db", isolation_level=None)) as raw:
        triggers = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE event SET body = replace(body, 'USD', 'EUR') WHERE seq = 2", "not what was written"),
        ("DELETE FROM event WHERE seq = 2", "does not end where its head says"),
        ("UPDATE stream SET hash = 'x'", "does not end where its head says"),
    ],
)
async def test_a_journal_that_was_changed_at_its_end_is_bad(
    tmp_path: Path, statement: str, words: str
) -> None:
    home = tmp_path / "home"
    await made(home)
    edited(home, statement)
    told(await doctor_checks.database(patient(home)), State.BAD, words, "restore")


async def test_an_older_a_newer_and_a_foreign_database_are_told_apart(tmp_path: Path) -> None:
    home = tmp_path / "home"
    await made(home)
    edited(home, "UPDATE alembic_version SET version_num = '0001'")
    told(await doctor_checks.database(patient(home)), State.LOOK, "older schema", "db upgrade")
    edited(home, "UPDATE alembic_version SET version_num = '9999'")
    told(await doctor_checks.database(patient(home)), State.BAD, "newer Open Outcry")
    other = tmp_path / "other"
    other.mkdir()
    with closing(sqlite3.connect(other / "desk.db")) as raw:
        raw.execute("CREATE TABLE notes (x)")
    told(await doctor_checks.database(patient(other)), State.BAD, "another program")


async def test_torn_pages_and_no_database_at_all_are_bad(tmp_path: Path) -> None:
    home = tmp_path / "home"
    await made(home)
    raw = bytearray((home / "desk.db").read_bytes())
    raw[4096:12288] = b"\x5a" * 8192
    (home / "desk.db").write_bytes(raw)
    told(await doctor_checks.database(patient(home)), State.BAD, "damaged")
    (home / "desk.db").write_text("this is no database, and long enough to be read as one")
    told(await doctor_checks.database(patient(home)), State.BAD, "not a database")


async def test_a_database_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    url = "postgresql://desk:geheim123@127.0.0.1:1/desk"
    finding = await doctor_checks.database(patient(tmp_path, store_url=url))
    told(finding, State.BAD, "cannot be reached")
    assert "geheim123" not in str(finding)


# ------------------------------------------------------------ chat and clock


async def asked(home: Path, answer: Answer) -> tuple[Finding, Patient]:
    async with server(answer) as url:
        one = patient(home, telegram_token=TOKEN, telegram_url=url)
        return await doctor_checks.chat(one), one


async def test_a_known_bot_is_named(tmp_path: Path) -> None:
    finding, one = await asked(tmp_path, bot_api())
    told(finding, State.GOOD, "@desk_bot")
    assert set(one.dates) == {"127.0.0.1"} and one.asked.is_set()


async def test_a_bot_that_reads_along_in_groups_is_looked_at(tmp_path: Path) -> None:
    finding, _ = await asked(tmp_path, bot_api(can_read_all_group_messages=True))
    told(finding, State.LOOK, "privacy mode is off", "/setprivacy")


@pytest.mark.parametrize("status", [401, 404])
async def test_a_refused_token_is_bad_and_never_shown(tmp_path: Path, status: int) -> None:
    finding, _ = await asked(tmp_path, bot_api(status))
    told(finding, State.BAD, f"refuses the token (HTTP {status})", "BotFather")
    assert TOKEN not in str(finding)


async def _page(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>Log in to the hotel</html>", content_type="text/html")


async def _odd(_: web.Request) -> web.StreamResponse:
    return web.json_response(["not", "telegram"])


async def _moved(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://127.0.0.1:1/login")


async def _hangs(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("answer", [_page, _odd, _moved, bot_api(502), bot_api(username=None)])
async def test_something_in_between_is_no_telegram(tmp_path: Path, answer: Answer) -> None:
    finding, _ = await asked(tmp_path, answer)
    told(finding, State.BAD, "does not answer like Telegram's Bot API", "TELEGRAM_API_BASE_URL")


async def test_a_host_that_is_away_or_silent_costs_only_a_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = patient(tmp_path, telegram_token=TOKEN, telegram_url="http://127.0.0.1:1")
    finding = await doctor_checks.chat(away)
    told(finding, State.LOOK, "cannot be reached", "trades all the same")
    assert TOKEN not in str(finding) and away.asked.is_set()
    monkeypatch.setattr(doctor_checks, "HTTP_S", 0.05)
    finding, _ = await asked(tmp_path, _hangs)
    told(finding, State.LOOK, "no answer in time")


@pytest.mark.parametrize(
    ("ahead_s", "state", "words"),
    [
        (0.0, State.GOOD, "right to"),
        (30.0, State.LOOK, "30 s away"),
        (-600.0, State.BAD, "600 s away"),
    ],
)
async def test_the_clock_is_compared_with_other_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead_s: float, state: State, words: str
) -> None:
    monkeypatch.setattr(doctor_checks, "EVEN_S", 0.0)
    _, one = await asked(tmp_path, bot_api(ahead_s=ahead_s))
    finding = await doctor_checks.clock(one)
    assert finding.state is state
    assert words in finding.sentence or words.replace("30", "29").replace("600", "601") in finding.sentence


async def test_a_clock_that_jumps_is_noticed(tmp_path: Path) -> None:
    class Jumping(SystemClock):
        """Set forward by somebody after the first look."""

        looks = 0

        def now(self) -> datetime:
            self.looks += 1
            return super().now() + timedelta(seconds=3 if self.looks > 1 else 0)

        async def sleep_s(self, seconds: float) -> None:
            await asyncio.sleep(0)

    one = patient(tmp_path, clock=Jumping())
    one.asked.set()
    told(await doctor_checks.clock(one), State.LOOK, "jumped by 3.0 s", "chrony")
    one = patient(tmp_path)
    one.asked.set()
    told(await doctor_checks.clock(one), State.GOOD, "runs evenly")


# ------------------------------------------------------------ zones, prices, ports


async def test_a_zone_that_is_not_known_is_bad(tmp_path: Path) -> None:
    told(await doctor_checks.zones(patient(tmp_path)), State.GOOD, "Europe/Berlin")
    told(await doctor_checks.zones(patient(tmp_path, zone="Mars/Base")), State.BAD, "make setup")


async def test_bundled_prices_are_compared_with_what_was_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(await doctor_checks.feed(patient(tmp_path)), State.GOOD, "series")
    from trading.feeds import bundle

    monkeypatch.setattr(bundle, "FOLDER", tmp_path)
    (tmp_path / "manifest.json").write_bytes(
        (Path(bundle.__file__).parent / "bundled/manifest.json").read_bytes()
    )
    told(await doctor_checks.feed(patient(tmp_path)), State.BAD, "is missing", "git checkout")


async def test_an_exchange_is_asked_for_its_first_price(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trading.feeds import ccxt_public
    from trading.feeds.problems import FeedLost

    async def speaks(self: object, sink: Any) -> None:
        sink.take(object())
        await asyncio.Event().wait()

    async def refuses(self: object, sink: Any) -> None:
        raise FeedLost("There is no exchange “kraken”: see the list.", final=True)

    monkeypatch.setattr(ccxt_public.CcxtFeed, "run", speaks)
    told(await doctor_checks.feed(patient(tmp_path, feed="ccxt:kraken")), State.GOOD, "the first after 0.0 s")
    monkeypatch.setattr(ccxt_public.CcxtFeed, "run", refuses)
    told(await doctor_checks.feed(patient(tmp_path, feed="ccxt:kraken")), State.LOOK, "There is no exchange")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held.getsockname()[1]


async def test_a_port_is_free_ours_or_somebody_elses(
    tmp_path: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ports(listen: str) -> Finding:
        return await doctor_checks.ports(patient(tmp_path, listen=listen))

    async def healthy(request: web.Request) -> web.StreamResponse:
        assert request.path == "/healthz"
        return web.json_response({"status": "degraded"})

    monkeypatch.setattr(doctor_checks, "HTTP_S", 0.2)
    told(await ports(""), State.GOOD, "no address")
    told(await ports("127.0.0.1:0"), State.GOOD, "free")
    told(await ports("0.0.0.0:0"), State.LOOK, "open to the network")
    told(await ports(f"127.0.0.1:{taken_port}"), State.BAD, "Another program", "OPENOUTCRY_LISTEN")
    async with server(healthy) as url:
        told(await ports(url.removeprefix("http://")), State.GOOD, "The desk answers", "degraded")
    async with server(_page) as url:
        told(await ports(url.removeprefix("http://")), State.BAD, "Another program")
    for wrong in ("8080", "127.0.0.1:http", "127.0.0.1:70000", ":1"):
        told(await ports(wrong), State.BAD, "not host:port")
    told(await ports("127.255.255.254.1:80"), State.BAD, "no address of this machine")


# ------------------------------------------------------------ the whole


def cli(home: Path, environ: Mapping[str, str], *flags: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("OPENOUTCRY_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", "doctor", "--home", str(home), *flags],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**clean, "PYTHONPATH": str(Path(__file__).parents[2]), **environ},
    )


def test_a_healthy_machine_gets_one_line_for_each_check(tmp_path: Path) -> None:
    done = cli(tmp_path / "home", {})
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == len(doctor.CHECKS) and all(line[0] in "✓!" for line in lines)
    assert not (tmp_path / "home").exists(), "looking makes nothing"


def test_json_says_the_same_and_the_code_is_one_when_something_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_text("no database at all, but more than sixteen bytes")
    done = cli(tmp_path, {}, "--json")
    body = json.loads(done.stdout)
    assert (done.returncode, body["ok"]) == (1, False)
    assert [one["check"] for one in body["findings"]] == list(doctor.CHECKS)
    (bad,) = [one for one in body["findings"] if one["state"] == "bad"]
    assert bad["check"] == "database"


def test_wrong_settings_are_the_first_thing_it_says(tmp_path: Path) -> None:
    done = cli(tmp_path, {"OPENOUTCRY_CASH": "lots", "OPENOUTCRY_FEE_BSP": "1"})
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "✗ OPENOUTCRY_FEE_BSP is not a setting: did you mean OPENOUTCRY_FEE_BPS?",
        "✗ OPENOUTCRY_CASH is “lots”: write US dollars above 0, such as 10000.",
    ]


def test_a_check_that_hangs_or_breaks_does_not_keep_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: Patient) -> Finding:
        await asyncio.Event().wait()
        raise AssertionError

    async def fail(_: Patient) -> Finding:
        raise ZeroDivisionError("by hand")

    checks = {**doctor.CHECKS, "feed": (hang, 0.05), "zones": (fail, 1.0)}
    monkeypatch.setattr(doctor, "CHECKS", checks)
    findings, is_over = doctor.examined(patient(tmp_path))
    assert is_over and [one.check for one in findings] == list(checks)
    by_name = {one.check: one for one in findings}
    told(by_name["feed"], State.LOOK, "not done after 0.05 s")
    told(by_name["zones"], State.LOOK, "ZeroDivisionError: by hand")
    told(by_name["version"], State.GOOD, "Python")


def test_not_even_a_blocked_thread_keeps_the_process_from_ending(tmp_path: Path) -> None:
    script = (
        "import sys, threading, asyncio\n"
        "from bot.main import doctor, doctor_checks as c\n"
        "async def stuck(p):\n    await asyncio.to_thread(threading.Event().wait)\n"
        "doctor.CHECKS = {**doctor.CHECKS, 'folder': (stuck, 60.0)}\n"
        "doctor.WHOLE_S = 0.5\n"
        "doctor.examined.__defaults__ = (2.5,)\n"
        "from pathlib import Path\n"
        "sys.exit(doctor.doctor({'home': Path(sys.argv[1])}, False, Path('/nonexistent')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr
    assert "! The check of folder was not done after 2.5 s." in done.stdout


def test_it_is_a_command_like_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["doctor", "--help"])
    assert "--json" in capsys.readouterr().out


def test_every_finding_that_is_not_good_has_a_cure_in_words() -> None:
    english = CATALOGUE["en"]
    cured = {
        key.removesuffix(".cure") for key in english if key.startswith("doctor.") and key.endswith(".cure")
    }
    assert cured <= set(english)
    for key in ("folder.full", "folder.open", "chat.refused", "clock.skew", "ports.taken", "database.fault"):
        assert f"doctor.{key}" in cured
