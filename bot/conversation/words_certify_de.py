"""What words_certify.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "cli.certify": "den Adapter einer Börse auf ihrer Testseite probieren, mit den kleinsten Größen",
    "cli.certify.about": "Führt den ungefährlichen Teil der Zertifizierung einer Börse auf ihrer "
    "Testseite aus, mit dem Schlüssel eines Kontos, den dieser Desk verwahrt. Gehandelt wird mit den "
    "kleinsten Größen, und am Ende ist nichts offen, was dabei entstand. Halte den Desk vorher an: er "
    "hielte diese Orders für die einer fremden Hand. Kraken hat keine solche Seite: dort sieht die Börse "
    "Orders nur an, und nichts wird aufgegeben.",
    "cli.certify.venue": "welche Börse: binance, kraken, alpaca",
    "cli.certify.account": "wessen Schlüssel benutzt wird: ein Konto auf der Testseite der Börse (bei "
    "Kraken das echte)",
    "cli.certify.symbol": "was gehandelt wird; ohne das, was dort am bekanntesten ist",
    "certify.no_key": "Hier liegt kein Schlüssel von Konto {account} bei {venue}: openoutcry keys add "
    "nimmt einen.",
    "certify.not_live": "Der Schlüssel von {account} ist für echtes Geld, und hier wird gehandelt: nimm "
    "einen der Testseite.",
    "certify.not_paper": "{venue} hat keine Testseite: nimm den Schlüssel eines echten Kontos. Aufgegeben "
    "wird damit nichts.",
    "certify.looked": "Alle {of} Fälle treffen zu. Gehandelt wurde nicht, {venue} bleibt bei bronze.",
    "certify.case.CHECKED": "die Börse sieht eine Limit-Order und einen Stop von uns an und nähme beide",
    "certify.too_long": "Es hat zu lange gedauert.",
    "certify.not_seen": "Die Börse hat es nicht innerhalb von {seconds} s gesagt.",
    "certify.no_market": "Die Börse führt nichts davon.",
    "certify.no_price": "Es gibt keinen Kurs von {symbol}.",
    "certify.not_listed": "Sie ist nicht unter den {n} offenen Orders, die die Börse nennt.",
    "certify.no_position": "Nach der Ausführung steht keine Position im Buch.",
    "certify.left_open": "Bei {account} ist etwas offen geblieben: sieh an der Börse nach.",
    "certify.failed": "{n} von {of} Fällen trafen nicht zu: {venue} bleibt bei bronze.",
    "certify.passed": "Alle {of} Fälle treffen zu: {venue} ist auf diesem Desk silver.",
    "certify.case.KEY": "der Schlüssel darf handeln und führt auf die Seite, für die er ist",
    "certify.case.ACCOUNT": "was dort liegt, wird gelesen",
    "certify.case.PRICES": "Regeln und Kurse eines Marktes kommen",
    "certify.case.RESTS": "eine Limit-Order unter dem Markt ruht",
    "certify.case.FOUND": "sie wird unter ihrem Namen gefunden, so wie sie gesendet wurde",
    "certify.case.LISTED": "sie ist unter den offenen Orders",
    "certify.case.CHANGED": "ihr Preis wird geändert",
    "certify.case.CANCELED": "sie wird storniert, ein zweites Storno wird abgelehnt",
    "certify.case.ABSENT": "ein Name, der nie gesendet wurde, wird nicht gefunden",
    "certify.case.FILLED": "eine Market-Order wird ausgeführt, und ihr Stop steht",
    "certify.case.HISTORY": "die Vergangenheit nennt dieselben Ausführungen, jede einmal",
    "certify.case.CLOSED": "die Position wird geschlossen, und nichts bleibt davon",
}
