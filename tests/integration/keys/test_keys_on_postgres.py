"""Keys of a desk whose database is on a server: the operator gives the master key, else there are none."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.cli_exits import Exit
from bot.cli_options import KeysOptions
from bot.main.key_command import keys
from bot.main.vaulting import open_vault
from bot.settings_model import Settings
from db.backup import backup
from db.master import MASTER_FILE
from db.store import open_store
from tests.fakes.key_venue import SaidLook
from tests.fakes.postgres import postgres_server, postgres_url
from tests.integration.keys.test_keys_command import ADD, KEY, SECRET, Typed
from trading.domain.ids import AccountId
from trading.entropy import SystemEntropy

__all__ = ["postgres_server", "postgres_url"]

pytestmark = pytest.mark.pg


def desk(home: Path, url: str, master: str = "") -> Settings:
    given = {"master_key": master} if master else {}
    return Settings(home=home, database_url=url, **given)  # type: ignore[arg-type]  # pydantic takes the texts


async def opened(settings: Settings) -> tuple[str, str] | None:
    store = await open_store(settings.store_url)
    vault = await open_vault(store, store.registers, settings, SystemEntropy())
    held = await vault.keys.keys_of(AccountId("binance-paper"))
    await store.close()
    return None if held is None else (held.key, held.secret)


def test_a_key_is_kept_there_under_the_operators_master_key(
    tmp_path: Path, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    typed, venue = Typed(KEY, SECRET), SaidLook()
    assert keys(desk(tmp_path, postgres_url), ADD, typed.terminal, venue) == Exit.SETTINGS
    told = capsys.readouterr().err
    assert "OPENOUTCRY_MASTER_KEY" in told and "openssl rand -hex 32" in told
    assert typed.hidden == [] and not (tmp_path / MASTER_FILE).exists()
    settings = desk(tmp_path, postgres_url, "ab" * 32)
    assert keys(settings, ADD, typed.terminal, venue) == Exit.OK
    assert asyncio.run(opened(settings)) == (KEY, SECRET)
    rotated = Typed()
    assert keys(settings, KeysOptions("rotate"), rotated.terminal, venue) == Exit.OK
    assert "2 secrets" in rotated.text and asyncio.run(opened(settings)) == (KEY, SECRET)
    assert keys(settings, KeysOptions("rotate", master=True), rotated.terminal, venue) == Exit.SETTINGS
    assert "put a new one in front of it" in capsys.readouterr().err
    both = desk(tmp_path, postgres_url, f"{'cd' * 32} {'ab' * 32}")
    assert asyncio.run(opened(both)) == (KEY, SECRET), "as the sentence says: the new one in front"
    assert asyncio.run(opened(desk(tmp_path, postgres_url, "cd" * 32))) == (KEY, SECRET), (
        "the old one is gone"
    )
    asyncio.run(backup(postgres_url, tmp_path / "desk.backup"))
    text = (tmp_path / "desk.backup").read_text()
    assert KEY not in text and SECRET not in text and '"venue_key"' in text
