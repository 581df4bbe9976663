"""What words_problem.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "problem.not_writable": "Die Datenbank lässt sich nicht beschreiben: erlaube diesem Benutzer, in ihren "
    "Ordner und ihre Datei zu schreiben.",
    "problem.cannot_open": "Die Datenbank lässt sich nicht öffnen: prüfe, ob es den Pfad gibt und du ihn "
    "lesen darfst.",
    "problem.not_a_database": "Diese Datei ist keine Datenbank: nimm einen anderen Pfad oder räum die Datei "
    "weg.",
    "problem.disk_full": "Die Festplatte ist voll: nichts wurde geschrieben; mach Platz, dann versuch es "
    "noch einmal.",
    "problem.locked": "Ein anderes Programm benutzt die Datenbank: beende es, dann versuch es noch einmal.",
    "problem.corrupt": "Die Datenbank ist beschädigt: halte hier an und starte `openoutcry restore` mit "
    "deiner neuesten Sicherung.",
    "problem.io": "Die Festplatte meldet einen Fehler: prüfe sie, bevor du weitermachst; nichts wurde "
    "geschrieben.",
    "problem.connection": "Der Datenbankserver ist nicht zu erreichen: prüfe, ob er läuft und ob "
    "DATABASE_URL stimmt.",
    "problem.closed": "Die Datenbank wurde geschlossen: starte den Desk neu.",
    "problem.no_such_database": "Dieser PostgreSQL-Server hat keine solche Datenbank: leg sie an oder "
    "berichtige DATABASE_URL.",
    "problem.refused": "Die Datenbank hat die Änderung abgelehnt: {detail}.",
    "problem.newer_protocol": "Auf dieser Datenbank hat schon eine neuere Version des Desks gehandelt "
    "(Protokoll {detail}): aktualisiere diese; sie hat nichts gelesen und nichts geschickt.",
    "problem.commit_unknown": "Die Datenbank verschwand beim Speichern: ob gespeichert wurde, ist "
    "unbekannt; sie wird neu gelesen.",
    "problem.held": "Dieser Desk läuft schon als Prozess {number}: tippe dort, oder beende ihn zuerst mit "
    "`kill {number}`.",
    "problem.unknown_event": "Im Journal steht {name}, das diese Version nicht kennt: aktualisiere das "
    "Programm.",
    "problem.newer_event": "Im Journal steht {name} in einer neueren Form, als diese Version kennt: "
    "aktualisiere das Programm.",
    "problem.backup_damaged": "Diese Sicherung ist beschädigt: nimm eine andere.",
    "problem.backup_unsound": "Diese Sicherung ist nicht heil: {detail} Nimm eine andere.",
    "problem.backup_exists": "{name} gibt es schon: nenne eine andere Datei für die Sicherung.",
    "problem.backup_sqlite": "{name} ist eine SQLite-Datei: PostgreSQL spielt nur eigene Sicherungen zurück.",
    "problem.backup_unreadable": "{name} lässt sich nicht lesen: nenne die Datei einer Sicherung.",
    "problem.desk_exists": "Bei {name} steht schon ein Desk: mit --force wird er ersetzt; er bleibt daneben "
    "erhalten.",
    "problem.no_backup": "{name} ist keine Sicherung von Open Outcry: nimm eine andere Datei.",
    "problem.bad_backup": "Diese Datei {what}: nichts wurde zurückgespielt; nimm eine andere Sicherung.",
    "said.what.not_ours": "ist keine Sicherung von Open Outcry",
    "said.what.other_version": "wurde von einer anderen Version von Open Outcry geschrieben",
    "said.what.cut_off": "ist abgeschnitten oder wurde geändert",
    "said.what.unknown_rows": "enthält Zeilen, die diese Version nicht kennt",
    "problem.bad_url": "DATABASE_URL ist nicht zu verstehen: nimm sqlite:///pfad/zu/desk.db oder "
    "postgresql://benutzer:passwort@rechner/name.",
    "problem.missing": "Bei {name} steht noch kein Desk: starte einen mit `openoutcry run`.",
    "problem.nothing_there": "In {name} steht noch kein Desk: starte einen mit `openoutcry run`.",
    "problem.no_wal": "Dieser Ordner kann keine sichere Datenbank halten (kein Write-Ahead-Log): nimm eine "
    "lokale Festplatte.",
    "problem.foreign_database": "Diese Datenbank gehört einem anderen Programm: nimm für Open Outcry einen "
    "anderen Pfad oder eine andere Datenbank.",
    "problem.newer_schema": "Diese Datenbank hat ein neueres Open Outcry geschrieben (Schema {value}): "
    "aktualisiere das Programm.",
    "problem.older_schema": "Diese Datenbank ist älter als das Programm: starte einmal `openoutcry db "
    "upgrade`.",
    "problem.chain_broken": "Das Journal von {name} wurde bei Ereignis {number} geändert: halte hier an und "
    "starte `openoutcry restore` mit einer Sicherung von vorher.",
    "problem.key_unchanged": "Der Hauptschlüssel in {name} lässt sich nicht ändern: {detail}.",
    "problem.key_unread": "Der Hauptschlüssel in {name} lässt sich nicht lesen: {detail}.",
    "problem.key_gone": "{name} ist weg, und diese Datenbank hält Geheimnisse, die nur ihr Schlüssel öffnet: "
    "hol die Datei zurück, oder nenne den Schlüssel als OPENOUTCRY_MASTER_KEY.",
    "problem.key_no_file": "{name} ist keine Datei, die einen Hauptschlüssel hält.",
    "problem.key_open": "{name} können andere als du lesen: chmod 600 {name}, dann starte noch einmal.",
    "problem.key_empty": "{name} enthält keinen Hauptschlüssel: 64 Stellen von 0 bis f, ein Schlüssel je "
    "Zeile.",
    "problem.no_symbol": "{name} beginnt nicht mit einem Symbol: nenne die Datei etwa BTC_USDT.csv, oder "
    "sag --symbol BTC/USDT.",
    "problem.one_row": "{name} hat keine Zeilen: gib eine Datei mit mindestens einer Zeile.",
    "problem.empty": "{name} hat keine Zeilen: gib eine Datei mit Kopfzeile und mindestens einer Zeile.",
    "problem.long_lines": "{name} hat Zeilen mit mehr als {number} Zeichen: gib eine CSV-Datei.",
    "problem.damaged_file": "{name} ist beschädigt ({detail}): kopier oder lade sie noch einmal.",
    "problem.no_text": "{name} ist keine Textdatei: gib eine CSV- oder CSV.gz-Datei.",
    "problem.unreadable": "{name} lässt sich nicht lesen ({detail}): prüfe den Pfad und die Rechte.",
    "problem.not_gzip": "{name} endet auf .gz, ist aber kein gzip: nenne sie {value}, oder komprimiere sie.",
    "problem.header": "In {name} ist Zeile 1 keine Kopfzeile, die ich kenne ({detail}): nimm eine von "
    "{names}.",
    "problem.not_prices": "{name} enthält {detail}, keine Kurse: gib eine Datei mit Kerzen, Umsätzen oder "
    "Quotes.",
    "problem.columns": "In {name} hat Zeile {number} {value} Spalten statt {names}: berichtige oder lösche "
    "sie.",
    "problem.empty_cell": "In {name} steht in Zeile {number} nichts in Spalte {value}: berichtige oder "
    "lösche sie.",
    "problem.price": "In {name} hat Zeile {number} den Preis {value}: Preise sind Zahlen über 0; berichtige "
    "oder lösche die Zeile.",
    "problem.volume": "In {name} hat Zeile {number} das Volumen oder die Größe {value}: es muss eine Zahl "
    "ab 0 sein; berichtige oder lösche die Zeile.",
    "problem.high_low": "In {name} liegt in Zeile {number} {field} {value} unter {detail} {names}: "
    "berichtige oder lösche die Zeile.",
    "problem.outside": "In {name} liegt in Zeile {number} {field} {value} außerhalb von {detail} bis "
    "{names}: berichtige oder lösche die Zeile.",
    "problem.overlap": "In {name} beginnt Zeile {number} in der Kerze davor, die {value} s dauert: gib eine "
    "Datei mit gleich langen Kerzen.",
    "problem.order": "In {name} ist Zeile {number} älter als die Zeile davor: sortiere die Datei nach Zeit.",
    "problem.conflict": "In {name} wiederholt Zeile {number} die Zeile davor mit anderen Werten: lösche die "
    "falsche.",
    "problem.row": "In {name} lässt sich Zeile {number} nicht lesen ({detail}): sie braucht {names}; "
    "berichtige oder lösche die Zeile.",
    "problem.not_bars": "{name} enthält {detail}, und ein Backtest spielt Kerzen: gib eine Datei mit Kerzen.",
    "problem.no_history": "Das Archiv hat keine Kerzen von {name} in dieser Zeit: sieh nach mit `openoutcry "
    "history list`, dann importiere eine Datei oder fülle es.",
    "problem.no_arrow": "{name} ist keine lesbare Feather- oder Parquet-Datei ({detail}): kopiere oder "
    "exportiere sie neu.",
    "problem.history_damaged": "{name} ist beschädigt ({detail}): lösch die Datei und importiere oder fülle "
    "ihre Zeit neu.",
    "problem.history_unusable": "Das Archiv in {path} ist nicht benutzbar ({reason}): prüfe Rechte und "
    "Platte.",
    "problem.no_frame": "{name} zeigt nicht, wie lang die Kerzen sind: schreib --frame 5m (oder 1h, 1d).",
    "problem.no_zone": "Die Zeitzone {name} gibt es nicht: nenn eine wie Europe/Berlin.",
    "problem.no_list": "{name} ist keine Liste von Kerzen ({detail}): gib [[time, open, high, low, close, "
    "volume]].",
    "problem.no_candles": "{name} hat Zeilen, die keine Kerzen sind: jede braucht time, open, high, low, "
    "close, volume.",
    "problem.no_columns": "{name} hat keine Spalte für {names} (es hat {detail}): nenn die Spalten "
    "ts,open,high,low,close,volume.",
    "problem.closed_hours": "{name} hat keine Kerze in den Stunden, in denen {symbol} gehandelt wird: gib "
    "Kerzen seiner Handelszeit.",
    "problem.no_bars_then": "{symbol} hat keine Kerzen in dieser Zeit: es gibt die von {first} bis {last}.",
    "problem.history_empty": (
        "Der Bestand hat keine Kerzen von {symbol} in dieser Zeit: sieh mit `openoutcry history list` nach, "
        "dann lies eine Datei ein oder fülle ihn auf."
    ),
    "problem.history_tick": (
        "{symbol} hat Preise, die kein Vielfaches von {number} sind, dem Schritt von {name}: lies es als das "
        "ein, was es ist, oder als bereinigt (adjusted)."
    ),
    "problem.tick": "{name} hat den Preis {value}, und {symbol} bewegt sich in Schritten von {number}: "
    "berichtige die Datei, oder gib ihr das Symbol, um das es geht.",
    "problem.script_text": "{name} ist keine Textdatei in UTF-8: schreib das Chat-Skript als reinen Text.",
    "problem.script_line": "Zeile {number} von {name} braucht eine Zeit mit Zone und das Getippte, etwa "
    "2018-04-04T01:00Z /buy BTC 1000 tp 2% sl 1%.",
    "problem.script_order": "Zeile {number} von {name} liegt vor der Zeile davor: bring sie in ihre "
    "Reihenfolge.",
    "problem.script_press": "Um {value} drückt das Skript [{name}], aber keine Karte hat einen solchen Knopf "
    "(es gibt: {names}).",
    "problem.no_exchange": "ccxt kennt keine Börse namens {name}: sag --feed ccxt:{names}.",
    "problem.unreachable": "{name} ist nicht zu erreichen ({detail}): prüfe das Netz, oder nimm ein anderes "
    "--feed; der Desk läuft weiter, und ich versuche es immer wieder.",
    "problem.feed_refused": "{name} gibt keine Kurse her ({detail}): nimm ein anderes --feed; der Desk läuft "
    "weiter, und ich versuche es immer wieder.",
    "problem.tape_write": "Die Papierbörse kann {name} nicht schreiben: {detail}.",
    "problem.tape_read": "Zeile {number} von {name} lässt sich nicht lesen ({detail}); spiel die Datei aus "
    "einer Sicherung zurück, oder räum sie weg, um mit einer leeren Papierbörse zu beginnen.",
}
