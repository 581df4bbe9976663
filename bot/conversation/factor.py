"""A second factor: a PIN, or the codes of an authenticator app (RFC 6238); asked before what is dangerous.

A person who has none is asked for none. What gets a person out (closing, flattening, halting) never asks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct, json
from msgspec.structs import replace

from bot.conversation.grammar_number import unsigned
from bot.conversation.grammar_shapes import Parsed, VerbLine
from bot.conversation.grammar_wording import Stop, Twofold
from bot.conversation.handling import PREFS, Asked, Prefs, Tools
from bot.conversation.hearing import Topic
from bot.conversation.screen import Kind, Screen, code, line, warn
from bot.conversation.sealing import sealed
from trading.domain import commands as cm
from trading.domain.events import Level
from trading.domain.ids import DESK, AccountId, CommandId, PersonId
from trading.domain.mode import LIVE
from trading.domain.money import ZERO
from trading.ports import Pending, Place, Registers, Vault, VaultLocked

STEP_S = 30
WINDOW = 1
"""A code counts so many steps before and after its own (RFC 6238, 5.2): clocks disagree about seconds."""
TRIES_MAX = 5
LOCK_S = 15 * 60
LOCK_DOUBLED_MAX = 7
"""A lock is twice as long as the one before, up to a day and a half."""
PROVE_WITHIN_S = 120
_DIGITS = 6
SUBJECT = "factor"
"""What a factor is called in the registers and in the vault."""
SEALED = "sealed"
"""Stands where a secret would, which is in the vault. No secret is written so: none has small letters."""
_SECRETS = ("totp", "waits")
FREEING = frozenset({"del", "delete", "drop", "remove", "off", "free"})
"""With these `/blacklist` opens a symbol again."""


class Factor(Struct, frozen=True):
    """What a person proves themself with.

    `pin` is salt and hash of a seal, `totp` the app's secret, `waits` one that was shown and is not confirmed
    yet (SEALED: it is in the vault), `step` the newest whose code was used, `above` the notional from which
    an entry asks (zero: none).
    """

    pin: str = ""
    totp: str = ""
    waits: str = ""
    step: int = 0
    above: Decimal = ZERO
    wrong: int = 0
    locks: int = 0
    locked_until: datetime | None = None

    @property
    def is_shut_in(self) -> bool:
        """Whether the vault does not open what would prove the app's codes, and there is no PIN."""
        return self.totp == SEALED and not self.pin

    @property
    def is_on(self) -> bool:
        """Whether it is asked for at all."""
        return bool(self.pin or self.totp)

    def is_locked(self, now: datetime) -> bool:
        """Whether nothing is believed now, however right."""
        return self.locked_until is not None and now < self.locked_until


class Held(Struct, frozen=True):
    """What waits for its proof: a button that was pressed, or a line."""

    action: str = ""
    line: str = ""


_FACTOR = json.Decoder(Factor)
_HELD = json.Decoder(Held)
_encode = json.Encoder(decimal_format="string").encode


async def factor_of(tools: Tools, person: PersonId) -> Factor:
    """A person's, with the secrets of their app; what the vault does not open stays SEALED."""
    factor = await factor_kept(tools.registers, person)
    for field in _SECRETS:
        if getattr(factor, field) == SEALED:
            secret = await _opened(tools.vault, person, field)
            factor = replace(factor, **{field: secret})
    return factor


async def factor_kept(registers: Registers, person: PersonId) -> Factor:
    """As it stands in the registers: SEALED where there is a secret, unless an older desk has kept it."""
    kept = await registers.meta(f"{SUBJECT}:{person}")
    return _FACTOR.decode(kept) if kept else Factor()


async def keep(tools: Tools, person: PersonId, factor: Factor) -> None:
    """Write it down. Raises JournalUnavailable, and VaultLocked when there is a secret to seal."""
    await keep_factor(tools.registers, tools.vault, person, factor)


async def keep_factor(registers: Registers, vault: Vault, person: PersonId, factor: Factor) -> None:
    """Secrets into the vault first, then what stands in the registers, then out of the vault what is wanted
    no more: a death in between leaves a secret too many, never one too few."""
    before, kept = await factor_kept(registers, person), factor
    for field in _SECRETS:
        secret = getattr(factor, field)
        if secret and secret != SEALED:
            place = Place(person, SUBJECT, field)
            if getattr(before, field) != SEALED or await vault.get(place) != secret:
                await vault.put(place, secret)
            kept = replace(kept, **{field: SEALED})
    await registers.put_meta(f"{SUBJECT}:{person}", _encode(kept).decode())
    for field in _SECRETS:
        if getattr(before, field) and not getattr(kept, field):
            with suppress(VaultLocked):
                await vault.forget(Place(person, SUBJECT, field))


