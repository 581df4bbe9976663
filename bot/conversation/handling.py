"""What a handler gets and gives: the desk's tools, the person who asks, the request. Values and ports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property

from msgspec import Struct

from bot.conversation.boarding import NO_BOARDS, Boards
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.health import Health
from bot.conversation.incoming import Incoming
from bot.conversation.joining import Joining
from bot.conversation.key_desk import KeyDesk
from bot.conversation.key_links import KeyLinks
from bot.conversation.linking import Linking
from bot.conversation.news import News
from bot.conversation.painting import Painter, Theme
from bot.conversation.researching import Research
from bot.conversation.screen import Kind, Screen
from bot.conversation.venues import Venues
from bot.conversation.verbs_shape import Right
from bot.conversation.wording import NUMBER_FORMATS, NUMBERS_OF, Wording, zone_named
from bot.conversation.words import CATALOGUE, DEFAULT
from trading.domain.book import Account, Book
from trading.domain.commands import Seen
from trading.domain.exits import GapPolicy
from trading.domain.ids import AccountId, PersonId, StreamId
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO
from trading.domain.rights import DeskRole
from trading.excursion import Paths
from trading.ports import (
    Clock,
    Desk,
    Entropy,
    Ledger,
    MarketData,
    Measures,
    Opinion,
    Regimes,
    Registers,
    ShutVault,
    StoredEvent,
    Vault,
)
from trading.profiles.roster import Profiles

SAID_LATE_S = 60
"""A line that is older when it is read was typed into a dead connection: it is asked about first."""


async def _no_journal() -> bytes:
    return b""


async def _no_events(stream: StreamId, after: int) -> AsyncIterator[StoredEvent]:
    return
    yield


def _no_heads() -> Mapping[str, tuple[int, str]]:
    return {}


@dataclass(frozen=True)
class DeskFacts:
    """What is true of this desk as long as it runs. Fees and slippage in basis points a side."""

    version: str = ""
    feed: str = ""  # `replay`, `ccxt:kraken`
    profile: str = "full"  # of the paper venue
    fee_bps: Decimal = Decimal(10)
    slippage_bps: Decimal = Decimal(0)
    live_allowed: bool = False
    raise_cools: timedelta = timedelta()  # before a limit that is raised allows more
    folder: str = ""  # where the data stands
    signals_url: str = ""  # under which signals from outside come in; empty: they do not
    settings: tuple[tuple[str, str, bool], ...] = ()
    """What whoever runs the desk has set: name, value without secrets, whether it is other than the usual."""
    schema: str = ""
    started_at: datetime | None = None
    journal_heads: Callable[[], Mapping[str, tuple[int, str]]] = _no_heads
    """Last sequence number and hash of every stream."""
    journal_export: Callable[[], Awaitable[bytes]] = _no_journal
    """All events of this desk as JSON lines."""
    journal_read: Callable[[StreamId, int], AsyncIterator[StoredEvent]] = _no_events
    """The events of a stream behind a number, each checked against the chain before it is given out."""
    health: Callable[[], Health] | None = None
    """How the desk itself is; None where nobody measures (replay, short commands)."""
    started: Callable[[Wording], str] | None = None
    """What the last start found and mended, in a sentence; None where there was none to tell of."""


class Prefs(Struct, frozen=True):
    """How a person wants to be served. `one_tap_limit` is money in the account's currency: orders up to it
    go out without a review card; zero asks about every one."""

    zone: str = "UTC"
    number_format: str = "1,234.56"
    one_tap_limit: Decimal = ZERO
    language: str = DEFAULT
    is_language_heard: bool = True  # as their platform has it; False when they have set it
    compact: bool = False
    word: str = ""  # stands on their cards, so that a card of somebody else is known by its lack
    theme: Theme = Theme.DARK  # on what ground their pictures are
    hides_amounts: bool = False  # on cards to be shown around, unless one says otherwise
    gap: GapPolicy | None = None  # what an entry with a stop that does not say it wants (C-7); None: exit
    opinions: str = ""  # whom they want asked for opinions, with commas between; empty: as the desk does
    digest: str = "08:00"  # when the day's digest comes, on the person's clock; `off` for never


PREFS = Prefs()
"""What a person gets who has set nothing, on a desk that has set nothing."""


NO_VAULT = ShutVault()
"""Where no secrets are kept: replay, and commands that only look."""


async def nothing_to_load() -> None:
    """Where no loop has others to serve, an import may take its time."""


@dataclass(frozen=True)
class Tools:
    """Everything that a handler may touch; built once by bot.main. Ports and plain values."""

    desk: Desk
    book: Callable[[], Book]
    market: MarketData
    ledger: Ledger
    registers: Registers
    clock: Clock
    entropy: Entropy
    facts: DeskFacts
    atr: Callable[[str], Decimal | None]
    """ATR(14) of a symbol in its quote currency; None while history is too short."""
    identify: Callable[[Incoming], PersonId | None]
    """Which person a platform's user is; None for a stranger."""
    defaults: Prefs = PREFS
    boards: Boards = NO_BOARDS
    news: News | None = None
    painter: Painter | None = None
    """Draws pictures; None where there are none."""
    linking: Linking | None = None
    """Other phones of a person; None where there are no phones (replay)."""
    joining: Joining | None = None
    """Who asks to be let in; None where nobody can."""
    measures: Measures | None = None
    """Indicators of closed bars; None where nobody measures."""
    paths: Paths | None = None
    """How far prices went while positions were open; None where nobody listens."""
    vault: Vault = NO_VAULT
    """Secrets that must be opened again; shut where none are kept."""
    opinion: Opinion | None = None
    """Who can be asked outside; None where nobody can."""
    regimes: Regimes | None = None
    """What prices say of markets; None where nobody computes it."""
    venues: Venues | None = None
    """Accounts at venues outside; None where there are none (replay)."""
    keys: KeyDesk | None = None
    """Keys of venues; None where none are kept."""
    profiles: Profiles | None = None
    """Profiles of automatic trading; None where nothing trades by itself (replay)."""
    key_links: KeyLinks | None = None
    """Links to the page on which a key is typed; None where there is no web server to serve it."""
    research: Research | None = None
    """Plays the past in another process; None where nobody can (replay)."""
    load_strategies: Callable[[], Awaitable[None]] = nothing_to_load
    """Waits until strategies can be read without a pause of the loop; to be awaited before."""


