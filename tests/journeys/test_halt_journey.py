"""Stopping and going by chat: a pause that ends, maintenance, and a lockout that nobody can undo."""

from __future__ import annotations

import pytest

from bot.conversation.handling import Prefs
from bot.main.wiring import PAPER
from tests.journeys.chat import PEOPLE, Chat, in_chat
from tests.journeys.floor import Floor, play, refuses, text
from trading.domain.commands import HaltState, SetRole
from trading.domain.ids import CommandId

PAUSED = """\
> /pause until 04:00 news
PAUSED account paper until 04:00 (news): no entry goes out, exits do.
1 entry that waited is being canceled.
It opens by itself then (in 2h); /resume and a reason opens it now.
[Orders]  [Status]
> /buy BTC 100
Account paper: PAUSED until 04:00 by owner at 02:00: news. Only exits go out; it opens by itself
then, /resume and a reason opens it now.
> /pause 1h
Account paper: PAUSED until 04:00 by owner at 02:00: news. That is as long or longer: /resume and a
reason ends it.
> /close BTC 50%
Close BTC/USD?
[PAPER]
Account  paper · venue paper
Size     50% → 0.05 BTC
Price    about 7,400.00 (bid)
Value    $370.00
Fees     about $0.37
Result   about -$0.42 after fees
Left     0.05 BTC
[Close]  [Cancel]
> [Close]
Sent. sell 0.05 BTC at market · BTC/USD · #4
I tell you when it fills.
[PAPER]
"""

LOCKED = """\
> /lockout until tomorrow tilt
Lock yourself out of entries?
[PAPER]
Ends      2018-04-05 00:00 CEST (22h)
Accounts  paper
Reason    tilt
Nobody can end it earlier: not you, not an admin, not a restart, not /resume. Closing and exits
work.
1 entry that waits is withdrawn.
If you mean it, type within 5m:
/lockout until 2018-04-05 00:00 nobody can end it earlier
> /lockout until 2018-04-05 00:00 nobody can end it
Lock yourself out of entries?
[PAPER]
Ends      2018-04-05 00:00 CEST (22h)
Accounts  paper
Reason    nobody can end it
Nobody can end it earlier: not you, not an admin, not a restart, not /resume. Closing and exits
work.
1 entry that waits is withdrawn.
If you mean it, type within 5m:
/lockout until 2018-04-05 00:00 nobody can end it earlier
> lockout until 2018-04-05 00:00 Nobody can end it earlier
LOCKED OUT until 2018-04-05 00:00 CEST (nobody can end it): no entry goes out of paper; closing and
exits work.
[Status]  [Risk]
> lockout until 2018-04-05 00:00 nobody can end it earlier
You are locked out until 2018-04-05 00:00 CEST: that was done already.
> /buy BTC 100
Account paper: LOCKED OUT until 2018-04-05 00:00 CEST by owner at 02:00: nobody can end it. Nobody
can end that earlier; closing and exits work.
> /resume please
Nothing is halted for account paper. It is locked out until 2018-04-05 00:00 CEST by owner, and
nobody can end that earlier.
> /lockout 1h
You are locked out until 2018-04-05 00:00 CEST already. A lockout can only be made longer: name a
later time.
"""


async def at_home(chat: Chat) -> None:
    """In Berlin, where the clocks show 02:00; long Bitcoin, with an entry that waits."""
    chat.prefs = Prefs(zone="Europe/Berlin")
    await chat.hold("/buy BTC 0.1btc sl 2%")
    await chat.hold("/buy BTC 0.02btc @ 7300")


def test_a_pause_stops_entries_lets_exits_go_and_opens_by_itself() -> None:
    async def scene(chat: Chat) -> None:
        await at_home(chat)
        for line in ("/pause until 04:00 news", "/buy BTC 100", "/pause 1h", "/close BTC 50%"):
            await chat.say(line)
        await chat.press("Close")
        assert chat.transcript == PAUSED
        await chat.pit.clock.sleep_s(7200)
        await chat.pit.settle()
        assert chat.pit.named("HaltChanged")[-1].reason == "the pause is over"
        await chat.pit.quote("7400", "7401")
        assert "Buy BTC/USD?" in await chat.say("/buy BTC 100")
        assert "State   active" in await chat.say("/status")

    in_chat(scene)


