"""Ready-made settings for every bot, as data: what a person picks from, changes and makes their own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from trading.automations.machine import Machine
from trading.domain.events import Refusal
from trading.domain.money import plain
from trading.parameters import Settings, validated, written


class Preset(Struct, frozen=True):
    """Settings under a name. `shares` are settings in money, as a share of the budget; what is not named
    stays at its default."""

    bot: str
    name: str
    settings: Mapping[str, str]
    shares: Mapping[str, Decimal] = {}


def _preset(bot: str, name: str, shares: str = "", **settings: str) -> Preset:
    pairs = (pair.split("=") for pair in shares.split())
    return Preset(bot, name, settings, {key: Decimal(value) for key, value in pairs})


PRESETS: Final[tuple[Preset, ...]] = (
    _preset(
        "scalper", "calm", "order=0.3", window="20", entry_ranges="0.8", target_percent_min="0.6",
        stop_percent_max="1.5", rest_minutes="30", losses_max="5",
    ),
    _preset("scalper", "usual", "order=0.5", losses_max="8"),
    _preset(
        "scalper", "bold", "order=0.9", window="8", entry_ranges="0.3", target_percent_min="0.3",
        stop_percent_max="2.5", hold_bars="40",
    ),
    _preset("grid", "calm", range_percent="6", cells="8", stop_percent="3"),
    _preset("grid", "usual"),
    _preset("grid", "bold", range_percent="15", cells="40", stop_percent="8", trail="yes"),
    _preset("grid", "both sides", mode="neutral", range_percent="6", cells="20", stop_percent="4"),
    _preset(
        "dca", "calm", "order=0.2 safety=0.2", safeties="3", step_percent="2", target_percent="1.2",
        stop_percent="9", rest_minutes="60", losses_max="2",
    ),
    _preset(
        "dca", "usual", "order=0.08 safety=0.09", safeties="5", volume_scale="1.3", step_percent="1.5",
        step_scale="1.1", stop_percent="14",
    ),
    _preset(
        "dca", "bold", "order=0.05 safety=0.028", safeties="7", volume_scale="1.5", step_percent="1.2",
        step_scale="1.25", target_percent="2", stop_percent="22",
    ),
    _preset(
        "dca", "saver", "order=0.018 safety=0.01", safeties="0", every_hours="168", repeats="52",
        target_percent="40",
    ),
    _preset(
        "dip", "calm", "order=0.2", drop_percent="8", confirm="candle", target_percent="1.5",
        stop_percent="6", rest_minutes="240", losses_max="2",
    ),
    _preset("dip", "usual", "order=0.3"),
    _preset(
        "dip", "bold", "order=0.12", drop_percent="3", window="24", confirm="none", entries="5",
        volume_scale="1.2", ladder_percent="2", target_percent="3", stop_percent="14",
    ),
    _preset(
        "momentum", "calm", channel="55", trail_percent="3", risk_percent="1", strength="own",
        strength_percent="4", losses_max="4",
    ),
    _preset("momentum", "usual", risk_percent="3"),
    _preset("momentum", "bold", channel="10", trail_percent="7", risk_percent="8", exit_channel="5"),
)  # fmt: skip
"""The shelf. Each bot has `calm`, `usual` and `bold`, in this order of what they may lose."""


def presets_of(bot: str) -> tuple[Preset, ...]:
    """What the shelf holds for a bot."""
    return tuple(one for one in PRESETS if one.bot == bot)


def settings_of(preset: Preset, machine: Machine[Any], budget: Decimal) -> Settings | Refusal:
    """The preset's settings for a budget."""
    money = {name: plain(budget * share) for name, share in preset.shares.items()}
    return validated(machine, {**preset.settings, **money})


def cloned(settings: Settings, machine: Machine[Any], changes: Mapping[str, object]) -> Settings | Refusal:
    """The settings of a bot with some of them changed: what a copy of it begins with."""
    return validated(machine, {**written(settings), **changes})
