"""Four eyes: a large order waits for a second person, who sees it at the price of now, and agrees or not."""

from __future__ import annotations

from tests.fakes.pit import PAPER
from tests.journeys.chat import PEOPLE, Chat, in_chat
from trading.domain.commands import SetLimit, SetRole
from trading.domain.ids import CommandId
from trading.domain.rights import DeskRole


async def shared(chat: Chat, role: DeskRole = DeskRole.RISK_OFFICER) -> None:
    """Ann's account with Bob on it; above 1,000 both must want it."""
    ann, bob = PEOPLE["ann"], PEOPLE["bob"]
    engine = chat.pit.engine
    for given in (DeskRole.ADMIN, role):
        await engine.submit(SetRole(CommandId(f"role:{given}"), ann, PAPER, bob, given.value, "Bob"))
        if given is DeskRole.ADMIN:
            tenth = chat.pit.cash / 10
            await engine.submit(SetLimit(CommandId("limit"), ann, PAPER, "alone_notional_max", tenth))
    await chat.tools.registers.put_setting(bob, "name", "Bob")
    await chat.tools.registers.put_setting(ann, "name", "Ann")


async def proposed(chat: Chat, line: str = "/buy BTC 2000 sl 2%") -> str:
    """Ann asks; the name under which it waits."""
    card = await chat.say(line)
    assert "Too large for one person alone ($1,000.00): Bob may agree." in card, card
    assert "[Ask a second person]" in card and "[Buy]" not in card
    said = await chat.press("Ask a second person")
    assert "Within 15min somebody must agree" in said or "Within 15m" in said, said
    (asked,) = [one for one in chat.pit.named("Noticed") if one.code == "order_proposed"][-1:]
    assert asked.facts["name"] == "Ann" and chat.intended() == []
    return str(asked.facts["request"])


def test_a_second_person_agrees_at_the_price_of_now_and_both_names_are_kept() -> None:
    async def scene(chat: Chat) -> None:
        await shared(chat)
        request = await proposed(chat)
        await chat.pit.quote("7450", "7451")
        card = await chat.say(f"/second {request}", by="bob")
        assert card.startswith("Ann asks: Buy BTC/USD?"), card
        assert "about 7,451.00" in card and "price when asked  7,401.00" in card
        assert "Sent" in await chat.press("Agree", by="bob")
        (intended,) = [one for one in chat.pit.named("OrderIntended") if one.order.is_entry]
        assert (intended.by, intended.seconded_by) == (PEOPLE["ann"], PEOPLE["bob"])
        assert chat.held() > 0
        why = (await chat.say("/why BTC", by="bob")).replace("\n", " ")
        assert "owner asked for it" in why and "bob agreed to it." in why
        assert "bob agreed to it." in (await chat.say("/why BTC")).replace("\n", " ")
        assert "agreed to it already" in await chat.say(f"/second {request}", by="bob")
        assert "Ann /buy" in await chat.say("/audit buy") and "agreed by Bob" in chat.said[-1]

    in_chat(scene)


def test_nobody_agrees_to_their_own_and_a_foreigner_finds_nothing() -> None:
    async def scene(chat: Chat) -> None:
        await shared(chat)
        request = await proposed(chat)
        assert "somebody else must agree" in await chat.say(f"/second {request}")
        none = await chat.say("/second p000000000", by="bob")
        assert "No order waits under p000000000" in none
        await shared(chat, DeskRole.TRADER)
        assert "may not use /second" in await chat.say(f"/second {request}", by="bob")
        await chat.pit.engine.submit(
            SetRole(CommandId("gone"), PEOPLE["ann"], PAPER, PEOPLE["bob"], "", "Bob")
        )
        await chat.join("bob")
        foreign = await chat.say(f"/second {request}", by="bob")
        assert foreign == none.replace("p000000000", request)
        assert chat.intended() == []

    in_chat(scene)


def test_it_comes_to_nothing_after_its_time_or_by_a_no() -> None:
    async def scene(chat: Chat) -> None:
        await shared(chat)
        request = await proposed(chat)
        await chat.say(f"/second {request}", by="bob")
        assert "You did not agree; Ann hears of it." in await chat.press("No", by="bob")
        (no,) = [one for one in chat.pit.named("Noticed") if one.code == "order_declined"]
        assert no.facts["person"] == "Bob" and no.facts["name"] == "Ann"
        assert "No order waits" in await chat.say(f"/second {request}", by="bob")
        request = await proposed(chat, "/buy BTC 3000")
        await chat.pit.clock.sleep_s(15 * 60)
        await chat.pit.quote("7400", "7401")
        assert "No order waits" in await chat.say(f"/second {request}", by="bob")
        assert chat.intended() == []

    in_chat(scene)


def test_a_press_that_comes_twice_or_too_late_buys_once_or_asks_anew() -> None:
    async def scene(chat: Chat) -> None:
        await shared(chat)
        request = await proposed(chat)
        await chat.say(f"/second {request}", by="bob")
        await chat.pit.clock.sleep_s(61)
        await chat.pit.quote("7500", "7501")
        again = await chat.press("Agree", by="bob")
        assert "about 7,501.00" in again and chat.intended() == []
        await chat.press("Agree", by="bob")
        await chat.press("Agree", by="bob", nth=0)
        assert sum(text.endswith("entry") for text in chat.intended()) == 1

    in_chat(scene)


def test_where_nobody_could_agree_it_is_refused_as_any_other() -> None:
    async def scene(chat: Chat) -> None:
        await shared(chat, DeskRole.TRADER)
        said = await chat.say("/buy BTC 2000")
        said = said.replace("\n", " ")
        assert "a second person must agree" in said and "Ask a second person" not in said
        assert "a second person must agree" in (await chat.say("/why BTC")).replace("\n", " ")

    in_chat(scene)
