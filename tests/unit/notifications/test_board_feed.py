"""The operator's feed: what goes wrong on every account, without sums; and boards of who may only look."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bot.conversation.layout import as_text
from bot.conversation.screen import Screen
from bot.conversation.wording import Wording
from bot.notifications.trouble import KEPT_MAX, Feed, trouble_line, trouble_of
from tests.unit.notifications.desk import ACCOUNT, OWNER, START
from tests.unit.notifications.wall import World, play, put_up
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain.ids import DESK, AccountId, CommandId, PersonId
from trading.domain.rights import DeskRole
from trading.ports import StoredEvent

BOB = PersonId("bob")
BOBS = AccountId("bobs")


def command_id(world: World) -> CommandId:
    return CommandId(f"c:{world.clock.elapsed_s()}:{len(world.wall.log)}")


def halted(world: World, state: cm.HaltState, account: AccountId, person: PersonId) -> list[StoredEvent]:
    return world.desk.do(cm.SetHalt(command_id(world), person, account, state, "storm"))


def lines(world: World, chat: str = "7") -> list[str]:
    (text,) = world.wall.texts(chat)
    return text.splitlines()


def test_the_feed_tells_its_operator_of_every_account_and_others_of_none() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.open_account("bobs", BOB)
        await put_up(world, kind="feed")
        await put_up(world, chat="8", kind="feed", person=BOB)
        assert lines(world)[:2] == ["What goes wrong, on all accounts", "Nothing of late."]
        world.commit(halted(world, cm.HaltState.HALTED, BOBS, BOB))
        await world.pass_s(6)
        assert lines(world)[1] == "01:00  bobs  HALTED"
        loss = ev.RiskWarned(ACCOUNT, 90, Decimal(450), Decimal(500), world.desk.now)
        world.commit([world.desk.write(loss)])
        await world.pass_s(6)
        text = "\n".join(lines(world))
        assert "paper  90 % of the day's loss limit is used" in text and "450" not in text
        assert lines(world)[1].startswith("01:00  paper"), "the newest first"
        foreign = "\n".join(lines(world, "8"))
        assert "Only whoever runs the desk sees this." in foreign
        assert "bobs" not in foreign and "paper" not in foreign

    play(story)


def test_the_same_again_is_counted_and_old_lines_make_room() -> None:
    async def story(world: World) -> None:
        feed, refusal = Feed(), ev.Refusal("order_notional", "At most 123,456.78.", "size", "200000")
        denied = ev.CommandDenied(ACCOUNT, CommandId("c"), "buy", "BTC/USD", (refusal,), START, OWNER)
        for _ in range(3):
            assert feed.note([world.desk.write(denied)])
        (one,) = feed.newest
        told = as_text(Screen.of(trouble_line(Wording(), one, START)))
        assert told == "01:00  paper  buy refused: order notional ×3" and "123" not in told
        later = as_text(Screen.of(trouble_line(Wording(), one, START + timedelta(days=1))))
        assert later.startswith("2018-04-04 01:00")
        for number in range(KEPT_MAX):
            name = AccountId(f"a{number}")
            feed.note([world.desk.write(ev.LockoutSet(name, START, "tilt", OWNER, START))])
        assert [one.account for one in feed.newest] == [f"a{n}" for n in reversed(range(KEPT_MAX))]
        assert not feed.note([world.desk.write(ev.DayStarted(ACCOUNT, "2018-04-04", Decimal(1), START))])

    play(story)


def test_what_is_about_an_order_or_a_position_names_its_symbol_and_the_desk_its_own_troubles() -> None:
    async def story(world: World) -> None:
        position = f"{ACCOUNT}/BTC/USD/1"
        doubt = ev.OrderInDoubt(ACCOUNT, f"{position}/entry-1", "silence", START)  # type: ignore[arg-type]
        bare = ev.StopMissing(ACCOUNT, position, START, False, START)  # type: ignore[arg-type]
        slow = ev.Noticed(
            AccountId(DESK), "desk_slow_disk", "operation", ev.Level.WARNING, {"seconds": "2"}, START
        )
        fine = ev.Noticed(AccountId(DESK), "desk_slow_disk", "operation", ev.Level.INFO, {}, START)
        private = ev.Noticed(AccountId(DESK), "factor_changed", "access", ev.Level.WARNING, {}, START)
        feed = Feed()
        feed.begin([world.desk.write(one) for one in (doubt, bare, slow, fine, private)])
        said = [as_text(Screen.of(trouble_line(Wording(), one, START))) for one in feed.newest]
        assert said == [
            "01:00  desk  The disk is slow: writing down took 2 s",
            "01:00  paper  BTC/USD: no stop stands",
            "01:00  paper  BTC/USD: an order is in doubt",
        ]

    play(story)


def test_a_feed_begins_with_what_was_before_it() -> None:
    async def story(world: World) -> None:
        boards = await world.begin()
        past = halted(world, cm.HaltState.HALTED, ACCOUNT, OWNER)
        assert [one for one in map(trouble_of, past) if one is not None]

        async def before() -> list[StoredEvent]:
            return past

        boards.past = before
        await put_up(world, kind="feed")
        assert "paper  HALTED" in lines(world)[-2], lines(world)

    play(story)


def test_a_viewers_board_only_looks_and_goes_blank_with_the_role() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        give = cm.SetRole(CommandId("r:1"), OWNER, ACCOUNT, BOB, DeskRole.VIEWER.value, "Bob")
        world.commit(world.desk.do(give))
        for kind in ("positions", "orders", "account"):
            await put_up(world, chat="8", kind=kind, person=BOB)
        assert "BTC/USD" in "\n".join(world.wall.texts("8"))
        pressed = {
            one.action.id.partition(":")[0] for screen in world.wall.screens for one in screen.all_buttons
        }
        assert pressed and all(one in ("positions", "orders", "balance") for one in pressed), pressed
        take = cm.SetRole(CommandId("r:2"), OWNER, ACCOUNT, BOB, "", "Bob")
        world.commit(world.desk.do(take))
        await world.pass_s(70, price="10000")
        after = "\n".join(world.wall.texts("8"))
        assert "BTC/USD" not in after and "PAPER" not in after and "$" not in after

    play(story)
