"""What words_board.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "board.positions": "Positionen",
    "board.desk": "Der ganze Desk",
    "board.account": "Konto",
    "board.held": "Bestand",
    "board.open_result": "Offenes Ergebnis",
    "board.private": "Dieses Board zeigt die Konten aller: nur in einem privaten Chat mit diesem Bot.",
    "board.all": "Alle: {sums}",
    "board.stale": "VERALTET, über {span} alt",
    "board.closed": "Markt geschlossen",
    "board.no_price": "NOCH KEIN KURS",
    "board.more": ("und {n} weitere", "und {n} weitere"),
    "board.updated": "Geändert {at}",
    "board.fresh": "Kurse da höchstens {span} alt",
    "board.hidden": "Diese Gruppe sieht nichts von Konten: /settings groups read zeigt sie.",
    "board.over": "Dieses Board wurde abgenommen. /board on bringt es zurück.",
    "board.none": "In diesem Chat hängt kein Board.",
    "board.how_on": "heftet eins an, das sich selbst aktuell hält",
    "board.how_off": "nimmt es ab",
    "board.stands": "{kind}: hängt hier seit {at}",
    "board.new": "Das Board ist unterwegs; es wird angeheftet und hält sich selbst aktuell. /board off "
    "nimmt es ab.",
    "board.again": "Das Board hängt hier schon; es wird neu gezeigt und wieder angeheftet.",
    "board.taken_down": "Das Board ist abgenommen. /board on bringt es zurück.",
    "board.no_place": "Oben in diesem Chat kann nichts hängen: /positions zeigt dasselbe. Boards gibt es "
    "auf Telegram und auf Discord.",
    "board.taken": "In diesem Chat hängt das Board von jemand anderem: nur der kann es ändern. /board on in "
    "deinem eigenen Chat mit dem Desk gibt dir eins.",
    "board.full": "Dieser Desk führt keine weiteren Boards: nimm anderswo erst eins mit /board off ab.",
}
