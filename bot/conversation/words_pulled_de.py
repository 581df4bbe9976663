"""What words_pulled.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "guard.leg.sl": "Stop-Loss",
    "guard.leg.trail": "Trailing-Stop",
    "guard.back": "Zurücklegen",
    "guard.leave": "Weglassen",
    "guard.title": "Schutz",
    "guard.none": "Keine Position.",
    "guard.asked": "{symbol}: {legs} wurde an der Börse storniert. Ich überwache das Niveau und lege ihn um "
    "{until} zurück.",
    "guard.nothing": "Zum Schutz von {symbol} ist nichts gefragt: /position {symbol} zeigt ihn.",
    "guard.card.leave": "{symbol} ohne {legs} lassen?",
    "guard.does.leave": "Niemand stoppt {symbol} mehr aus, weder die Börse noch dieser Desk, bis du einen "
    "neuen setzt: /sl {symbol}.",
    "guard.done.leave": "Weggelassen: {legs} sichert {symbol} nicht mehr ab.",
    "guard.done.back": "Zurückgelegt: {legs} von {symbol} ist unterwegs zur Börse.",
    "alert.pulled": "⚠ {symbol}: {legs} wurde an der Börse storniert, und nicht von diesem Desk",
    "alert.pulled_why": "Ich überwache solange sein Niveau. Wenn du nichts anderes sagst, lege ich ihn um "
    "{until} zurück.",
    "alert.put_back": "🛡 {symbol}: niemand hat geantwortet, {legs} wird zurückgelegt",
    "alert.forgotten": "🖐 {symbol}: ein Ziel wurde von Hand an der Börse storniert",
    "alert.forgotten_why": "Es ist aus dem Plan: /tp {symbol} setzt ein neues.",
    "exit.gap": "Kurslücke",
    "exit.gap_exit": "sofort raus",
    "exit.gap_limit": "bis 3 % raus, dann frage ich dich",
    "exit.gap_ask": "ich frage dich",
    "exit.gap_reanchor": "neuer Stop, gleich weit von dort",
    "guard.exit": "Jetzt raus",
    "guard.reanchor": "Neuer Stop ab hier",
    "guard.gap_leave": "So lassen",
    "guard.gap_asked": "{symbol} ist UNGESICHERT: um {at} lag der Kurs {price} {percent} % jenseits des "
    "Stops {stop}.",
    "guard.card.gap_exit": "Jetzt aus {symbol} raus?",
    "guard.does.gap_exit": "Orders, die nur abbauen können, schließen alles: bis 1 % vom Kurs von jetzt, "
    "dann bis 3 %, dann zum Marktpreis; sofort zum Marktpreis, wo die Börse keine solchen Limits nimmt.",
    "guard.card.gap_reanchor": "Ein neuer Stop für {symbol} ab hier?",
    "guard.does.gap_reanchor": "Er steht so weit vom Kurs von jetzt wie der erste Stop vom Einstieg.",
    "guard.card.gap_leave": "{symbol} ohne Stop lassen?",
    "guard.does.gap_leave": "Niemand stoppt {symbol} aus, weder die Börse noch dieser Desk, bis du einen "
    "neuen Stop setzt: /sl {symbol}.",
    "guard.done.gap_exit": "Ausstieg gesendet: ich melde mich, wenn er ausgeführt ist.",
    "guard.done.gap_reanchor": "Ein neuer Stop ist gesetzt.",
    "guard.done.gap_leave": "So gelassen: kein Stop sichert {symbol} ab.",
    "alert.gap": "⚡ {symbol} hat seinen Stop übersprungen: Stop {stop}, Kurs {price}, {percent} % jenseits",
    "alert.gap_away": "Der Desk war {span} weg.",
    "alert.gap_late": "Der Stop kam zu spät an die Börse.",
    "alert.gap_exit": "Sofort raus, wie du es mit der Order gewählt hast.",
    "alert.gap_limit": "Raus bis 3 % vom Kurs von jetzt, wie du es mit der Order gewählt hast; was dann "
    "übrig ist, frage ich dich.",
    "alert.gap_spent": "Niemand nahm es innerhalb von 3 % vom Kurs, und du wolltest nichts zum Marktkurs.",
    "alert.gap_reanchor": "Ein neuer Stop steht gleich weit von dort, wie du es mit der Order gewählt hast.",
    "alert.gap_ask": "UNGESICHERT. Was soll geschehen?",
    "alert.gap_still": "⚡ {symbol} ist noch UNGESICHERT: niemand hat gesagt, was geschehen soll",
    "view.guard.gap": "UNGESICHERT, Stop übersprungen",
    "why.gap": "Der Kurs {price} lag {percent} % jenseits des Stops {stop}, als der Desk handeln konnte: "
    "{policy}.",
    "why.gap_policy.exit": "sofort raus",
    "why.gap_policy.limit": "bis 3 % raus, nie zum Marktkurs",
    "why.gap_policy.ask": "jemand wird gefragt",
    "why.gap_policy.reanchor": "ein neuer Stop ab dort",
    "why.gap_reminded": "Niemand hatte gesagt, was geschehen soll: noch einmal gemeldet.",
    "why.gap_settled.exit": "{person} sagte: raus.",
    "why.gap_settled.reanchor": "{person} sagte: ein neuer Stop ab hier.",
    "why.gap_settled.left": "{person} sagte: ohne Stop lassen.",
    "why.gap_settled.changed": "{person} hat andere Ausstiege gesagt.",
    "view.guard.pulled": "Stop an der Börse storniert, von uns überwacht",
    "why.pulled": "Eine fremde Hand hat {order} an der Börse beendet ({legs}): bis {until} wird jemand "
    "gefragt.",
    "why.pull.back": "Wieder platziert ({legs}): {person} hat es gesagt.",
    "why.pull.back_alone": "Wieder platziert ({legs}): niemand hatte rechtzeitig geantwortet.",
    "why.pull.left": "Bleibt weg ({legs}): {person} hat es gesagt.",
    "why.pull.changed": "{person} hat andere Ausstiege gesagt: die Frage hat sich erledigt ({legs}).",
}
