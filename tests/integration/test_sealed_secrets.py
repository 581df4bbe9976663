"""No secret of an authenticator app stands in the data folder: database, its log, the log of the desk."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import json

from bot.conversation.factor import SEALED, SUBJECT, Factor, factor_kept, keep_factor
from bot.main.vaulting import open_vault
from bot.settings_model import Settings
from db.master import MASTER_FILE
from db.store import Store, open_store
from trading.domain.ids import PersonId
from trading.entropy import SeededEntropy
from trading.ports import Place, VaultLocked

ROOT = Path(__file__).resolve().parents[2]
ANN = PersonId("owner")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def found_in(home: Path, secret: str) -> list[str]:
    """The files that hold it, the log of SQLite among them."""
    return [str(one) for one in home.rglob("*") if one.is_file() and secret.encode() in one.read_bytes()]


def say(home: Path, script: str) -> str:
    """A whole life of the desk that answers these lines."""
    foreign = ("OPENOUTCRY", "TELEGRAM", "DISCORD")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    env |= {"OPENOUTCRY_HOME": str(home), "OPENOUTCRY_LOG_LEVEL": "debug", "COLUMNS": "200"}
    command = [sys.executable, "-m", "bot", "run", "--once"]
    done = subprocess.run(
        command, input=script.encode(), capture_output=True, env=env, cwd=ROOT, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_an_app_that_is_set_up_leaves_its_secret_nowhere(tmp_path: Path) -> None:
    told = say(tmp_path, "/pin app\n/pin 000000\n/pin app\n")
    secrets = re.findall(r"secret=([A-Z2-7]{32})", told)
    assert len(secrets) == 2
    assert (tmp_path / MASTER_FILE).stat().st_mode & 0o777 == 0o600
    key = (tmp_path / MASTER_FILE).read_text().splitlines()[-1]
    for secret in secrets:
        assert found_in(tmp_path, secret) == []
    assert found_in(tmp_path, key) == [str(tmp_path / MASTER_FILE)]
    again = say(tmp_path, "/pin\n")
    assert "nothing yet" in again and "vault is locked" not in again


async def opened(home: Path) -> Store:
    return await open_store(f"sqlite:///{home}/desk.db")


async def left_by_an_older_desk(home: Path) -> None:
    """An app secret in the clear, written over a few times as its tries were counted."""
    store = await opened(home)
    for wrong in range(40):
        old = json.encode(Factor(totp=SECRET, wrong=wrong % 5)).decode()
        await store.registers.put_meta(f"{SUBJECT}:{ANN}", old + " " * (wrong * 90))
    await store.registers.put_meta(f"{SUBJECT}:{ANN}", json.encode(Factor(totp=SECRET)).decode())
    await store.close()
    assert found_in(home, SECRET) == [f"{home}/desk.db"]


async def test_what_an_older_desk_kept_in_the_clear_is_sealed_and_rubbed_out(tmp_path: Path) -> None:
    await left_by_an_older_desk(tmp_path)
    store, settings = await opened(tmp_path), Settings(home=tmp_path)
    made = await open_vault(store, store.registers, settings, SeededEntropy(1))
    assert made.notice == "vault_made"
    assert await made.vault.get(Place(ANN, SUBJECT, "totp")) == SECRET
    assert (await factor_kept(store.registers, ANN)).totp == SEALED
    assert found_in(tmp_path, SECRET) == [], "with the database open, its log beside it"
    again = await open_vault(store, store.registers, settings, SeededEntropy(2))
    assert (again.notice, await again.vault.get(Place(ANN, SUBJECT, "totp"))) == ("", SECRET)
    await store.close()


async def test_a_lost_key_locks_the_vault_and_makes_no_other(tmp_path: Path) -> None:
    store, settings = await opened(tmp_path), Settings(home=tmp_path)
    first = await open_vault(store, store.registers, settings, SeededEntropy(1))
    await keep_factor(store.registers, first.vault, ANN, Factor(totp=SECRET))
    key = tmp_path / MASTER_FILE
    key.rename(tmp_path / "elsewhere")
    lost = await open_vault(store, store.registers, settings, SeededEntropy(2))
    assert lost.notice == "vault_locked" and "put it back" in lost.facts["why"]
    with pytest.raises(VaultLocked):
        await lost.vault.get(Place(ANN, SUBJECT, "totp"))
    assert not key.exists()
    given = (tmp_path / "elsewhere").read_text()
    by_name = Settings(home=tmp_path, master_key=given)  # type: ignore[arg-type]  # pydantic takes the text
    back = await open_vault(store, store.registers, by_name, SeededEntropy(3))
    assert (back.notice, await back.vault.get(Place(ANN, SUBJECT, "totp"))) == ("", SECRET)
    await store.close()
