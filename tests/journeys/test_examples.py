"""The examples are played as a person would play them, and must say what the transcript beside them says.

`python -m tests.journeys.test_examples` writes the transcripts anew: read the difference before keeping it.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.architecture.source import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.chat"))
BTC_QUOTES = "trading/feeds/bundled/BTC_USD_coinbase_quote_bars.csv.gz"
SOL_BARS = "examples/data/SOL_USDT_1m_handmade.csv"
COMMAND = "# $ openoutcry "

TRANSCRIPT = {"at", "direction", "text", "buttons"}
FILL = {"at", "symbol", "side", "quantity", "price", "fee", "client_order_id", "tag"}
POSITION = {"symbol", "side", "quantity", "average_price", "realised_pnl", "unrealised_pnl", "bracket"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
HASH = re.compile(r"hash [0-9a-f]{12}")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
HASH = re.compile(r"hash [0-9a-f]{12}")
"""Of the journal's chain: another one whenever an event learns a new field, and no news to who reads this."""
SUMS = {"quantity", "price", "fee", "realised_pnl", "value", "equity", "deposits", "cash", "average_price"}


def commands_of(script: Path) -> list[str]:
    """What the head of a script says it is played with: arguments of `openoutcry`."""
    lines = script.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(COMMAND) for line in lines if line.startswith(COMMAND)]


def said(arguments: str) -> str:
    """What `openoutcry ARGUMENTS` prints, run in this process from the top of the checkout."""
    raw = io.BytesIO()
    with contextlib.chdir(ROOT), io.TextIOWrapper(raw, encoding="utf-8", write_through=True) as out:
        with contextlib.redirect_stdout(out):
            code = main(shlex.split(arguments))
        assert code == 0, f"openoutcry {arguments} ended with {code}"
        return raw.getvalue().decode()


def transcript_of(script: Path) -> str:
    """Each command of the script with what it prints, as the file beside it keeps it."""
    commands = commands_of(script)
    assert commands, f"{script.name} does not say how it is played"
    whole = "\n".join(f"$ openoutcry {command}\n{said(command)}" for command in commands)
    # The hash covers every field of every event: a new field would change it in each transcript.
    return HASH.sub("hash ...", whole)


def report_of(name: str) -> dict[str, Any]:
    """The JSON of an example's first command."""
    found: dict[str, Any] = json.loads(said(commands_of(ROOT / "examples" / f"{name}.chat")[0] + " --json"))
    return found


def rows_of(path: str) -> list[dict[str, str]]:
    """A price file, read by nothing of ours."""
    file = ROOT / path
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        return list(csv.DictReader(lines))


def bar_at(rows: list[dict[str, str]], instant: str) -> dict[str, Decimal]:
    """The bar that begins at an instant."""
    ts = str(int(datetime.fromisoformat(instant).astimezone(UTC).timestamp() * 1000))
    found = next(row for row in rows if row["ts"] == ts)
    return {name: Decimal(text) for name, text in found.items()}


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda script: script.stem)
def test_an_example_says_what_its_transcript_says(script: Path) -> None:
    expected = script.with_suffix(".out").read_text(encoding="utf-8")
    first = transcript_of(script)
    assert HASH.sub("hash", first).splitlines() == HASH.sub("hash", expected).splitlines()
    assert transcript_of(script) == first, "twice the same, to the last byte"


def test_there_is_no_transcript_without_its_script() -> None:
    assert len(EXAMPLES) >= 8
    assert {script.stem for script in EXAMPLES} == {
        out.stem for out in (ROOT / "examples").iterdir() if out.suffix == ".out"
    }


@pytest.mark.slow
def test_a_replay_in_a_process_of_its_own_gives_the_same_bytes() -> None:
    script = ROOT / "examples" / "several-targets.chat"
    command = [str(ROOT / ".venv" / "bin" / "openoutcry"), *shlex.split(commands_of(script)[0])]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60)
    expected = script.with_suffix(".out").read_bytes().split(b"\n", 1)[1]
    assert ended.stdout == expected


