"""What words_grammar.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "grammar.empty": "In dieser Zeile gibt es nichts zu tun: tippe /help.",
    "grammar.line_long": "Die Zeile hat mehr als 500 Zeichen: sag es kürzer.",
    "grammar.several_lines": "Eine Nachricht ist ein Befehl: sende die Zeilen nacheinander.",
    "grammar.characters": "Die Zeile enthält ein Zeichen, das in einem Befehl nicht stehen darf ({value}): "
    "tippe sie neu, mit einfachen Buchstaben und den Ziffern 0 bis 9.",
    "grammar.verb_unknown": "Das Wort „{value}“ kenne ich nicht: {hint}.",
    "grammar.verb_later": "/{value} gibt es hier noch nicht: {hint}.",
    "grammar.symbol_missing": "Welches Symbol? Schreib es hinter den Befehl: {hint}.",
    "grammar.symbol_form": "„{value}“ ist kein Symbol: tippe Buchstaben und Ziffern wie BTC oder BTC/USD.",
    "grammar.symbol_word": "„{value}“ ist hier auch ein Befehlswort: schreib das Symbol mit seiner Währung, "
    "{hint}.",
    "grammar.word_unknown": "„{value}“ verstehe ich hier nicht: {hint}.",
    "grammar.part_twice": "Die Zeile sagt {field} zweimal („{value}“): sag es einmal.",
    "grammar.size_unit": "„{value}“ ist keine Größe für {hint}: tippe Geld (100usd), Einheiten des Symbols, "
    "Kontrakte (2c) oder einen Anteil (10%).",
    "grammar.size_contracts": "Kontrakte gibt es nur ganz, „{value}“ nicht: tippe 1c oder 2c.",
    "grammar.size_percent": "„{value}“ ist mehr als alles: tippe einen Anteil bis 100% oder max.",
    "grammar.size_all": "Alles wovon? Für die größte Größe tippe max.",
    "grammar.size_missing": "Wie viel steht hinter „{value}“? Tippe risk 1% oder risk $50.",
    "grammar.risk_needs_stop": "Eine Größe nach Risiko folgt aus dem Stop: ergänze sl 2% oder einen "
    "Stop-Kurs.",
    "grammar.number_form": "„{value}“ kann ich nicht als Zahl lesen: tippe sie wie 1000, 1,000.50 oder 1.5k.",
    "grammar.number_exponent": "„{value}“ ist mit Exponent geschrieben: tippe die Zahl aus, wie 100000 oder "
    "100k.",
    "grammar.number_long": "„{value}“ hat zu viele Ziffern: höchstens 15 vor dem Punkt und 18 dahinter.",
    "grammar.number_not_finite": "„{value}“ ist keine Zahl: tippe eine wie 100.",
    "grammar.number_sign": "„{value}“ hat ein Vorzeichen, wo keines hingehört: tippe die Zahl ohne + oder -.",
    "grammar.number_zero": "„{value}“ ist nichts: tippe eine Zahl über null.",
    "grammar.price_missing": "Welcher Kurs? Tippe eine Zahl oder Prozente mit Vorzeichen: {hint}.",
    "grammar.price_form": "„{value}“ ist kein Kurs für eine Order: tippe eine Zahl, oder Prozente mit "
    "Vorzeichen wie -1%.",
    "grammar.gtd_needs_price": "Eine Market-Order wartet nicht, gtd bedeutet bei ihr also nichts: ergänze "
    "einen Kurs, @ 64000.",
    "grammar.post_needs_limit": "post braucht ein Limit, bei dem es wartet: ergänze @ 64000.",
    "grammar.post_conflict": "post wartet und {value} nicht: lass eins davon weg.",
    "grammar.reduce_on_entry": "{value} eröffnet eine Position und kann keine abbauen: tippe cover für "
    "einen Short, sell für einen Long.",
    "grammar.exits_on_close": "„{value}“ gehört zu einer Position, die bleibt, und diese Zeile baut eine "
    "ab: nimm {hint}.",
    "grammar.close_all": "all braucht hier ein Symbol: um alles zu schließen, tippe /flatten.",
    "grammar.sell_short": "sell verkauft nur, was du hältst: um short zu gehen, tippe {hint}.",
    "grammar.level_missing": "{field} braucht ein Niveau: {hint}.",
    "grammar.level_unit": "„{value}“ ist kein Niveau für {field}: {hint}.",
    "grammar.level_percent": "„{value}“ ist zu weit für {field}: tippe weniger als 100%.",
    "grammar.r_needs_stop": "„{value}“ zählt in Stop-Abständen, und die Zeile hat keinen Stop: ergänze sl "
    "2%.",
    "grammar.targets_many": "Mehr als 10 Ziele sind zu viele: lass welche weg.",
    "grammar.share_form": "Den Anteil in „{value}“ kann ich nicht lesen: tippe ihn wie 2%:50.",
    "grammar.shares_sum": "Die Anteile der Ziele passen nicht in 100% ({value}): mach sie kleiner.",
    "grammar.off_on_entry": "Eine neue Order hat kein {field}, das weg kann: lass „{value}“ weg.",
    "grammar.exits_missing": "Nichts sagt, was sich ändern soll: {hint}.",
    "grammar.gap_form": "„{value}“ sagt nicht, was gilt, wenn der Kurs den Stop überspringt: tippe gap "
    "exit, gap limit, gap ask oder gap reanchor.",
    "grammar.break_even_form": "„{value}“ passt nicht zu be: tippe now oder after tp1.",
    "grammar.break_even_target": "In dieser Zeile gibt es kein Ziel {value}, auf das man warten kann: "
    "{hint}.",
    "grammar.break_even_now": "Eine neue Order hat noch keinen Gewinn zu schützen: tippe be after tp1.",
    "grammar.moment_missing": "{field} braucht eine Zeit: tippe 4h oder 15:55.",
    "grammar.moment_form": "„{value}“ ist keine Zeit: tippe 4h, 15:55 oder 2026-01-05 15:55.",
    "grammar.moment_clock": "„{value}“ ist keine Uhrzeit: tippe Stunden und Minuten von 24 Stunden, wie "
    "15:55.",
    "grammar.moment_date": "„{value}“ ist kein Datum: tippe Jahr, Monat, Tag, wie 2026-01-05.",
    "grammar.moment_far": "„{value}“ ist mehr als ein Jahr entfernt: tippe eine nähere Zeit.",
    "grammar.name_form": "„{value}“ geht nicht als Name für {field}: nimm Buchstaben, Ziffern, - und _, "
    "höchstens 32.",
    "grammar.name_missing": "{field} braucht einen Namen dahinter: {hint}.",
    "grammar.argument_missing": "/{value} braucht {hint}.",
    "grammar.frame_unknown": "Kerzen zu „{value}“ gibt es nicht: tippe eins von {hint}.",
    "grammar.argument_extra": "/{field} kann mit „{value}“ nichts anfangen: {hint}.",
    "grammar.ask_number": "„{value}“ lässt sich verschieden lesen. Welche Zahl ist es?",
    "grammar.ask_list": "Ist „{value}“ eine Zahl, oder sind es zwei Ziele?",
    "grammar.ask_size": "Wie ist „{value}“ gemeint?",
    "grammar.ask_price": "Darüber oder darunter? „{value}“ hat kein Vorzeichen.",
    "grammar.ask_stop": "Ist „{value}“ ein Stop, der absichert, oder ein Kurs, bei dem die Order beginnt?",
    "grammar.ask_risk": "Ist „{value}“ Geld oder Prozent?",
    "grammar.ask_symbol": "Ist „{value}“ eine Größe oder ein Symbol?",
    "grammar.ask_modify": "Ist „{value}“ der neue Kurs oder die neue Größe?",
}
