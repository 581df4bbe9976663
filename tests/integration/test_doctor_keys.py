"""What the doctor finds about secrets, phones, webhooks, topics: for each illness a sentence and a cure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.main.doctor import CHECKS
from bot.main.doctor_checks import Finding, State
from bot.main.doctor_keys import key
from bot.main.doctor_phones import phones, topics, webhook
from bot.spoken import speaking
from db.census import taken
from db.master import MASTER_FILE
from db.store import open_store
from db.vault import SqlVault
from tests.integration.doctor_stage import TOKEN, made, patient, server, told
from trading.boards import Board
from trading.chats import Channel, ChannelKind, Known
from trading.domain.ids import PersonId
from trading.entropy import SeededEntropy
from trading.ports import Place

NOW = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
ONE, OTHER = bytes(range(32)), bytes(range(1, 33))
ANN, BEN = PersonId("ann"), PersonId("ben")


async def sealed(home: Path, master: bytes = ONE) -> None:
    """A desk that keeps a secret under this key."""
    await made(home)
    store = await open_store(f"sqlite:///{home / 'desk.db'}")
    vault = SqlVault(store.writer, store.reader, SeededEntropy(3), [master])
    await vault.put(Place("ann", "totp", "secret"), "JBSWY3DPEHPK3PXP")
    await store.close()


def keep(home: Path, master: bytes = ONE, mode: int = 0o600) -> Path:
    path = home / MASTER_FILE
    path.write_text(f"# the key\n{master.hex()}\n", encoding="utf-8")
    path.chmod(mode)
    return path


async def people(home: Path, *, board: str = "", silent: bool = False) -> None:
    """Ann on both platforms, Ben on Telegram alone."""
    await made(home)
    store = await open_store(f"sqlite:///{home / 'desk.db'}")
    for platform, person in (("telegram", ANN), ("discord", ANN), ("telegram", BEN)):
        await store.people.put_known(Known(platform, f"7{person}", person, str(person), NOW))
    chat = Channel("telegram", "77", BEN, ChannelKind.PRIVATE, "Ben", NOW, is_alive=not silent)
    await store.people.put_channel(chat)
    if board:
        await store.boards.put_board(Board(board, "positions", ANN, NOW, "12"))
    await store.close()


def telegram(**answers: Any) -> Any:
    """The Bot API by the names of its methods; what has no answer is refused."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.path.startswith(f"/bot{TOKEN}/")
        said = answers.get(request.path.rpartition("/")[2])
        if isinstance(said, Mapping):
            return web.json_response({"ok": True, "result": said})
        body = {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
        return web.json_response(body, status=400)

    return answer


# ---------------------------------------------------------------- the master key


async def test_a_desk_without_secrets_needs_no_key_yet(tmp_path: Path) -> None:
    told(await key(patient(tmp_path)), State.GOOD, "No secrets are kept yet")
    await made(tmp_path)
    told(await key(patient(tmp_path)), State.GOOD, "No secrets are kept yet")


async def test_a_key_that_opens_what_is_sealed_is_good_and_says_to_keep_a_copy(tmp_path: Path) -> None:
    await sealed(tmp_path)
    keep(tmp_path)
    finding = await key(patient(tmp_path))
    told(finding, State.GOOD, "opens what is sealed (1)", "Keep a copy of it apart")
    assert ONE.hex() not in str(finding)
    told(await key(patient(tmp_path, master_key=ONE.hex())), State.GOOD, "of OPENOUTCRY_MASTER_KEY opens")


async def test_a_key_that_others_can_read_or_that_is_none_is_bad(tmp_path: Path) -> None:
    await sealed(tmp_path)
    path = keep(tmp_path, mode=0o640)
    told(await key(patient(tmp_path)), State.BAD, "can be read by others", f"chmod 600 {path}")
    with speaking("de"):
        told(await key(patient(tmp_path)), State.BAD, "können andere als du lesen")
    path.chmod(0o600)
    path.write_text("sesame", encoding="utf-8")
    told(await key(patient(tmp_path)), State.BAD, "holds no master key")


async def test_a_key_that_is_gone_or_of_another_desk_is_bad(tmp_path: Path) -> None:
    await sealed(tmp_path)
    told(await key(patient(tmp_path)), State.BAD, "is gone", "Put it back")
    keep(tmp_path, OTHER)
    told(await key(patient(tmp_path)), State.BAD, "is not the one of this database", "Put back the key")
    told(await key(patient(tmp_path, master_key=OTHER.hex())), State.BAD, "is not the one of this database")


async def test_a_key_beside_the_backups_that_it_opens_should_be_moved(tmp_path: Path) -> None:
    await sealed(tmp_path)
    keep(tmp_path)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "desk.key").write_text(ONE.hex(), encoding="utf-8")
    told(await key(patient(tmp_path)), State.LOOK, "stands with the backups", "Move it elsewhere")


