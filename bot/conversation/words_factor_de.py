"""What words_factor.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "factor.title": "🔐 Dein zweiter Faktor",
    "factor.with": "Du weist dich aus mit",
    "factor.none": "noch nichts",
    "factor.app": "Codes deiner App",
    "factor.pin": "einer PIN",
    "factor.by_size": "Einstiege über",
    "factor.by_size_never": "nach Größe wird keiner verlangt",
    "factor.what": "Er wird verlangt, bevor ein Limit oder dein Ein-Druck-Limit angehoben, eine Rolle "
    "vergeben, jemand eingelassen, ein Gerät verbunden oder getrennt, nach einem Halt wieder geöffnet "
    "oder ein gesperrtes Symbol frei wird, Wartung beginnt oder endet, und vor Einstiegen "
    "über einer Größe. Aussteigen verlangt ihn nie.",
    "factor.how": "Eine App ist besser als eine PIN: jeder ihrer Codes gilt nur einmal. Richte einen ein:",
    "factor.private": "Nur in einem privaten Chat mit diesem Bot: tippe dort /pin.",
    "factor.not_here": "Das verlangt deinen zweiten Faktor, und hier lesen andere mit: mach es in einem "
    "privaten Chat mit diesem Bot.",
    "factor.form": "Eine PIN hat 4 bis 12 Ziffern: /pin set und die Ziffern.",
    "factor.weak": "Diese PIN versucht jeder zuerst: nimm Ziffern ohne Muster.",
    "factor.pin_done": "Die PIN ist gesetzt. Der Desk behält nur einen Hash davon, sonst nichts.",
    "factor.delete_it": "Wo deine Nachricht mit den Ziffern noch steht, lösche sie.",
    "factor.reset": "{name} hat keinen zweiten Faktor mehr und erfährt das.",
    "factor.reset_where": "Nur am Terminal des Desks: dort tippt es sein Betreiber.",
    "factor.reset_whom": "Wessen? Niemand heißt {typed}. Es gibt: {names}.",
    "factor.off": "Der zweite Faktor ist aus: nichts verlangt mehr einen Code.",
    "factor.app_title": "🔐 Deine Authenticator-App",
    "factor.app_how": "Trag dieses Geheimnis in die App ein (zeitbasiert, 6 Ziffern), oder öffne die "
    "Adresse auf dem Telefon, das sie hat:",
    "factor.app_next": "Dann tippe den Code, den sie zeigt:",
    "factor.app_warning": "Es wird nur dieses Mal gezeigt. Lösche diese Nachricht, wenn die App es hat.",
    "factor.app_wrong": "Das ist nicht der Code des neuen Geheimnisses: sieh in die App, oder tippe /pin "
    "app für ein anderes.",
    "factor.app_done": "🔐 Ab jetzt zählt die App. Jeder Code gilt einmal.",
    "factor.ask_app": "🔐 Tippe innerhalb von {span} den Code deiner App:",
    "factor.ask_pin": "🔐 Tippe innerhalb von {span} deine PIN:",
    "factor.nothing_waits": "Hier wartet nichts auf einen Code: drück oder tippe erst, was du willst.",
    "factor.wrong": "Der Code ist falsch oder wurde schon benutzt. Noch {n}, dann wird eine Weile nichts "
    "geglaubt.",
    "factor.fresh": "Dieses Telefon wurde vor weniger als einem Tag verbunden: bis {until} öffnet es keine "
    "Türen. Tu es von deinem anderen Telefon oder am Terminal des Desks aus, oder danach hier.",
    "factor.locked": "🔐 Zu viele falsche Codes: bis {until} wird keiner geglaubt. Schließen, /halt und "
    "/panic gehen.",
    "factor.shut_in": "🔐 Der Tresor des Desks ist verschlossen, darum lassen sich die Codes deiner App "
    "gerade nicht prüfen. Schließen, /halt und /panic gehen. Den Grund sagt die Startmeldung.",
    "factor.no_vault": "Der Desk kann das Geheimnis einer App gerade nicht aufbewahren: sein Tresor ist "
    "verschlossen, oder er hat keinen Hauptschlüssel (OPENOUTCRY_MASTER_KEY). Eine PIN geht: /pin set und "
    "die Ziffern.",
    "notice.vault_made": "🔑 Für diesen Desk wurde ein Hauptschlüssel gemacht: sichere ihn jetzt",
    "notice.vault_made.why": "Er steht in {path}. Bewahre eine Kopie getrennt von der Datenbank und ihren "
    "Backups auf: ohne ihn öffnet niemand die Geheimnisse darin, mit beiden jeder.",
    "notice.vault_moved": "🔑 Geheimnisse von Authenticator-Apps sind von jetzt an versiegelt",
    "notice.vault_moved.why": "Vorher hatte der Desk sie im Klartext. Ältere Backups und Kopien von vor "
    "einem Update enthalten sie noch so: lösche diese, oder lass alle noch einmal /pin app tippen.",
    "notice.vault_locked": "🔑 Der Tresor ist verschlossen: Geheimnisse lassen sich weder öffnen noch "
    "aufbewahren",
    "notice.vault_locked.why": "{why} Bis dahin wird kein App-Code geglaubt und nichts an Handelsplätze "
    "draußen gesendet; alles andere geht weiter. Ist der Schlüssel endgültig verloren: halte den Desk an, "
    "tippe in seinem Terminal openoutcry keys anew, dann gib jeden Schlüssel neu ein.",
    "notice.vault_anew": "🔑 Der Tresor wurde neu begonnen: {n} Geheimnisse sind vergessen",
    "notice.vault_anew.why": "Gib die Schlüssel der Handelsplätze neu ein (/keys sagt, welche), richte Apps "
    "mit /pin app neu ein, und gib Signalquellen mit /signals rotate ein neues Geheimnis. Warst du das "
    "nicht, hat jemand den Rechner.",
    "notice.factor_changed": "🔐 Dein zweiter Faktor wurde geändert",
    "notice.factor_changed.why": "Wenn du das nicht warst: tippe /halt, dann /unlink für das Gerät, das "
    "nicht deins ist.",
    "notice.factor_locked": "🔐 Fünf falsche Codes: eine Weile wird keiner von dir geglaubt",
    "notice.factor_locked.why": "Wenn du das nicht warst, hat jemand eins deiner Geräte: tippe /halt, dann "
    "/unlink dafür.",
}
