"""`openoutcry keys`: enter, list, check and remove keys of venues in a terminal, and change the vault's keys.

Beside a running desk it is that desk which does it, asked through its socket; otherwise this process does.
What is typed is hidden where it can be, and is never an argument: those stand in the shell's history and in
the list of processes.
"""

from __future__ import annotations

import asyncio
import sys

from bot.cli_exits import Exit
from bot.cli_options import KeysOptions
from bot.conversation.key_desk import Outcome
from bot.conversation.key_shown import line_of
from bot.main.connecting import YES, Terminal, real_terminal
from bot.main.key_office import KeyOffice, look_for
from bot.main.key_socket import Reply, Request, asked
from bot.main.vault_anew import begin_anew, opens
from bot.main.vaulting import open_vault
from bot.settings_model import Settings
from bot.spoken import say, wording
from db.master import MASTER_FILE, keep_first, put_before
from db.scrub import scrub
from db.store import Store, open_store
from db.vault import SqlVault
from db.venue_keys import KeysShown
from trading.clock import SystemClock
from trading.engine.loop import Engine
from trading.engine.settings import EngineSettings
from trading.entropy import SystemEntropy
from trading.ports import ShutVault, VaultLocked
from trading.venue_keys import KeyLook


def keys(
    settings: Settings, options: KeysOptions, terminal: Terminal | None = None, look: KeyLook | None = None
) -> int:
    """Carry one out; the exit code. Raises DatabaseProblem."""
    return asyncio.run(Walk(settings, terminal or real_terminal(), look).run(options))