def test_a_lockout_takes_the_exact_words_and_nothing_undoes_it() -> None:
    async def scene(chat: Chat) -> None:
        await at_home(chat)
        for line in (
            "/lockout until tomorrow tilt",
            "/lockout until 2018-04-05 00:00 nobody can end it",
            "lockout until 2018-04-05 00:00 Nobody can end it earlier",
            "lockout until 2018-04-05 00:00 nobody can end it earlier",
            "/buy BTC 100",
            "/resume please",
            "/lockout 1h",
        ):
            await chat.say(line)
        assert chat.transcript == LOCKED
        assert len(chat.pit.named("LockoutSet")) == 1
        assert "LOCKED OUT until 2018-04-05 00:00 CEST by owner at 02:00" in await chat.say("/risk")

    in_chat(scene)


def test_a_pause_of_the_whole_desk_binds_everybody() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await chat.say("/pause 2h desk lunch")
        said = await chat.say("/buy BTC 100", by="bob")
        assert said.startswith("The desk: PAUSED until 02:00 by owner at 00:00: lunch.")
        assert "[DESK PAUSED until 02:00 by owner at 00:00: lunch]" in await chat.say("/positions", by="bob")

    in_chat(scene)


def test_a_lockout_is_a_matter_of_one_person() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await chat.say("/lockout 1h")
        assert "Nothing was asked" in await chat.say(
            "/lockout until 2018-04-04 01:00 nobody can end it earlier", by="bob"
        )
        await chat.say("/lockout until 2018-04-04 01:00 nobody can end it earlier")
        assert "Buy BTC/USD?" in await chat.say("/buy BTC 100", by="bob")
        assert "LOCKED OUT" in await chat.say("/buy BTC 100")

    in_chat(scene)


def test_a_trader_without_an_account_locks_themself_out_of_the_accounts_of_others() -> None:
    async def scene(chat: Chat) -> None:
        role = SetRole(CommandId("role"), PEOPLE["ann"], PAPER, PEOPLE["bob"], "trader", "Bob")
        await chat.pit.engine.submit(role)
        assert "Buy BTC/USD?" in await chat.say("/buy BTC 100", by="bob")
        assert "Accounts  paper for you" in await chat.say("/lockout 1h tilt", by="bob")
        said = await chat.say("/lockout until 2018-04-04 01:00 nobody can end it earlier", by="bob")
        assert said.startswith("LOCKED OUT until 01:00 (tilt): no entry goes out of paper for you;")
        assert "LOCKED OUT" in await chat.say("/status", by="bob")
        said = (await chat.say("/buy BTC 100", by="bob")).replace("\n", " ")
        assert "bob is locked out of all accounts until 01:00 UTC" in said
        assert "nobody can end that earlier" in (await chat.say("/lockout", by="bob")).lower()
        assert "LOCKED OUT" not in await chat.say("/status")
        assert "Buy BTC/USD?" in await chat.say("/buy BTC 100")
        assert "bob /lockout" in await chat.say("/audit lockout")

    in_chat(scene)


def test_words_that_come_too_late_lock_nobody_and_ask_anew() -> None:
    async def scene(chat: Chat) -> None:
        await chat.say("/lockout 1h tilt")
        await chat.pit.clock.sleep_s(301)
        said = await chat.say("/lockout until 2018-04-04 01:00 nobody can end it earlier")
        assert said.startswith("That question is too old: here it is anew.")
        assert "Reason    tilt" in said
        assert chat.pit.named("LockoutSet") == []
        await chat.say("/lockout until 2018-04-04 01:00 nobody can end it earlier")
        assert len(chat.pit.named("LockoutSet")) == 1

    in_chat(scene)