def is_clear(factor: Factor) -> bool:
    """Whether a secret stands in the registers as it is."""
    return any(getattr(factor, field) not in ("", SEALED) for field in _SECRETS)


async def _opened(vault: Vault, person: PersonId, field: str) -> str:
    """A secret of which the registers know. One that is not there is as good as locked: a factor that cannot
    be checked is never one that is not asked for."""
    try:
        return await vault.get(Place(person, SUBJECT, field)) or SEALED
    except VaultLocked:
        return SEALED


# ---------------------------------------------------------------- codes


def code_at(secret: str, step: int) -> str:
    """The code of a secret in a step: HOTP over the half minute's number (RFC 6238, SHA-1, six digits)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    at = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def step_of(now: datetime) -> int:
    """Which half minute it is."""
    return int(now.timestamp()) // STEP_S


def step_meant(secret: str, seal: str, now: datetime, after: int) -> int:
    """The step whose code was sealed, if it is near enough and newer than `after`; 0 for none. Each candidate
    is compared, each in constant time."""
    found = 0
    if secret == SEALED:
        return 0
    for step in range(step_of(now) - WINDOW, step_of(now) + WINDOW + 1):
        is_it = hmac.compare_digest(sealed(code_at(secret, step)), seal)
        found = step if is_it and step > after else found
    return found


def hashed(seal: str, salt: bytes) -> str:
    """What is kept of a PIN's seal."""
    made = hashlib.scrypt(seal.encode(), salt=salt, n=2**12, r=8, p=1, dklen=32)
    return f"{salt.hex()}:{made.hex()}"


def tried(factor: Factor, seal: str, now: datetime) -> tuple[Factor, bool]:
    """Whether a code proves it, and the factor after the try. What is locked believes nothing."""
    if factor.is_locked(now) or not factor.is_on:
        return factor, False
    step = step_meant(factor.totp, seal, now, factor.step) if factor.totp else 0
    salt = bytes.fromhex(factor.pin.partition(":")[0])
    is_pin = bool(factor.pin) and hmac.compare_digest(hashed(seal, salt), factor.pin)
    if step or is_pin:
        return replace(factor, step=max(step, factor.step), wrong=0, locks=0, locked_until=None), True
    wrong = factor.wrong + 1
    if wrong < TRIES_MAX:
        return replace(factor, wrong=wrong), False
    span = timedelta(seconds=LOCK_S * 2 ** min(factor.locks, LOCK_DOUBLED_MAX))
    return replace(factor, wrong=0, locks=factor.locks + 1, locked_until=now + span), False


# ---------------------------------------------------------------- what asks for it


def is_dangerous(command: cm.Command, notional: Decimal, above: Decimal) -> bool:
    """Whether a command that a person confirms wants a proof: more room, other people, open again, large."""
    match command:
        case cm.SetLimit() | cm.SetRole() | cm.SetMaintenance():
            return True
        case cm.SetMode():
            return command.mode == LIVE
        case cm.SetHalt():
            return command.state is cm.HaltState.ACTIVE
        case cm.OpenPosition():
            return bool(above) and notional > above
        case _:
            return False


def line_acts(parsed: Parsed, prefs: Prefs, usual: Prefs = PREFS) -> bool:
    """Whether a line does something dangerous without asking first: it opens a door, or this one, it binds
    the whole desk, opens a symbol again, or has larger orders go out without a card. `usual`: what a person
    has who set nothing."""
    if not isinstance(parsed, VerbLine):
        return False
    values = parsed.values
    match parsed.verb:
        case "link":
            return "code" not in values
        case "unlink":
            return values.get("act") == "now"
        case "approve":
            return "role" in values
        case "maintenance":
            return values.get("switch") == "on"
        case "mode":
            return values.get("mode") == LIVE and "words" in values
        case "settings":
            return _lets_more_pass(values, prefs, usual)
        case "blacklist":
            return is_freeing(values.get("what"))
        case "keys":
            return values.get("act") == "add" or values.get("sure") == "now"
        case "pin":
            return values.get("act") in ("set", "app", "off", "above")
        case _:
            return False


def is_freeing(what: object) -> bool:
    """Whether what stands behind `/blacklist` opens a symbol again."""
    words = what.split(maxsplit=1) if isinstance(what, str) else []
    return len(words) > 1 and words[0].lower() in FREEING


def _lets_more_pass(values: Mapping[str, object], prefs: Prefs, usual: Prefs) -> bool:
    """Whether `/settings` raises the one-tap limit; what is no number may be a word for the usual one."""
    name, value = values.get("name"), values.get("value")
    if not (isinstance(name, str) and isinstance(value, str)) or name.lower() not in ("one_tap", "onetap"):
        return False
    try:
        return unsigned(value.strip(), "one_tap").value > prefs.one_tap_limit
    except (Stop, Twofold):
        return usual.one_tap_limit > prefs.one_tap_limit


