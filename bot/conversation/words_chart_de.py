"""What words_chart.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "picture.months": "Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "picture.months_long": "Januar Februar März April Mai Juni Juli August September Oktober November "
    "Dezember",
    "picture.month_of": "{month} {year}",
    "picture.weekdays": "Mo Di Mi Do Fr Sa So",
    "picture.days_won": "Gewonnen",
    "picture.days_lost": "Verloren",
    "picture.r": "{n} R",
    "picture.after_fees": "nach Gebühren",
    "picture.realised": "realisiert in {currency}, nach Gebühren",
    "picture.still_open": "noch offen, nach bisherigen Gebühren",
    "picture.day": "24 h",
    "picture.high": "Hoch",
    "picture.low": "Tief",
    "picture.no_candles": "Noch keine Kurse von {symbol}",
    "picture.no_points": "In diesem Konto ist noch nichts geschehen",
    "picture.session": "Sitzung",
    "picture.fill.entry": "Einstieg",
    "picture.fill.target": "Ziel",
    "picture.fill.stop": "Stop",
    "picture.fill.trail": "Trailing",
    "picture.fill.close": "Zu",
    "picture.fill.time": "Zeit",
    "picture.fill.flatten": "Glatt",
    "picture.start": "Beginn",
    "picture.gain": "G/V",
    "picture.peak": "Hochpunkt",
    "picture.drawdown": "Max. Drawdown",
    "picture.lost": "Unter dem Hochpunkt",
    "picture.one_point": "Erst ein Punkt: die Kurve beginnt mit dem zweiten",
    "chart.entry": "Einstieg",
    "chart.chart": "Bild",
    "chart.chosen": "• {name}",
    "chart.style.candles": "Kerzen",
    "chart.style.line": "Linie",
    "chart.style.area": "Fläche",
    "chart.change": "Veränderung {span}",
    "chart.high_low": "Hoch / Tief",
    "chart.shown": "Gezeigt",
    "chart.candles": ("{n} Kerze zu {frame}", "{n} Kerzen zu {frame}"),
    "chart.since": "seit {at}",
    "chart.holes": (
        "{n} Lücke: dort gab es keine Kurse (geschlossen, oder die Quelle war weg).",
        "{n} Lücken: dort gab es keine Kurse (geschlossen, oder die Quelle war weg).",
    ),
    "chart.no_bars": "Von {symbol} gibt es noch keine Kerzen: die erste endet ein, zwei Minuten nach dem "
    "ersten Kurs. {line} zeigt den neuesten Kurs.",
    "chart.too_fine": "Kurse von {symbol} kommen in Kerzen zu {base}: {frame} wäre feiner, als sie sind. "
    "Tippe {line}",
    "chart.off": "Bilder sind auf diesem Desk aus: hier stehen die Zahlen, {line} zeigt mehr.",
    "chart.failed": "Das Bild wurde nicht rechtzeitig fertig: drück auf „Neu laden“ für einen neuen Versuch.",
    "chart.nothing_traded": "Keine Kurve: in diesem Zeitraum wurde nichts ausgeführt. {line} zeigt alles "
    "von früher.",
}
