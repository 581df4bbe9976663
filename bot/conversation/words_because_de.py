"""What words_because.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "because.panic": "Panik",
    "because.panic_flat": "Panik: glattgestellt und bewiesen",
    "because.panic_waits": "Panik: noch nicht bewiesen, die Börse {counts}",
    "because.pause_over": "die Pause ist vorbei",
    "because.no_stop": "es steht kein Stop",
    "because.lot": "Es ist weniger als ein Lot übrig.",
    "because.flat": "die Börse meldet keine Position und keine offene Order, und das Buch auch nicht",
    "because.flat_but_dust": "die Börse meldet außer Dust ({rest}, zu wenig zum Handeln) keine Position und "
    "keine offene Order, und das Buch auch nicht",
    "because.closed": "die genannten Positionen sind geschlossen und ihre Orders erledigt",
    "because.closed_but_dust": "von den genannten Positionen ist außer Dust ({rest}, zu wenig zum Handeln) "
    "nichts übrig, und ihre Orders sind erledigt",
    "because.as_it_was": "die Order ist, wie sie war",
    "because.still_stands": "angenommen, und die Order steht noch",
    "because.stands": "die Order steht",
    "because.cut_off": "die Anfrage brach unterwegs ab",
    "because.no_answer": "keine rechtzeitige Antwort",
    "because.proves_nothing": "{code} beweist nichts: {reason}",
    "because.stopped": "der Desk hielt an, bevor die Antwort der Börse aufgeschrieben war",
    "because.poison": "eine Meldung hat den Desk dreimal beendet ({name})",
    "because.restored": "die Datenbank wurde auf einen früheren Tag zurückgesetzt: {stream} endet bei "
    "Ereignis {head}, und {seq} waren bis {at} geschrieben; vergleiche Positionen und Orders mit deiner "
    "Börse, dann resume",
    "because.replaced": "die Datenbank ist eine andere: Ereignis {seq} von {stream} ist nicht, was "
    "geschrieben wurde; vergleiche Positionen und Orders mit deiner Börse, dann resume",
    "because.opening": "erste Einzahlung",
    "because.moved": "an der Börse bewegt",
    "because.venue.no_type": "Diese Börse nimmt nur Market- und Limit-Orders, kein {type}.",
    "because.venue.attaches_not": "Diese Börse heftet keine Ausstiege an eine Position; sende eine "
    "abbauende Order.",
    "because.venue.needs_limit": "Eine Order der Art {type} braucht ein Limit.",
    "because.venue.takes_no_limit": "Eine Order der Art {type} hat kein Limit.",
    "because.venue.needs_stop": "Eine Order der Art {type} braucht einen Stop-Kurs.",
    "because.venue.trails": "Ein Trailing-Stop braucht einen Abstand über null, oder Prozente unter 100.",
    "because.venue.at_once": "IOC und FOK gehen nur mit Market- und Limit-Orders; sende den Stop als GTC.",
    "because.venue.post_only": "Post-only geht nur mit wartenden Limit-Orders.",
    "because.venue.lot": "{symbol} wird in ganzen Schritten von {lot} gehandelt, nicht {quantity}.",
    "because.venue.least": "{symbol} braucht mindestens {least}.",
    "because.venue.tick": "{symbol} hat Kurse in Schritten von {tick}, nicht {price}.",
    "because.venue.worth": "{symbol} braucht mindestens {least} {quote}.",
    "because.venue.lot.nearest": "{symbol} wird in ganzen Schritten von {lot} gehandelt, nicht {quantity}. "
    "Die nächste Menge ist {size}.",
    "because.venue.tick.nearest": "{symbol} hat Kurse in Schritten von {tick}, nicht {price}. Der nächste "
    "Kurs ist {nearest}.",
    "because.venue.worth.nearest": "{symbol} braucht mindestens {least} {quote}. Zum Kurs {price} sind das "
    "{size} oder mehr.",
    "because.venue.expired": "Das Ende der Order liegt in der Vergangenheit.",
    "because.venue.closed": "{symbol} ist gerade geschlossen; eine Limit-Order darf auf die Eröffnung "
    "warten.",
    "because.venue.reduce_only": "In {symbol} ist keine Position mehr da, die abgebaut werden kann.",
    "because.venue.short": "{symbol} kann hier nicht leerverkauft werden; gehalten werden {free}.",
    "because.venue.funds": "Das braucht {needed} {currency} mit Gebühren, und {free} sind frei; nimm "
    "weniger.",
    "because.venue.groups": "Diese Börse hält keine Gruppen; sende die Orders einzeln.",
    "because.venue.twice": "Zwei Orders der Gruppe haben dieselbe Nummer.",
    "because.venue.group": "Eine andere Order der Gruppe wurde abgelehnt: {reason}",
    "because.venue.used": "Die Nummer {id} wurde schon benutzt.",
    "because.venue.unknown": "{symbol} wird hier nicht gehandelt.",
    "because.venue.would_take": "Dieses Limit würde sofort handeln; rück es weg oder lass post-only weg.",
    "because.venue.filled": "{filled} ist schon ausgeführt; storniere stattdessen den Rest.",
    "because.venue.same_kind": "Eine Änderung behält die Art der Order: es müssen dieselben Kurse angegeben "
    "sein.",
    "said.counts.silent": "antwortet nicht",
    "said.counts.positions": "meldet noch {count} Positionen",
}
