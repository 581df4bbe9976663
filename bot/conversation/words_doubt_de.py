"""What words_doubt.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "doubt.title": "Ungewiss auf {account}",
    "doubt.none": "Keine Order ist ungewiss.",
    "doubt.order": "Ungewiss: {order}",
    "doubt.since": "Seit {since} weiß niemand, ob die Börse sie hat. Sie wird nie erneut gesendet, und ihr "
    "Platz in den Limits bleibt belegt.",
    "doubt.asking": "Der Desk fragt die Börse und meldet, was er findet.",
    "doubt.yours": "Der Desk hat {span} lang gefragt und konnte es nicht klären: sieh an der Börse nach und "
    "sag, wie es ist.",
    "doubt.said_there": "Es wurde gesagt, dass sie an der Börse ist{id}: ihre Ausführungen werden gesucht.",
    "doubt.id": " als {id}",
    "doubt.there": "Sie ist an der Börse",
    "doubt.absent": "Sie ist nicht dort",
    "doubt.alert": "❓ Du musst nachsehen: {order}",
    "doubt.alert_tried": "{span} lang klärte nichts, ob die Börse sie hat: {answers} Fragen wurden "
    "beantwortet, {failures} nicht. {trouble}",
    "doubt.alert_ask": "Sieh an der Börse nach, in offenen Orders und im Verlauf, und sag, wie es ist. Bis "
    "dahin gilt sie als offen; andere Symbole laufen weiter.",
    "doubt.trouble_none": "Keine Antwort widerspricht einer anderen; es sind zu wenige.",
    "doubt.trouble_silence": "Die Börse antwortet nicht.",
    "doubt.trouble_position": "Die Börse hält mehr oder weniger davon, als die Ausführungen im Buch "
    "erklären.",
    "doubt.trouble_fills": "Die Börse gibt Ausführungen zu und nennt sie nicht.",
    "doubt.card_there": "{order} ist an der Börse",
    "doubt.card_there_what": "Sie bleibt ungewiss, bis ihre Ausführungen und ihr Zustand dort gefunden "
    "sind. Mit der Nummer der Börse geht es schneller: /doubt {name} there ID",
    "doubt.card_there_id": "Sie wird als {id} gesucht. Sie bleibt ungewiss, bis ihre Ausführungen und ihr "
    "Zustand gefunden sind.",
    "doubt.card_absent": "{order} ist nicht an der Börse",
    "doubt.card_absent_entry": "Sie gilt als nicht platziert, auf dein Wort, und wird nicht erneut "
    "gesendet. Sollte sie doch ausgeführt werden, wird das gebucht und abgesichert.",
    "doubt.card_absent_exit": "Sie gilt als nicht platziert, auf dein Wort, und der Ausstieg wird neu "
    "platziert.",
    "doubt.say_there": "Ja, sie ist dort",
    "doubt.say_absent": "Ja, sie ist nicht dort",
    "doubt.done_there": "Notiert: sie ist an der Börse. Du erfährst, was gefunden wird.",
    "doubt.done_absent": "Notiert: sie ist nicht dort. Nichts davon zählt mehr.",
    "doubt.one_id": "{id} ist mehr als ein Wort: gib die Nummer so an, wie die Börse sie zeigt.",
    "doubt.early": "Der Desk fragt noch nach {order}. Du wirst gefragt, wenn das nichts ergibt.",
    "doubt.over": "{order} ist nicht ungewiss, sie ist {state}.",
    "doubt.told_there": "{person} sagt: sie ist an der Börse. {order}",
    "doubt.told_absent": "{person} sagt: sie ist nicht an der Börse. {order}",
    "doubt.told_there_next": "Ihre Ausführungen werden gesucht; bis sie gefunden sind, bleibt sie ungewiss.",
    "doubt.told_absent_next": "Sie gilt als nicht platziert, auf dieses Wort.",
    "freeze.state": "EINSTIEGE EINGEFROREN",
    "freeze.name": "Eingefroren",
    "freeze.said": "EINSTIEGE EINGEFROREN seit {at}: {why}; {until}",
    "freeze.refused": "Einstiege von Konto {account} sind eingefroren seit {at}: {why}. Ausstiege gehen "
    "hinaus. Sie öffnen {until}.",
    "freeze.why_sends": "mehrere Orders nacheinander blieben ohne Antwort ({detail})",
    "freeze.why_unanswered": "die Börse antwortet nicht",
    "freeze.why_turned_up": "{detail} galt als nicht platziert und war an der Börse",
    "freeze.until_answer": "von selbst, wenn die Börse antwortet und nichts mehr gesucht wird",
    "freeze.until_seen": "wenn du an der Börse nachgesehen hast: /doubt seen",
    "freeze.alert_sends": "🧊 Einstiege von {account} sind eingefroren: mehrere Orders nacheinander blieben "
    "ohne Antwort",
    "freeze.alert_unanswered": "🧊 Einstiege von {account} sind eingefroren: die Börse antwortet nicht",
    "freeze.alert_turned_up": "🚨 {detail} galt als nicht platziert und war an der Börse",
    "freeze.alert_which": "Ungewiss: {detail}.",
    "freeze.alert_auto": "Ausstiege gehen hinaus. Einstiege öffnen von selbst, wenn die Börse antwortet und "
    "nichts mehr gesucht wird.",
    "freeze.alert_look": "Was davon ausgeführt ist, wird gebucht und abgesichert; was davon wartet, wird "
    "zurückgenommen. Die Börse hatte unrecht, oder wer sagte, dass sie nicht dort sei: sieh in ihren "
    "offenen Orders und im Verlauf nach. Bis dahin geht kein Einstieg hinaus.",
    "freeze.seen": "Ich habe nachgesehen",
    "freeze.seen_card": "Du hast an der Börse nachgesehen",
    "freeze.seen_what": "Einstiege von {account} öffnen wieder.",
    "freeze.seen_say": "Ja, ich habe nachgesehen",
    "freeze.seen_done": "Notiert. Einstiege gehen wieder hinaus.",
    "freeze.seen_nothing": "Nichts wartet darauf, dass du nachsiehst.",
    "freeze.thawed": "✅ Einstiege von {account} gehen wieder hinaus",
    "freeze.thawed_sends": "Was ungewiss war, ist geklärt, und die Börse antwortet.",
    "freeze.thawed_unanswered": "Die Börse antwortet.",
    "freeze.thawed_turned_up": "{person} hat an der Börse nachgesehen.",
    "doubt.lasts": ("❓ Noch ungewiss: {n} Order", "❓ Noch ungewiss: {n} Orders"),
    "doubt.lasts_what": "Der Desk fragt weiter. Du erfährst, was er findet, und hörst in 15 Minuten wieder "
    "davon.",
    "doubt.show": "Ungewiss",
    "why.entries_frozen": "Einstiege von Konto {account} wurden eingefroren: {why}.",
    "why.entries_thawed": "Einstiege von Konto {account} gingen wieder hinaus: {why}",
    "why.doubt_lasts": "Noch ungewiss.",
    "why.visibility": "Diese Börse zeigte eine Order später als versprochen: Beweise der Abwesenheit warten "
    "ab jetzt {span}.",
    "why.visibility_stops": "Diese Börse zeigte einen Stop später als versprochen: Beweise der Abwesenheit "
    "von Stops warten ab jetzt {span}.",
    "why.escalated": "{span} lang klärte nichts, was aus {order} wurde ({answers} Antworten, {failures} "
    "Fragen ohne eine): jemand wurde gefragt. {trouble}",
    "why.said_there": "{person} hat nachgesehen: {order} ist an der Börse{id}.",
    "why.said_absent": "{person} hat nachgesehen: {order} ist nicht an der Börse. Sie gilt auf dieses Wort "
    "als nicht platziert.",
    "story.DoubtEscalated": "war nicht zu klären: jemand wurde gefragt",
    "story.said_there": "{person} sagt, dass sie an der Börse ist",
    "story.said_absent": "{person} sagt, dass sie nicht dort ist",
}
