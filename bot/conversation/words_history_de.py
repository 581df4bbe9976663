"""What words_history.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "history.title": "Archiv",
    "history.empty": "Das Archiv ist leer: `openoutcry history import DATEI` oder `history fill` beginnt es.",
    "history.column.series": "Reihe",
    "history.column.bars": "Kerzen",
    "history.column.from": "Von",
    "history.column.to": "Bis",
    "history.column.sources": "Quellen",
    "history.series": "Reihe",
    "history.rows": "Zeilen",
    "history.kept": "{n}, davon {kept} brauchbar",
    "history.stamps": "Zeitangaben",
    "history.time": "Zeit",
    "history.span": "{begin} bis {end}",
    "history.decimals": "Nachkommastellen",
    "history.extent": ("{n} Kerze zu {frame}, {begin} bis {end}", "{n} Kerzen zu {frame}, {begin} bis {end}"),
    "history.run": (
        "{n} Kerze von {source}: {begin} bis {end}",
        "{n} Kerzen von {source}: {begin} bis {end}",
    ),
    "history.runs_more": ("und {n} weiterer Abschnitt", "und {n} weitere Abschnitte"),
    "history.sound": "In Ordnung: Nichts fehlt, und jede Datei ist, was geschrieben wurde.",
    "history.broken": "{path} fehlt oder wurde verändert: löschen, dann neu importieren oder füllen.",
    "history.not_stored": "Nichts wurde gespeichert: siehe die Zeilen darüber.",
    "history.looked": "Nur angesehen: ohne --look wird gespeichert.",
    "history.stored": (
        "{n} neue Kerze gespeichert; {same} waren schon da.",
        "{n} neue Kerzen gespeichert; {same} waren schon da.",
    ),
    "history.differing": (
        "{n} sagt anderes als das, was da ist, und blieb weg: --replace nimmt sie.",
        "{n} sagen anderes als das, was da ist, und blieben weg: --replace nimmt sie.",
    ),
    "history.replaced": ("{n} vorhandene wurde ersetzt.", "{n} vorhandene wurden ersetzt."),
    "history.unit.s": "Sekunden",
    "history.unit.ms": "Millisekunden",
    "history.unit.us": "Mikrosekunden",
    "history.unit.ns": "Nanosekunden",
    "history.unit.text": "als Text",
    "history.zone.stamps": "nach UTC",
    "history.zone.given": "auf der Uhr von {zone}, wie gesagt",
    "history.zone.hours": "auf der Uhr von {zone}: So liegen die Kerzen in den Handelszeiten",
    "history.zone.clock": "auf der Uhr von {zone}: Ihre Stunde fehlt bei der Zeitumstellung",
    "history.zone.assumed": "ohne Zone, als {zone} genommen",
    "history.found.stamp": (
        "{n} Zeile hat eine unlesbare Zeit und bleibt weg ({where}).",
        "{n} Zeilen haben eine unlesbare Zeit und bleiben weg ({where}).",
    ),
    "history.found.impossible": (
        "{n} Kerze ist unmöglich ({where}): ein Kurs, der keiner ist oder außerhalb von Tief und Hoch liegt. "
        "Sie bleibt weg; bei zu vielen hilft Ausbessern oder --skip-impossible.",
        "{n} Kerzen sind unmöglich ({where}): Kurse, die keine sind oder außerhalb von Tief und Hoch liegen. "
        "Sie bleiben weg; bei zu vielen hilft Ausbessern oder --skip-impossible.",
    ),
    "history.found.newest_first": "Die Datei beginnt mit dem Neuesten: umgedreht.",
    "history.found.disorder": (
        "{n} Zeile ist älter als die davor ({where}): nach Zeit sortiert; zwei Dateien in einer?",
        "{n} Zeilen sind älter als die davor ({where}): nach Zeit sortiert; zwei Dateien in einer?",
    ),
    "history.found.repeated": (
        "{n} Zeile sagt dasselbe noch einmal ({where}): weggelassen.",
        "{n} Zeilen sagen dasselbe noch einmal ({where}): weggelassen.",
    ),
    "history.found.contradicting": (
        "{n} Zeile widerspricht einer anderen desselben Zeitpunkts ({where}): --keep first oder --keep last.",
        "{n} Zeilen widersprechen anderen desselben Zeitpunkts ({where}): --keep first oder --keep last.",
    ),
    "history.found.growing": (
        "Die letzte Kerze wuchs noch: weggelassen.",
        "{n} Kerzen waren noch nicht zu Ende: weggelassen.",
    ),
    "history.found.overlapping": (
        "{n} Kerze beginnt in der davor ({where}): eine Datei mit einer Länge geben, oder --frame sagen.",
        "{n} Kerzen beginnen in der davor ({where}): eine Datei mit einer Länge geben, oder --frame sagen.",
    ),
    "history.found.off_grid": (
        "{n} Kerze beginnt {seconds} s nach einer runden Zeit ({where}): Ist das ihr Ende?",
        "{n} Kerzen beginnen {seconds} s nach einer runden Zeit ({where}): Sind das ihre Enden?",
    ),
    "history.found.rounded": "Die Kurse haben mehr Nachkommastellen, als Kurse haben: auf {decimals} "
    "gerundet. Bereinigte Kurse gehören unter --adjusted.",
    "history.found.holes": (
        "{missing} Kerzen fehlen in {n} Lücke ({share} %), die längste {longest}: {where}. `openoutcry "
        "history fill` fragt eine Quelle danach.",
        "{missing} Kerzen fehlen in {n} Lücken ({share} %), die längste {longest}: {where}. `openoutcry "
        "history fill` fragt eine Quelle danach.",
    ),
    "history.found.filled_in": (
        "{n} Kerze ist ohne Umsatz und Bewegung ({where}): Niemand handelte, oder sie wurde ergänzt.",
        "{n} Kerzen sind ohne Umsatz und Bewegung ({where}): Niemand handelte, oder sie wurden ergänzt.",
    ),
    "history.found.no_volume": "Keine Kerze hat einen Umsatz: Was Umsatz misst, sieht keinen.",
    "history.found.spike": (
        "{n} Schluss springt um mehr als 30 % und kehrt sofort zurück ({where}): andere Quelle vergleichen.",
        "{n} Schlüsse springen um über 30 % und kehren sofort zurück ({where}): andere Quelle vergleichen.",
    ),
    "history.found.split": (
        "{n} Eröffnung sieht nach einem Split aus ({where}): Rohe Kurse springen dort, und ein Backtest hält "
        "es für Gewinn oder Verlust. Bereinigte Kurse daneben mit --adjusted importieren.",
        "{n} Eröffnungen sehen nach Splits aus ({where}): Rohe Kurse springen dort, und ein Backtest hält es "
        "für Gewinn oder Verlust. Bereinigte Kurse daneben mit --adjusted importieren.",
    ),
    "history.found.split_adjusted": (
        "{n} Eröffnung sieht nach einem Split aus ({where}), trotz --adjusted: Sind die Kurse roh?",
        "{n} Eröffnungen sehen nach Splits aus ({where}), trotz --adjusted: Sind die Kurse roh?",
    ),
    "history.found.other_frame": "Die Datei heißt {name}, und ihre Kerzen dauern {frame}: {frame} gilt.",
    "history.found.adjusted_beside": "Eine Spalte bereinigter Kurse steht ungelesen daneben: Dies sind rohe.",
    "history.found.zone_unsure": "Auf wessen Uhr diese Zeiten stehen, ist geraten ({zone}): --zone sagen.",
    "cli.history": "Kerzen der Vergangenheit: importieren, auflisten, prüfen, füllen",
    "cli.history.about": "Hält Kerzen der Vergangenheit einmal, im Ordner history des Datenordners, für "
    "backtest und sweep: `openoutcry backtest BTC/USDT@5m --strategy pullback`.",
    "cli.history.import": "Dateien mit Kerzen lesen, prüfen und Brauchbares behalten",
    "cli.history.list": "was es gibt",
    "cli.history.check": "nach Lücken, Ausrutschern und veränderten Dateien sehen",
    "cli.history.fill": "eine Quelle nach fehlenden Kerzen fragen",
    "cli.history.forget": "Reihen löschen",
    "cli.history.json": "einen JSON-Wert ausgeben",
    "cli.history.series": "Symbol und Länge, etwa BTC/USDT@5m",
    "cli.history.adjusted": "um Splits und Dividenden bereinigte Kurse; sie stehen von rohen getrennt",
    "cli.history.from": "woher Kerzen kommen: ccxt:BÖRSE (sonst die Börse, die schon welche gab)",
    "cli.history.since": "der erste Tag (sonst der Anfang der Reihe)",
    "cli.history.until": "der Tag nach dem letzten (sonst jetzt)",
    "cli.history.files": "Dateien mit Kerzen: CSV, JSON, Feather oder Parquet, gepackt oder nicht",
    "cli.history.symbol": "wovon die Kerzen sind (sonst aus dem Dateinamen)",
    "cli.history.frame": "wie lang eine Kerze ist, etwa 5m (sonst aus den Kerzen)",
    "cli.history.zone": "auf wessen Uhr Zeiten ohne Zone stehen, etwa Europe/Berlin (sonst geraten)",
    "cli.history.source": "von wem diese Kerzen sind (sonst der Dateiname)",
    "cli.history.keep": "von zwei Kerzen eines Zeitpunkts, die sich widersprechen, welche",
    "cli.history.skip": "ohne unmögliche Kerzen weitermachen, auch wenn es viele sind",
    "cli.history.replace": "Kerzen der Datei ersetzen vorhandene, die anderes sagen",
    "cli.history.look": "nur berichten, nichts speichern",
    "cli.history.day": "es muss ein Tag sein wie 2024-01-01",
    "cli.history.no_series": "{text} ist keine Reihe: Symbol und Länge sagen, etwa BTC/USDT@5m.",
    "cli.history.no_frame": "{text} ist keine Länge einer Kerze: 1m, 5m, 1h, 4h oder 1d sagen.",
    "cli.history.one_symbol": "--symbol gilt für eine Datei: weglassen, oder einzeln importieren.",
    "cli.history.not_there": "Im Archiv ist kein {text}: Es hat {names}.",
    "cli.history.no_source": "{text} ist keine Quelle: --from ccxt:kraken oder eine andere Börse.",
    "cli.history.no_since": "Es gibt noch keine Kerzen: sagen, ab welchem Tag, etwa --since 2024-01-01.",
    "cli.history.fills_raw": "Börsen geben rohe Kurse: Bereinigte kommen aus Dateien.",
    "cli.history.filled": (
        "{series}: {n} Kerze fehlte, {came} kamen von {source}, {left} fehlen noch.",
        "{series}: {n} Kerzen fehlten, {came} kamen von {source}, {left} fehlen noch.",
    ),
    "cli.history.whole": "{series}: Nichts fehlt, was {source} haben könnte.",
    "cli.history.differing": (
        "{n} Kerze kam, die anderes sagt als das, was da ist: weggelassen.",
        "{n} Kerzen kamen, die anderes sagen als das, was da ist: weggelassen.",
    ),
    "cli.history.forgotten": ("{series} gelöscht: {n} Kerze.", "{series} gelöscht: {n} Kerzen."),
}