async def must_prove(tools: Tools, asked: Asked, command: cm.Command, notional: Decimal) -> bool:
    """Whether this press waits for a proof."""
    if asked.is_proven:
        return False
    factor = await factor_of(tools, asked.person.person_id)
    return factor.is_on and is_dangerous(command, notional, factor.above)


async def line_held(tools: Tools, asked: Asked, parsed: Parsed) -> Screen | None:
    """The question for a proof before a line is carried out; None when it needs none."""
    if asked.is_proven or not line_acts(parsed, asked.person.prefs, tools.defaults):
        return None
    factor = await factor_of(tools, asked.person.person_id)
    return await hold(tools, asked, Held(line=asked.line)) if factor.is_on else None


async def hold(tools: Tools, asked: Asked, held: Held) -> Screen:
    """Keep what waits, and ask. A newer one takes its place."""
    say, now = asked.wording.say, tools.clock.now()
    if asked.incoming.is_group:
        return Screen.of(say("factor.not_here"), kind=Kind.REFUSAL)
    factor = await factor_of(tools, asked.person.person_id)
    if factor.is_locked(now) and factor.locked_until is not None:
        until = asked.wording.clock(factor.locked_until)
        return Screen.of(say("factor.locked", until=until), kind=Kind.REFUSAL)
    if factor.is_shut_in:
        return Screen.of(say("factor.shut_in"), kind=Kind.REFUSAL)
    place, chat = _place(asked)
    pending = Pending(place, asked.person.person_id, chat, _encode(held), proof_until(tools))
    await tools.registers.put_pending(pending)
    key = "factor.ask_app" if factor.totp not in ("", SEALED) else "factor.ask_pin"
    span = asked.wording.duration(timedelta(seconds=PROVE_WITHIN_S))
    return Screen.of(line(warn(say(key, span=span))), line(code("/pin 123456")), kind=Kind.REVIEW)


def proof_until(tools: Tools) -> datetime:
    """Until when a code counts for what is asked now."""
    return tools.clock.now() + timedelta(seconds=PROVE_WITHIN_S)


async def proven(tools: Tools, asked: Asked, seal: str) -> Held | Screen:
    """What a code sets free, or why it does not. The try is written down before anything else happens."""
    say, now, person = asked.wording.say, tools.clock.now(), asked.person.person_id
    factor = await factor_of(tools, person)
    if factor.waits:
        return await _enrolled(tools, asked, factor, seal)
    place, _ = _place(asked)
    pending = await tools.registers.pending(place)
    if not factor.is_on or pending is None or now >= pending.expires_at:
        return Screen.of(say("factor.nothing_waits"), kind=Kind.REFUSAL)
    after, is_right = tried(factor, seal, now)
    await keep(tools, person, after)
    if is_right:
        await tools.registers.drop_pending([place])
        return _HELD.decode(pending.body)
    if after.is_locked(now) and after.locked_until is not None:
        await tell(tools, asked, "factor_locked", after.locked_until.isoformat())
        until = asked.wording.clock(after.locked_until)
        return Screen.of(say("factor.locked", until=until), kind=Kind.REFUSAL)
    return Screen.of(say("factor.wrong", n=TRIES_MAX - after.wrong), kind=Kind.REFUSAL)


async def _enrolled(tools: Tools, asked: Asked, factor: Factor, seal: str) -> Screen:
    """The first code of a new app: then it counts. Wrong ones are no tries, for it guards nothing yet."""
    say, now = asked.wording.say, tools.clock.now()
    step = step_meant(factor.waits, seal, now, 0)
    if not step:
        return Screen.of(say("factor.app_wrong"), kind=Kind.REFUSAL)
    await keep(tools, asked.person.person_id, replace(factor, totp=factor.waits, waits="", step=step))
    await tell(tools, asked, "factor_changed", now.isoformat())
    return Screen.of(say("factor.app_done"))


async def tell(tools: Tools, asked: Asked, notice: str, cause: str, person: PersonId | None = None) -> None:
    """Have all phones of a person hear of it, else of the one who asks. Raises JournalUnavailable when it
    cannot be written down."""
    person = person or asked.person.person_id
    command_id = CommandId(f"factor:{notice}:{person}:{cause}")
    facts = {"person": str(person)}
    level = Level.WARNING.value
    await tools.desk.submit(
        cm.Tell(command_id, person, AccountId(DESK), notice, Topic.ACCESS.value, level, facts)
    )


def _place(asked: Asked) -> tuple[str, str]:
    """Where what waits is kept, and the chat that it belongs to."""
    chat = f"{asked.incoming.platform}:{asked.incoming.chat}"
    return f"proof:{asked.person.person_id}:{chat}", chat
