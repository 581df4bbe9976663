"""What the desk's rules say in English is told in German: every refusal that the code can make."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from bot.conversation.grammar import parse
from bot.conversation.grammar_shapes import Asked, NotUnderstood
from bot.conversation.retelling import pattern_of, reread, retold, told_as
from bot.conversation.verbs import VERBS
from bot.conversation.verbs_announced import ANNOUNCED
from bot.conversation.wording import Wording
from bot.conversation.words import CATALOGUE, DEFAULT, places
from trading.domain.events import Refusal
from trading.domain.limits import LIMIT_HELP

TRADING = Path(__file__).parents[3] / "trading"
ENGLISH, GERMAN = CATALOGUE[DEFAULT], CATALOGUE["de"]
READER = Wording("de", "Europe/Berlin", "1.234,56")
HOLE = "\x00"
Names = dict[str, list[ast.expr]]


def templates(found: ast.expr, names: Names) -> list[str]:
    """The texts that an expression can be, with a hole where a value goes."""
    match found:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr():
            parts = [templates(one, {}) for one in found.values]
            return ["".join(one) for one in product(*parts)]
        case ast.BinOp(op=ast.Add()):
            both = product(templates(found.left, names), templates(found.right, names))
            return ["".join(one) for one in both]
        case ast.IfExp():
            return templates(found.body, names) + templates(found.orelse, names)
        case ast.Name() if found.id in names:
            return [text for one in names[found.id] for text in templates(one, names)]
        case _:
            return [HOLE]


def refusals_in(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Line, code and sentence of each refusal that a module makes, gate checks included."""
    since_used: Names = {}
    for node in _in_order(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            since_used.setdefault(node.targets[0].id, []).append(node.value)
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
        if called == "Refusal" and len(node.args) >= 2:
            said = node.args[1]
        elif called == "check" and len(node.args) == 5 and isinstance(node.args[4], ast.Lambda):
            said = node.args[4].body
        else:
            continue
        codes = templates(node.args[0], since_used)
        for code, text in product(codes, templates(said, since_used)):
            yield node.lineno, code, text
        since_used.pop(getattr(said, "id", ""), None)


def _in_order(tree: ast.AST) -> list[ast.AST]:
    """All nodes as they stand in the file: a name holds what it was given above, since it was used last."""
    return sorted(
        ast.walk(tree), key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
    )


def every_refusal() -> list[tuple[str, str, str]]:
    found = {
        (f"{path.relative_to(TRADING)}:{line}", code, text)
        for path in sorted(TRADING.rglob("*.py"))
        for line, code, text in refusals_in(ast.parse(path.read_text(encoding="utf-8")))
        if code.strip(HOLE) and text.strip(HOLE)
    }
    return sorted(found)


def test_every_refusal_of_the_desk_can_be_told_in_german() -> None:
    assert len(every_refusal()) > 100
    lost = [
        (where, code, text.replace(HOLE, "…"))
        for where, code, text in every_refusal()
        if not any(
            pattern_of(str(phrase)).fullmatch(text) for key, phrase in ENGLISH.items() if _is(key, code)
        )
    ]
    assert lost == [], "give each a phrase refusal.<code> in words_refusal.py and words_refusal_de.py"


def _is(key: str, code: str) -> bool:
    return key == f"refusal.{code}" or key.startswith(f"refusal.{code}.")


def test_every_phrase_of_a_refusal_is_said_by_the_desk() -> None:
    """Nothing stands in the catalogue that no rule says any more; what stops entries is put together in words
    of its own (trading/domain/halting.py, freezing.py)."""
    said = every_refusal()
    stops = ("desk_halt", "account_halt", "maintenance", "lockout", "frozen")
    idle = [
        key
        for key, phrase in ENGLISH.items()
        if key.startswith("refusal.")
        and key.split(".")[1] not in stops
        and not any(_is(key, code) and pattern_of(str(phrase)).fullmatch(text) for _, code, text in said)
    ]
    assert idle == []


def test_each_refusal_filled_in_english_comes_out_in_german() -> None:
    for key, phrase in ENGLISH.items():
        if not key.startswith("refusal."):
            continue
        values = {name: f"<{name}>" for name in places(phrase)}
        told = retold(READER, Refusal(key.split(".")[1], str(phrase).format(**values)))
        assert all(value in told for value in values.values()), (key, told)
        assert told == str(GERMAN[key]).format(**values), key


@pytest.mark.parametrize(
    ("code", "english", "german"),
    [
        (
            "too_small",
            "That is less than the smallest order in BTC/USD: 0.00001 BTC, about 1234.5 USD.",
            "Das ist weniger als die kleinste Order in BTC/USD: 0,00001 BTC, etwa 1.234,5 USD.",
        ),
        (
            "price_off_tick",
            "BTC/USD moves in steps of 0.01: type 64000.12 or 64000.13 instead of 64000.125.",
            "BTC/USD bewegt sich in Schritten von 0,01: tippe 64000.12 oder 64000.13 statt 64000.125.",
        ),
        (
            "stop_wrong_side",
            "A stop of a long belongs below the entry: 65000 is not below 64000.",
            "Der Stop einer Long-Position gehört unter den Einstieg: 65.000 ist nicht unter 64.000.",
        ),
        (
            "account_halt",
            "Account paper is halted by owner at 14:03 UTC: stop. Only exits go out; /resume and a reason "
            "opens it again.",
            "Konto paper ist angehalten durch owner um 14:03 UTC: stop. Nur Ausstiege gehen hinaus; /resume "
            "und ein Grund öffnet wieder.",
        ),
        (
            "desk_halt",
            "The desk is paused until 2026-11-24 15:00 UTC by owner at 14:03 UTC: no reason given. Only "
            "exits go out; it opens by itself then, /resume desk and a reason opens it now.",
            "Der Desk ist pausiert bis 24.11.2026 15:00 UTC durch owner um 14:03 UTC: ohne Angabe eines "
            "Grundes. Nur Ausstiege gehen hinaus; dann öffnet es von selbst, /resume desk und ein Grund "
            "öffnet jetzt.",
        ),
        (
            "frozen",
            "Entries of account paper are frozen since 14:03 UTC: the venue does not answer. Exits go out. "
            "It opens by itself when the venue answers and no order is sought any more. BTC/USD is not "
            "opened meanwhile: the venue holds 0.5, the book 0; type /reconcile BTC/USD to say what is true.",
            "Einstiege von Konto paper sind eingefroren seit 14:03 UTC: die Börse antwortet nicht. Ausstiege "
            "gehen hinaus. Es öffnet von selbst, wenn die Börse antwortet und keine Order mehr gesucht wird. "
            "BTC/USD wird solange nicht eröffnet: die Börse hält 0,5, das Buch 0; tippe /reconcile BTC/USD, "
            "um zu sagen, was stimmt.",
        ),
        ("of_tomorrow", "Nobody knows this one.", "Nobody knows this one."),
    ],
)
def test_facts_are_written_the_german_way_and_what_is_typed_stays(
    code: str, english: str, german: str
) -> None:
    assert retold(READER, Refusal(code, english)) == german
    assert retold(Wording(), Refusal(code, english)) == english


@pytest.mark.parametrize(
    ("typed", "german"),
    [
        ("/bui btc 100", "Das Wort „/bui“ kenne ich nicht: tippe /buy, wenn du das meinst."),
        ("/buy btc 100 sl", "sl braucht ein Niveau: tippe sl 2%, sl 61500 oder sl 2atr."),
        ("/buy btc 1e5", "„1e5“ ist mit Exponent geschrieben: tippe die Zahl aus, wie 100000 oder 100k."),
        ("/buy btc 1.000", "„1.000“ lässt sich verschieden lesen. Welche Zahl ist es?"),
        ("/order", "/order braucht die Nummer einer Order, wie #3 (/orders zeigt sie)."),
    ],
)
def test_what_the_grammar_says_of_a_line_is_told_in_german(typed: str, german: str) -> None:
    read = parse(typed)
    assert isinstance(read, NotUnderstood | Asked)
    assert reread(READER, read.sentence) == german


def test_hints_of_the_grammar_have_german_words() -> None:
    """Every hint in words, that is every one with an English word which is no word of a line to type."""
    words = re.compile(r"\b(the|is|are|there|you|that|shows|lists|an?|with|taken|come|comes|like)\b")
    rooms = sorted((Path(__file__).parents[3] / "bot" / "conversation").glob("grammar*.py"))
    hints = []
    for path in rooms:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "hint":
                hints += templates(node.value, {})
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"hint", "said"}:
                hints += templates(node.value, {})
    assert len(hints) > 20
    lost = [one for one in hints if words.search(one) and told_as(READER, "said.hint", one) == one]
    assert lost == []


