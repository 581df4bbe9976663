"""What words_keys.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "keys.kept": "🔑 Der Schlüssel ist verwahrt, versiegelt: Konto {name} bei {venue}.",
    "keys.replaced": "🔑 Der neue Schlüssel von {name} ist verwahrt, versiegelt. Ein Desk, der läuft, "
    "macht mit ihm weiter.",
    "keys.removed": "🔑 Der Schlüssel von {name} ist von diesem Desk verschwunden. Eröffnet wird dort "
    "nichts mehr; ein Desk, der läuft, kommt aus dem, was offen ist, noch heraus, bis er neu gestartet "
    "wird. Der Schlüssel selbst gilt bei {venue}, bis du ihn dort löschst.",
    "keys.none": "Du hast keinen Schlüssel für ein Konto {name}: /keys zeigt, welche es gibt.",
    "keys.no_venue": "Schlüssel von {venue} nimmt dieser Desk nicht. Er nimmt die von {names}.",
    "keys.no_side": "Ein Handelsplatz hat zwei Seiten, {names}; {side} ist keine davon.",
    "keys.bad_name": "„{name}“ taugt nicht als Name eines Kontos: kleine Buchstaben, Ziffern und "
    "Bindestriche, höchstens 32.",
    "keys.taken": "Den Namen {name} hat schon ein anderes Konto: nimm einen anderen.",
    "keys.other_side": "Das Konto {name} ist bei {venue}, auf der Seite {side}: nimm für diesen Schlüssel "
    "einen anderen Namen.",
    "keys.twice": "Dieser Schlüssel ist schon hier: er gehört zum Konto {name}.",
    "keys.locked": "Nichts wurde verwahrt. {why}",
    "keys.locked_all": "Der Tresor ist verschlossen: keiner dieser Schlüssel lässt sich lesen, und an ihre "
    "Handelsplätze wird nichts gesendet. Leg den Hauptschlüssel zurück und starte den Desk; ist er endgültig "
    "verloren, halte den Desk an und tippe in seinem Terminal openoutcry keys anew.",
    "keys.no_key": "Das ist kein Schlüssel: Schlüssel und Geheimnis sind jeweils ein langes Wort ohne "
    "Leerzeichen. Kopiere beide noch einmal.",
    "keys.same_twice": "Schlüssel und Geheimnis sind gleich: das Geheimnis ist das andere, das nur einmal "
    "zu sehen war, als der Schlüssel entstand.",
    "keys.unfit.withdraws": "Nichts wurde verwahrt: dieser Schlüssel darf Geld auszahlen. Nimm ihm dieses "
    "Recht bei {venue}, oder mach einen, der nur liest und handelt.",
    "keys.unfit.transfers": "Nichts wurde verwahrt: dieser Schlüssel darf Geld auf andere Konten "
    "schieben. Nimm ihm dieses Recht bei {venue}, oder mach einen, der nur liest und handelt.",
    "keys.unfit.no_trading": "Nichts wurde verwahrt: dieser Schlüssel darf nicht handeln. {note} Erlaube "
    "bei {venue} das Handeln und sonst nichts.",
    "keys.unfit.refused": "Nichts wurde verwahrt: {venue} nimmt diesen Schlüssel auf der Seite {side} "
    "nicht. {note} Kopiere Schlüssel und Geheimnis noch einmal; einer, der an eine Adresse gebunden ist, "
    "gilt von diesem Rechner aus nur, wenn das seine Adresse ist.",
    "keys.unfit.wrong_environment": "Nichts wurde verwahrt: dieser Schlüssel ist einer für die Seite "
    "{other} von {venue}, nicht für die Seite {side}. Sag {other}, oder mach dort einen.",
    "keys.unfit.silent": "Nichts wurde verwahrt: {venue} war nicht zu fragen, was der Schlüssel darf. "
    "{note} Versuch es in einer Weile noch einmal.",
    "keys.title": "🔑 Deine Schlüssel",
    "keys.empty": "Du hast keine: dieser Desk handelt auf Papier.",
    "keys.side.paper": "Papier",
    "keys.side.live": "ECHT",
    "keys.state.fit": "handelt, zahlt nicht aus",
    "keys.state.fit_untold": "handelt; was der Schlüssel sonst darf, sagt {venue} nicht",
    "keys.state.unfit": "nicht zu gebrauchen: {why}",
    "keys.state.unchecked": "noch nicht geprüft",
    "keys.why.withdraws": "er darf auszahlen",
    "keys.why.transfers": "er darf Geld wegschieben",
    "keys.why.no_trading": "er darf nicht handeln",
    "keys.why.refused": "{venue} nimmt ihn nicht mehr",
    "keys.why.wrong_environment": "er gehört zur anderen Seite",
    "keys.every_address": "gilt von jeder Adresse aus: binde ihn bei {venue} an die dieses Rechners",
    "keys.bound": "gilt nur von bekannten Adressen aus",
    "keys.checked": "geprüft {ago}",
    "keys.unanswered": "{venue} hat eben nicht geantwortet: {note}",
    "keys.grade": "Stufe des Adapters: {grade}",
    "keys.not_yet": "Hier ist kein Schlüssel.",
    "cli.keys": "Schlüssel von Handelsplätzen: add, list, check, rotate, remove",
    "cli.keys.about": "Schlüssel werden getippt, wo sie niemand sieht, am Handelsplatz geprüft und "
    "versiegelt verwahrt.",
    "cli.keys.add": "einen Schlüssel eingeben; er wird nicht gezeigt und ist nie ein Argument",
    "cli.keys.list": "Schlüssel mit ihren letzten Zeichen zeigen und was sie dürfen",
    "cli.keys.check": "die Handelsplätze jetzt fragen, was die Schlüssel dürfen",
    "cli.keys.rotate": "alle Geheimnisse unter einem neuen Schlüssel des Tresors versiegeln",
    "cli.keys.remove": "einen Schlüssel vergessen",
    "cli.keys.anew": "den Tresor neu beginnen, wenn sein Hauptschlüssel endgültig verloren ist",
    "cli.keys.anew_done": (
        "Ein Geheimnis, das nur der verlorene Schlüssel geöffnet hat, ist vergessen. Eine Sicherung von "
        "vorher: {copy}. Gib neu ein:",
        "{n} Geheimnisse, die nur der verlorene Schlüssel geöffnet hat, sind vergessen. Eine Sicherung von "
        "vorher: {copy}. Gib neu ein:",
    ),
    "cli.keys.anew_word": "vergessen",
    "cli.keys.ask_anew": "Ist der Hauptschlüssel endgültig verloren, ohne Kopie? Alle Schlüssel oben, die "
    "Codes von Authenticator-Apps und die Geheimnisse von Signalquellen müssen dann neu eingegeben werden. "
    "Tippe {word}: ",
    "cli.keys.anew_running": "Der Desk läuft: halte ihn zuerst an, dann beginne den Tresor neu.",
    "cli.keys.anew_empty": "Da ist nichts neu zu beginnen: hier wurde nie ein Geheimnis verwahrt.",
    "cli.keys.anew_opens": "Nichts ist verloren: der Hauptschlüssel, der da ist, öffnet den Tresor.",
    "cli.keys.anew_apps": "Diese Leute richten ihre App mit /pin app neu ein: {names}.",
    "cli.keys.account": "der Name des Kontos",
    "cli.keys.venue": "der Handelsplatz; danach wird gefragt, wenn er fehlt",
    "cli.keys.side": "paper (die Testseite des Handelsplatzes) oder live; danach wird gefragt, wenn es fehlt",
    "cli.keys.master": "auch ein neuer Hauptschlüssel: desk.key wird neu geschrieben",
    "cli.keys.ask_venue": "Welcher Handelsplatz ({names})? ",
    "cli.keys.ask_side": "Welche Seite ({names})? ",
    "cli.keys.ask_key": "Der Schlüssel (er wird nicht gezeigt; leer beendet): ",
    "cli.keys.ask_secret": "Sein Geheimnis (es wird nicht gezeigt): ",
    "cli.keys.ask_remove": "Den Schlüssel von {name} vergessen, …{tail}? Was dort offen ist, schützt dann "
    "niemand mehr. (ja/nein) ",
    "cli.keys.advice": "Mach bei {venue} einen Schlüssel, der liest und handelt und sonst nichts, und "
    "binde ihn an die Adresse dieses Rechners.",
    "cli.keys.advice.binance": "Bei Binance: keine Auszahlungen, keine Überträge; nur vertraute Adressen.",
    "cli.keys.advice.alpaca": "Bei Alpaca beginnen Schlüssel der Papierseite mit PK, die der echten mit AK.",
    "cli.keys.ended": "Nichts wurde geändert.",
    "cli.keys.rotated": (
        "Ein Geheimnis ist unter einem neuen Schlüssel des Tresors versiegelt; der alte ist fort.",
        "{n} Geheimnisse sind unter einem neuen Schlüssel des Tresors versiegelt; der alte ist fort.",
    ),
    "cli.keys.new_master": "{path} hält einen neuen Hauptschlüssel: lege eine Kopie davon zu deiner "
    "anderen, getrennt von der Datenbank. Sicherungen von früher brauchen den alten.",
    "cli.keys.master_given": "Der Hauptschlüssel kommt aus OPENOUTCRY_MASTER_KEY: stelle dort einen neuen "
    "davor (64 Zeichen von 0 bis f, ein Leerzeichen dazwischen), starte den Desk einmal, dann nimm den "
    "alten weg.",
    "cli.keys.master_running": "Der Desk läuft und hat seinen Hauptschlüssel offen: halte ihn an, dann "
    "wechsle diesen.",
    "cli.keys.made_master": "Ein Hauptschlüssel wurde gemacht: {path}. Bewahre eine Kopie getrennt von "
    "der Datenbank: ohne ihn öffnet niemand die Schlüssel, mit beiden jeder.",
    "cli.keys.no_master": "Die Datenbank ist auf einem Server, dessen Platte mitsamt einem Schlüssel "
    "geleert werden kann: gib dem Desk einen Hauptschlüssel als OPENOUTCRY_MASTER_KEY (openssl rand -hex "
    "32 macht einen), und bewahre eine Kopie davon.",
    "cli.keys.no_vault": "Es gibt keinen Tresor für Schlüssel. {why}",
    "cli.keys.desk_gone": "Der Desk hat auf {path} nicht geantwortet: sieh nach, ob er noch läuft, dann "
    "versuch es noch einmal.",
    "notice.key_entered": "🔑 Ein Schlüssel für {venue} wurde eingegeben: Konto {name}, …{tail}",
    "notice.key_entered.why": "Wenn du das nicht warst: tippe /halt, dann /keys, um ihn zu entfernen.",
    "notice.key_removed": "🔑 Der Schlüssel von {name} bei {venue} wurde entfernt",
    "notice.key_removed.why": "Was dort offen ist, schützt dieser Desk nicht mehr. Wenn du das nicht "
    "warst: /pin zeigt, was deine Geräte schützt.",
    "notice.key_unfit": "🔑 Der Schlüssel von {name} (…{tail}) darf nicht mehr gebraucht werden",
    "notice.key_unfit.why": "Einstiege auf diesem Konto sind angehalten; Ausstiege gehen weiter, solange "
    "{venue} sie nimmt. /keys sagt warum, /keys check sieht noch einmal nach; danach /resume und ein "
    "Grund.",
    "notice.key_fit": "🔑 Der Schlüssel von {name} (…{tail}) ist wieder, wie er sein soll",
    "notice.key_fit.why": "Einstiege bleiben angehalten, bis jemand /resume und einen Grund sagt.",
    "notice.key_unseen": "🔑 {venue} hat seit Tagen nichts über den Schlüssel von {name} (…{tail}) gesagt",
    "notice.key_unseen.why": "Was von ihm bekannt ist, ist von früher: /keys zeigt, wie alt, /keys check "
    "fragt noch einmal.",
    "because.key.withdraws": "sein Schlüssel darf auszahlen; nimm ihm am Handelsplatz dieses Recht, dann "
    "gib wieder frei",
    "because.key.transfers": "sein Schlüssel darf Geld auf andere Konten schieben; nimm ihm am "
    "Handelsplatz dieses Recht, dann gib wieder frei",
    "because.key.no_trading": "sein Schlüssel darf nicht handeln; erlaube das am Handelsplatz, dann gib "
    "wieder frei",
    "because.key.removed": "sein Schlüssel wurde entfernt; gib einen ein, dann gib wieder frei",
    "because.key.refused": "seinen Schlüssel nimmt der Handelsplatz nicht mehr; gib einen neuen ein, dann "
    "gib wieder frei",
    "because.key.wrong_environment": "sein Schlüssel gehört zur anderen Seite des Handelsplatzes; gib "
    "einen anderen ein, dann gib wieder frei",
    "keys.not_here": "Hier werden keine Schlüssel verwahrt: eine Wiedergabe hat keine.",
    "keys.private": "Schlüssel gehen nur dich etwas an: tippe /keys in einem privaten Chat mit diesem Bot.",
    "keys.no_owner": "Nur wer auf diesem Desk ein eigenes Konto hat, gibt Schlüssel ein.",
    "keys.never_here": "Tippe oder füge nie einen Schlüssel in einen Chat ein. Einer, der dort stand, ist "
    "bekannt: widerrufe ihn am Handelsplatz.",
    "keys.which_venue": "Ein Schlüssel welches Handelsplatzes?",
    "keys.which_side": "Welche Seite von {venue}: die Testseite, oder die mit echtem Geld?",
    "keys.add_title": "🔑 Ein Schlüssel von {venue}, {side}",
    "keys.open_link": "Öffne das auf der Seite des Desks und gib dort Schlüssel und Geheimnis ein. Der "
    "Link gilt fünf Minuten und für einen Schlüssel:",
    "keys.page_here": "Diese Adresse ist auf dem Rechner des Desks. Von anderswo öffne zuerst einen "
    "Tunnel (ssh -L 8080:127.0.0.1:8080 und sein Name), oder tippe dort openoutcry keys add.",
    "keys.rights": "Mach den Schlüssel am Handelsplatz so, dass er liest und handelt und sonst nichts: "
    "keine Auszahlungen, keine Überträge; gebunden an die Adresse dieses Rechners.",
    "keys.in_terminal": "Schlüssel werden auf dem Rechner des Desks getippt, ungesehen:",
    "keys.no_page": "Mit OPENOUTCRY_LISTEN oder OPENOUTCRY_KEYS_URL hat der Desk auch eine Seite dafür.",
    "keys.remove_title": "🔑 Den Schlüssel von {name} vergessen?",
    "keys.remove_what": "Der Desk kann dort dann nicht mehr handeln und nichts mehr schützen, was offen "
    "ist. Der Schlüssel selbst gilt bei {venue} weiter, bis du ihn dort löschst.",
    "keys.remove_open": "Offen sind dort: {positions} Positionen, {orders} Orders. Die schützt dann niemand.",
    "keys.button.add": "{name} dazu",
    "keys.button.paper": "Papier",
    "keys.button.live": "Echt",
    "keys.button.check": "Jetzt prüfen",
    "keys.button.remove": "{name} entfernen",
    "keys.grade.paper": "Papier",
    "keys.grade.bronze": "Bronze",
    "keys.grade.silver": "Silber",
    "keys.grade.gold": "Gold",
    "keys.page.title": "Ein Schlüssel für deinen Desk",
    "keys.page.how": "Für den Schlüssel, um den es in deinem Chat ging. Er wird am Handelsplatz geprüft "
    "und dann versiegelt auf dem Desk verwahrt. In keiner Adresse und keinem Protokoll steht etwas davon.",
    "keys.page.code": "Code des Links",
    "keys.page.key": "Schlüssel",
    "keys.page.secret": "Geheimnis",
    "keys.page.send": "Verwahren",
    "keys.page.close": "Schließ diese Seite.",
    "keys.page.over": "Dieser Link wurde benutzt, oder seine fünf Minuten sind vorbei: tippe /keys add in "
    "deinem Chat, dann kommt ein neuer.",
    "keys.page.elsewhere": "Diese Seite gibt es nur auf dem Rechner des Desks selbst oder unter der "
    "Adresse in OPENOUTCRY_KEYS_URL.",
    "keys.page.no_form": "Das war nicht das Formular dieser Seite: öffne den Link noch einmal.",
}
