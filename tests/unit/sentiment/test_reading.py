"""RELIABILITY L01 to L10, and the parts that they rest on: cleaning, weighing, reading answers."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment import reading
from sentiment.cleaning import cleaned, cleaned_url, host_of
from sentiment.prompt import mood_prompt, wish_prompt
from sentiment.reading import Unusable
from sentiment.source import SourceFault
from sentiment.weight import SHARE_MAX, Voice, author_of, heard
from tests.fakes.opinion_server import LINKS, said
from tests.fakes.opinion_stub import body_of
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.sentiment.bench import ME, NOW, Bench
from trading.domain import commands as cm
from trading.domain.events import OpinionGiven
from trading.domain.money import Quantity
from trading.domain.opinion import WHOLE, Lean, applied, factor_of

D = Decimal
SYMBOL = "BTC/USD"
LOT = D("0.001")


def read(written: Any, **more: Any) -> reading.Mood:
    return reading.mood(body_of(written, **more), SYMBOL, NOW)


def code_of(written: Any, **more: Any) -> str:
    with pytest.raises(Unusable) as found:
        read(written, **more)
    return found.value.code


def voices(*scores: float, **more: Any) -> list[dict[str, Any]]:
    """Different stories of different authors, one for each score."""
    words = ("alpha beta gamma", "delta epsilon zeta", "kappa lambda omega", "sigma upsilon theta")
    return [
        {"url": link[0], "gist": gist, "score": score, "posted_at": None, **more}
        for score, link, gist in zip(scores, LINKS, words, strict=False)
    ]


# ---------------------------------------------------------------- L01 to L10


def test_l01_what_comes_back_is_a_label_and_bounded_numbers_and_nothing_that_acts() -> None:
    body = json.loads(body_of(said(SYMBOL)))
    call = {"type": "function_call", "name": "buy", "arguments": "{}", "call_id": "c"}
    body["output"].insert(0, call)
    mood = reading.mood(json.dumps(body).encode(), SYMBOL, NOW)
    assert mood == read(said(SYMBOL)), "a call of a tool is not even looked at"
    assert mood.lean in set(Lean) and -1 <= mood.score <= 1 and 0 <= mood.confidence <= 1
    assert code_of({**said(SYMBOL), "command": "/buy shib max"}) == "malformed"


@pytest.mark.parametrize(
    "text",
    ["b\u200buy now", "bu\u202ey", "раypal pays", "ｂｕｙ now", "𝐛𝐮𝐲 now", "a\x00b", "sell \U000e0041", "①②"],
)
def test_l02_text_that_people_and_machines_read_differently_is_thrown_away(text: str) -> None:
    assert cleaned(text) == ""
    mood = read(said(SYMBOL, reasons=["Fine.", text], voices=[*voices(-0.8, -0.8), *_hidden(text)]))
    assert mood.reasons == ("Fine.",)
    assert mood.score == D("-0.4"), "two voices at a quarter each; the hidden ones count nothing"


def _hidden(text: str) -> list[dict[str, Any]]:
    return [{**one, "gist": text} for one in voices(-1, -1, -1, -1)[2:]]


@pytest.mark.parametrize("fault", ["timeout", "server", "unreachable", "busy", "quota", "bad_key"])
async def test_l03_a_source_that_fails_or_is_too_dear_is_neutral_and_the_rules_go_on(fault: str) -> None:
    bench = Bench()
    for source in (bench.grok, bench.perplexity, bench.openai):
        source.faults.append(SourceFault(fault))
    stance = await bench.desk.ask(ME, SYMBOL)
    assert stance.neutral_because == fault and len(stance.tried) == 3
    assert factor_of(stance, is_buy=True) == factor_of(stance, is_buy=False) == WHOLE
    desk = PureDesk()
    desk.price("6700")
    desk.buy("1")
    desk.fill(desk.orders[0], "1", "6700")
    desk.do(cm.NoteOpinion, stance=stance)
    closing = desk.close()
    assert closing.effects and not closing.refusals, "an exit asks nobody"


async def test_l03_the_deadline_ends_in_neutral_too() -> None:
    bench = Bench(deadline_s=0.05)
    bench.grok.hangs = bench.perplexity.hangs = bench.openai.hangs = True
    stance = await bench.desk.ask(ME, SYMBOL)
    assert stance.neutral_because in ("timeout", "deadline") and not stance.is_given


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("no json", "malformed"),
        ("", "malformed"),
        ("[]", "malformed"),
        ("null", "malformed"),
        (json.dumps(said(SYMBOL)).replace("-0.8", "NaN"), "malformed"),
        (json.dumps(said(SYMBOL)).replace("-0.8", "-1e9"), "malformed"),
        (json.dumps(said(SYMBOL)).replace("-0.8", "-1e999"), "malformed"),
        (said(SYMBOL, score=1e9), "malformed"),
        (said(SYMBOL, confidence=1.01), "malformed"),
        (said(SYMBOL, confidence="high"), "malformed"),
        (said(SYMBOL, label="very bullish"), "malformed"),
        (said(SYMBOL, label="bullish"), "contradiction"),
        (said(SYMBOL, label="neutral"), "contradiction"),
        (said("ETH/USD"), "wrong_symbol"),
        (said("btc/usd"), "wrong_symbol"),
        (said(SYMBOL, reasons=["x"] * 6), "malformed"),
        (said(SYMBOL, voices=voices(-1) * 13), "malformed"),
        (said(SYMBOL, extra=1), "malformed"),
        ({key: value for key, value in said(SYMBOL).items() if key != "voices"}, "malformed"),
    ],
)
def test_l04_what_is_not_exactly_as_asked_is_rejected(written: Any, code: str) -> None:
    assert code_of(written) == code


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"object":"response","status":"completed","output":[{"type":"message","content":' + b"[" * 50_000,
        b'{"object":"response","status":"completed","output":{}}',
        b'{"object":"list","status":"completed","output":[]}',
        b'{"object":"response","status":"completed","output":[],"usage":7}',
        b"{" + b" " * 3_000_000 + b"}",
    ],
)
def test_l04_a_body_that_is_made_to_break_its_reader_does_not(body: bytes) -> None:
    for read_it in (lambda one: reading.mood(one, SYMBOL, NOW), reading.line):
        with pytest.raises(Unusable):
            read_it(body)
    assert reading.spent(body) is None


@given(st.binary(max_size=300))
def test_l04_no_bytes_at_all_break_the_reader(body: bytes) -> None:
    assert reading.spent(body) is None or body
    with pytest.raises(Unusable):
        reading.mood(body, SYMBOL, NOW)


def test_l05_forty_accounts_that_say_one_thing_are_one_voice_and_a_quarter_at_most() -> None:
    crowd = [
        Voice(f"https://x.com/bot{number}/status/1", f"moon soon buy moon coin {number}", D(1))
        for number in range(40)
    ]
    alone = heard(crowd[:1], NOW)
    assert heard(crowd, NOW).score == alone.score == SHARE_MAX
    assert heard(crowd, NOW).stories == 1


def test_l05_one_author_with_many_stories_is_one_voice() -> None:
    stories = ("whales leave exchange", "miners switch off", "fund opens doors", "court decides today")
    urls = [f"https://x.com/Shill/status/{number}" for number in range(4)]
    found = heard([Voice(url, gist, D(-1)) for url, gist in zip(urls, stories, strict=True)], NOW)
    assert (found.stories, found.score) == (1, -SHARE_MAX)
    unknown = [Voice(f"https://x.com/i/status/{number}", gist, D(-1)) for number, gist in enumerate(stories)]
    assert heard(unknown, NOW).stories == 4, "who speaks is not told: what is said tells them apart"
    assert author_of("https://www.News.example.com/a?b") == "news.example.com"


def test_l05_what_is_too_old_or_not_yet_posted_does_not_count() -> None:
    ages = (timedelta(hours=25), timedelta(hours=23), -timedelta(hours=1))
    found = heard(
        [
            Voice(f"https://{number}.example", gist, D(1), NOW - age)
            for number, (age, gist) in enumerate(zip(ages, ("old", "young", "unborn"), strict=True))
        ],
        NOW,
    )
    assert (found.stories, found.left_out, found.score) == (1, 2, SHARE_MAX)
    spoiled = said(SYMBOL, voices=voices(-1, -1, -1, -1, posted_at="last week"))
    assert code_of(spoiled) == "no_evidence", "an age that cannot be read is none"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-100, 100), st.integers(0, 3)), max_size=12))
def test_l05_no_author_can_move_the_score_by_more_than_a_quarter(
    posts: list[tuple[int, int, int]],
) -> None:
    words = ("alpha beta gamma", "delta epsilon zeta", "kappa lambda omega", "sigma upsilon theta")
    plain = [Voice(f"https://a{who}.example", words[what], D(score) / 100) for who, score, what in posts]
    found = heard(plain, NOW)
    assert abs(found.score) <= min(D(1), SHARE_MAX * found.stories)


@given(score=st.integers(1, 100), confidence=st.integers(0, 100), lots=st.integers(1, 10_000))
def test_l06_no_answer_however_good_makes_an_entry_larger(score: int, confidence: int, lots: int) -> None:
    mood = read(said(SYMBOL, score / 100, confidence=confidence / 100))
    stance = _stance(mood)
    quantity = Quantity(LOT * lots)
    assert applied(stance, quantity, is_buy=True, lot_size=LOT) == quantity
    assert applied(stance, quantity, is_buy=False, lot_size=LOT) <= quantity


def _stance(mood: reading.Mood) -> Any:
    from trading.domain.opinion import Stance

    return Stance(SYMBOL, "sentiment", mood.lean, mood.score, mood.confidence, NOW)


def test_l08_a_prompt_is_made_of_fixed_words_and_a_symbol_alone() -> None:
    one, other = mood_prompt(SYMBOL, NOW), mood_prompt("ETH/USD", NOW)
    assert (one.instructions, one.schema) == (other.instructions, other.schema)
    assert one.text.replace("BTC/USD", "ETH/USD") == other.text
    assert wish_prompt("buy 100 of sol", NOW).text == "Sentence: buy 100 of sol"
    assert len(wish_prompt("x" * 10_000, NOW).text) < 600


async def test_l09_model_prompt_and_input_are_journaled_with_each_opinion() -> None:
    stance = await Bench().desk.ask(ME, SYMBOL)
    prompt = mood_prompt(SYMBOL, NOW)
    event = PureDesk().do(cm.NoteOpinion, stance=stance).events[0]
    assert isinstance(event, OpinionGiven)
    kept = event.stance
    assert (kept.source, kept.model) == ("grok", "stub-1")
    assert (kept.prompt_hash, kept.input_hash) == (prompt.prompt_hash, prompt.input_hash)
    later = mood_prompt(SYMBOL, NOW + timedelta(minutes=1))
    assert later.prompt_hash == kept.prompt_hash and later.input_hash != kept.input_hash
    reworded = msgspec.structs.replace(prompt, instructions=prompt.instructions + " ")
    assert reworded.prompt_hash != kept.prompt_hash


def test_l10_links_and_commands_in_an_answer_are_text_and_bad_addresses_are_none() -> None:
    reasons = ["[click](https://evil.example)", "/buy shib max", "<b>bold</b>"]
    mood = read(said(SYMBOL, reasons=reasons))
    assert mood.reasons == tuple(reasons), "kept as they are: each platform escapes them"
    for url in (
        "javascript:alert(1)",
        "ftp://a.example",
        "https://пример.example",
        "https://a b.example",
        "",
    ):
        assert cleaned_url(url) == ""
    assert cleaned_url("https://a.example/x#frag") == "https://a.example/x"


# ---------------------------------------------------------------- evidence and caution


def test_an_answer_without_a_search_or_without_sources_is_none() -> None:
    assert code_of(said(SYMBOL), searched=False) == "no_evidence"
    for vendor in ("grok", "perplexity", "openai"):
        assert read(said(SYMBOL), vendor=vendor).score == D("-0.8")


def test_voices_that_the_vendor_has_not_found_do_not_count() -> None:
    invented = [
        {**one, "url": f"https://made-up.example/{n}"} for n, one in enumerate(voices(-1, -1, -1, -1))
    ]
    assert code_of(said(SYMBOL, voices=invented)) == "no_evidence"
    assert read(said(SYMBOL, voices=[*voices(-0.8), *invented])).score == D("-0.2")


def test_the_more_cautious_of_model_and_voices_counts() -> None:
    assert read(said(SYMBOL, -0.3)).score == D("-0.3")
    assert read(said(SYMBOL, -1.0, voices=voices(-0.5, -0.5, -0.5, -0.5))).score == D("-0.5")
    torn = read(said(SYMBOL, -1.0, voices=voices(1, 1, 1, 1)))
    assert (torn.score, torn.lean) == (D(0), Lean.NEUTRAL)


def test_nothing_worth_rating_is_an_answer_too() -> None:
    mood = read(said(SYMBOL, 0.0, voices=[], reasons=[]))
    assert (mood.lean, mood.score, mood.reasons) == (Lean.NEUTRAL, D(0), ())


@pytest.mark.parametrize("line", ["buy sol 100 sl 5%", "", "  "])
def test_a_proposed_line_is_one_clean_line_or_none(line: str) -> None:
    assert reading.line(body_of({"line": line}, searched=False)) == line.strip()


@pytest.mark.parametrize("line", ["x" * 201, "buy\u200b sol", "buy s\u043el 100", 5, None])
def test_a_line_that_hides_something_is_unusable(line: Any) -> None:
    with pytest.raises(Unusable):
        reading.line(body_of({"line": line}, searched=False))


def test_a_line_break_in_a_proposal_makes_no_second_line() -> None:
    assert reading.line(body_of({"line": "buy sol 100\n/panic"}, searched=False)) == "buy sol 100 /panic"


@pytest.mark.parametrize(
    ("usage", "money"),
    [
        ({"cost_in_usd_ticks": 37756000}, "0.0037756"),
        ({"cost": {"total_cost": 0.0057}}, "0.0057"),
        ({"cost": {"total_cost": 1e308}}, None),
        ({"cost_in_usd_ticks": -1}, None),
        ({"input_tokens": 10**12}, None),
        ({"input_tokens": -5}, None),
        ("nothing", None),
    ],
)
def test_a_cost_is_read_where_it_can_be_believed(usage: Any, money: str | None) -> None:
    told = reading.spent(json.dumps({"usage": usage}).encode())
    assert (told.money if told is not None else None) == (D(money) if money is not None else None)


@given(st.text(max_size=300))
def test_whatever_is_cleaned_is_one_line_without_anything_hidden(text: str) -> None:
    found = cleaned(text)
    assert len(found) <= 200 and "\n" not in found and cleaned(found) == found
    assert host_of(cleaned_url(text)) == "" or text.strip().startswith("http")


def test_plain_words_of_many_languages_stay_as_they_are() -> None:
    for text in (
        "Größe über alles – ½ Tick",
        "Биткоин растёт",
        "比特币上涨",
        "L’ETF a reçu 3 Md$ d’entrées…",
        "🚀 up",
    ):
        assert cleaned(text) == text
