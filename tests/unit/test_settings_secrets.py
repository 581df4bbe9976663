"""Secrets from files: read when they are their owner's alone, refused with a sentence otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli_exits import exit_of
from bot.settings import SettingsProblem, load
from bot.settings_model import secret_names
from bot.settings_secrets import BYTES_MAX

SECRET = "123456789:AAsecretsecretsecretsecretsecretsecre"
NAME = "TELEGRAM_BOT_TOKEN_FILE"


def token_of(tmp_path: Path, environ: dict[str, str]) -> str:
    given = {"OPENOUTCRY_HOME": str(tmp_path), **environ}
    return load(environ=given, env_file=tmp_path / ".env").telegram_bot_token.get_secret_value()


def wrong(tmp_path: Path, environ: dict[str, str]) -> str:
    with pytest.raises(SettingsProblem) as caught:
        token_of(tmp_path, environ)
    (sentence,) = exit_of(caught.value)[1]
    assert SECRET not in sentence + repr(caught.value.complaints)
    return sentence


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "token"
    made.write_text(SECRET + "\n")
    made.chmod(0o600)
    return made


@pytest.mark.parametrize("prefix", ["", "OPENOUTCRY_"])
@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440])
def test_a_token_is_read_from_its_file(tmp_path: Path, file: Path, prefix: str, mode: int) -> None:
    file.chmod(mode)
    assert token_of(tmp_path, {prefix + NAME: str(file)}) == SECRET


def test_the_env_file_may_name_one_too(tmp_path: Path, file: Path) -> None:
    (tmp_path / ".env").write_text(f"{NAME}={file}\n")
    assert token_of(tmp_path, {}) == SECRET


def test_every_secret_has_a_file_name() -> None:
    assert {"TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN", "OPENAI_API_KEY", "DATABASE_URL"} <= set(
        secret_names()
    )
    assert not {"LOG_LEVEL", "OPENOUTCRY_HOME", "OPENOUTCRY_CASH"} & set(secret_names())


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602])
def test_a_file_that_everybody_can_read_is_refused(tmp_path: Path, file: Path, mode: int) -> None:
    file.chmod(mode)
    assert f"chmod 600 {file}" in wrong(tmp_path, {NAME: str(file)})


def test_both_spellings_at_once_are_refused(tmp_path: Path, file: Path) -> None:
    said = wrong(tmp_path, {NAME: str(file), "TELEGRAM_BOT_TOKEN": SECRET})
    assert said == f"{NAME} and TELEGRAM_BOT_TOKEN are both set: keep one of them."


def test_what_is_no_fitting_file_is_told_apart(tmp_path: Path, file: Path) -> None:
    assert "cannot be read (No such file" in wrong(tmp_path, {NAME: str(tmp_path / "gone")})
    assert "which is no file" in wrong(tmp_path, {NAME: str(tmp_path)})
    file.write_text("  \n")
    assert "which is empty" in wrong(tmp_path, {NAME: str(file)})
    file.write_bytes(b"\xff\xfe\x00")
    assert "it is no text" in wrong(tmp_path, {NAME: str(file)})
    file.write_text("x" * (BYTES_MAX + 1))
    assert "too large" in wrong(tmp_path, {NAME: str(file)})


def test_a_misspelt_file_name_is_still_a_stranger(tmp_path: Path, file: Path) -> None:
    assert "is not a setting" in wrong(tmp_path, {"OPENOUTCRY_TELEGRAM_BOT_TOKN_FILE": str(file)})


def test_a_setting_that_is_no_secret_has_no_file(tmp_path: Path, file: Path) -> None:
    assert "is not a setting" in wrong(tmp_path, {"OPENOUTCRY_CASH_FILE": str(file)})
