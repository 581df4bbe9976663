"""What a start found, feeds that come and go, a store that cannot write."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from bot.conversation.layout import as_text
from bot.conversation.wording import Wording
from bot.notifications.alerts import alert
from bot.notifications.notices import (
    feed_noted,
    found_words,
    start_noted,
    start_screen,
    unwritten_screen,
)
from tests.fakes.proofs import PROOF
from tests.unit.notifications.desk import ACCOUNT, Desk
from trading.domain import reports as rp
from trading.engine.report import InSymbol, StartReport
from trading.feeds.feed import FeedStatus


def test_a_start_that_found_nothing_odd_says_so() -> None:
    desk = Desk()
    desk.bought()
    report = StartReport(
        accounts=1, positions=1, open_orders=3, offline_s=11_520.0, events_replayed=12_345, took_s=0.25
    )
    assert as_text(start_screen(report, desk.scene())).splitlines() == [
        "▶ The desk is back",
        "It was away for 3h 12m.",
        "Holding      1 position",
        "Open orders  3",
        "Symbol",
        "BTC/USD  long 0.1 at 10,000.00  venue guards",
        "Every order and every exit is as the journal says.",
        "12,345 events read in 250 ms",
    ]


def test_a_start_tells_the_fate_of_each_order_that_was_open() -> None:
    desk = Desk()
    desk.buy("0.1")
    first = desk.orders()[0]
    desk.do(rp.Silent(ACCOUNT, first.client_order_id, "x", desk.now))
    desk.do(rp.AbsenceProven(ACCOUNT, first.client_order_id, PROOF, desk.now))
    desk.buy("0.2")
    second = desk.orders()[0]
    desk.fill(second, "10000")
    report = StartReport(
        accounts=1,
        positions=1,
        open_orders=3,
        resolved=(second.order_id,),
        not_placed=(first.order_id,),
        re_placed=(desk.leg("sl").order_id,),
        uncovered_longest_s=12.0,
    )
    text = as_text(start_screen(report, desk.scene()))
    assert "Orders resolved: 1\n· market buy 0.2 BTC/USD: filled" in text
    assert "Orders not placed: 1\n· market buy 0.1 BTC/USD: not placed" in text
    assert "were not sent again" in text
    assert "Exits placed anew: 1\n· stop sell 0.2 BTC/USD at 9,900.00: submitting" in text
    assert "Longest without a stop: 12s." in text


def test_a_start_tells_fills_by_whose_they_were_and_where() -> None:
    desk = Desk()
    desk.bought()
    report = StartReport(
        accounts=1,
        positions=1,
        filled=(InSymbol("BTC/USD", 2, Decimal("0.3")),),
        by_hand=(InSymbol("MES", 1, Decimal(-2)), InSymbol("ES", 2, Decimal(0))),
        explained=(InSymbol("SPY", 1, Decimal(5)),),
        symbols=("MES", "BTC/USD", "ES", "SPY"),
    )
    text = as_text(start_screen(report, desk.scene()))
    assert "Fills that nobody had told: 2\n· BTC/USD: 2 fills, 0.3 bought on balance" in text
    assert "Fills of another hand, taken over: 3\n· MES: 1 fill, 2 sold on balance" in text
    assert "· ES: 2 fills, nothing on balance" in text
    assert "Fills of adopted differences, told now: 1\n· SPY: 1 fill, 5 bought on balance" in text
    assert "In MES, BTC/USD, ES, SPY, the largest first" in text
    assert "as the journal says" not in text
    assert found_words(report, Wording()) == (
        "Fills that nobody had told: 2 · Fills of another hand, taken over: 3 · "
        "Fills of adopted differences, told now: 1 (MES, BTC/USD, ES, SPY)"
    )
    assert found_words(StartReport(), Wording()) == "Nothing was otherwise than the journal says."


def test_a_start_report_can_be_shown_without_a_book() -> None:
    report = StartReport(accounts=1, positions=2, open_orders=0, resolved=tuple(f"o{n}" for n in range(9)))
    text = as_text(start_screen(report))
    many = tuple(InSymbol(f"S{n}", 1, Decimal(1)) for n in range(9))
    assert "and 3 more" in as_text(start_screen(StartReport(accounts=1, positions=2, by_hand=many)))
    assert "2 positions" in text and "· o5" in text and "and 3 more" in text
    assert "You hold nothing" in as_text(start_screen(StartReport(accounts=1, events_replayed=3)))


def test_a_first_start_knows_that_it_is_one() -> None:
    assert StartReport().is_first and not StartReport(accounts=1).is_first
    assert StartReport(not_placed=("a",)).has_found and not StartReport().has_found


def told(noted: rp.Noted) -> str:
    """What a person reads of a notice."""
    desk = Desk()
    (stored,) = desk.do(noted)
    made = alert([stored], desk.scene())
    assert made is not None
    return as_text(made.screen)


def test_a_feed_is_told_lost_back_and_ended() -> None:
    at = datetime(2018, 4, 4, tzinfo=UTC)
    lost = FeedStatus("ccxt:kraken", False, lost_since=at, said="the link broke.")
    assert told(feed_noted(lost, at)).startswith(
        "⚠ No prices from ccxt:kraken\nThe link broke. Nothing new is opened"
    )
    assert "It is silent." in told(feed_noted(FeedStatus("x", False), at))
    assert told(feed_noted(FeedStatus("x", True), at)).startswith("✅ Prices from x are back\n#")
    assert "entries are closed" in told(feed_noted(FeedStatus("replay", False, ended=True), at))


def test_a_start_is_told_from_what_was_written_down_about_it() -> None:
    report = StartReport(accounts=1, positions=2, drift=("BTC/USD: the venue holds 0",), events_replayed=9)
    text = told(start_noted(report, datetime(2018, 4, 4, tzinfo=UTC)))
    assert text.startswith("▶ The desk is back\n") and "the venue holds 0" in text and "9 events read" in text


def test_the_last_word_of_a_full_disk_keeps_its_sentence() -> None:
    sentence = "The disk is full: nothing was written; free some space, then try again."
    assert sentence in as_text(unwritten_screen(sentence))
