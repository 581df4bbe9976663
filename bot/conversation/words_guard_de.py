"""What words_guard.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "guard.desk": "Der Desk",
    "guard.account": "Konto",
    "guard.maintenance": "Wartung",
    "guard.lockout": "Selbstsperre",
    "guard.state.paused": "PAUSE bis {until}",
    "guard.state.maintenance": "WARTUNG",
    "guard.state.lockout": "GESPERRT bis {until}",
    "guard.on_desk": "DESK: {state}",
    "guard.since_by": "{state} durch {person} um {at}",
    "guard.since": "{state} um {at}",
    "guard.because": "{said}: {reason}",
    "guard.refused.halt": "{who}: {said}. Nur Ausstiege gehen hinaus; {line} und ein Grund öffnet wieder.",
    "guard.refused.pause": "{who}: {said}. Nur Ausstiege gehen hinaus; dann öffnet es von selbst, {line} "
    "und ein Grund öffnet jetzt.",
    "guard.refused.maintenance": "Der Desk: {said}. Nur Ausstiege gehen hinaus; /maintenance off beendet "
    "sie.",
    "guard.refused.lockout": "{who}: {said}. Niemand kann das früher beenden; Schließen und Ausstiege gehen.",
    "guard.pause_loosens": "{who}: {said}. Das hat kein Ende, und eine Pause würde um {until} öffnen: erst "
    "{line} und ein Grund.",
    "guard.pause_shorter": "{who}: {said}. Das ist genauso lang oder länger: {line} und ein Grund beendet "
    "es.",
    "guard.paused": "PAUSE für {scope} bis {until} ({reason}): kein Einstieg geht hinaus, Ausstiege schon.",
    "guard.pause_ends": "Dann öffnet es von selbst ({ahead}); {line} und ein Grund öffnet jetzt.",
    "guard.pause_two_scopes": "Das Konto oder der Desk? Tippe /pause 2h oder /pause desk 2h.",
    "guard.halt_has_no_end": "Diese Sperre hat kein Ende: {line} würde von selbst wieder öffnen.",
    "guard.maintenance_on": "WARTUNG ({reason}): aus keinem Konto geht ein Einstieg hinaus, Ausstiege schon.",
    "guard.maintenance_how": "{line} beendet sie.",
    "guard.maintenance_is_on": "{said}.",
    "guard.maintenance_is_off": "Es ist keine Wartung. {line} und ein Grund beginnt sie: Einstiege aller "
    "Konten ruhen, Ausstiege laufen weiter.",
    "guard.maintenance_already": "Das ist schon so: {said}. /maintenance off beendet sie.",
    "guard.maintenance_off_already": "Es ist keine Wartung: /maintenance on und ein Grund beginnt sie.",
    "guard.maintenance_switch": "„{typed}“ ist weder an noch aus: tippe /maintenance on {typed} oder "
    "/maintenance off.",
    "guard.maintenance_end": "Die Wartung beenden?",
    "guard.maintenance_end_it": "Beenden",
    "guard.maintenance_ended": "Die WARTUNG ist vorbei: Einstiege gehen wieder hinaus.",
    "guard.alert.raise": "⏳ Limit {name} auf {account} wird um {at} zu {value}",
    "guard.alert.raise_how": "Bis dahin bleibt es, wie es ist. /limits {name} nimmt es zurück.",
    "guard.alert.raise_dropped": "Limit {name} auf {account} bleibt, wie es ist: {value} ist zurückgenommen",
    "guard.alert.raise_called_off": "Von {person}.",
    "guard.alert.raise_no_right": "{person} hatte darum gebeten und darf Limits nicht mehr anheben.",
    "guard.operator_only": "Das bindet jedes Konto dieses Desks: nur sein Betreiber kann es sagen.",
    "guard.still_halted": "Einstiege bleiben trotzdem zu: {said}.",
    "guard.lockout_none": "Du bist nicht gesperrt.",
    "guard.lockout_how": "Eine Selbstsperre schließt Einstiege aller deiner Konten bis zu ihrem Ende, und "
    "deine auf jedem Konto, auf dem du handeln darfst; niemand kann sie früher beenden. Beginne eine:",
    "guard.lockout_stands": "{said}.",
    "guard.lockout_for_good": "Niemand kann das früher beenden. Schließen und Ausstiege gehen. Verlängern "
    "geht:",
    "guard.lockout_no_time": "„{typed}“ ist keine Zeit: tippe /lockout until tomorrow, /lockout 3d oder "
    "/lockout until 2026-12-01.",
    "guard.lockout_shorter": "Du bist schon bis {until} gesperrt. Eine Selbstsperre kann nur länger werden: "
    "nenne eine spätere Zeit.",
    "guard.lockout_far": "{until} ist mehr als ein Jahr entfernt: nenne eine nähere Zeit.",
    "guard.lockout_ask": "Dich selbst für Einstiege sperren?",
    "guard.lockout_ends": "Endet",
    "guard.lockout_ends_at": "{until}, {ahead}",
    "guard.lockout_until_now": "Bisher bis",
    "guard.lockout_accounts": "Konten",
    "guard.lockout_reason": "Grund",
    "guard.lockout_you_on": "{accounts} für dich",
    "guard.lockout_withdrawn": (
        "{n} wartender Einstieg wird zurückgezogen.",
        "{n} wartende Einstiege werden zurückgezogen.",
    ),
    "guard.lockout_warning": "Niemand kann sie früher beenden: nicht du, kein Admin, kein Neustart, kein "
    "/resume. Schließen und Ausstiege gehen.",
    "guard.lockout_type": "Wenn du es so meinst, tippe innerhalb von {span}:",
    "guard.lockout_phrase": "niemand kann das vorher beenden",
    "guard.lockout_words": "Das sind nicht die Worte deiner Frage. Sie lauten: {line}",
    "guard.lockout_expired": "Diese Frage ist zu alt: hier ist sie neu.",
    "guard.lockout_unasked": "Es wurde nichts gefragt, worauf diese Worte antworten: hier ist die Frage.",
    "guard.locked": "GESPERRT bis {until} ({reason}): kein Einstieg geht hinaus aus {accounts}; Schließen "
    "und Ausstiege gehen.",
    "guard.locked_again": "Du bist bis {until} gesperrt: das war schon geschehen.",
    "guard.no_reason": "ohne Angabe eines Grundes",
    "guard.resume_locked": "Für {scope} ist nichts angehalten. Es ist bis {until} gesperrt durch {person}, "
    "und niemand kann das vorher beenden.",
    "guard.resume_maintenance": "Für {scope} ist nichts angehalten. Es gilt: {said}. /maintenance off "
    "beendet das.",
    "guard.alert.paused": "⏸ {who} pausiert bis {until}: Ausstiege gehen hinaus, Einstiege nicht",
    "guard.alert.pause_ends": "Dann öffnet es von selbst; {line} mit einem Grund öffnet jetzt.",
    "guard.alert.pause_over": "▶ {who}: die Pause ist vorbei, Einstiege gehen wieder hinaus",
    "guard.alert.maintenance_on": "🔧 Der Desk ist in Wartung: Ausstiege gehen hinaus, Einstiege nicht",
    "guard.alert.maintenance_off": "✅ Die Wartung ist vorbei: Einstiege gehen wieder hinaus",
    "guard.alert.locked": "🔒 Gesperrt bis {until}: Ausstiege gehen hinaus, Einstiege nicht",
    "guard.alert.locked_accounts": "Konten: {accounts}. Niemand kann das früher beenden.",
    "guard.alert.warned": "⚠ {percent} des heutigen Verlustlimits sind verbraucht",
    "guard.alert.reached": "⛔ Verlustlimit des Tages erreicht",
    "guard.alert.lost": "Konto {account}: heute {loss} von {limit} verloren, {left} übrig.",
    "guard.alert.lost_all": "Konto {account}: heute {loss} verloren, das Limit ist {limit}.",
    "guard.alert.at_limit": "Am Limit geht kein Einstieg mehr hinaus; Ausstiege immer. /risk zeigt es.",
    "guard.alert.no_entries": "Bis ein neuer Tag beginnt (Mitternacht UTC), geht kein Einstieg hinaus, und "
    "wartende werden zurückgezogen. Ausstiege stehen; /flatten bringt dich raus.",
    "guard.why.halt": "{who}: {said}.",
    "guard.why.open": "{who} handelt wieder: {reason}.",
    "guard.why.maintenance_on": "Wartung begonnen, durch {person}: {reason}.",
    "guard.why.maintenance_off": "Wartung beendet, durch {person}.",
    "guard.why.person_locked": "{person} ist bis {until} auf allen Konten gesperrt: {reason}.",
    "guard.why.lockout": "Gesperrt bis {until} durch {person}: {reason}.",
    "guard.why.warned": "{percent} des heutigen Verlustlimits waren verbraucht: {loss} von {limit}.",
    "guard.why.cancel_asked": "Storno von {order} angefragt: das Verlustlimit des Tages ist erreicht.",
}
