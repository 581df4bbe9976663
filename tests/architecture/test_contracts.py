"""Each import contract catches what it is there for: a violation is planted in a copy and must be named."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PRODUCT, ROOT

# contract -> (file of the copy, the line that must be caught)
PLANTED = [
    ("house", "trading/planted.py", "import db"),
    ("house", "sentiment/planted.py", "import bot"),
    ("siblings", "db/planted.py", "import sentiment"),
    ("siblings", "scheduler/planted.py", "import db"),
    ("siblings", "bot/handlers/planted.py", "import db"),
    ("siblings", "bot/planted.py", "import scheduler"),
    ("trading", "trading/domain/planted.py", "import trading.engine"),
    ("trading", "trading/strategies/planted.py", "import trading.automations"),
    ("trading", "trading/strategies/planted.py", "import trading.brokers"),
    ("trading", "trading/parameters.py", "import trading.strategies"),
    ("trading", "trading/candles/planted.py", "import trading.profiles"),
    ("trading", "trading/strategies/planted.py", "import trading.candles"),
    ("engine", "trading/engine/planted.py", "import trading.brokers"),
    ("rooms", "bot/conversation/planted.py", "import bot.handlers"),
    ("rooms", "bot/handlers/planted.py", "import bot.platforms"),
    ("rooms", "bot/notifications/planted.py", "import bot.handlers"),
    ("domain", "trading/domain/planted.py", "import time"),
    ("domain", "trading/domain/planted.py", "from os import path"),
    ("domain", "trading/domain/planted.py", "import asyncio"),
    ("pure", "trading/automations/planted.py", "import logging"),
    ("pure", "trading/strategies/planted.py", "import talib"),
    ("platforms", "bot/platforms/planted.py", "import trading.domain"),
    ("platforms", "bot/platforms/planted.py", "import db"),
    ("conversation", "bot/conversation/planted.py", "import telegram"),
    ("conversation", "bot/conversation/planted.py", "import bot.platforms"),
    ("chat-sdks", "bot/handlers/planted.py", "import discord"),
    ("chat-sdks", "trading/planted.py", "from telegram import Update"),
    ("venue-sdks", "bot/handlers/planted.py", "import ccxt"),
    ("venue-sdks", "trading/engine/planted.py", "import ccxt.async_support"),
    ("one-door", "bot/handlers/planted.py", "import sqlalchemy"),
    ("one-door", "trading/engine/planted.py", "import talib"),
    ("one-door", "trading/planted.py", "import openai"),
    ("no-tests", "bot/planted.py", "import tests.fakes"),
]
# What must stay possible, or a contract would forbid the house itself.
WELCOME = [
    ("siblings", "bot/main.py", "import db, scheduler, sentiment"),
    ("siblings", "bot/cli/planted.py", "import db"),
    ("chat-sdks", "bot/platforms/planted.py", "import discord, telegram"),
    ("venue-sdks", "trading/brokers/planted.py", "import ccxt"),
    ("platforms", "bot/platforms/planted.py", "import bot.conversation"),
    ("domain", "trading/domain/planted.py", "import decimal, msgspec"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """The packages of the house with nothing in them: only what is planted can break a contract."""
    for folder in PRODUCT:
        for init in (ROOT / folder).rglob("__init__.py"):
            room = tmp_path / init.parent.relative_to(ROOT)
            room.mkdir(parents=True, exist_ok=True)
            (room / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    yield tmp_path


def verdict(copy: Path, contract: str, file: str, line: str) -> subprocess.CompletedProcess[str]:
    """What the linter says about one contract once the line is planted."""
    target = copy / file
    target.parent.mkdir(exist_ok=True)
    (target.parent / "__init__.py").touch()
    target.write_text(f"{line}\n")
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", "--contract", contract],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_violation_is_caught(copy: Path, contract: str, file: str, line: str) -> None:
    said = verdict(copy, contract, file, line)
    module = file.removesuffix(".py").replace("/", ".")
    assert said.returncode == 1 and module in said.stdout and "BROKEN" in said.stdout, (
        said.stdout + said.stderr
    )


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "file", "line"), WELCOME)
def test_what_the_house_needs_stays_possible(copy: Path, contract: str, file: str, line: str) -> None:
    said = verdict(copy, contract, file, line)
    assert said.returncode == 0, said.stdout + said.stderr


def test_every_contract_has_a_planted_violation() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {one["id"] for one in settings["tool"]["importlinter"]["contracts"]}
    assert contracts == {contract for contract, _, _ in PLANTED}
