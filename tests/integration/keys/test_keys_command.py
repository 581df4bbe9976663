"""`openoutcry keys`: typed where nobody sees it, asked about at the venue, kept sealed, shown by its end."""

from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli_exits import Exit
from bot.cli_options import KeysOptions
from bot.main.connecting import Terminal
from bot.main.key_command import keys
from bot.main.key_office import KeyOffice
from bot.main.key_socket import SOCKET_FILE, Reply, Request, asked
from bot.main.vaulting import open_vault
from bot.settings_model import Settings
from db.master import MASTER_FILE
from db.store import open_store
from tests.fakes.binance_server import until
from tests.fakes.key_venue import SILENT, WITHDRAWS, SaidLook
from tests.integration.keys.process import openoutcry
from trading.clock import SystemClock
from trading.domain.book import Book
from trading.domain.ids import AccountId
from trading.entropy import SystemEntropy

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
ADD = KeysOptions("add", venue="binance", side="paper")


class Typed:
    """A terminal with these answers. `hidden` are the prompts whose answers nobody saw."""

    def __init__(self, *answers: str) -> None:
        self.left = list(answers)
        self.said: list[str] = []
        self.hidden: list[str] = []
        self.terminal = Terminal(self.said.append, self._ask, self._ask_hidden)

    def _ask(self, prompt: str) -> str | None:
        self.said.append(prompt)
        return self.left.pop(0) if self.left else None

    def _ask_hidden(self, prompt: str) -> str | None:
        self.hidden.append(prompt)
        return self._ask(prompt)

    @property
    def text(self) -> str:
        return "\n".join(self.said)


