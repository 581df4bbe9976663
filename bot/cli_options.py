"""What each command was asked to do, typed: `bot.main` gets these and never sees argparse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class RunOptions:
    """`openoutcry run`. What is also a setting (feed, profile, cash) is in the settings already."""

    once: bool = False  # end when stdin has ended and no order is in flight
    yes: bool = False  # press the confirming button of every card at once (paper only)
    loop: bool = False  # start the bundled series again at its end
    speed: Decimal = Decimal(1)  # replayed seconds per second


@dataclass(frozen=True)
class ReplayOptions:
    """`openoutcry replay`: nothing here depends on settings, so that a script always gives the same."""

    data: tuple[Path, ...]
    chat: Path | None = None  # `-` is stdin; None: only the prices are played
    as_json: bool = False
    until: datetime | None = None
    yes: bool = False
    cash: Decimal = Decimal(10_000)
    fee_bps: Decimal = Decimal(10)
    slippage_bps: Decimal = Decimal(0)
    latency_ms: int = 0
    symbols: tuple[str, ...] = ()  # for DATA in the same order; the rest by file name
    seed: int = 0
    profile: str = "full"


@dataclass(frozen=True)
class StoreOptions:
    """`db`, `journal`, `backup`, `restore`: which act on which file."""

    act: str  # upgrade, rebuild, verify, journal-verify, journal-export, backup, restore
    file: Path | None = None
    force: bool = False


@dataclass(frozen=True)
class KeysOptions:
    """`openoutcry keys`. Keys themselves are never an option: they are typed."""

    act: str  # add, list, check, rotate, remove
    account: str = ""
    venue: str = ""
    side: str = ""  # paper or live
    master: bool = False


@dataclass(frozen=True)
class CertifyOptions:
    """`openoutcry certify`: which venue, with whose key, and what is traded there (empty: the best known)."""

    venue: str
    account: str
    symbol: str = ""


@dataclass(frozen=True)
class PlayOptions:
    """What `openoutcry backtest` and `openoutcry sweep` share: nothing here depends on settings."""

    data: tuple[str, ...]  # files of bars, series of the history (SYMBOL@FRAME), or bundled symbols
    strategy: str = ""
    settings: tuple[str, ...] = ()  # key=value
    symbols: tuple[str, ...] = ()  # for DATA in the same order; the rest by file name
    cash: Decimal = Decimal(10_000)
    size: str = ""  # as in chat; empty: an equal share for each symbol
    fee_bps: Decimal = Decimal(10)
    slippage_bps: Decimal = Decimal(0)
    touch_fills: bool = False
    volume_percent: Decimal | None = None  # of a bar's volume, that may trade
    direction: str = "both"
    seed: int = 0
    as_json: bool = False
    progress: bool = False  # JSON lines on stderr, for whoever started this as a process
    png: Path | None = None
    light: bool = False
    home: Path | None = None  # in which the history stands
    frame: str = ""  # of series of the history that are named without one
    adjusted: bool = False
    since: datetime | None = None
    until: datetime | None = None
    reader: tuple[str, ...] = ()  # language, zone and number format of whom it is for; empty: English, UTC
    brief: bool = False  # JSON without single fills and the curve
    leash: bool = False  # stay behind whoever started this, and end with them


@dataclass(frozen=True)
class BacktestOptions:
    """`openoutcry backtest`."""

    play: PlayOptions
    engine: str = "auto"
    shuffles: int = 1_000
    checked: bool = True
    html: Path | None = None
    bot: str = ""  # instead of a strategy


@dataclass(frozen=True)
class SweepOptions:
    """`openoutcry sweep`."""

    play: PlayOptions
    over: tuple[str, ...] = ()
    random: int | None = None
    tpe: int | None = None  # so many sets, each chosen by what those before made
    store: str = ""  # of that search: a journal file or a URL
    inside_percent: int = 70
    objective: str = "percent"
    cores: int | None = None
    show: int = 10
    walk: int = 0


@dataclass(frozen=True)
class HistoryOptions:
    """`openoutcry history`: the act, and what belongs to it."""

    act: str  # import, list, check, fill, forget
    home: Path | None = None
    as_json: bool = False
    files: tuple[Path, ...] = ()
    series: tuple[str, ...] = ()  # SYMBOL@FRAME
    symbol: str = ""
    frame: str = ""
    zone: str = ""
    source: str = ""  # of imported bars: a name; to fill from: ccxt:EXCHANGE
    adjusted: bool = False
    keep: str = ""  # of two candles of one instant that disagree: first, last
    skip_impossible: bool = False
    replaces: bool = False
    looks: bool = False  # report only
    since: datetime | None = None
    until: datetime | None = None