def test_maintenance_begins_at_once_says_so_everywhere_and_ends_with_a_card() -> None:
    async def scene(chat: Chat) -> None:
        assert "There is no maintenance." in await chat.say("/maintenance")
        said = await chat.say("/maintenance on new disk")
        assert said.startswith("MAINTENANCE (new disk): no entry goes out of any account, exits do.")
        assert "[MAINTENANCE by owner at 00:00: new disk]" in await chat.say("/positions")
        assert "MAINTENANCE by owner at 00:00: new disk" in await chat.say("/buy BTC 100")
        assert "There is MAINTENANCE by owner" in await chat.say("/resume desk go")
        await chat.say("/maintenance off")
        assert await chat.press("End it") == "MAINTENANCE is over: entries go out again."
        assert "Buy BTC/USD?" in await chat.say("/buy BTC 100")

    in_chat(scene)


WRONG = [
    ("/pause until 25:00", "is no time of day: type hours and minutes"),
    ("/pause 90", "is no time: type 4h, 15:55"),
    ("/pause until later", "is no time: type 4h, 15:55"),
    ("/pause until", "until needs a time: type 4h, or 15:55."),
    ("/pause until 2018-04-03", "is over already: type a time that is still to come"),
    ("/pause account 2h desk", "Is it the account or the desk? Type /pause 2h, or /pause desk 2h."),
    ("/pause until 15:00 Mars/Base", "I know no time zone “Mars/Base”"),
    ("/pause until 2020-04-04", "is further away than a year"),
    ("/lockout forever", "“forever” is no time: type /lockout until tomorrow"),
    ("/lockout until 2018-02-30", "is no date"),
    ("/lockout 400d", "is further than a year away"),
    ("/lockout until 2020-01-01", "is further away than a year: name a nearer time."),
    ("/lockout until 2018-01-01", "is over already"),
    ("/maintenance off", "There is no maintenance: /maintenance on and a reason begins it."),
    ("/maintenance disk", "“disk” is neither on nor off: type /maintenance on disk"),
    ("/resume why", "Nothing is halted for account paper: entries go out."),
]


@pytest.mark.parametrize(("line", "sentence"), WRONG, ids=[line for line, _ in WRONG])
def test_a_wrong_line_changes_nothing_and_says_what_to_type(line: str, sentence: str) -> None:
    async def scene(chat: Chat) -> None:
        assert sentence in (await chat.say(line)).replace("\n", " ")
        assert chat.pit.named("HaltChanged") + chat.pit.named("LockoutSet") == []
        assert chat.pit.named("MaintenanceChanged") == []

    in_chat(scene)


def test_a_pause_without_a_time_is_a_halt_and_no_pause_loosens_it() -> None:
    async def scene(chat: Chat) -> None:
        assert (await chat.say("/pause")).startswith("HALTED account paper (by hand): no entry goes out")
        said = (await chat.say("/pause 2h")).replace("\n", " ")
        assert "HALTED: EXITS ONLY by owner at 00:00: by hand. That has no end, and a pause would" in said
        account = chat.pit.engine.book.account(chat.account)
        assert account is not None and account.halt_until is None

    in_chat(scene)


def test_a_halt_until_a_time_says_that_it_has_no_end() -> None:
    async def scene(chat: Chat) -> None:
        said = await chat.say("/halt until 15:00")
        assert "This halt has no end: /pause until 15:00 would open again by itself." in said

    in_chat(scene)


def test_a_lockout_outlives_the_desk_and_a_pause_ends_while_it_is_down() -> None:
    async def story(floor: Floor) -> None:
        await floor.say("/lockout 3h tilt")
        await floor.say("/lockout until 2018-04-04 17:00 nobody can end it earlier")
        await floor.say("/pause 1h lunch")
        await floor.die()
        await floor.clock.sleep_s(7200)
        await floor.start()
        await floor.quote("BTC/USD", "7400", "7401")
        refused = await floor.say("/buy BTC 100")
        assert refuses(refused)
        assert "LOCKED OUT until 17:00" in text(refused) and "PAUSED" not in text(refused)
        account = floor.engine.book.account(PAPER)
        assert account is not None and account.halt is HaltState.ACTIVE
        await floor.clock.sleep_s(3600)
        await floor.quote("BTC/USD", "7400", "7401")
        assert not refuses(await floor.say("/buy BTC 100"))

    play(story)
