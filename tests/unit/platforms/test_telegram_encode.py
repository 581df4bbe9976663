"""Whatever stands in a screen, Telegram takes its HTML: balanced, within the limits, and nothing is lost."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.screen import (
    Screen,
    Span,
    Style,
    Tone,
    badges,
    button,
    kv,
    line,
    row,
    table,
    title,
)
from bot.platforms.telegram_encode import (
    BUTTONS_MAX,
    TEXT_MAX,
    WIDTH,
    defused,
    keyboard,
    parts,
    units,
)
from tests.fakes.telegram_text import automatic, parse_html

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<b>", "</pre>", "&lt;", "&", "<a href='x'>", "]]>", "evil.com", "t.me/x", "https://e.example/?a=1&b",
            "@admin", "a@b.co", "\ud83d\ude00" * 0 + "😀" * 30, "\u202e", "\x00", "*_`[", "$BTC", "#tag", "tg://user?id=1",
        ]
    ),
)  # fmt: skip
SPANS = st.builds(Span, HOSTILE, st.sampled_from(Style), st.sampled_from(Tone))
LINES = st.lists(SPANS, max_size=4).map(lambda spans: line(*spans))
PAIRS = st.lists(st.tuples(HOSTILE, LINES), max_size=3).map(lambda pairs: kv(*pairs))


@st.composite
def tables(draw: st.DrawFn) -> object:
    """Tables of every width."""
    wide = draw(st.integers(1, 4))
    heads = draw(st.lists(HOSTILE, min_size=wide, max_size=wide))
    rows = draw(st.lists(st.lists(LINES, min_size=wide, max_size=wide), max_size=4))
    return table(heads, rows)


BLOCKS = st.lists(st.one_of(LINES, PAIRS, tables(), st.lists(SPANS, max_size=3).map(lambda s: badges(*s))))
SCREENS = BLOCKS.map(lambda blocks: Screen(tuple(blocks)))  # type: ignore[arg-type]


class Tags(HTMLParser):
    """Fails on a tag that Telegram does not know, or that is closed out of turn."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "i", "code", "pre", "a"), tag
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> str:
    """The text of balanced HTML."""
    tags = Tags()
    tags.feed(html)
    tags.close()
    assert not tags.open
    return tags.text


@given(SCREENS)
def test_any_screen_is_html_that_telegram_takes(screen: Screen) -> None:
    for part in parts(screen):
        assert 0 < units(read(part)) <= TEXT_MAX
        text, entities = parse_html(part)
        assert text.strip()
        kinds = {one["type"] for one in [*entities, *automatic(text)]}
        inside = [one for one in entities if one["type"] in ("code", "pre")]
        if not inside:
            assert not kinds & {"url", "text_link", "mention", "email", "text_mention"}, part


@given(st.lists(SPANS, min_size=1, max_size=8), st.integers(1, 60))
def test_parts_are_short_enough_and_lose_nothing(spans: list[Span], most: int) -> None:
    screen = Screen.of(line(*spans), line("end"))
    found = [read(part) for part in parts(screen, most + 4)]
    assert all(units(text) <= most + 4 for text in found)
    joined = "".join("".join(found).split())
    for span in spans:
        wanted = span.text if span.style is Style.CODE else defused(span.text)
        assert "".join(wanted.split()) in joined


def test_a_part_never_cuts_a_pair_of_surrogates() -> None:
    for size in range(2, 9):
        for part in parts(Screen.of("😀a😀b😀c" * 5), size):
            read(part).encode("utf-16-le")


def test_a_table_that_fits_a_phone_is_fixed_pitch_and_a_wide_one_goes_row_by_row() -> None:
    narrow = parts(Screen.of(table(("Symbol", ">P&L"), [("BTC/USD", "+1")])))[0]
    assert narrow.startswith("<pre>Symbol") and "P&amp;L" in narrow
    assert all(len(text) <= WIDTH for text in read(narrow).splitlines())
    wide = parts(Screen.of(table(("Symbol", "About"), [("BTC/USD", "x" * 40), ("ETH", "")])))[0]
    assert "<pre>" not in wide and "<b>BTC/USD</b>" in wide and "About " in wide


def test_a_screen_without_words_is_not_empty() -> None:
    assert parts(Screen()) == ["—"] and parts(Screen.of(" ", "")) == ["—"]


def test_what_warns_is_marked_at_its_beginning() -> None:
    assert parts(Screen.of(Span("careful", tone=Tone.WARN)))[0] == "⚠️ careful"
    assert parts(Screen.of(title("T")))[0] == "<b>T</b>"


@given(st.lists(st.lists(st.text("abc", min_size=1, max_size=40), max_size=12), max_size=20))
def test_buttons_are_few_in_a_row_and_never_too_many(rows: list[list[str]]) -> None:
    screen = Screen.of("x").with_buttons(*(row(*(button(label, "n" * 64) for label in one)) for one in rows))
    found = keyboard(screen)
    if not any(rows):
        assert found is None
        return
    assert found is not None
    made = found["inline_keyboard"]
    assert all(0 < len(one) <= 3 for one in made) and sum(map(len, made)) <= BUTTONS_MAX
    assert all(len(b["callback_data"].encode()) <= 64 for one in made for b in one)
