"""Words of `/chart` and of what stands inside the pictures (their font knows plain Latin letters only)."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    # ---------------------------------------------------------------- inside a picture
    "picture.months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "picture.months_long": "January February March April May June July August September October November "
    "December",
    "picture.day_of": "{day} {month}",
    "picture.month_of": "{month} {year}",
    "picture.weekdays": "Mon Tue Wed Thu Fri Sat Sun",
    "picture.days_won": "Won",
    "picture.days_lost": "Lost",
    "picture.r": "{n}R",
    "picture.after_fees": "after fees",
    "picture.realised": "realised in {currency}, after fees",
    "picture.still_open": "still open, after fees so far",
    "picture.day": "24h",
    "picture.high": "High",
    "picture.low": "Low",
    "picture.no_candles": "No prices of {symbol} yet",
    "picture.no_points": "Nothing has happened in this account yet",
    "picture.session": "Session",
    "picture.fill.entry": "Entry",
    "picture.fill.target": "TP",
    "picture.fill.stop": "Stop",
    "picture.fill.trail": "Trail",
    "picture.fill.close": "Close",
    "picture.fill.time": "Time",
    "picture.fill.flatten": "Flatten",
    "picture.start": "Start",
    "picture.gain": "P&L",
    "picture.peak": "High-water mark",
    "picture.drawdown": "Max drawdown",
    "picture.lost": "Below the mark",
    "picture.one_point": "One point so far: the next fill begins the curve",
    # ---------------------------------------------------------------- /chart
    "chart.entry": "Entry",
    "chart.chart": "Chart",
    "chart.chosen": "• {name}",
    "chart.style.candles": "Candles",
    "chart.style.line": "Line",
    "chart.style.area": "Area",
    "chart.change": "Change {span}",
    "chart.high_low": "High / low",
    "chart.shown": "Shown",
    "chart.candles": ("{n} candle of {frame}", "{n} candles of {frame}"),
    "chart.since": "since {at}",
    "chart.holes": (
        "{n} gap: nothing was quoted there (closed, or the feed was away).",
        "{n} gaps: nothing was quoted there (closed, or the feed was away).",
    ),
    "chart.no_bars": "There are no bars of {symbol} yet: the first one ends within a minute or two of the "
    "first price. {line} shows the newest price.",
    "chart.too_fine": "Prices of {symbol} come in bars of {base}: {frame} would be finer than they are. "
    "Type {line}",
    "chart.off": "Pictures are off on this desk: the numbers stand here, {line} shows more.",
    "chart.failed": "The picture could not be drawn in time: press Refresh for another try.",
    "chart.nothing_traded": "No curve: nothing was filled in this period. {line} shows all of the past.",
}
