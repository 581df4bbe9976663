"""The roof: knows everyone, is known by no one. Wires the adapters, runs them, sets the exit code.

Every heavy import happens inside the function that needs it, so that each command starts fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.cli_options import (
        BacktestOptions,
        CertifyOptions,
        HistoryOptions,
        KeysOptions,
        ReplayOptions,
        RunOptions,
        SweepOptions,
    )
    from bot.settings_model import Settings


def run_desk(settings: Settings, options: RunOptions) -> int:
    """`openoutcry run`."""
    from bot.main.running import run_desk as run

    return run(settings, options)


def connect(platform: str, settings: Settings) -> int:
    """`openoutcry connect telegram|discord`."""
    if platform == "discord":
        from bot.main.connecting_discord import connect_discord

        return connect_discord(settings)
    from bot.main.connecting import connect_telegram

    assert platform == "telegram", platform
    return connect_telegram(settings)


def keys(settings: Settings, options: KeysOptions) -> int:
    """`openoutcry keys`."""
    from bot.main.key_command import keys as run

    return run(settings, options)


def certify(settings: Settings, options: CertifyOptions) -> int:
    """`openoutcry certify`."""
    from bot.main.certifying import certify as run

    return run(settings, options)


def replay(options: ReplayOptions) -> int:
    """`openoutcry replay`."""
    from bot.main.replaying import replay as run

    return run(options)


def backtest(options: BacktestOptions) -> int:
    """`openoutcry backtest`."""
    from bot.main.backtesting import backtest as run

    return run(options)


def sweep(options: SweepOptions) -> int:
    """`openoutcry sweep`."""
    from bot.main.backtesting_sweep import sweep as run

    return run(options)


def history(options: HistoryOptions) -> int:
    """`openoutcry history`."""
    from bot.main.remembering import history as run

    return run(options)


def examine(overrides: Mapping[str, Any], as_json: bool) -> int:
    """`openoutcry doctor`."""
    from bot.main.doctor import doctor as run

    return run(overrides, as_json)


def show(what: str, settings: Settings, as_json: bool) -> int:
    """`openoutcry status|positions|orders|fills|equity`."""
    from bot.main.showing import show as run

    return run(what, settings, as_json)
