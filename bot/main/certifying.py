"""`openoutcry certify`: the safe part of a venue's certification, on its side for practice, least sizes.

The desk that trades there is in certify_floor.py, what it tries in certify_cases.py.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping

from msgspec import Struct

from bot.cli_exits import Exit
from bot.cli_options import CertifyOptions
from bot.main.certified import Certified, note_certified
from bot.main.certify_cases import CASES, Case
from bot.main.certify_floor import PATIENCE_S, Failed, Floor
from bot.main.certify_looks import LOOKS
from bot.main.sites import Seat, build_site
from bot.main.vaulting import open_vault
from bot.settings_model import Settings
from bot.spoken import say
from db.store import open_store
from trading.brokers.key_look import ONLY_LIVE
from trading.clock import SystemClock
from trading.domain.ids import AccountId
from trading.domain.mode import PAPER
from trading.entropy import SystemEntropy
from trading.ports import BrokerSilent, Clock, VaultLocked
from trading.telemetry import MUTE


class Outcome(Struct, frozen=True):
    """How a case went; `why` is empty when it held."""

    case: str
    why: str
    took_s: float


def certify(settings: Settings, options: CertifyOptions) -> int:
    """Run the safe cases and print what came of each; 0 when all have held."""
    return asyncio.run(_certify(settings, options))


async def _certify(settings: Settings, options: CertifyOptions) -> int:
    clock, has_no_practice = SystemClock(), options.venue in ONLY_LIVE
    store = await open_store(settings.store_url)
    try:
        opened = await open_vault(store, store.registers, settings, SystemEntropy())
        shown = await opened.keys.shown(AccountId(options.account))
        if shown is None or shown.venue != options.venue:
            return _told(say("certify.no_key", account=options.account, venue=options.venue))
        if (shown.environment == PAPER) is has_no_practice:
            about = "certify.not_paper" if has_no_practice else "certify.not_live"
            return _told(say(about, account=options.account, venue=options.venue))
        try:
            held = await opened.keys.keys_of(shown.account)
        except VaultLocked as locked:
            return _told(str(locked))
    finally:
        await store.close()
    site = build_site(options.venue, shown.environment, settings, clock, MUTE)
    assert held is not None and site is not None, "a key that is shown is there, at a venue that is known"
    floor = Floor(site, clock, shown.account, options.symbol)
    with held:
        session = site.session(Seat(shown.account, held, (), floor.symbol_of))
    await floor.open(session)
    try:
        outcomes = await _run(floor, LOOKS if has_no_practice else CASES)
    finally:
        await floor.close()
    return _printed(settings, options, outcomes, clock)


async def _run(floor: Floor, cases: Mapping[str, Case]) -> list[Outcome]:
    """Every case in turn; the first that fails ends the row, and what was opened is closed."""
    outcomes: list[Outcome] = []
    for name, case in cases.items():
        began_s = floor.clock.elapsed_s()
        why = ""
        try:
            async with asyncio.timeout(PATIENCE_S * 2):
                await case(floor)
        except (Failed, BrokerSilent) as failed:
            why = str(failed)
        except TimeoutError:
            why = say("certify.too_long")
        outcomes.append(Outcome(name, why, floor.clock.elapsed_s() - began_s))
        if why:
            break
    await floor.clean()
    return outcomes


def _printed(settings: Settings, options: CertifyOptions, outcomes: list[Outcome], clock: Clock) -> int:
    for one in outcomes:
        mark = "✗" if one.why else "✓"
        text = say(f"certify.case.{one.case}")
        why = f"\n     {one.why}" if one.why else ""
        _print(f"{mark} {one.case}  {text}  {one.took_s:.2f} s{why}")
    failed = sum(bool(one.why) for one in outcomes)
    of = len(LOOKS if options.venue in ONLY_LIVE else CASES)
    if failed or len(outcomes) < of:
        _print(say("certify.failed", n=failed, of=of, venue=options.venue))
        return Exit.DATA
    if options.venue in ONLY_LIVE:
        _print(say("certify.looked", of=of, venue=options.venue))
        return Exit.OK
    now = clock.now().isoformat(timespec="seconds")
    note_certified(settings.home, options.venue, Certified("silver", now, len(outcomes)))
    _print(say("certify.passed", of=of, venue=options.venue))
    return Exit.OK


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _told(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return Exit.SETTINGS