async def test_a_database_of_another_time_is_not_counted(tmp_path: Path) -> None:
    assert "key" in CHECKS
    os.makedirs(tmp_path / "old")
    (tmp_path / "old" / "desk.db").write_bytes(b"no database at all, but long enough to be read" * 40)
    told(await key(patient(tmp_path / "old")), State.GOOD, "No secrets are kept yet")


# ---------------------------------------------------------------- phones


async def test_people_are_counted_by_platform(tmp_path: Path) -> None:
    told(await phones(patient(tmp_path)), State.GOOD, "Nobody has linked a phone yet")
    await people(tmp_path, board="telegram:-100#5")
    seen = await taken(f"sqlite:///{tmp_path / 'desk.db'}")
    assert seen is not None and seen.people == {ANN: {"telegram", "discord"}, BEN: {"telegram"}}
    finding = await phones(patient(tmp_path, telegram_token=TOKEN, discord_token="t"))
    told(finding, State.GOOD, "2 people can be reached: by Telegram 2, by Discord 1, by both 1; boards: 1.")


async def test_a_platform_without_its_token_and_a_chat_that_does_not_hear_are_said(tmp_path: Path) -> None:
    await people(tmp_path, silent=True)
    told(await phones(patient(tmp_path, telegram_token=TOKEN)), State.LOOK, "by Discord", "DISCORD_BOT_TOKEN")
    finding = await phones(patient(tmp_path, telegram_token=TOKEN, discord_token="t"))
    told(finding, State.LOOK, "One private chat does not hear", "telegram:77", "other phone")


# ---------------------------------------------------------------- Telegram's side


async def asked_webhook(home: Path, info: Mapping[str, Any] | None, ours: str = "") -> Finding:
    async with server(telegram(getWebhookInfo=info)) as url:
        return await webhook(patient(home, telegram_token=TOKEN, telegram_url=url, webhook_url=ours))


async def test_the_doctor_says_how_messages_come_and_how_many_wait(tmp_path: Path) -> None:
    told(await webhook(patient(tmp_path)), State.GOOD, "no webhook without Telegram")
    none = {"url": "", "pending_update_count": 3}
    told(await asked_webhook(tmp_path, none), State.GOOD, "fetches Telegram's messages itself (3 wait)")
    ours = "https://desk.example.org/telegram"
    told(await asked_webhook(tmp_path, none, ours), State.GOOD, "The next start tells Telegram where")
    set_ = {"url": f"{ours}/x", "pending_update_count": 0}
    told(await asked_webhook(tmp_path, set_, ours), State.GOOD, "to desk.example.org (0 wait)")


async def test_a_webhook_of_somebody_else_or_one_that_fails_is_told(tmp_path: Path) -> None:
    there = {"url": "https://other.example.org/x", "pending_update_count": 0}
    told(await asked_webhook(tmp_path, there), State.LOOK, "to other.example.org, which is not this desk")
    ours = "https://desk.example.org/telegram"
    broken = {"url": ours, "pending_update_count": 9, "last_error_message": "Connection refused"}
    told(
        await asked_webhook(tmp_path, broken, ours), State.LOOK, "Connection refused", "TELEGRAM_WEBHOOK_URL"
    )
    told(await asked_webhook(tmp_path, None), State.LOOK, "did not say where")
    away = patient(tmp_path, telegram_token=TOKEN, telegram_url="http://127.0.0.1:1")
    told(await webhook(away), State.LOOK, "did not say where")


@pytest.mark.parametrize(
    ("chat", "state", "words"),
    [
        ({"id": -100, "title": "Desk", "is_forum": True}, State.GOOD, "topics of 1 Telegram groups"),
        ({"id": -100, "title": "Desk"}, State.LOOK, "Desk has no topics any more"),
        (None, State.LOOK, "is not in the Telegram group -100"),
    ],
)
async def test_topics_in_which_boards_stand_are_looked_after(
    tmp_path: Path, chat: Mapping[str, Any] | None, state: State, words: str
) -> None:
    told(await topics(patient(tmp_path, telegram_token=TOKEN)), State.GOOD, "No board stands in a topic")
    await people(tmp_path, board="telegram:-100#5")
    async with server(telegram(getChat=chat)) as url:
        told(await topics(patient(tmp_path, telegram_token=TOKEN, telegram_url=url)), state, words)
    away = patient(tmp_path, telegram_token=TOKEN, telegram_url="http://127.0.0.1:1")
    told(await topics(away), State.LOOK, "did not say whether")