class Desk:
    """One data folder and one venue."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.home = home
        self.venue = SaidLook()

    def type(self, options: KeysOptions, *answers: str) -> tuple[int, Typed]:
        typed = Typed(*answers)
        return keys(self.settings, options, typed.terminal, self.venue), typed

    def opened(self, account: str) -> tuple[str, str] | None:
        """The key of an account, as an adapter gets it."""

        async def read() -> tuple[str, str] | None:
            store = await open_store(self.settings.store_url, lock=False)
            vault = await open_vault(store, store.registers, self.settings, SystemEntropy())
            held = await vault.keys.keys_of(AccountId(account))
            await store.close()
            return None if held is None else (held.key, held.secret)

        return asyncio.run(read())

    def files_with(self, *texts: str) -> list[str]:
        files = [one for one in self.home.rglob("*") if one.is_file()]
        return [one.name for one in files if any(text.encode() in one.read_bytes() for text in texts)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_key_is_typed_unseen_and_kept(desk: Desk) -> None:
    code, typed = desk.type(ADD, KEY, SECRET)
    assert code == Exit.OK
    assert len(typed.hidden) == 2 and "not shown" in typed.hidden[0]
    assert "binance-paper" in typed.text and "…Eh8A" in typed.text and "trades, cannot withdraw" in typed.text
    assert "Keep a copy of it" in typed.text, "the loud word about the master key that was made"
    assert KEY not in typed.text and SECRET not in typed.text
    assert desk.opened("binance-paper") == (KEY, SECRET)
    assert desk.venue.asked == [("binance", "paper", "Eh8A")] and desk.venue.lengths == [len(SECRET)]
    assert desk.files_with(KEY, SECRET) == []
    assert stat.S_IMODE((desk.home / MASTER_FILE).stat().st_mode) == 0o600


def test_what_is_left_out_is_asked_for_and_an_empty_line_ends_it(desk: Desk) -> None:
    code, typed = desk.type(KeysOptions("add"), "alpaca", "live", "")
    assert code == Exit.OK and "Nothing was changed" in typed.text
    assert typed.text.index("Which venue (binance, alpaca)") < typed.text.index("Which side")
    assert desk.venue.asked == [], "nobody is asked about nothing"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (KeysOptions("add", venue="kraken", side="live"), "takes no keys of kraken"),
        (KeysOptions("add", venue="binance", side="demo"), "demo is none of them"),
        (KeysOptions("add", venue="binance", side="paper", account="My Desk"), "cannot name an account"),
        (KeysOptions("add", venue="binance", side="paper", account="desk"), "taken by another account"),
    ],
)
def test_what_cannot_be_is_said_before_anybody_types_a_key(
    desk: Desk, capsys: pytest.CaptureFixture[str], options: KeysOptions, sentence: str
) -> None:
    code, typed = desk.type(options, KEY, SECRET)
    assert code == Exit.SETTINGS and sentence in capsys.readouterr().err
    assert typed.hidden == []


@pytest.mark.parametrize(
    ("found", "sentence"),
    [(WITHDRAWS, "this key may withdraw money"), (SILENT, "could not be asked")],
)
def test_a_key_that_the_venue_does_not_vouch_for_is_not_kept(
    desk: Desk, capsys: pytest.CaptureFixture[str], found: object, sentence: str
) -> None:
    desk.venue.says = found  # type: ignore[assignment]  # one of two checks
    code, _ = desk.type(ADD, KEY, SECRET)
    assert code == Exit.SETTINGS and sentence in capsys.readouterr().err
    assert desk.opened("binance-paper") is None and desk.files_with(KEY, SECRET) == []


@pytest.mark.parametrize(
    ("key", "secret", "sentence"),
    [
        (KEY, "two words", "no key"),
        ("abc", SECRET, "no key"),
        (KEY, KEY, "are the same"),
        (KEY, "x" * 5000, "no key"),
    ],
)
def test_what_is_no_key_is_not_even_sent(
    desk: Desk, capsys: pytest.CaptureFixture[str], key: str, secret: str, sentence: str
) -> None:
    code, _ = desk.type(ADD, key, secret)
    assert code == Exit.SETTINGS and sentence in capsys.readouterr().err
    assert desk.venue.asked == []


def test_the_same_key_is_not_entered_twice(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.type(ADD, KEY, SECRET)
    code, _ = desk.type(ADD, KEY, SECRET)
    assert code == Exit.SETTINGS and "belongs to the account binance-paper" in capsys.readouterr().err
    code, _ = desk.type(ADD, "B" + KEY[1:], SECRET)
    assert code == Exit.OK and desk.opened("binance-paper-2") == ("B" + KEY[1:], SECRET)


def test_a_named_account_gets_its_new_key(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.type(ADD, KEY, SECRET)
    again = KeysOptions("add", venue="binance", side="paper", account="binance-paper")
    assert desk.type(again, KEY, "other-secret")[0] == Exit.OK
    assert desk.opened("binance-paper") == (KEY, "other-secret")
    live = KeysOptions("add", venue="binance", side="live", account="binance-paper")
    assert desk.type(live, KEY, SECRET)[0] == Exit.SETTINGS
    assert "on its paper side" in capsys.readouterr().err


def test_keys_are_listed_checked_and_removed(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no key here" in desk.type(KeysOptions("list"))[1].text
    desk.type(ADD, KEY, SECRET)
    assert "binance paper …Eh8A" in desk.type(KeysOptions("list"))[1].text
    desk.venue.says = WITHDRAWS
    assert "not usable: it may withdraw" in desk.type(KeysOptions("check"))[1].text
    assert "not usable: it may withdraw" in desk.type(KeysOptions("list"))[1].text
    desk.venue.says = SILENT
    silent = desk.type(KeysOptions("check", account="binance-paper"))[1].text
    assert "did not answer just now: Nobody answers." in silent
    assert "it may withdraw" in silent, "silence makes nothing better"
    assert desk.type(KeysOptions("check", account="none"))[0] == Exit.SETTINGS
    assert "Nothing was changed" in desk.type(KeysOptions("remove", account="binance-paper"), "no")[1].text
    code, typed = desk.type(KeysOptions("remove", account="binance-paper"), "yes")
    assert code == Exit.OK and "works at binance" in typed.text
    assert desk.opened("binance-paper") is None
    assert desk.type(KeysOptions("remove", account="binance-paper"), "yes")[0] == Exit.SETTINGS
    capsys.readouterr()


def test_every_secret_is_sealed_anew_and_opens(desk: Desk) -> None:
    desk.type(ADD, KEY, SECRET)
    before = (desk.home / MASTER_FILE).read_text()
    code, typed = desk.type(KeysOptions("rotate"))
    assert code == Exit.OK and "2 secrets are sealed" in typed.text
    assert desk.opened("binance-paper") == (KEY, SECRET)
    assert (desk.home / MASTER_FILE).read_text() == before


def test_a_new_master_key_takes_the_place_of_the_old_one(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.type(ADD, KEY, SECRET)
    old = (desk.home / MASTER_FILE).read_text()
    code, typed = desk.type(KeysOptions("rotate", master=True))
    new = (desk.home / MASTER_FILE).read_text()
    assert code == Exit.OK and "new master key" in typed.text and new != old
    assert len(new.splitlines()) == 2, "a remark and one key"
    assert desk.opened("binance-paper") == (KEY, SECRET)
    (desk.home / MASTER_FILE).write_text(old)
    assert desk.type(KeysOptions("list"))[0] == Exit.SETTINGS
    assert "another master key" in capsys.readouterr().err


class Running:
    """The socket of a desk that runs, in a thread with a loop of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.changed: list[str] = []
        self.task = asyncio.run_coroutine_threadsafe(self._begin(), self.loop).result(20)

    async def _begin(self) -> asyncio.Task[None]:
        self.store = await open_store(self.desk.settings.store_url)
        opened = await open_vault(self.store, self.store.registers, self.desk.settings, SystemEntropy())
        office = KeyOffice(
            opened.vault, opened.keys, SystemClock(), SystemEntropy(), Book, look=self.desk.venue
        )

        async def changed(account: AccountId) -> None:
            self.changed.append(account)

        office.desk.listen(changed)
        task = asyncio.create_task(office.socket(self.desk.home).run())
        await until((self.desk.home / SOCKET_FILE).exists)
        return task

    async def _end(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.store.close()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def running(desk: Desk) -> Iterator[Running]:
    made = Running(desk)
    yield made
    made.close()


def test_a_desk_that_runs_does_it_itself_and_hears_of_it(desk: Desk, running: Running) -> None:
    mode = stat.S_IMODE((desk.home / SOCKET_FILE).stat().st_mode)
    assert mode == 0o600
    code, typed = desk.type(ADD, KEY, SECRET)
    assert code == Exit.OK and "…Eh8A" in typed.text
    assert running.changed == ["binance-paper"]
    assert "binance paper …Eh8A" in desk.type(KeysOptions("list"))[1].text
    assert "2 secrets" in desk.type(KeysOptions("rotate"))[1].text
    assert desk.opened("binance-paper") == (KEY, SECRET)
    assert desk.type(KeysOptions("remove", account="binance-paper"), "y")[0] == Exit.OK
    assert running.changed == ["binance-paper"] * 2
    assert desk.files_with(KEY, SECRET) == []


def test_a_running_desk_keeps_its_master_key(
    desk: Desk, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk.type(KeysOptions("rotate", master=True))[0] == Exit.SETTINGS
    assert "stop it first" in capsys.readouterr().err


def test_what_is_no_request_gets_no_answer_and_harms_nobody(desk: Desk, running: Running) -> None:
    async def knock(line: bytes) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(desk.home / SOCKET_FILE))
        writer.write(line)
        answer = await reader.read()
        writer.close()
        return answer

    for line in (b"{}\n", b"nonsense\n", b"\n", b"x" * 200_000 + b"\n"):
        assert asyncio.run(knock(line)) == b""
    assert isinstance(asyncio.run(asked(desk.home, Request("list"))), Reply)


def test_a_socket_that_a_dead_desk_left_is_nobody(desk: Desk) -> None:
    made = Running(desk)
    made.close()
    assert asyncio.run(asked(desk.home, Request("list"))) is None


def test_a_folder_with_a_long_name_has_its_door_too(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 20) / ("longer" * 10)
    home.mkdir(parents=True)
    desk = Desk(home)
    made = Running(desk)
    assert isinstance(asyncio.run(asked(home, Request("list"))), Reply)
    made.close()


def test_a_request_does_not_show_its_secrets() -> None:
    assert repr(Request("add", "binance", "paper", "", KEY, SECRET)) == "Request(add)"


def test_the_command_line_has_no_place_for_a_key(tmp_path: Path) -> None:
    done = openoutcry(tmp_path, "keys", "add", "--key", KEY)
    assert done.returncode == Exit.USAGE and "Traceback" not in done.stderr
    listed = openoutcry(tmp_path, "keys", "list")
    assert listed.returncode == Exit.OK and "no key here" in listed.stdout.lower()