def test_the_json_has_the_promised_keys_and_forms() -> None:
    report = report_of("buy-and-protect")
    assert {"transcript", "orders", "fills", "positions", "bookings", "equity", "journal"} <= set(report)
    assert all(set(entry) == TRANSCRIPT for entry in report["transcript"])
    assert {entry["direction"] for entry in report["transcript"]} == {"in", "out"}
    assert report["fills"] and all(set(fill) >= FILL for fill in report["fills"])
    assert set(report["journal"]) == {"events", "head"}
    assert re.fullmatch(r"[0-9a-f]{64}", report["journal"]["head"])
    for name, value in _leaves(report):
        if name in ("at", "opened_at", "closed_at") and value is not None:
            assert INSTANT.fullmatch(value), (name, value)
        if name in SUMS and value is not None:
            assert isinstance(value, str) and NUMBER.fullmatch(value), (name, value)
        assert not isinstance(value, float), f"{name} is a float: {value}"


def test_an_open_position_in_the_json_shows_its_exits() -> None:
    command = commands_of(ROOT / "examples" / "several-targets.chat")[0]
    report = json.loads(said(f"{command} --until 2024-01-08T09:05:30Z --json"))
    (position,) = report["positions"]
    assert set(position) >= POSITION
    assert (position["side"], position["quantity"], position["average_price"]) == ("long", "5", "100")
    assert {
        leg["name"]: (leg["price"], leg["quantity"]) for leg in position["bracket"] if leg["state"] != "done"
    } == {
        "sl": ("100", "5"),
        "tp2": ("104", "3"),
        "tp3": ("108", "2"),
    }


def test_the_money_of_three_targets_is_what_a_pencil_says() -> None:
    bars = rows_of(SOL_BARS)
    entry = bar_at(bars, "2024-01-08T09:02Z")["open"]
    first, second = entry * Decimal("1.02"), entry * Decimal("1.04")
    # The prices that make it happen: each target is traded through, then the way back ends at the entry.
    assert bar_at(bars, "2024-01-08T09:04Z")["high"] > first
    assert bar_at(bars, "2024-01-08T09:06Z")["high"] > second
    assert max(Decimal(row["high"]) for row in bars) < entry * Decimal("1.08")
    assert bar_at(bars, "2024-01-08T09:10Z")["low"] < entry
    size = 1000 / entry  # ten coins for a thousand dollars
    gain = size * Decimal("0.5") * (first - entry) + size * Decimal("0.3") * (second - entry)
    turned_over = (
        size * entry + size / 2 * first + size * Decimal("0.3") * second + size * Decimal("0.2") * entry
    )
    fees = turned_over * Decimal("0.001")
    equity = report_of("several-targets")["equity"]
    assert (Decimal(equity["realised_pnl"]), Decimal(equity["fees"])) == (gain, fees)
    assert (gain, fees) == (Decimal("22"), Decimal("2.022"))
    assert Decimal(equity["equity"]) == Decimal("10000") + gain - fees


def test_the_money_of_a_stop_and_a_target_on_real_prices_is_what_a_pencil_says() -> None:
    rows = rows_of(BTC_QUOTES)
    cent, sat = Decimal("0.01"), Decimal("0.00000001")
    # Bought at the ask that the next minute opens with; the size came from the ask that was known before.
    size = (1000 / bar_at(rows, "2018-04-04T00:59Z")["ask_c"]).quantize(sat, ROUND_DOWN)
    bought = bar_at(rows, "2018-04-04T01:01Z")["ask_o"]
    stop = (bought * Decimal("0.99")).quantize(cent)
    # The minute before it stays above the stop; this one opens below it, and that is what it gets.
    stopped = bar_at(rows, "2018-04-04T01:27Z")["bid_o"]
    assert bar_at(rows, "2018-04-04T01:26Z")["bid_l"] > stop > stopped
    loss = size * (stopped - bought)
    fees = size * (stopped + bought) * Decimal("0.001")
    (closed, _) = report_of("buy-and-protect")["closed"]
    assert Decimal(closed["quantity"]) == size
    assert (Decimal(closed["realised_pnl"]), Decimal(closed["fees"])) == (loss, fees)
    assert (loss.quantize(cent), fees.quantize(cent)) == (Decimal("-10.72"), Decimal("1.99"))


def test_the_bookings_of_every_event_add_up_to_nothing() -> None:
    sums: dict[tuple[str, int, str], Decimal] = {}
    for line in report_of("panic")["bookings"]:
        event = (line["account"], line["seq"], line["currency"])
        sums[event] = sums.get(event, Decimal(0)) + Decimal(line["value"])
    assert sums and set(sums.values()) == {Decimal(0)}


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
    else:
        yield name, value


if __name__ == "__main__":
    for one in EXAMPLES:
        one.with_suffix(".out").write_text(transcript_of(one), encoding="utf-8")
        print(f"wrote {one.with_suffix('.out').relative_to(ROOT)}")
