"""Whatever comes in, in whatever order, and however long answers take: no window is overrun, none starves."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.messenger import Lane
from bot.notifications.budget import TELEGRAM, TELEGRAM_STRICT, Limit, Quickest, Rules, Turns
from bot.notifications.outgoing import Outgoing, Parcel

UNKNOWN = 10**9
"""So many answers that the quickest way is never known: then arrivals may lie anywhere."""

RULES = (
    Rules(
        bot=(Limit(4, 1.0), Limit(2, 0.3, Lane.NORMAL, is_pace=True)),
        private=(Limit(2, 2.0), Limit(1, 1.0, Lane.NORMAL), Limit(1, 3.0, Lane.BOARD)),
        group=(Limit(3, 5.0), Limit(2, 5.0, Lane.NORMAL)),
        group_prefix="-",
        flying_max=4,
        flying_spare=2,
        warm_up=UNKNOWN,
    ),
    Rules(
        bot=TELEGRAM.bot, private=TELEGRAM.private, group=TELEGRAM.group, group_prefix="-", warm_up=UNKNOWN
    ),
    TELEGRAM_STRICT,
    Rules(flying_max=1, flying_spare=0),
)


@dataclass(frozen=True)
class Wish:
    """Somebody wants to send something: after how long, where, in which lane, how large; how long its answer
    takes, where in between it arrives (a share), and how often it is refused before."""

    after_s: float
    chat: str
    lane: Lane
    pieces: int
    takes_s: float
    arrives: float
    refusals: int


WISHES = st.lists(
    st.builds(
        Wish,
        st.sampled_from([0.0, 0.0, 0.0, 0.1, 0.9, 1.0, 4.0]),
        st.sampled_from(["1", "2", "3", "-1", "-2"]),
        st.sampled_from(list(Lane)),
        st.sampled_from([1, 1, 1, 2]),
        st.sampled_from([0.0, 0.05, 0.3, 0.9]),
        st.sampled_from([0.0, 0.5, 1.0]),
        st.sampled_from([0, 0, 0, 1]),
    ),
    max_size=60,
)


@dataclass
class Log:
    """What happened: (began, arrived, chat, lane, pieces) of each request; deliveries in order."""

    requests: list[tuple[float, float, str, Lane, int]] = field(default_factory=list)
    delivered: list[tuple[str, Lane, int]] = field(default_factory=list)
    asked: list[tuple[str, Lane, int]] = field(default_factory=list)
    ended_s: float = 0.0


def played(rules: Rules, wishes: list[Wish]) -> Log:
    """Everything from the first wish to the last answer."""
    outgoing: Outgoing[Parcel] = Outgoing(rules)
    log = Log()
    now = at_s = 0.0
    comings = []
    for wish in wishes:
        at_s += wish.after_s
        comings.append((at_s, wish))
    comings.reverse()
    fates: dict[int, Wish] = {}
    refused: Counter[int] = Counter()
    under_way: list[tuple[float, int, Parcel]] = []
    while comings or under_way or outgoing.waiting:
        while comings and comings[-1][0] <= now:
            wish = comings.pop()[1]
            parcel = Parcel(wish.chat, wish.lane, inf, wish.pieces)
            assert outgoing.put(parcel, now) is None
            fates[parcel.ticket] = wish
            log.asked.append((wish.chat, wish.lane, parcel.ticket))
        while under_way and under_way[0][0] <= now:
            _, _, parcel = heapq.heappop(under_way)
            outgoing.over(parcel, now)
            wish = fates[parcel.ticket]
            if refused[parcel.ticket] < wish.refusals:
                refused[parcel.ticket] += 1
                outgoing.pause(parcel.chat, now + 2.0, now)
                outgoing.again(parcel, now)
            else:
                log.delivered.append((parcel.chat, parcel.lane, parcel.ticket))
        while (picked := outgoing.pick(now)) is not None:
            wish = fates[picked.ticket]
            assert outgoing.paused_until(picked.chat) <= now
            arrived = now + wish.takes_s * wish.arrives
            log.requests.append((now, arrived, picked.chat, picked.lane, picked.pieces))
            heapq.heappush(under_way, (now + wish.takes_s, picked.ticket, picked))
        log.ended_s = now
        coming = comings[-1][0] if comings else inf
        answer = under_way[0][0] if under_way else inf
        now = min(coming, answer, max(now + 1e-6, outgoing.next_at(now)))
        assert now < inf or not outgoing.waiting, "something waits for ever"
    return log


def overrun(limit: Limit, instants: list[tuple[float, int]]) -> bool:
    """Whether more than the limit lies in any window that begins with a message."""
    instants = sorted(instants)
    for start, (first, size) in enumerate(instants):
        inside = sum(pieces for at, pieces in instants[start:] if at < first + limit.period_s - 1e-6)
        if inside > max(limit.count, size):
            return True
    return False


def counted(log: Log, limit: Limit, chat: str | None, *, arrived: bool) -> list[tuple[float, int]]:
    """The instants of whatever counts towards this limit."""
    return [
        (there if arrived else began, pieces)
        for began, there, where, lane, pieces in log.requests
        if lane >= limit.since and chat in (None, where)
    ]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(RULES), WISHES)
def test_no_window_is_ever_overrun_neither_here_nor_over_there(rules: Rules, wishes: list[Wish]) -> None:
    log = played(rules, wishes)
    scopes: list[tuple[str | None, tuple[Limit, ...]]] = [(None, rules.bot)]
    scopes += [(chat, rules.of_chat(chat)) for chat in {one[2] for one in log.requests}]
    for chat, limits in scopes:
        for limit in limits:
            assert not overrun(limit, counted(log, limit, chat, arrived=False)), (chat, limit)
            if not limit.is_pace and rules.warm_up == UNKNOWN:
                assert not overrun(limit, counted(log, limit, chat, arrived=True)), (chat, limit)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(RULES), WISHES)
def test_everything_is_delivered_once_in_the_order_of_its_chat_and_lane(
    rules: Rules, wishes: list[Wish]
) -> None:
    log = played(rules, wishes)
    assert Counter(log.delivered) == Counter(log.asked)
    for chat, lane in {(chat, lane) for chat, lane, _ in log.asked}:
        tickets = [ticket for where, which, ticket in log.delivered if (where, which) == (chat, lane)]
        assert tickets == sorted(tickets)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from([Lane.ANSWER, Lane.URGENT]), min_size=40, max_size=80),
    st.sampled_from([Lane.NORMAL, Lane.QUIET, Lane.BOARD]),
)
def test_no_lane_starves_however_much_of_a_higher_one_comes(flood: list[Lane], lane: Lane) -> None:
    rules = Rules(bot=(Limit(5, 1.0),))
    outgoing: Outgoing[Parcel] = Outgoing(rules)
    for n, one in enumerate(flood * 4):
        outgoing.put(Parcel(f"{n}", one, inf), 0.0)
    late = Parcel("late", lane, inf)
    outgoing.put(late, 0.0)
    now, turns = 0.0, 0
    while outgoing.is_waiting(late):
        parcel = outgoing.pick(now)
        if parcel is None:
            now = outgoing.next_at(now)
            continue
        turns += 1
        outgoing.over(parcel, now)
        # The flood never ends.
        outgoing.put(Parcel(f"more {turns}", parcel.lane, inf), now) if parcel is not late else None
    assert turns <= sum(rules.shares) / rules.shares[lane] + len(Lane)


def test_turns_are_shared_as_the_rules_say() -> None:
    turns = Turns((6, 3, 1))
    lanes = [Lane.ANSWER, Lane.URGENT, Lane.NORMAL]
    for lane in lanes:
        turns.wake(lane)
    went: Counter[Lane] = Counter()
    for _ in range(1_000):
        lane = turns.choose(lanes)
        turns.spend(lane)
        went[lane] += 1
    assert went == {Lane.ANSWER: 600, Lane.URGENT: 300, Lane.NORMAL: 100}


def test_chats_take_turns_however_much_one_of_them_wants() -> None:
    outgoing: Outgoing[Parcel] = Outgoing(Rules(bot=(Limit(1, 1.0),)))
    for _ in range(50):
        outgoing.put(Parcel("loud", Lane.NORMAL, inf), 0.0)
    for chat in "abc":
        outgoing.put(Parcel(chat, Lane.NORMAL, inf), 0.0)
    order: list[str] = []
    now = 0.0
    while len(order) < 6:
        parcel = outgoing.pick(now)
        if parcel is None:
            now = outgoing.next_at(now)
        else:
            order.append(parcel.chat)
            outgoing.over(parcel, now)
    assert order[:5] == ["loud", "a", "b", "c", "loud"]


def test_the_quickest_way_is_known_only_after_enough_answers_and_grows_again() -> None:
    quickest = Quickest(3)
    for seconds in (0.3, 0.2):
        quickest.note(seconds)
        assert quickest.seconds == 0.0
    quickest.note(0.4)
    assert quickest.seconds == 0.2
    for _ in range(600):
        quickest.note(0.5)
    assert quickest.seconds == 0.5


def test_a_deadline_that_was_put_off_is_kept_at_its_new_instant() -> None:
    outgoing: Outgoing[Parcel] = Outgoing(Rules(bot=(Limit(1, 1_000.0),)))
    outgoing.put(Parcel("0", Lane.NORMAL, inf), 0.0)
    assert outgoing.pick(0.0) is not None
    parcel = Parcel("1", Lane.NORMAL, 10.0)
    outgoing.put(parcel, 0.0)
    parcel.deadline_s = 20.0
    assert outgoing.expired(10.0) == [] and outgoing.next_at(10.0) == 20.0
    assert outgoing.expired(20.0) == [parcel] and outgoing.waiting == 0


def test_a_lane_that_slept_has_saved_up_no_turns() -> None:
    turns = Turns((6, 3, 1))
    turns.wake(Lane.ANSWER)
    for _ in range(600):
        turns.spend(Lane.ANSWER)
    turns.wake(Lane.NORMAL)
    went: Counter[Lane] = Counter()
    for _ in range(70):
        lane = turns.choose([Lane.ANSWER, Lane.NORMAL])
        turns.spend(lane)
        went[lane] += 1
    assert went == {Lane.ANSWER: 60, Lane.NORMAL: 10}


def test_an_alarm_takes_its_chat_out_of_the_line_in_which_it_stands() -> None:
    outgoing: Outgoing[Parcel] = Outgoing(Rules(bot=(Limit(1, 1.0),)))
    for n in range(50):
        outgoing.put(Parcel(f"{n}", Lane.NORMAL, inf), 0.0)
    first = outgoing.pick(0.0)
    assert first is not None and first.chat == "0"
    outgoing.over(first, 0.0)
    alarm = Parcel("49", Lane.URGENT, inf)
    outgoing.put(alarm, 0.1)
    assert outgoing.pick(outgoing.next_at(0.1)) is alarm


def test_what_comes_and_goes_while_nothing_may_go_out_leaves_nothing_lying_about() -> None:
    outgoing: Outgoing[Parcel] = Outgoing(Rules())
    outgoing.pause(None, 1e6, 0.0)
    outgoing.pause("resting", 1e6, 0.0)
    for n in range(2_000):
        for chat in ("ready", "resting"):
            parcel = Parcel(chat, Lane.NORMAL, n + 900.0)
            outgoing.put(parcel, float(n))
            outgoing.withdraw(parcel, float(n))
    assert max(len(outgoing._resting), len(outgoing._deadlines), *map(len, outgoing._ready)) <= 150