HEARD_LANGUAGE = "heard_language"
"""Name in the registers of the language that a person's platform has last told; what they set counts more."""
SETTINGS = (
    "zone",
    "numbers",
    "one_tap",
    "language",
    "compact",
    "account",
    "digest",
    "word",
    "theme",
    "amounts",
    "gap",
    "opinions",
)
"""Names in the registers of what a person may set (`/settings zone Europe/Berlin`)."""


class Person(Struct, frozen=True, dict=True):
    """Who asks. `accounts` are all that they may use, `account` is the one that they use now."""

    person_id: PersonId
    name: str
    accounts: tuple[AccountId, ...]
    account: AccountId
    prefs: Prefs = Prefs()
    rights: Mapping[AccountId, frozenset[Right]] = {}
    """What they may do, by account."""
    role: DeskRole | None = None
    """What they are on the account that they use now; None on an account of their own."""

    def may(self, right: Right, named: str = "") -> bool:
        """Whether they may do this on the account that a line names, else on the one that they use now. One
        that is not theirs is for the handler to say that it does not exist."""
        if not named:
            return right in self.rights.get(self.account, frozenset())
        wanted = [one for one in self.accounts if one.casefold() == named.casefold()]
        return not wanted or right in self.rights[wanted[0]]

    @property
    def every_right(self) -> frozenset[Right]:
        """What they may do on any of their accounts."""
        return frozenset().union(*self.rights.values())

    @property
    def called(self) -> str:
        """Their role in words."""
        return self.role.value.replace("_", " ") if self.role is not None else "owner"

    @cached_property
    def wording(self) -> Wording:
        """How numbers, instants and sentences are written for them."""
        return Wording(self.prefs.language, self.prefs.zone, self.prefs.number_format)


class Asked(Struct, frozen=True):
    """One request: what came in, from whom, and the line as it was read. `must_review` when nothing may go
    out without a card, whatever the one-tap limit: the line came late, or the desk has completed it.
    `is_proven`: a second factor was given for this very request."""

    incoming: Incoming
    person: Person
    line: str
    must_review: bool = False
    is_proven: bool = False

    @property
    def wording(self) -> Wording:
        """How to write for the person who asks."""
        return self.person.wording


