"""What words_cli.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "cli.about": "Ein Handelsdesk, der im Chat lebt. Ohne Befehl läuft der Desk in diesem Terminal, auf "
    "Papier.",
    "cli.examples": "Beispiele:\n  openoutcry                                    den Desk hier starten, auf "
    "Papier, mit mitgelieferten Kursen\n  printf '/buy BTC 1000 tp 2%% sl 1%%\\n1\\n' | openoutcry run "
    "--once\n  openoutcry replay BTC_USDT.csv.gz --chat script.txt\n  openoutcry positions "
    "--json\n\nExit-Codes: 0 erledigt, 1 Fehler im Programm, 2 falsche Befehlszeile, 3 falsche "
    "Einstellungen, 4 Datenbank,\n5 Kursdaten, 6 der Desk läuft schon, 130 unterbrochen, 141 niemand liest "
    "die Ausgabe",
    "cli.run": "den Desk starten und hier mit ihm reden",
    "cli.run.about": "Startet den Desk: dieses Terminal ist sein Chat (stdin darf eine Pipe oder eine Datei "
    "sein). Das Journal steht im Datenordner, und was offen war, als der Desk endete, ist beim nächsten "
    "Start offen.",
    "cli.run.once": "enden, wenn die Eingabe zu Ende und keine Order unterwegs ist",
    "cli.run.feed": "woher Kurse kommen: replay (mitgelieferte Reihen) oder ccxt:BÖRSE (öffentliche Kurse, "
    "live)",
    "cli.run.cash": "US-Dollar, mit denen ein neues Papierkonto beginnt (sonst 10000)",
    "cli.run.yes": "den bestätigenden Knopf jeder Karte sofort drücken; nur auf Papier",
    "cli.run.loop": "die mitgelieferten Reihen von vorn beginnen, wenn sie enden",
    "cli.run.speed": "wie viele Sekunden der mitgelieferten Reihen in einer Sekunde vergehen (sonst 1)",
    "cli.run.profile": "Papierbörse: bracketed nimmt Einstiege mit ihren Ausstiegen, die mit jeder "
    "Ausführung wachsen, bracketed-whole weckt sie mit der letzten, full hält Klammern, attached hält "
    "Ausstiege, die an der Position hängen, pair hält abbauende Paare, stops hält Stops, bare hält nichts "
    "(sonst full)",
    "cli.replay": "Kursdateien mit einem Chat-Skript in virtueller Zeit spielen",
    "cli.replay.about": "Spielt Kursdateien mit voller Geschwindigkeit in virtueller Zeit, mit Chat-Zeilen "
    "zu gegebenen Zeiten, wie `2018-04-04T01:00Z /buy BTC 1000 tp 2% sl 1%`, und Drücken nach Aufschrift, "
    "wie `2018-04-04T01:00:05Z [Buy]`. Gibt das Protokoll aus. Dieselbe Eingabe gibt dieselbe Ausgabe, Byte "
    "für Byte; Einstellungen werden nicht gelesen, und nichts wird gespeichert.",
    "cli.replay.data": "CSV- oder CSV.gz-Dateien mit Kerzen, Quotes oder Umsätzen; der Name ergibt das "
    "Symbol (BTC_USDT…)",
    "cli.replay.chat": "die Datei mit Chat-Zeilen (- ist stdin); ohne sie werden nur die Kurse gespielt",
    "cli.replay.json": "ein JSON-Objekt statt des Protokolls ausgeben",
    "cli.replay.until": "zu dieser Zeit aufhören, etwa 2018-04-05T00:00Z",
    "cli.replay.yes": "den bestätigenden Knopf jeder Karte sofort drücken",
    "cli.replay.cash": "US-Dollar zu Beginn (sonst 10000)",
    "cli.replay.fee": "Gebühr je Seite in Basispunkten (sonst 10)",
    "cli.replay.slippage": "Slippage von Market-Orders in Basispunkten (sonst 0)",
    "cli.replay.latency": "Millisekunden vom Desk zur Börse (sonst 0)",
    "cli.replay.symbol": "Symbol einer Datei DATA, in der Reihenfolge der Dateien; mehrfach möglich",
    "cli.replay.seed": "Startwert der Zufallsentscheidungen der Papierbörse (sonst 0)",
    "cli.status": "Zustand des Desks: Konten, Sperren, Kursquelle",
    "cli.positions": "offene Positionen",
    "cli.orders": "Orders",
    "cli.fills": "Ausführungen",
    "cli.equity": "Kontowert, je Konto",
    "cli.show.about": "Liest den Speicher, ohne ihn zu ändern; der Desk darf solange laufen.",
    "cli.show.json": "ein JSON-Objekt ausgeben; Dezimalzahlen sind Zeichenketten, Zeiten ISO 8601 in UTC",
    "cli.db": "die Datenbank pflegen: upgrade, rebuild, verify",
    "cli.db.upgrade": "die Datenbank auf das Schema dieser Version bringen",
    "cli.db.rebuild": "die abgeleiteten Tabellen neu aus dem Journal machen",
    "cli.db.verify": "die Seiten der Datei und jeden Hash des Journals prüfen",
    "cli.journal": "das Journal prüfen oder exportieren",
    "cli.journal.verify": "jeden Hash jedes Stroms prüfen",
    "cli.journal.export": "alle Ereignisse als JSON-Zeilen in FILE oder auf stdout schreiben",
    "cli.backup": "eine stimmige Kopie der Datenbank schreiben, ob der Desk läuft oder nicht",
    "cli.backup.file": "wohin; sonst eine datierte Datei im Datenordner unter backups",
    "cli.restore": "eine Sicherung an die Stelle der Datenbank setzen",
    "cli.restore.file": "die Sicherung",
    "cli.restore.force": "eine Datenbank mit Ereignissen ersetzen (sie bleibt als Kopie daneben)",
    "cli.version": "die Version ausgeben",
    "cli.did.current": "Die Datenbank hat schon das Schema dieser Version ({revision}).",
    "cli.did.upgrade": "Die Datenbank hat jetzt Schema {revision}; eine Kopie der alten Datei ist {kept}.",
    "cli.did.rebuild": (
        "Die Tabellen neu aus einem Ereignis gemacht.",
        "Die Tabellen neu aus {n} Ereignissen gemacht.",
    ),
    "cli.did.verify": (
        "Gesund: {n} Ereignis in {streams}, jeder Hash passt.",
        "Gesund: {n} Ereignisse in {streams}, jeder Hash passt.",
    ),
    "cli.did.streams": ("{n} Strom", "{n} Strömen"),
    "cli.did.head": "  {stream} {seq} {hash}",
    "cli.did.export": ("{n} Ereignis nach {path} geschrieben.", "{n} Ereignisse nach {path} geschrieben."),
    "cli.did.backup": (
        "{path} geschrieben und geprüft: {n} Ereignis.",
        "{path} geschrieben und geprüft: {n} Ereignisse.",
    ),
    "cli.did.restore": ("{n} Ereignis zurückgespielt.", "{n} Ereignisse zurückgespielt."),
    "cli.did.behind": "Das ist eine alte Kopie: {stream} endet bei Ereignis {seq}; {known} waren bis {at} "
    "UTC geschrieben.",
    "cli.did.behind.then": "Was danach kam, ist hier verloren und steht an deiner Börse. Beim nächsten "
    "Start eröffnet der Desk nichts Neues, gibt keiner Order einen Namen aus den verlorenen Tagen und fragt "
    "die Börse nach allem, was sie weiß; Ausstiege laufen weiter. Vergleiche /positions und /orders mit "
    "deiner Börse, dann /resume desk und ein Grund.",
    "cli.did.kept": "Was dort vorher stand, bleibt als {kept} erhalten.",
    "cli.exists": "{path} gibt es schon: nenne eine andere Datei.",
    "cli.home": "Datenordner (sonst: OPENOUTCRY_HOME, sonst der übliche der Plattform)",
    "cli.debug": "bei einem Fehler den Traceback ausgeben",
    "cli.positive": "es muss eine Zahl über 0 sein, etwa 10000",
    "cli.not_negative": "es muss eine Zahl ab 0 sein, etwa 10",
    "cli.whole": "es muss eine ganze Zahl ab 0 sein, etwa 250",
    "cli.instant": "es muss eine Zeit mit Zone sein, etwa 2018-04-04T01:00Z",
    "cli.usage": "{message}; siehe `{prog} --help`.",
    "cli.help.usage": "Aufruf: ",
    "cli.help.positional": "Argumente",
    "cli.help.options": "Optionen",
    "cli.help.help": "diese Hilfe zeigen und enden",
    "argparse.required": "es fehlt: {names}",
    "argparse.one_of": "eins von {names} wird gebraucht",
    "argparse.unknown": "unbekannte Argumente: {names}",
    "argparse.choice": "Argument {name}: {value} gibt es nicht (zur Wahl stehen {names})",
    "argparse.value": "Argument {name}: {value} ist kein Wert der Art {field}",
    "argparse.one": "Argument {name}: ein Wert fehlt",
    "argparse.at_least": "Argument {name}: mindestens ein Wert fehlt",
    "argparse.not_with": "Argument {name}: geht nicht zusammen mit Argument {names}",
    "argparse.ignored": "Argument {name}: mit {value} ist nichts anzufangen",
    "argparse.other": "Argument {name}: {detail}",
    "cli.unknown": "Es gibt keinen Befehl „{word}“: siehe `openoutcry --help`.",
    "cli.nearest": "Es gibt keinen Befehl „{word}“: meinst du `openoutcry {near}`?",
    "cli.interrupted": "Unterbrochen: was aufgeschrieben ist, bleibt; starte wieder mit `openoutcry run`.",
    "cli.disk_full": "Die Festplatte ist voll: mach Platz, dann versuch es noch einmal.",
    "cli.file": "{path} kann nicht benutzt werden ({reason}): prüfe den Pfad und die Rechte.",
    "cli.internal": "Ein Fehler im Programm hat es beendet ({what}): starte es noch einmal mit --debug und "
    "melde, was es ausgibt.",
}
