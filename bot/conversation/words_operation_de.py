"""What words_operation.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "latency.pressed": "gedrückt {at}",
    "latency.sent": "gesendet +{span}",
    "latency.taken": "angenommen +{span}",
    "latency.filled": "ausgeführt +{span}",
    "notice.message_quarantined": "Eine Meldung der Börse wurde nach drei Versuchen beiseitegelegt",
    "notice.message_quarantined.why": "Jedes Mal endete der Desk, während er sie verarbeitete ({message}). "
    "Sie wird nicht mehr verarbeitet. Das Konto eröffnet nichts Neues: vergleiche es mit deiner Börse, dann "
    "tippe /resume.",
    "safe.title": "Notbetrieb: nichts wird gesendet",
    "safe.why.corrupt": "Die Datenbank ist beschädigt: halte hier an und starte `openoutcry restore` mit "
    "deinem neuesten Backup.",
    "safe.why.io": "Die Festplatte meldet einen Fehler: prüfe sie, bevor du weitermachst; nichts wurde "
    "geschrieben.",
    "safe.why.chain": "Das Journal von {symbol} wurde bei Ereignis {number} geändert: halte hier an und "
    "starte `openoutcry restore` mit einem Backup von vorher.",
    "safe.held": "Was die Börse selbst hält: {n} Positionen, {orders} Orders. Dort laufen sie weiter.",
    "safe.flat": "Die Börse hält keine Position und keine Order.",
    "safe.silent": "Die Börse antwortet nicht: sieh dort selbst nach.",
    "safe.symbol": "Bestand",
    "safe.order": "Wartet",
    "safe.quantity": "Menge",
    "safe.price": "Kurs",
    "safe.cure": "Ausstiege, die der Desk selbst überwacht hat, sind jetzt nicht überwacht. Kopiere den "
    "Datenordner an einen anderen Ort, starte `openoutcry restore` mit deiner neuesten Sicherung, dann den "
    "Desk neu. Jede Zeile zeigt das hier neu.",
    "health.writer": "Der Schreiber ist zu Ende: nichts wird mehr entschieden. Starte den Desk neu.",
    "health.store": "Nichts kann aufgeschrieben werden, also wird nichts gesendet: {why}",
    "health.loop_stuck": "Der Desk stand {lag} s still: such im Protokoll, was ihn blockiert (loop_stuck).",
    "health.slow_disk": "Die Festplatte ist langsam: Aufschreiben dauerte {seconds} s, und Orders warten "
    "darauf.",
    "health.loop_slow": "Der Desk antwortet spät: er war {lag} s aufgehalten.",
    "health.no_front": "Kein Chat geht: niemand hört Meldungen. Warum, steht unten bei den Teilen.",
    "health.deliveries": "{share} % von {total} Zustellungen der letzten fünf Minuten sind gescheitert.",
    "health.unwatched": "Der Stop von {symbol} ({account}) ist nicht überwacht: der Kurs ist {age} s alt, "
    "und an der Börse steht kein Stop dafür.",
    "health.prices": "Der Kurs von {symbol} ist {age} s alt, obwohl der Markt offen ist: Ausstiege, die "
    "dieser Desk überwacht, warten darauf.",
    "health.venue": "Die Börse von {account} hat seit {age} s nicht gesagt, was sie hält: Einstiege warten, "
    "Stops an der Börse stehen.",
    "health.feed": "Keine Kurse von {feed}: {why}",
    "health.feed_ended": "{feed} ist zu Ende: keine neuen Kurse, und Einstiege sind geschlossen.",
    "health.part": "{part} ist {state}: {why}",
    "health.restarts": "Teile wurden innerhalb von zehn Minuten {n}-mal neu gestartet.",
    "health.memory": "Der Desk braucht {used} MB Speicher; er soll unter {limit} MB bleiben.",
    "health.disk": "Auf der Festplatte sind nur {free} MB frei: bei null kann nichts geschrieben werden, "
    "also wird nichts gesendet.",
    "health.log": "Das Protokoll kann nicht geschrieben werden ({why}): der Handel läuft ohne es weiter.",
    "health.stream_new": "{name} noch nicht gehört",
    "health.stream_age": "{name} gehört vor {age}",
    "health.budget": "{left} von {most} Anfragen übrig in dieser Minute",
    "health.called": "Aufrufe",
    "health.unanswered": "stumm",
    "health.title": "Gesundheit",
    "health.up": "Alles gut",
    "health.degraded": "Eingeschränkt",
    "health.down": "Ausgefallen",
    "health.halted": "angehalten: {reason}",
    "health.unknown": "Dieser Desk misst sich nicht: er wurde für einen einzelnen Befehl gestartet.",
    "health.uptime": "Laufzeit",
    "health.loop": "Verzug der Schleife",
    "health.loop_value": "p99 {p99}, jetzt höchstens {worst}",
    "health.order_sent": "Druck bis gesendet",
    "health.order_taken": "Druck bis angenommen",
    "health.order_filled": "Druck bis ausgeführt",
    "health.answer": "Antwort im Chat",
    "health.commit": "Schreiben ins Journal",
    "health.timing": "p50 {p50} · p95 {p95} · p99 {p99}",
    "health.times": ("({n}-mal)", "({n}-mal)"),
    "health.queue": "Wartet",
    "health.queue_value": "{inbox} zu entscheiden, {waiting} zuzustellen",
    "health.delivery": "Zugestellt",
    "health.delivery_value": "{sent} in fünf Minuten, {failed} gescheitert",
    "health.memory_name": "Speicher",
    "health.memory_value": "{used} MB",
    "health.disk_name": "Festplatte",
    "health.disk_value": "{free} GB frei",
    "health.log_name": "Protokoll",
    "health.log_lost": ("{n} Zeile verloren", "{n} Zeilen verloren"),
    "health.deaths": "Schlecht geendet",
    "health.deaths_value": ("{n}-mal innerhalb von zehn Minuten", "{n}-mal innerhalb von zehn Minuten"),
    "health.venue_name": "Börse",
    "health.venue_longest": "Längste Lücke",
    "health.venue_open": "verglichen",
    "health.venue_waits": "Einstiege warten",
    "health.bare_name": "Ohne Stop",
    "health.bare_today": "heute {total}, am längsten {worst}",
    "health.bare_account": "{account}: {span}",
    "health.bare_now": "jetzt: {names}",
    "health.feed_name": "Kursquelle",
    "health.age": "Alter",
    "health.state": "Zustand",
    "health.part_name": "Teil",
    "health.restarts_name": "Neustarts",
    "health.feed_alive": "Kurse kommen",
    "health.feed_lost": "verloren",
    "health.feed_over": "zu Ende",
    "health.state.running": "läuft",
    "health.state.restarting": "startet neu",
    "health.state.paused": "pausiert",
    "health.state.disabled": "aus",
    "health.state.ended": "zu Ende",
    "health.state.waiting": "nicht gestartet",
    "health.interventions": "/halt desk stoppt Einstiege, /panic schließt alles; Ausstiege laufen auf jeden "
    "Fall weiter.",
    "notice.desk_store": "Der Desk kann nichts aufschreiben",
    "notice.desk_store.why": "{why} Bis er es kann, wird nichts gesendet; Ausstiege an der Börse wirken.",
    "notice.desk_store_over": "Der Desk kann wieder schreiben",
    "notice.desk_venue": "Die Börse von {account} antwortet nicht: seit {age} s still",
    "notice.desk_venue.why": "Einstiege warten, bis sie sagt, was sie hält. Stops, die an der Börse stehen, "
    "stehen; was dieser Desk überwacht, geht hinaus, wenn die Börse wieder zuhört.",
    "notice.desk_venue_over": "Die Börse von {account} antwortet wieder; was sie inzwischen tat, ist gelesen",
    "notice.venue_busy": "⚠ {venue} will {seconds} s lang keine Anfragen: es waren zu viele",
    "notice.venue_busy.why": "Bis dahin wird nichts gefragt und nichts gesendet. Stops, die dort stehen, "
    "stehen; danach gehen Ausstiege und Stornos zuerst hinaus, und neue Einstiege warten oder werden "
    "abgelehnt.",
    "notice.stream_broke": "⚠ {venue} beendet den Datenstrom des Desks immer wieder",
    "notice.stream_broke.why": "{reason} Der Desk fragt die Börse stattdessen alle paar Sekunden. Wenn ein "
    "anderes Programm denselben Schlüssel benutzt, beende es.",
    "notice.desk_loop_stuck": "Der Desk stand {lag} s still: Einstiege sind eingefroren",
    "notice.desk_loop_stuck.why": "Was inzwischen geschah, wurde nicht rechtzeitig gesehen. Sieh dir "
    "/health und /positions an, dann öffne wieder mit /resume desk und einem Grund.",
    "notice.desk_loop_stuck_over": "Der Desk läuft wieder glatt",
    "notice.desk_loop_stuck_over.why": "Einstiege bleiben eingefroren, bis jemand /resume desk mit einem "
    "Grund tippt.",
    "notice.desk_slow_disk": "Die Festplatte ist langsam: Aufschreiben dauerte {seconds} s",
    "notice.desk_slow_disk.why": "Nichts wird gesendet, bevor es aufgeschrieben ist, darum warten Orders "
    "und Ausstiege; was an der Börse steht, steht. Such nach einer vollen oder sterbenden Festplatte, oder "
    "nach einem anderen Programm, das sie benutzt.",
    "notice.desk_slow_disk_over": "Die Festplatte ist wieder schnell",
    "notice.desk_loop_slow": "Der Desk antwortet spät: er war {lag} s aufgehalten",
    "notice.desk_loop_slow.why": "/health zeigt, ob es so bleibt; ein anderes Programm braucht vielleicht "
    "den Prozessor.",
    "notice.desk_loop_slow_over": "Der Desk antwortet wieder sofort",
    "notice.desk_deliveries": "Nachrichten kommen nicht an: {share} % von {total} sind gescheitert",
    "notice.desk_deliveries.why": "Nichts ist verloren: was nicht gemeldet werden konnte, wartet in /inbox. "
    "Sieh nach, ob dieser Rechner den Chat erreicht.",
    "notice.desk_deliveries_over": "Nachrichten kommen wieder an",
    "notice.desk_unwatched": "⚠ Der Stop von {symbol} ist nicht überwacht: seit {age} s kein Kurs",
    "notice.desk_unwatched.why": "An der Börse von {account} steht kein Stop dafür, darum beendet nichts "
    "die Position, bis ein Kurs kommt. /close {symbol} geht.",
    "notice.desk_unwatched_over": "Der Stop von {symbol} ist wieder überwacht oder wird nicht mehr gebraucht",
    "notice.desk_prices": "Der Kurs von {symbol} ist {age} s alt, obwohl der Markt offen ist",
    "notice.desk_prices.why": "Ausstiege, die dieser Desk überwacht, warten auf einen Kurs. /close {symbol} "
    "geht.",
    "notice.desk_prices_over": "{symbol} hat wieder einen frischen Kurs",
    "notice.desk_restarts": "Teile des Desks wurden innerhalb von zehn Minuten {n}-mal neu gestartet",
    "notice.desk_restarts.why": "Der Handel läuft weiter. /health nennt den Teil und was er sagte.",
    "notice.desk_restarts_over": "Die Teile des Desks laufen wieder ruhig",
    "notice.desk_memory": "Der Desk braucht {used} MB Speicher, mehr als seine {limit} MB",
    "notice.desk_memory.why": "Starte ihn in einem ruhigen Moment neu: was offen ist, wird wiedergefunden.",
    "notice.desk_memory_over": "Der Desk kommt wieder mit seinem Speicher aus: {used} MB",
    "notice.desk_disk": "Die Festplatte ist fast voll: {free} MB sind frei",
    "notice.desk_disk.why": "Bei null kann nichts geschrieben werden, also wird nichts gesendet. Entferne "
    "alte Sicherungen und Exporte; nie desk.db-wal.",
    "notice.desk_disk_over": "Auf der Festplatte ist wieder Platz: {free} MB",
    "notice.desk_log": "Das Protokoll kann nicht geschrieben werden: {why}",
    "notice.desk_log.why": "Der Handel läuft weiter. Sieh nach der Festplatte und den Rechten des Ordners "
    "logs.",
    "notice.desk_log_over": "Das Protokoll wird wieder geschrieben",
    "notice.part_restarted": "{part} ist abgestürzt und wurde neu gestartet",
    "notice.part_restarted.why": "Es hieß: {why}. Der Handel lief weiter.",
    "notice.part_paused": "{part} ist innerhalb einer Minute {n}-mal abgestürzt und ruht eine Minute",
    "notice.part_paused.why": "Es hieß: {why}. Der Handel läuft weiter; es wird von selbst wieder versucht.",
    "notice.part_back": "{part} läuft seit einer Minute gut",
    "notice.part_disabled": "{part} ist abgeschaltet, bis es in Ordnung gebracht ist",
    "notice.part_disabled.why": "Es hieß: {why}. {cure}",
    "supervise.cure": "Berichtige die Einstellung dazu, dann starte den Desk neu.",
    "supervise.cure.web": "Ein anderes Programm benutzt diese Adresse: setz OPENOUTCRY_LISTEN auf eine "
    "freie, dann starte den Desk neu.",
    "supervise.cure.telegram": "Trag das Token, das BotFather zeigt, in TELEGRAM_BOT_TOKEN ein, dann starte "
    "den Desk neu; `openoutcry doctor` prüft es.",
}
