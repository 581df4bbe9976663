"""What holds for all lines: a reading can be said again, and no word opens what it must not."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.grammar import (
    Amount,
    Asked,
    ExitsLine,
    NotUnderstood,
    OrderLine,
    VerbLine,
    canonical,
    parse,
)
from bot.conversation.grammar_order import OPTION_WORDS
from bot.conversation.grammar_shapes import OPENING, ExitsVerb, OrderVerb
from bot.conversation.verbs import BY_WORD, Shape
from tests.fuzz.golden import golden_lines
from trading.domain.currency import CURRENCIES
from trading.domain.exits import (
    BreakEven,
    Level,
    LevelKind,
    Moment,
    PriceSpec,
    PriceSpecKind,
    Size,
    SizeKind,
    Target,
    Trail,
)
from trading.domain.order import OrderType, TimeInForce

SYMBOLS = st.sampled_from(
    ["BTC", "BTC/USD", "ETH/USDT", "ES", "1INCH", "1000PEPE/USDT", "BRK.B", "BE/USD", "C"]
)
VALUES = st.builds(
    lambda whole, fraction, digits: Decimal(whole) + Decimal(fraction).scaleb(-digits),
    st.integers(0, 10**9),
    st.integers(1, 10**6 - 1),
    st.sampled_from([3, 6, 12]),
)
PERCENTS = st.decimals("0.001", "99.999", places=3)
NAMES = st.text("abcXYZ019_-", min_size=1, max_size=12)
MOMENTS = st.one_of(
    st.builds(lambda s: Moment(after_s=s), st.integers(1, 366 * 86400)),
    st.builds(
        lambda h, m, d, z: Moment(hour=h, minute=m, date=d, zone=z),
        st.integers(0, 23),
        st.integers(0, 59),
        st.one_of(st.just(""), st.dates().map(str).filter(lambda d: d[:2] in ("20", "21"))),
        st.sampled_from(["", "UTC", "America/New_York", "Etc/GMT+1"]),
    ),
)


def _levels(*kinds: LevelKind) -> st.SearchStrategy[Level]:
    return st.sampled_from(kinds).flatmap(
        lambda kind: st.builds(
            Level,
            st.just(kind),
            PERCENTS if kind in (LevelKind.PERCENT, LevelKind.R, LevelKind.ATR) else VALUES,
        )
    )


_P, _A, _R, _T = LevelKind.PRICE, LevelKind.PERCENT, LevelKind.R, LevelKind.ATR
PLAIN_TARGETS = st.lists(st.builds(Target, _levels(_P, _A, _R, _T)), max_size=10).map(tuple)
SHARED_TARGETS = st.lists(
    st.builds(Target, _levels(_P, _A, _R), st.decimals("0.5", "19.5", places=1)), min_size=1, max_size=5
).map(tuple)
TARGETS = st.one_of(PLAIN_TARGETS, SHARED_TARGETS)
TRAILS = st.builds(Trail, _levels(_P, _A, _T), st.one_of(st.none(), _levels(_P, _A)))
PRICES = st.one_of(
    st.builds(PriceSpec, st.just(PriceSpecKind.ABSOLUTE), VALUES),
    st.builds(PriceSpec, st.just(PriceSpecKind.FROM_MID), st.one_of(PERCENTS, PERCENTS.map(lambda p: -p))),
)
LIMITS = st.one_of(PRICES, st.builds(PriceSpec, st.just(PriceSpecKind.BETTER_BY), PERCENTS))


@st.composite
def _sizes(draw: st.DrawFn, symbol: str, is_entry: bool) -> Size:
    base = symbol.partition("/")[0]
    kinds = [SizeKind.BARE, SizeKind.SPEND, SizeKind.CONTRACTS, SizeKind.MAX, SizeKind.BASE]
    kinds += [SizeKind.EQUITY, SizeKind.RISK] if is_entry else [SizeKind.POSITION]
    kind = draw(st.sampled_from(kinds))
    match kind:
        case SizeKind.MAX:
            return Size(kind)
        case SizeKind.EQUITY | SizeKind.POSITION:
            return Size(kind, draw(PERCENTS))
        case SizeKind.CONTRACTS:
            return Size(kind, Decimal(draw(st.integers(1, 10**6))))
        case SizeKind.SPEND:
            return Size(kind, draw(VALUES), draw(st.sampled_from(sorted(CURRENCIES))))
        case SizeKind.RISK:
            return Size(kind, draw(PERCENTS), draw(st.sampled_from(["", "USD", "EUR"])))
        case SizeKind.BASE:
            return Size(
                kind,
                draw(VALUES),
                draw(st.sampled_from(["", base if base.isalpha() and base != "C" else ""])),
            )
        case SizeKind.BARE:
            return Size(kind, draw(VALUES) + 100)


@st.composite
def orders(draw: st.DrawFn) -> OrderLine:
    """Order lines as the parser can make them."""
    verb: OrderVerb = draw(st.sampled_from(["buy", "sell", "short", "cover", "close"]))
    is_entry = verb in OPENING
    symbol = draw(SYMBOLS)
    size = draw(st.one_of(st.none(), _sizes(symbol, is_entry)))
    limit, trigger = draw(st.one_of(st.none(), LIMITS)), draw(st.one_of(st.none(), PRICES))
    post = limit is not None and draw(st.booleans())
    times = [TimeInForce.GTC, TimeInForce.DAY]
    times += [] if post else [TimeInForce.IOC, TimeInForce.FOK]
    times += [TimeInForce.GTD] if limit or trigger else []
    time_in_force = draw(st.sampled_from(times))
    targets: tuple[Target, ...] = draw(TARGETS) if is_entry else ()
    needs_stop = (size is not None and size.kind is SizeKind.RISK) or any(t.level.kind is _R for t in targets)
    stop_loss = draw(_levels(_P, _A, _T)) if is_entry and (needs_stop or draw(st.booleans())) else None
    even = draw(st.integers(1, len(targets))) if len(targets) > 0 and draw(st.booleans()) else 0
    kinds = {
        (False, False): OrderType.MARKET,
        (True, False): OrderType.LIMIT,
        (False, True): OrderType.STOP,
        (True, True): OrderType.STOP_LIMIT,
    }
    return OrderLine(
        verb=verb,
        symbol=symbol,
        size=size,
        order_type=kinds[limit is not None, trigger is not None],
        limit=limit,
        stop=trigger,
        time_in_force=time_in_force,
        expires=draw(MOMENTS) if time_in_force is TimeInForce.GTD else None,
        post_only=post,
        reduce_only=not is_entry,
        targets=targets,
        stop_loss=stop_loss,
        trail=draw(st.one_of(st.none(), TRAILS)) if is_entry else None,
        break_even=BreakEven(even) if even else None,
        exit=draw(st.one_of(st.none(), MOMENTS)) if is_entry else None,
        account=draw(st.one_of(st.just(""), NAMES)),
        tag=draw(st.one_of(st.just(""), NAMES)),
    )


@st.composite
def exits(draw: st.DrawFn) -> ExitsLine:
    """Exits lines as the parser can make them: each part set, taken off, or left alone."""
    verb: ExitsVerb = draw(st.sampled_from(["tp", "sl", "trail", "breakeven", "bracket"]))
    own = {"tp": "targets", "sl": "stop", "trail": "trail", "breakeven": "break_even", "bracket": "stop"}[
        verb
    ]
    clear = draw(st.sets(st.sampled_from(["targets", "stop", "trail", "break_even", "exit_at"])))

    def part(name: str) -> bool:
        return name not in clear and (name == own or draw(st.booleans()))

    targets: tuple[Target, ...] = (
        draw(st.one_of(PLAIN_TARGETS.filter(len), SHARED_TARGETS)) if part("targets") else ()
    )
    wants_even = part("break_even")
    most = len(targets) if targets else (0 if "targets" in clear else 10)
    return ExitsLine(
        verb,
        draw(SYMBOLS),
        targets,
        draw(_levels(_P, _A, _T)) if part("stop") else None,
        draw(TRAILS) if part("trail") else None,
        BreakEven(draw(st.integers(0, most))) if wants_even else None,
        draw(MOMENTS) if part("exit_at") else None,
        tuple(name for name in ("targets", "stop", "trail", "break_even", "exit_at") if name in clear),
        draw(st.one_of(st.just(""), NAMES)),
    )


@given(orders())
def test_every_order_can_be_said_and_read_again(line: OrderLine) -> None:
    assert parse(canonical(line)) == line


@given(exits())
def test_every_change_of_exits_can_be_said_and_read_again(line: ExitsLine) -> None:
    assert parse(canonical(line)) == line


@given(VALUES, st.sampled_from(["", "%", "USD", "EUR"]))
def test_every_amount_can_be_said_and_read_again(value: Decimal, unit: str) -> None:
    line = VerbLine("limits", {"name": "daily_loss", "value": Amount(value, unit)})
    assert parse(canonical(line)) == line


PIECES = st.sampled_from(
    sorted(
        {word for typed, _ in golden_lines() for word in typed.split() if word[0] != "/"} | set(OPTION_WORDS)
    )
)
REDUCING_WORDS = sorted(
    word for word, row in BY_WORD.items() if row.shape is Shape.ORDER and row.name not in OPENING
)
SHORT_WORDS = sorted(word for word, row in BY_WORD.items() if row.name == "short")


@given(st.sampled_from(REDUCING_WORDS), st.sampled_from(["", "/"]), st.lists(PIECES, max_size=8))
def test_a_line_that_reduces_never_opens_whatever_follows(word: str, slash: str, rest: list[str]) -> None:
    parsed = parse(" ".join([slash + word, *rest]))
    if isinstance(parsed, OrderLine):
        assert parsed.verb not in OPENING
        assert parsed.reduce_only
    if isinstance(parsed, Asked):
        for _, choice in parsed.choices:
            answer = parse(choice)
            assert not isinstance(answer, OrderLine) or (answer.verb not in OPENING and answer.reduce_only)


def test_opening_a_short_needs_the_word_short() -> None:
    assert SHORT_WORDS
    assert all("short" in word for word in SHORT_WORDS)


@given(st.text(max_size=80))
def test_no_text_at_all_raises_anything(text: str) -> None:
    parsed = parse(text)
    if isinstance(parsed, NotUnderstood):
        assert parsed.sentence


@given(st.lists(PIECES, max_size=12), st.sampled_from(sorted(BY_WORD)))
def test_whatever_is_read_can_be_said_again(rest: list[str], word: str) -> None:
    parsed = parse(" ".join(["/" + word, *rest]))
    if not isinstance(parsed, (NotUnderstood, Asked)):
        assert parse(canonical(parsed)) == parsed