class Walk:
    """One command at one terminal."""

    def __init__(self, settings: Settings, terminal: Terminal, look: KeyLook | None) -> None:
        self._settings = settings
        self._terminal = terminal
        self._look = look
        self._store: Store | None = None
        self._office: KeyOffice | None = None
        self._clock = SystemClock()
        self._entropy = SystemEntropy()

    async def run(self, options: KeysOptions) -> int:
        """The exit code."""
        try:
            match options.act:
                case "add":
                    return await self._add(options)
                case "remove":
                    return await self._remove(options.account)
                case "rotate" if options.master:
                    return await self._new_master()
                case "anew":
                    return await self._anew()
                case "rotate":
                    return self._told(await self._ask(Request("rotate")), rotates=True)
                case act:
                    return self._told(await self._ask(Request(act, name=options.account)))
        except VaultLocked as locked:
            return self._failed("cli.keys.no_vault", why=str(locked))
        except OSError as gone:
            return self._failed("cli.keys.desk_gone", path=gone)
        finally:
            if self._store is not None:
                await self._store.close()

    # ------------------------------------------------------------ the acts

    async def _add(self, options: KeysOptions) -> int:
        ask, ask_secret = self._terminal.ask, self._terminal.ask_secret
        venue = (options.venue or ask(say("cli.keys.ask_venue", names="binance, alpaca")) or "").strip()
        side = (options.side or ask(say("cli.keys.ask_side", names="paper, live")) or "").strip()
        wanted = Request("add", venue.lower(), side.lower(), options.account)
        barred = await self._ask(wanted)
        if barred.outcome is not None or barred.problem:
            return self._told(barred)
        self._terminal.tell(say("cli.keys.advice", venue=wanted.venue))
        self._terminal.tell(say(f"cli.keys.advice.{wanted.venue}"))
        key = (ask_secret(say("cli.keys.ask_key")) or "").strip()
        secret = (ask_secret(say("cli.keys.ask_secret")) or "").strip() if key else ""
        if not (key and secret):
            self._terminal.tell(say("cli.keys.ended"))
            return Exit.OK
        return self._told(
            await self._ask(Request("add", wanted.venue, wanted.environment, wanted.name, key, secret))
        )

    async def _remove(self, name: str) -> int:
        found = [one for one in (await self._ask(Request("list"))).keys if one.account == name]
        if not found:
            return self._told(Reply(Outcome("keys.none", {"name": name})))
        question = say("cli.keys.ask_remove", name=name, tail=found[0].tail)
        if (self._terminal.ask(question) or "").strip().lower() not in YES:
            self._terminal.tell(say("cli.keys.ended"))
            return Exit.OK
        return self._told(await self._ask(Request("remove", name=name)))

    async def _new_master(self) -> int:
        """New file, ring and secrets sealed anew, old key forgotten: a death in between leaves both keys in
        the file, and the next call goes on."""
        if self._settings.master_key.get_secret_value():
            return self._failed("cli.keys.master_given")
        if await asked(self._settings.home, Request("list")) is not None:
            return self._failed("cli.keys.master_running")
        await self._opened()
        assert self._store is not None
        path, store = self._settings.home / MASTER_FILE, self._store
        masters = await asyncio.to_thread(put_before, path, self._entropy.token)
        vault = SqlVault(store.writer, store.reader, self._entropy, masters.keys)
        await vault.settle()
        count = await vault.rotate()
        await asyncio.to_thread(keep_first, path)
        await scrub(store.writer)
        self._terminal.tell(say("cli.keys.rotated", n=count))
        self._terminal.tell(say("cli.keys.new_master", path=path))
        return Exit.OK

    async def _anew(self) -> int:
        """The master key is lost for good: forget what it alone opened, and seal with another."""
        if await asked(self._settings.home, Request("list")) is not None:
            return self._failed("cli.keys.anew_running")
        store = self._store = await open_store(self._settings.store_url)
        if not await store.has_vault():
            return self._failed("cli.keys.anew_empty")
        if await opens(store, self._settings, self._entropy):
            return self._failed("cli.keys.anew_opens")
        shown = tuple(await KeysShown(store.reader).all())
        for one in shown:
            self._terminal.tell(line_of(wording(), one, self._clock.now()))
        word = say("cli.keys.anew_word")
        if (self._terminal.ask(say("cli.keys.ask_anew", word=word)) or "").strip() != word:
            self._terminal.tell(say("cli.keys.ended"))
            return Exit.OK
        done = await begin_anew(store, self._settings, self._clock, self._entropy, shown)
        self._terminal.tell(say("cli.keys.anew_done", n=done.secrets, copy=done.copy))
        if done.path:
            self._terminal.tell(say("cli.keys.made_master", path=done.path))
        for one in done.keys:
            self._terminal.tell(
                f"openoutcry keys add --venue {one.venue} --side {one.environment} --account {one.account}"
            )
        if done.people:
            self._terminal.tell(say("cli.keys.anew_apps", names=", ".join(done.people)))
        return Exit.OK

    # ------------------------------------------------------------ whoever does it

    async def _ask(self, request: Request) -> Reply:
        """The running desk, else this process. Raises OSError, VaultLocked, JournalUnavailable."""
        if self._office is None:
            reply = await asked(self._settings.home, request)
            if reply is not None:
                return reply
        reply = await (await self._opened()).answer(request)
        if request.act == "rotate" and self._store is not None:
            await scrub(self._store.writer)
        return reply

    async def _opened(self) -> KeyOffice:
        if self._office is None:
            store = self._store = await open_store(self._settings.store_url)
            engine = Engine(store.journal, self._clock, b"", EngineSettings())
            await engine.load()
            opened = await open_vault(store, store.registers, self._settings, self._entropy)
            if isinstance(opened.vault, ShutVault):
                raise VaultLocked(opened.facts.get("why") or say("cli.keys.no_master"))
            if opened.notice == "vault_made":
                self._terminal.tell(say("cli.keys.made_master", **opened.facts))
            self._office = KeyOffice(
                opened.vault,
                opened.keys,
                self._clock,
                self._entropy,
                lambda: engine.book,
                look=self._look or look_for(self._settings, self._clock),
            )
        return self._office

    # ------------------------------------------------------------ answers

    def _told(self, reply: Reply, *, rotates: bool = False) -> int:
        if reply.problem:
            sys.stderr.write(reply.problem + "\n")
            return Exit.DATABASE
        outcome = reply.outcome
        if outcome is not None:
            values = {name: str(value) for name, value in outcome.values.items()}
            if not outcome.is_done:
                return self._failed(outcome.said, **values)
            self._terminal.tell(say(outcome.said, **values))
            shown = [outcome.key] if outcome.key is not None else []
        elif rotates:
            self._terminal.tell(say("cli.keys.rotated", n=reply.count))
            return Exit.OK
        else:
            shown = list(reply.keys)
            if not shown:
                self._terminal.tell(say("keys.not_yet"))
        said_as, now = wording(), self._clock.now()
        for one in shown:
            self._terminal.tell(line_of(said_as, one, now))
        for seen in reply.checked:
            if seen.check.code in ("silent", "locked"):
                self._terminal.tell(say("keys.unanswered", venue=seen.key.venue, note=seen.check.note))
        return Exit.OK

    def _failed(self, key: str, **values: object) -> int:
        sys.stderr.write(" ".join(say(key, **values).split()) + "\n")
        return Exit.SETTINGS
