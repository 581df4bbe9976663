"""`/audit`: who wanted what and when, searched, page by page, with proof; and who may not see it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, text

from tests.journeys.chat import PEOPLE, Chat, in_chat
from trading.domain.commands import SetRole
from trading.domain.ids import CommandId, StreamId
from trading.domain.rights import DeskRole


async def shared(chat: Chat, role: DeskRole = DeskRole.TRADER) -> None:
    """Ann's account, with Bob on it; he uses it."""
    account = chat.account
    give = SetRole(CommandId(f"role:{role}"), PEOPLE["ann"], account, PEOPLE["bob"], role.value, "Bob")
    await chat.pit.engine.submit(give)
    await chat.tools.registers.put_setting(PEOPLE["bob"], "name", "Bob")
    await chat.tools.registers.put_setting(PEOPLE["ann"], "name", "Ann")


def acts(said: str) -> list[str]:
    """The acts of a screen as `Ann /buy`, newest first."""
    return [" ".join(line.split()[1:3]).rstrip(":") for line in said.splitlines() if line[2:3] == ":"]


async def traded(chat: Chat) -> None:
    await shared(chat)
    await chat.say("/buy BTC 500 @ 7000")
    await chat.press("Buy")
    await chat.say("/buy ETH 300", by="bob")
    await chat.press("Buy", by="bob")
    await chat.say("/cancel #1", by="bob")
    await chat.say("/limits order_notional 5k")
    await chat.say("/halt lunch", by="bob")
    await chat.say("/buy BTC 10", by="bob")


def test_everything_that_people_wanted_stands_there_with_their_names_and_a_proof() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        said = await chat.say("/audit")
        assert acts(said) == [
            "Bob /buy", "Bob /halt", "Ann /limits", "Bob /cancel",
            "Bob /buy", "Ann /buy", "Ann /role", "Ann /start",
        ], said  # fmt: skip
        head = (await chat.pit.store.journal.heads())[StreamId(chat.account)]
        assert f"Checked: events 1 to {head[0]} of paper follow from each other, hash {head[1][:12]}" in said

    in_chat(scene)


def test_it_is_searched_by_person_verb_symbol_and_day_in_any_order() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        assert acts(await chat.say("/audit by ann")) == ["Ann /limits", "Ann /buy", "Ann /role", "Ann /start"]
        assert acts(await chat.say("/audit buy")) == ["Bob /buy", "Bob /buy", "Ann /buy"]
        assert acts(await chat.say("/audit BTC")) == ["Bob /buy", "Bob /cancel", "Ann /buy"]
        assert acts(await chat.say("/audit ETH buy by bob today")) == ["Bob /buy"]
        assert acts(await chat.say("/audit yesterday")) == []
        assert "“2018-02-31” is no date" in await chat.say("/audit 2018-02-31")
        await chat.pit.clock.sleep_s(timedelta(days=1).total_seconds())
        await chat.pit.quote("7400", "7401")
        await chat.say("/resume it is over")
        await chat.press("Resume")
        assert acts(await chat.say("/audit today")) == ["Ann /resume"]
        assert len(acts(await chat.say("/audit yesterday"))) == 8
        assert len(acts(await chat.say("/audit 2018-04-04 by bob"))) == 4
        assert "Nobody called carl has wanted anything here. There are: " in await chat.say("/audit by carl")

    in_chat(scene)


def test_long_lists_come_page_by_page() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        first = await chat.say("/audit 3 1")
        assert acts(first) == ["Bob /buy", "Bob /halt", "Ann /limits"] and "Older" in first
        assert acts(await chat.press("Older")) == ["Bob /cancel", "Bob /buy", "Ann /buy"]
        last = await chat.say("/audit 3 3")
        assert acts(last) == ["Ann /role", "Ann /start"] and "Older" not in last

    in_chat(scene)


def test_who_may_not_see_it_is_refused_and_who_may_not_see_the_account_hears_of_nothing() -> None:
    async def scene(chat: Chat) -> None:
        await shared(chat)
        assert "may not use /audit" in await chat.say("/audit", by="bob")
        for role in (DeskRole.RISK_OFFICER, DeskRole.ADMIN):
            await shared(chat, role)
            assert "Ann /role" in acts(await chat.say("/audit", by="bob"))
        await shared(chat, DeskRole.VIEWER)
        assert "may not use /audit" in await chat.say("/audit", by="bob")

    in_chat(scene)


def test_an_event_that_was_changed_is_found_before_anything_is_shown() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)

        def forged(conn: Connection) -> None:
            with conn.begin():
                for trigger in conn.execute(
                    text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                ).all():
                    conn.execute(text(f"DROP TRIGGER {trigger.name}"))
                conn.execute(
                    text("UPDATE event SET body = replace(body, 'bob', 'ann') WHERE stream = 'paper'")
                )

        await chat.pit.store.writer.run(forged)
        said = await chat.say("/audit")
        assert "The journal is not what was written" in said and acts(said) == []

    in_chat(scene)
