"""HTML, MarkdownV2 and plain text as Telegram reads them: UTF-16 units, links that nobody asked for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.telegram_text import formatted, units
from tests.fakes.telegram_world import Refusal


def read(text: str, mode: str = "", entities: Any = None) -> tuple[str, list[tuple[str, str]]]:
    """The text, and (kind, piece of text) of each entity."""
    plain, found = formatted(text, mode, entities)
    encoded = plain.encode("utf-16-le")
    pieces = [encoded[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le") for e in found]
    return plain, [(entity["type"], piece) for entity, piece in zip(found, pieces, strict=True)]


def refusal(text: str, mode: str = "HTML", entities: Any = None) -> str:
    """What the server says instead."""
    with pytest.raises(Refusal) as no:
        formatted(text, mode, entities)
    return no.value.description.removeprefix("Bad Request: ").removeprefix("can't parse entities: ")


HTML = [
    ("a <b>b</b> c", "a b c", [("bold", "b")]),
    ("😀 <b>😀x</b>", "😀 😀x", [("bold", "😀x")]),
    ("<b>a<i>b</i></b>", "ab", [("bold", "ab"), ("italic", "b")]),
    ("<B>a</B>", "a", [("bold", "a")]),
    ("<b>a</>", "a", [("bold", "a")]),
    ("1 &lt; 2 &amp;&amp; &quot;3&quot; &#33;&#x21;", '1 < 2 && "3" !!', []),
    ("&copy; &nope; &", "&copy; &nope; &", []),
    ("<code>a@b.com /buy</code>", "a@b.com /buy", [("code", "a@b.com /buy")]),
    ('<pre><code class="language-python">x = 1</code></pre>', "x = 1", [("pre", "x = 1")]),
    ('<a href="https://a.com/?q=1&amp;r=2">here</a>', "here", [("text_link", "here")]),
    ("<a>no address</a>", "no address", []),
    ('<a href="tg://user?id=7100000001">Bob</a>', "Bob", [("text_mention", "Bob")]),
    ("<blockquote expandable>a\nb</blockquote>", "a\nb", [("expandable_blockquote", "a\nb")]),
    (
        '<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>',
        "xy",
        [("spoiler", "x"), ("spoiler", "y")],
    ),
    ("  <b> a </b>  ", "a", [("bold", "a")]),
    (
        "<s>a</s><u>b</u><del>c</del>",
        "abc",
        [("strikethrough", "a"), ("underline", "b"), ("strikethrough", "c")],
    ),
]
PLAIN = [
    ("buy at pump.fun or https://x.yz/a?b=1.", [("url", "pump.fun"), ("url", "https://x.yz/a?b=1")]),
    ("ask @ann_b or me@desk.com", [("mention", "@ann_b"), ("email", "me@desk.com")]),
    ("/buy BTC #win $SOL", [("bot_command", "/buy"), ("hashtag", "#win"), ("cashtag", "$SOL")]),
    ("/buy@open_outcry_bot x", [("bot_command", "/buy@open_outcry_bot")]),
    ("BTC/USD 1/2 and/or", []),
    ("😀 /buy", [("bot_command", "/buy")]),
    ("0.5 BTC at 52,000.50", []),
]
MARKDOWN = [
    ("*a* _b_ __c__ ~d~ ||e||", "a b c d e", ["bold", "italic", "underline", "strikethrough", "spoiler"]),
    (r"1\.5 \*", "1.5 *", []),
    ("`a.b` ```py\nx=1\n```", "a.b x=1", ["code", "pre"]),
    ("[x](https://a.com)", "x", ["text_link"]),
    (">a\n>b\nc", "a\nb\nc", ["blockquote"]),
    ("*a _b_*", "a b", ["bold", "italic"]),
]
BROKEN = [
    ("<b", "Unclosed start tag at byte offset 0"),
    ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
    ("< x", 'Unsupported start tag "" at byte offset 0'),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<a href="x>y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
]


@pytest.mark.parametrize(("source", "text", "entities"), HTML)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    assert read(source, "HTML") == (text, entities)


@pytest.mark.parametrize(("source", "complaint"), BROKEN)
def test_html_that_is_broken_is_refused_with_its_place(source: str, complaint: str) -> None:
    assert refusal(source) == complaint


@pytest.mark.parametrize(("text", "entities"), PLAIN)
def test_plain_text_gets_the_entities_that_telegram_finds(text: str, entities: list[tuple[str, str]]) -> None:
    assert read(text) == (text, entities)


@pytest.mark.parametrize(("source", "text", "kinds"), MARKDOWN)
def test_the_second_markdown_becomes_text_and_entities(source: str, text: str, kinds: list[str]) -> None:
    plain, entities = read(source, "MarkdownV2")
    assert (plain, [kind for kind, _ in entities]) == (text, kinds)


@pytest.mark.parametrize("character", list("_*[`>#+-=|{}.!()~"))
def test_reserved_characters_of_the_second_markdown_must_be_escaped(character: str) -> None:
    if character not in ">":  # in the middle of a line it is only reserved, at its start it quotes
        assert refusal(f"a {character} b", "MarkdownV2")
    assert read(f"a \\{character} b", "MarkdownV2") == (f"a {character} b", [])


def test_the_old_markdown_still_reads_four_marks() -> None:
    text, entities = read("*a* _b_ `c` [d](https://e.com) f_g".removesuffix(" f_g"), "Markdown")
    assert text == "a b c d" and [k for k, _ in entities] == ["bold", "italic", "code", "text_link"]
    assert refusal("a_b", "Markdown") == "Can't find end of the entity starting at byte offset 1"


def test_given_entities_are_checked_in_utf_16_units() -> None:
    assert read("😀x", entities=[{"type": "bold", "offset": 2, "length": 1}]) == ("😀x", [("bold", "x")])
    assert "UTF-16 offset 3" in refusal("😀", "", [{"type": "bold", "offset": 0, "length": 3}])
    assert "middle of a UTF-16 symbol" in refusal("😀x", "", [{"type": "bold", "offset": 1, "length": 1}])
    assert "wrong type" in refusal("x", "", [{"type": "loud", "offset": 0, "length": 1}])


def test_overrides_of_direction_vanish_and_half_characters_are_refused() -> None:
    assert read("a\u202eb\u2028c\td\re") == ("abc de", [])
    assert refusal("\ud800", "") == "strings must be encoded in UTF-8"
    assert units("😀a") == 3
