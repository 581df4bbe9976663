"""What a row of prices must be, and the sentence when it is not: the slow path of `rows` and `ticks`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from trading.domain.market import Bar
from trading.domain.money import Price, Quantity
from trading.feeds.problems import DataProblem

ZERO = Decimal(0)
PRICE_MAX = Decimal(10) ** 15
_MS_MIN, _MS_MAX = 10**11, 4 * 10**12
_SANE = "mend or delete the line"

BarRow = tuple[int, Price, Price, Price, Price, Quantity | None]


class Tally(Struct):
    """What was met while reading one file."""

    rows: int = 0
    duplicates: int = 0
    gaps: int = 0
    missing: int = 0
    longest_s: float = 0.0
    crossed: int = 0


class Checks:
    """Judges the rows of one file; every refusal is a `DataProblem` with file, line and cure."""

    def __init__(self, name: str, cadence_s: int, tally: Tally) -> None:
        self.name = name
        self.cadence_ms = cadence_s * 1000
        self.tally = tally

    def bar_row(self, number: int, line: str) -> BarRow | None:
        """`ts,open,high,low,close,volume` read with care; None for a blank line."""
        if not line.strip():
            return None
        cells = self.cells(number, line, 6, blank=(5,))
        o, h, lo, cl = self.sides(number, cells[1:5])
        return self.ms(number, cells[0]), o, h, lo, cl, self.size(number, cells[5])

    def cells(self, number: int, line: str, width: int, blank: tuple[int, ...] = ()) -> list[str]:
        cells = line.strip().split(",")
        if len(cells) != width:
            raise DataProblem(
                "row",
                f"{self.name} line {number} has {len(cells)} columns instead of {width}: mend or delete it.",
            )
        for index, cell in enumerate(cells):
            if not cell.strip() and index not in blank:
                raise DataProblem(
                    "row", f"{self.name} line {number} has nothing in column {index + 1}: mend or delete it."
                )
        return cells

    def ms(self, number: int, text: str) -> int:
        try:
            return int(text)
        except ValueError as odd:
            raise self.row(number, f"ts is {text}", "ts in epoch milliseconds, like 1522800000000") from odd

    def price(self, number: int, text: str) -> Price:
        try:
            value = Decimal(text)
            if ZERO < value < PRICE_MAX:
                return Price(value)
        except InvalidOperation:
            pass
        raise DataProblem(
            "price",
            f"{self.name} line {number} has the price {text.strip()}: prices are numbers above 0, "
            "so mend or delete the line.",
        )

    def size(self, number: int, text: str) -> Quantity | None:
        if not text.strip():
            return None
        try:
            value = Decimal(text)
            if ZERO <= value < PRICE_MAX:
                return Quantity(value)
        except InvalidOperation:
            pass
        raise DataProblem(
            "row",
            f"{self.name} line {number} has the volume or size {text.strip()}: it must be a number from "
            "0 on, so mend or delete the line.",
        )

    def sides(self, number: int, texts: list[str], side: str = "") -> tuple[Price, Price, Price, Price]:
        """Open, high, low, close that fit each other."""
        try:
            o, h, lo, cl = map(Decimal, texts)
            if ZERO < lo <= o <= h < PRICE_MAX and lo <= cl <= h:
                return Price(o), Price(h), Price(lo), Price(cl)
        except InvalidOperation:
            pass
        o, h, lo, cl = (self.price(number, text) for text in texts)
        where = f"{self.name} line {number} has its {side}"
        if h < lo:
            raise DataProblem("high_low", f"{where}high {h} below its {side}low {lo}: {_SANE}.")
        name, value = ("close", cl) if lo <= o <= h else ("open", o)
        raise DataProblem("high_low", f"{where}{name} {value} outside of {lo} to {h}: {_SANE}.")

    def instant(self, number: int, ms: int) -> datetime:
        if not _MS_MIN < ms < _MS_MAX:
            raise self.row(number, f"ts is {ms}", "ts in epoch milliseconds, like 1522800000000")
        return datetime.fromtimestamp(ms / 1000, UTC)

    def day(self, number: int, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError as odd:
            raise self.row(number, str(odd), "a date like 2020-03-31") from odd

    def repeats(
        self,
        number: int,
        step: int,
        before: Bar,
        values: tuple[Decimal | None, ...],
        ask: tuple[Decimal, ...] | None = None,
    ) -> bool:
        """Judges a step (ms) that is not the cadence; True = the row says again what `before` said."""
        if step < 0:
            raise self.order(number)
        if step == 0:
            same = (before.open, before.high, before.low, before.close, before.volume) == values
            if ask is not None:
                same = same and (before.ask_open, before.ask_high, before.ask_low, before.ask_close) == ask
            if not same:
                raise self.conflict(number)
            self.tally.duplicates += 1
            return True
        if step < self.cadence_ms:
            raise DataProblem(
                "overlap",
                f"{self.name} line {number} begins inside the bar before it, which lasts "
                f"{self.cadence_ms // 1000} s: give a file with bars of one length.",
            )
        self.gap(step // self.cadence_ms - 1, (step - self.cadence_ms) / 1000)
        return False

    def gap(self, missing: int, seconds: float) -> None:
        """Count bars that are not there."""
        self.tally.gaps += 1
        self.tally.missing += missing
        self.tally.longest_s = max(self.tally.longest_s, seconds)

    def order(self, number: int) -> DataProblem:
        return DataProblem(
            "order", f"{self.name} line {number} is older than the line before it: sort the file by time."
        )

    def conflict(self, number: int) -> DataProblem:
        return DataProblem(
            "conflict",
            f"{self.name} line {number} repeats the line before it with other values: delete the wrong one.",
        )

    def row(self, number: int, odd: str, wanted: str) -> DataProblem:
        return DataProblem(
            "row", f"{self.name} line {number} cannot be read ({odd}): it needs {wanted}, so {_SANE}."
        )
