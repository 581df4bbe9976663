"""Screens as embeds and components: bounds kept, markup of others dead, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.screen import (
    Kind,
    Screen,
    bold,
    button,
    code,
    gap,
    good,
    italic,
    kv,
    line,
    look,
    row,
    table,
    warn,
)
from bot.platforms.discord_encode import components, embed, escaped, parts
from tests.fakes.discord_checks import checked_message

TEXT = st.text(max_size=300)


def test_lines_facts_badges_and_tables_are_drawn() -> None:
    screen = Screen.of(
        line(bold("Buy BTC/USD?")),
        gap(),
        kv(("Price", "7,400.00"), ("Fee", good("1.00"))),
        table(("Symbol", ">P&L"), [("BTC", "1.00"), ("ETH", "-2.00")]),
        line(code("/help"), italic(" explains ")),
        line(warn("Look out")),
    )
    assert parts(screen) == [
        "**Buy BTC/USD?**\n\nPrice: 7,400.00\nFee: 1.00\n"
        "```\nSymbol    P&L\nBTC      1.00\nETH     -2.00\n```\n"
        "`/help` *explains* \n⚠️ Look out"
    ]


def test_markup_of_others_is_dead() -> None:
    assert escaped("**x** _y_ ~~z~~ `c` ||s||") == r"\*\*x\*\* \_y\_ \~\~z\~\~ \`c\` \|\|s\|\|"
    assert escaped("[free](https://evil)") == "\\[free\\](https:\u200b//evil)"
    assert escaped("@everyone <@1>") == "@\u200beveryone \\<@\u200b1\\>"
    assert escaped("# big\n- list\n1. one") == "\\# big\n\\- list\n1\\. one"
    assert escaped("1,234.56 -2.00 BTC/USD") == "1,234.56 -2.00 BTC/USD"
    assert "`" not in parts(Screen.of(line(code("a`b``c"))))[0][1:-1]


@given(st.lists(TEXT, max_size=30))
def test_whatever_is_said_fits_into_messages_that_discord_takes(texts: list[str]) -> None:
    screen = Screen.of(*(line(text) for text in texts))
    for part in parts(screen):
        body = {"embeds": [embed(part, screen)]}
        checked_message(body, has_files=False, is_new=True)
        assert part.strip()


def test_a_long_table_is_cut_between_lines_and_its_fences_stay_whole() -> None:
    rows = [(f"SYMBOL{n}", f"{n}.00") for n in range(400)]
    found = parts(Screen.of(table(("Symbol", ">Price"), rows)))
    assert len(found) > 1 and all(part.count("```") == 2 for part in found)
    assert all(f"SYMBOL{n} " in "".join(found) for n in range(400))


def test_a_line_that_is_too_long_is_cut_and_nothing_is_lost() -> None:
    text = "a*" * 5_000
    found = parts(Screen.of(line(text)))
    assert "".join(found).replace("\\", "") == text
    assert all(not part.endswith("\\") for part in found)


def test_surrogates_and_emoji_count_as_discord_counts() -> None:
    found = parts(Screen.of(line("😀" * 5_000)))
    assert all(len(part.encode("utf-16-le")) // 2 <= 4_096 for part in found)


def test_buttons_stand_in_rows_and_confirming_ones_stand_out() -> None:
    yes, no = button("Buy", "n1", confirming=True), button("Cancel", "n1.no")
    drawn = components(Screen.of("x").with_buttons(row(yes, no)))[0]["components"]
    assert [[one["label"], one["style"], one["custom_id"]] for one in drawn] == [
        ["Buy", 1, "n1"],
        ["Cancel", 2, "n1.no"],
    ]


def test_what_only_looks_becomes_a_select_when_there_are_too_many() -> None:
    many = [row(look(f"P{n}", "position", f"S{n}")) for n in range(30)]
    screen = Screen.of("x").with_buttons(*many, row(button("Close all", "nonce")))
    made = components(screen)
    checked_message({"embeds": [], "components": made, "content": "x"}, has_files=False, is_new=True)
    kinds = [one["type"] for part in made for one in part["components"]]
    assert kinds == [2, 3, 3]
    offered = [option for part in made[1:] for option in part["components"][0]["options"]]
    assert [one["value"] for one in offered] == [f"position:S{n}" for n in range(30)]
    assert made[1]["components"][0]["custom_id"] != made[2]["components"][0]["custom_id"]


def test_the_same_button_twice_is_one() -> None:
    screen = Screen.of("x").with_buttons(row(look("A", "help")), row(look("B", "help")))
    assert len(components(screen)) == 1


def test_kinds_of_screens_have_their_colours() -> None:
    review = embed("x", Screen.of("x", kind=Kind.REVIEW))["color"]
    assert len({review, embed("x", Screen.of("x"))["color"], embed("x", Screen.of(good("x")))["color"]}) == 3
