"""`/config`: what the operator has set, and never a secret."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr

from bot.settings_model import Settings, secret_names, told_settings
from tests.unit.handlers.views_stage import Stage

SECRET = "123456:a-token-that-nobody-may-read"
SETTINGS = Settings(home=Path("/desk"), fee_bps=Decimal(26), live=True, telegram_bot_token=SecretStr(SECRET))


async def desk() -> Stage:
    stage = await Stage().opened()
    stage.facts = replace(stage.facts, settings=told_settings(SETTINGS))
    return stage


async def test_what_is_set_otherwise_than_usual_is_shown_and_no_secret() -> None:
    said = await (await desk()).say("/config")
    facts = dict(line.split(maxsplit=1) for line in said.splitlines() if line.isupper() or "  " in line)
    assert facts["OPENOUTCRY_FEE_BPS"] == "26" and facts["OPENOUTCRY_LIVE"] == "on", said
    assert facts["TELEGRAM_BOT_TOKEN"] == "***" and facts["OPENOUTCRY_HOME"] == "/desk", said
    assert "OPENOUTCRY_FEED" not in said and "settings more are as they come" in said
    assert SECRET not in said


async def test_all_shows_every_setting_once() -> None:
    said = await (await desk()).say("/config all")
    for name, _, _ in told_settings(SETTINGS):
        assert said.count(f"{name} ") == 1, name
    assert "more" not in said.lower().replace("memory", "") and SECRET not in said


def test_no_secret_of_any_name_is_told() -> None:
    secrets = [name for name, one in Settings.model_fields.items() if isinstance(one.default, SecretStr)]
    given = {name: SecretStr("f" * 64) for name in secrets if name != "database_url"}
    told = told_settings(Settings.model_validate({"home": Path("/desk"), **given}))
    assert "f" * 64 not in str(told)
    assert {name for name, text, _ in told if text == "***"} <= {*secret_names()}
    assert len(given) > 5


async def test_a_desk_without_settings_says_so_and_german_is_german() -> None:
    stage = await Stage().opened()
    assert "not started with settings" in await stage.say("/config")
    stage = await desk()
    await stage.say("/settings language de")
    assert "Wie dieser Desk eingestellt ist" in await stage.say("/config")
