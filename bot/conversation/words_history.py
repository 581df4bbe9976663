"""Words of the history: bars of the past, what was found in files of them, and `openoutcry history`."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "history.title": "History",
    "history.empty": "The history is empty: `openoutcry history import FILE` or `history fill` begins it.",
    "history.column.series": "Series",
    "history.column.bars": "Bars",
    "history.column.from": "From",
    "history.column.to": "To",
    "history.column.sources": "Sources",
    "history.series": "Series",
    "history.rows": "Rows",
    "history.kept": "{n}, {kept} of them sound",
    "history.stamps": "Stamps",
    "history.time": "Time",
    "history.span": "{begin} to {end}",
    "history.decimals": "Decimals",
    "history.extent": ("{n} bar of {frame}, {begin} to {end}", "{n} bars of {frame}, {begin} to {end}"),
    "history.run": ("{n} bar from {source}: {begin} to {end}", "{n} bars from {source}: {begin} to {end}"),
    "history.runs_more": ("and {n} more stretch", "and {n} more stretches"),
    "history.sound": "Sound: nothing is missing and every file is what was written.",
    "history.broken": "{path} is gone or was changed: delete it, then import or fill its year again.",
    "history.not_stored": "Nothing was stored: see the lines in front of this one.",
    "history.looked": "Only looked at: leave out --look to store it.",
    "history.stored": (
        "Stored {n} new bar; {same} were there already.",
        "Stored {n} new bars; {same} were there already.",
    ),
    "history.differing": (
        "{n} says something else than what is there and was left out: --replace takes it.",
        "{n} say something else than what is there and were left out: --replace takes them.",
    ),
    "history.replaced": ("{n} that was there was replaced.", "{n} that were there were replaced."),
    "history.unit.s": "seconds",
    "history.unit.ms": "milliseconds",
    "history.unit.us": "microseconds",
    "history.unit.ns": "nanoseconds",
    "history.unit.text": "as text",
    "history.zone.stamps": "in UTC",
    "history.zone.given": "on the clock of {zone}, as you said",
    "history.zone.hours": "on the clock of {zone}: so the bars lie in the market's hours",
    "history.zone.clock": "on the clock of {zone}: its hour is missing where clocks were changed",
    "history.zone.assumed": "without a zone, taken as {zone}",
    "history.found.stamp": (
        "{n} row has a time that cannot be read and is left out ({where}).",
        "{n} rows have a time that cannot be read and are left out ({where}).",
    ),
    "history.found.impossible": (
        "{n} candle cannot be ({where}): a price that is none, or outside of low and high. Left out; a file "
        "that has many is refused until you mend it or say --skip-impossible.",
        "{n} candles cannot be ({where}): a price that is none, or outside of low and high. Left out; a file "
        "that has many is refused until you mend it or say --skip-impossible.",
    ),
    "history.found.newest_first": "The file begins with the newest: turned round.",
    "history.found.disorder": (
        "{n} row is older than the one before ({where}): sorted by time; look whether files were joined.",
        "{n} rows are older than the one before ({where}): sorted by time; look whether files were joined.",
    ),
    "history.found.repeated": (
        "{n} row says the same again ({where}): left out.",
        "{n} rows say the same again ({where}): left out.",
    ),
    "history.found.contradicting": (
        "{n} row disagrees with another of the same instant ({where}): say --keep first or --keep last.",
        "{n} rows disagree with another of the same instant ({where}): say --keep first or --keep last.",
    ),
    "history.found.growing": (
        "The last candle was still growing: left out.",
        "{n} candles had not ended yet: left out.",
    ),
    "history.found.overlapping": (
        "{n} candle begins inside the one before ({where}): give a file of one length, or say --frame.",
        "{n} candles begin inside the one before ({where}): give a file of one length, or say --frame.",
    ),
    "history.found.off_grid": (
        "{n} candle begins {seconds} s behind a round time ({where}): is that its end instead?",
        "{n} candles begin {seconds} s behind a round time ({where}): are these their ends instead?",
    ),
    "history.found.rounded": "Prices have more decimals than prices have: rounded to {decimals}. "
    "Adjusted prices belong under --adjusted.",
    "history.found.holes": (
        "{missing} candles are missing in {n} gap ({share} %), the longest {longest}: {where}. `openoutcry "
        "history fill` asks a source for them.",
        "{missing} candles are missing in {n} gaps ({share} %), the longest {longest}: {where}. `openoutcry "
        "history fill` asks a source for them.",
    ),
    "history.found.filled_in": (
        "{n} candle has no volume and no movement ({where}): nobody traded, or it was filled in.",
        "{n} candles have no volume and no movement ({where}): nobody traded, or they were filled in.",
    ),
    "history.found.no_volume": "No candle has a volume: what measures volume sees none.",
    "history.found.spike": (
        "{n} close jumps by more than 30 % and is back with the next ({where}): compare another source.",
        "{n} closes jump by more than 30 % and are back with the next ({where}): compare another source.",
    ),
    "history.found.split": (
        "{n} open looks like a split ({where}): raw prices jump there, and a backtest takes it for a loss or "
        "a gain. Import adjusted prices beside them with --adjusted.",
        "{n} opens look like splits ({where}): raw prices jump there, and a backtest takes it for losses or "
        "gains. Import adjusted prices beside them with --adjusted.",
    ),
    "history.found.split_adjusted": (
        "{n} open looks like a split ({where}), and these were to be adjusted: are they raw?",
        "{n} opens look like splits ({where}), and these were to be adjusted: are they raw?",
    ),
    "history.found.other_frame": "The file is named {name}, and its candles last {frame}: {frame} counts.",
    "history.found.adjusted_beside": "A column of adjusted closes stands beside, unread: these are raw.",
    "history.found.zone_unsure": "On whose clock these times are is a guess ({zone}): say --zone.",
    "cli.history": "bars of the past: import, list, check, fill",
    "cli.history.about": "Keeps bars of the past once, in the folder history of the desk's home, for "
    "backtest and sweep: `openoutcry backtest BTC/USDT@5m --strategy pullback`.",
    "cli.history.import": "read files of bars, judge them, and keep what is sound",
    "cli.history.list": "what there is",
    "cli.history.check": "look for gaps, slips and files that were changed",
    "cli.history.fill": "ask a source for the bars that are missing",
    "cli.history.forget": "delete series",
    "cli.history.json": "print one JSON value",
    "cli.history.series": "a symbol and a frame, such as BTC/USDT@5m",
    "cli.history.adjusted": "prices adjusted for splits and dividends; they stand apart from raw ones",
    "cli.history.from": "where bars come from: ccxt:EXCHANGE (default: the exchange that gave bars before)",
    "cli.history.since": "the first day (default: where the series begins)",
    "cli.history.until": "the day behind the last one (default: now)",
    "cli.history.files": "CSV, JSON, Feather or Parquet files of bars, gzip or not",
    "cli.history.symbol": "what the bars are of (default: from the file's name)",
    "cli.history.frame": "how long a bar is, such as 5m (default: from the bars)",
    "cli.history.zone": "on whose clock times without a zone are, such as Europe/Berlin (default: guessed)",
    "cli.history.source": "who these bars are from (default: the file's name)",
    "cli.history.keep": "of two bars of one instant that disagree, which one",
    "cli.history.skip": "go on without candles that cannot be, even when they are many",
    "cli.history.replace": "bars of the file replace those that are there and say something else",
    "cli.history.look": "report only, store nothing",
    "cli.history.day": "it must be a day such as 2024-01-01",
    "cli.history.no_series": "{text} is no series: say symbol and frame, such as BTC/USDT@5m.",
    "cli.history.no_frame": "{text} is no length of a bar: say 1m, 5m, 1h, 4h or 1d.",
    "cli.history.one_symbol": "--symbol goes with one file: leave it out, or import the files one by one.",
    "cli.history.not_there": "The history has no {text}: it has {names}.",
    "cli.history.no_source": "{text} is no source: say --from ccxt:kraken or another exchange of ccxt.",
    "cli.history.no_since": "There are no bars yet: say from which day on, as --since 2024-01-01.",
    "cli.history.fills_raw": "Exchanges give raw prices: adjusted ones are imported from files.",
    "cli.history.filled": (
        "{series}: {n} bar was missing, {came} came from {source}, {left} are still missing.",
        "{series}: {n} bars were missing, {came} came from {source}, {left} are still missing.",
    ),
    "cli.history.whole": "{series}: nothing is missing that {source} could have.",
    "cli.history.differing": (
        "{n} bar came that says something else than what is there: left out.",
        "{n} bars came that say something else than what is there: left out.",
    ),
    "cli.history.forgotten": ("Deleted {series}: {n} bar.", "Deleted {series}: {n} bars."),
}