def test_a_verb_without_what_it_needs_says_in_words_what_that_is() -> None:
    needy = [row for row in VERBS if any(one.required for one in row.arguments)]
    for row in needy:
        read = parse(f"/{row.name}")
        if isinstance(read, NotUnderstood) and read.code == "argument_missing":
            assert re.search(r" needs (an?|the) ", read.sentence), read.sentence
            told = reread(READER, read.sentence)
            assert re.search(r" braucht (eine?n?|den|die|das) ", told) and "the " not in told, told
    assert len(needy) > 10


def test_what_is_said_of_verbs_that_come_later_and_of_limits_can_be_told_in_german() -> None:
    for prefix, said in (("said.hint", ANNOUNCED.values()), ("said.limit", LIMIT_HELP.values())):
        assert [one for one in said if told_as(READER, prefix, one) == one] == []


SAYS_NO = ("Problem", "Refused", "Rejected", "Unknown", "CancelRefused", "ReplaceRefused")
"""What an adapter makes of a no, with a sentence that people read."""


def sentences_of_venues() -> list[str]:
    """What the adapters of venues outside say no with; a hole is filled with a word."""
    rooms = [
        path
        for name in ("alpaca", "binance", "ccxt", "kraken", "spot")
        for path in (TRADING / "brokers").glob(f"{name}*.py")
    ]
    found: set[str] = set()
    for path in rooms:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(getattr(node, "func", None), "id", "")
            within = node.args if isinstance(node, ast.Call) and called in SAYS_NO else []
            if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict | ast.Tuple):
                within = [one for one in ast.walk(node.value) if isinstance(one, ast.Constant)]
            found |= {text for one in within for text in templates(one, {})}
    said = (one.replace(HOLE, "limit") for one in found if re.fullmatch(r"[A-Z\x00].* .*\.", one))
    return sorted(one.replace("limit order limit.", "limit order needs a limit price.") for one in said)


def test_what_a_venue_says_no_with_can_be_told_in_german() -> None:
    assert len(sentences_of_venues()) > 60
    assert [one for one in sentences_of_venues() if told_as(READER, "because", one) == one] == []


def test_a_venues_own_words_stay_as_they_are_inside_a_german_sentence() -> None:
    told = told_as(READER, "because", "Alpaca refused it: insufficient buying power.")
    assert told == "Alpaca hat das abgelehnt, mit den Worten „insufficient buying power“."