Handler = Callable[[Tools, Asked, Parsed], Awaitable[Screen]]
"""What a verb does. Never raises for what a person typed: a refusal is a screen."""


async def person_of(tools: Tools, person_id: PersonId) -> Person | None:
    """The person with accounts and preferences; None when no account is theirs."""
    book = tools.book()
    rights = {a.account: a.rights_of(person_id) for a in book.accounts.values()}
    rights = {name: own for name, own in rights.items() if Right.LOOK in own}
    # Their own first, so that nobody begins on somebody else's.
    accounts = tuple(sorted(rights, key=lambda name: book.accounts[name].owner != person_id))
    if not accounts:
        return None
    kept = await tools.registers.settings(person_id)
    wanted = AccountId(kept.get("account", ""))
    current = wanted if wanted in accounts else accounts[0]
    return Person(
        person_id,
        kept.get("name", str(person_id)),
        accounts,
        current,
        prefs_from(kept, tools.defaults),
        rights,
        book.accounts[current].role_of(person_id),
    )


def prefs_from(kept: Mapping[str, str], defaults: Prefs) -> Prefs:
    """Preferences from stored settings; what is not understood (an older version's word) is the default."""
    zone = kept.get("zone", "")
    numbers = kept.get("numbers", "")
    chosen = kept.get("language", "")
    language = chosen if chosen in CATALOGUE else kept.get(HEARD_LANGUAGE, "")
    theme = kept.get("theme", "")
    language = language if language in CATALOGUE else defaults.language
    own_numbers = defaults.number_format if language == defaults.language else NUMBERS_OF[language]
    return Prefs(
        zone=zone if zone and zone_named(zone) else defaults.zone,
        number_format=numbers if numbers in NUMBER_FORMATS else own_numbers,
        one_tap_limit=_money(kept.get("one_tap", ""), defaults.one_tap_limit),
        language=language,
        is_language_heard=chosen not in CATALOGUE,
        compact=kept.get("compact", "on" if defaults.compact else "off") == "on",
        digest=kept.get("digest", defaults.digest),
        word=kept.get("word", ""),
        opinions=kept.get("opinions", ""),
        theme=Theme(theme) if theme in set(Theme) else defaults.theme,
        gap=GapPolicy(kept["gap"]) if kept.get("gap") in set(GapPolicy) else defaults.gap,
        hides_amounts=kept.get("amounts", "hide" if defaults.hides_amounts else "show") == "hide",
    )


def _money(text: str, default: Decimal) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return default
    return value if value.is_finite() and value >= 0 else default


def is_late(incoming: Incoming, now: datetime) -> bool:
    """Whether a line waited so long on its way that its author may not want it any more (T05)."""
    return now - incoming.at > timedelta(seconds=SAID_LATE_S)


def account_named(tools: Tools, asked: Asked, name: str = "") -> Account | None:
    """The account that a line is about: the one named behind `on`, else the person's current one.

    None when the person has no such account; somebody else's account is no different from none.
    """
    if not name:
        return tools.book().account(asked.person.account)
    wanted = [a for a in asked.person.accounts if a.casefold() == name.casefold()]
    return tools.book().account(wanted[0]) if wanted else None


def seen_of(tools: Tools, instrument: Instrument, *, wants_atr: bool = False) -> Seen:
    """The market facts of an instrument at this moment, as commands carry them.

    The average true range is measured only when a level needs it: its library is slow to load.
    """
    symbol = instrument.symbol
    return Seen(
        instrument=instrument,
        quote=tools.market.last(symbol),
        atr=tools.atr(symbol) if wants_atr else None,
        stale_after_s=Decimal(str(tools.market.stale_after_s(symbol))),
        market_open=tools.market.is_open(symbol, tools.clock.now()),
    )


def refusal(asked: Asked, key: str, /, **values: object) -> Screen:
    """A screen that says no, by a key of the catalogue."""
    return Screen.of(asked.wording.say(key, **values), kind=Kind.REFUSAL)


def aside(asked: Asked, key: str, /, **values: object) -> Screen:
    """A refusal that is nobody's business but the person's who pressed; the card stays as it is."""
    return Screen.of(asked.wording.say(key, **values), kind=Kind.ASIDE)
