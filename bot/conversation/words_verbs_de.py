"""What words_verbs.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "verb.buy": "Eine Long-Position eröffnen oder vergrößern.",
    "verb.sell": "Verkaufen, was eine Long-Position hält, ganz oder in Teilen; geht nie short.",
    "verb.short": "Eine Short-Position eröffnen oder vergrößern.",
    "verb.cover": "Zurückkaufen, was eine Short-Position schuldet, ganz oder in Teilen; geht nie long.",
    "verb.close": "Eine Position schließen, long oder short, ganz oder in Teilen; eröffnet nie eine.",
    "verb.flatten": "Orders stornieren und Positionen schließen, alle oder die eines Filters.",
    "verb.panic": "Alles stornieren, alles schließen, anhalten und beweisen, dass nichts übrig ist.",
    "verb.preset": "Eine Orderzeile unter einem Namen behalten und für ein Symbol benutzen.",
    "verb.repeat": "Die Karte deiner letzten Order noch einmal zeigen.",
    "verb.tp": "Take-Profit-Ziele einer Position setzen.",
    "verb.sl": "Den Stop-Loss einer Position setzen.",
    "verb.trail": "Den Stop dem besten Kurs folgen lassen.",
    "verb.breakeven": "Den Stop auf den Einstand verschieben, jetzt oder nach einem Ziel.",
    "verb.guard": "Wer deinen Bestand absichert, und deine Antwort, wenn ein Stop storniert oder "
    "übersprungen wurde.",
    "verb.bracket": "Mehrere Ausstiege einer Position in einer Zeile setzen.",
    "verb.orders": "Orders zeigen: die wartenden oder alle.",
    "verb.order": "Eine Order mit ihrer Geschichte zeigen.",
    "verb.modify": "Kurs oder Größe einer wartenden Order ändern.",
    "verb.cancel": "Orders nach Nummer stornieren.",
    "verb.doubt": "Orders ohne Antwort; sag, was die Börse hat, wenn der Desk es nicht herausfindet.",
    "verb.cancelall": "Alle wartenden Einstiege stornieren; Ausstiege offener Positionen bleiben.",
    "verb.alerts": "Klingeln, wenn Kurs, Indikator oder G/V ein Niveau erreicht; zeigen und löschen, was "
    "wartet.",
    "verb.schedule": "Eine Order wiederkehren lassen: jeden Tag, jede Woche, jeden Monat, alle paar Stunden "
    "oder einmal.",
    "verb.start": "Hallo sagen: was dieser Desk ist, welches Konto du benutzt, was du zuerst tippst.",
    "verb.help": "Die Befehle zeigen oder einen erklären.",
    "verb.status": "Der Desk auf einen Blick: Konto, Modus, Kursquellen, Sperren, was offen ist.",
    "verb.portfolio": "Alles, was du hältst, mit Wert und Anteil.",
    "verb.balance": "Guthaben, Kontowert und was reserviert ist.",
    "verb.positions": "Offene Positionen mit Gewinn und Schutz zeigen.",
    "verb.position": "Eine Position mit ihren Ausstiegen und Knöpfen zeigen.",
    "verb.watch": "Symbole, die du beobachtest, mit ihren Kursen und den Alarmen, die dort warten.",
    "verb.board": "Ein Board oben in diesem Chat, das sich selbst aktuell hält.",
    "verb.pnl": "Gewinn und Verlust eines Tages, einer Woche, eines Monats oder von allem.",
    "verb.performance": "Was deine Trades brachten, nach Symbol, Etikett, Ausstieg, Stunde, Wochentag oder "
    "Herkunft.",
    "verb.stats": "Trefferquote, Profit-Faktor, Erwartungswert, R, Drawdown, Sharpe und mehr.",
    "verb.history": "Ausführungen und geschlossene Positionen zeigen, neueste zuerst.",
    "verb.equity": "Wie der Kontowert lief, mit einem Bild.",
    "verb.price": "Die Karte eines Symbols zeigen: Kurs, sein Alter, Knöpfe zum Handeln.",
    "verb.strategies": "Welche Strategien es gibt und was jede tut.",
    "verb.profile": "Eine Strategie für dich handeln lassen: von selbst, oder mit Vorschlag und Knopf.",
    "verb.protections": "Was deine Profile gerade vom Einstieg abhält, warum und bis wann.",
    "verb.marketdir": "Welche Seite deine Profile handeln dürfen, was ihre Strategien auch sagen.",
    "verb.strategy": "Die Einstellungen einer Strategie, oder was sie jetzt von einem Symbol sagt und warum.",
    "verb.sentiment": "Was über ein Symbol veröffentlicht wird, von einem Modell draußen zusammengefasst.",
    "verb.regime": "Wohin ein Markt geht und wie wild er ist, allein aus seinen Kursen.",
    "verb.calendar": "Wann ein Markt gehandelt wird: offen oder zu, nächste Zeiten, Feiertage, kurze Tage.",
    "verb.config": "Wie dieser Desk von dem, der ihn betreibt, eingestellt ist, ohne seine Geheimnisse.",
    "verb.copilot": "Sag eine Order mit deinen Worten; ein Modell schreibt die Zeile, du siehst die Karte.",
    "verb.chart": "Ein Bild vom Kurs eines Symbols, mit deinem Einstieg, Zielen und Stop.",
    "verb.why": "Warum eine Order gemacht, abgelehnt oder nicht gemacht wurde.",
    "verb.ledger": "Die Buchungen hinter jeder Zahl.",
    "verb.export": "Ausführungen, Orders oder Buchungen in eine Datei schreiben.",
    "verb.risk": "Wie viel heute noch verloren gehen darf, und was im Markt ist.",
    "verb.limits": "Die Limits zeigen oder eins setzen.",
    "verb.halt": "Neue Einstiege sofort stoppen; Ausstiege laufen weiter.",
    "verb.pause": "Neue Einstiege bis zu einer Zeit stoppen, dann öffnet es von selbst.",
    "verb.resume": "Nach einer Sperre oder in einer Pause wieder öffnen.",
    "verb.lockout": "Dich selbst bis zu einer Zeit für Einstiege sperren; niemand kann das früher beenden.",
    "verb.blacklist": "Symbole, in denen auf diesem Konto nichts eröffnet wird.",
    "verb.reconcile": "Das Buch jetzt mit der Börse vergleichen und klären, was abweicht.",
    "verb.maintenance": "Sagen, dass jemand am Desk arbeitet: keine Einstiege, bis es aus ist.",
    "verb.join": "Darum bitten, in diesen Desk eingelassen zu werden.",
    "verb.roles": "Wer auf einem Konto was ist: Betrachter, Händler, Risikomanager, Admin.",
    "verb.role": "Jemandem auf einem Konto eine andere Rolle geben, oder keine.",
    "verb.approve": "Über jemanden entscheiden, der eingelassen werden will.",
    "verb.second": "Einer Order von jemand anderem zustimmen, die für eine Person allein zu groß ist.",
    "verb.audit": "Wer was wollte, und wann, mit dem Beweis, dass nichts davon geändert wurde.",
    "verb.accounts": "Deine Konten: wo jedes ist, mit welchem Geld es handelt, was alle wert sind.",
    "verb.mode": "Ob ein Konto etwas mit echtem Geld eröffnet.",
    "verb.pin": "Ein zweiter Faktor: eine PIN oder eine Authenticator-App, verlangt vor allem, was "
    "gefährlich ist.",
    "verb.keys": "Schlüssel von Handelsplätzen: zeigen, auf der Seite des Desks eingeben, prüfen, entfernen.",
    "verb.link": "Diesen Desk auch von einem anderen Gerät benutzen: Telegram und Discord als eine Person.",
    "verb.unlink": "Eine Plattform von dir trennen: niemand dort ist mehr du.",
    "verb.inbox": "Noch einmal lesen, was dir gemeldet wurde, auch was du abgestellt hattest.",
    "verb.logs": "Alles, was geschah, neueste zuerst, nach Stufe.",
    "verb.settings": "Deine Zeitzone, Sprache, Zahlen, Ein-Druck-Grenze und dein Konto.",
    "verb.health": "Wie es dem Desk selbst geht: was eingeschränkt ist, Latenz, Kursquellen, Teile, Platte.",
    "verb.version": "Welche Version des Desks das ist.",
    "verb.keys.more": "Zeigt Handelsplatz, Seite, die letzten vier Zeichen, was der Schlüssel darf und wann "
    "danach gefragt wurde. add gibt einen Link zur Seite des Desks, fünf Minuten lang und für einen "
    "Schlüssel; ein Schlüssel wird nie in einen Chat getippt. Eingeben und Entfernen wollen deinen zweiten "
    "Faktor, wenn du einen hast.",
    "verb.buy.more": "Die Größe kann Geld sein (100, $100), Einheiten (0.01btc), Kontrakte (2c), ein Anteil "
    "am Kontowert (10%), ein Risiko (risk 1%, braucht sl) oder max. Ohne Kurs ist es eine Market-Order.",
    "verb.sell.more": "Ohne Größe wird alles verkauft; 50% ist die halbe Position.",
    "verb.short.more": "Der einzige Befehl, der verkauft, was du nicht hältst. Größen und Ausstiege sind "
    "die von /buy.",
    "verb.cover.more": "Ohne Größe wird alles zurückgekauft.",
    "verb.close.more": "Schreib 50% für die Hälfte; ohne Größe wird die Position ganz geschlossen.",
    "verb.flatten.more": "Ein Filter kann ein Symbol nennen, winners, losers, long oder short, und ein "
    "Etikett.",
    "verb.panic.more": "Ein Druck, oder mit now gar keiner. Die Antwort zeigt, was beendet wird; der "
    "Beweis, dass die Börse nichts mehr hält, folgt. /resume öffnet wieder.",
    "verb.preset.more": "Ohne etwas dahinter zeigt es alle. In der behaltenen Zeile fehlt das Symbol.",
    "verb.repeat.more": "Mit einem Symbol die letzte Order in diesem Symbol.",
    "verb.tp.more": "Ziele sind Prozente ab dem Einstieg, Kurse oder Vielfache des Stop-Abstands (2r), auf "
    "Wunsch je mit einem Anteil (2%:50). Sie ersetzen die bisherigen Ziele; off nimmt sie weg.",
    "verb.sl.more": "Ein Kurs, Prozente ab dem Einstieg oder Vielfache der mittleren Spanne (2atr); off "
    "nimmt ihn weg.",
    "verb.trail.more": "Um Prozente, einen Abstand in der Währung oder Vielfache der mittleren Spanne; mit "
    "after beginnt er erst, wenn der Kurs so weit gelaufen ist. off nimmt ihn weg.",
    "verb.breakeven.more": "Ohne mehr geschieht es jetzt; after tp1 wartet, bis das erste Ziel ausgeführt "
    "ist.",
    "verb.guard.more": "Ein Stop, der storniert wurde: back platziert ihn wieder, leave nimmt ihn aus dem "
    "Plan; ohne Antwort ist er nach einer Minute zurück. Ein Stop, den der Kurs übersprang: exit, reanchor "
    "(ein neuer Stop ab hier), leave.",
    "verb.bracket.more": "Was nicht genannt ist, bleibt, wie es ist; off nimmt alle weg.",
    "verb.orders.more": "Jede hat eine Nummer (#3), die /order, /modify, /cancel und /why nehmen.",
    "verb.order.more": "Was verlangt wurde, was die Börse antwortete, jede Ausführung und wie lange jede "
    "dauerte.",
    "verb.modify.more": "Die Größe ist die neue Summe, das schon Ausgeführte eingerechnet.",
    "verb.cancel.more": "Auch Ausstiege werden storniert, wenn du sie nennst; der Desk sagt dann, dass die "
    "Position ungesichert ist.",
    "verb.doubt.more": "Der Desk fragt selbst und meldet, was er findet. Wenn das nichts ergibt, wirst du "
    "gefragt: there, mit der Nummer der Börse, wenn sie eine zeigt, oder absent. Wenn eine Order ausgeführt "
    "wurde, die als nicht platziert galt, sagt seen, dass du nachgesehen hast, und Einstiege gehen hinaus.",
    "verb.cancelall.more": "Mit einem Symbol nur die in diesem Symbol.",
    "verb.alerts.more": "Es zählt die Mitte. > und < warten auf eine Seite, crosses auf beide, crosses up "
    "und crosses down auf das Niveau nach der anderen Seite; Prozente mit Vorzeichen zählen ab jetzt. Ein "
    "Indikator geschlossener Kerzen steht hinter dem Symbol: rsi, adx, cci, roc, atr, sma, ema, upper und "
    "lower (Bollinger-Bänder), macd, mit Längen und Kerzen in Klammern. pnl und ein Symbol ist, was du dort "
    "hältst, day das ganze Konto seit Mitternacht UTC. Er klingelt einmal, oder mit repeat jedes Mal, wenn "
    "der Kurs 0,2 % zurück war (alles andere 5 % seines Niveaus), höchstens alle 5 Minuten. for 3d oder "
    "until und eine Zeit beendet ihn. Ein kritischer (critical) wird wieder gemeldet, dann auf jedem Gerät, "
    "dann dem Besitzer und den Admins des Kontos, bis du Gesehen drückst oder etwas tust. Was dahinter "
    "steht, ist deine Notiz. del und eine Nummer vergisst einen.",
    "verb.schedule.more": "Die Order schreibst du wie für /buy, mit ihren Ausstiegen; dann every day at "
    "09:00, every monday and friday at 15:30, every month on the 1st at 09:00, every 4h, cron 0 9 * * 1-5, "
    "oder Datum und Uhrzeit. Zeiten sind deine, wenn keine Zone dahinter steht. Jede geht durch dieselbe "
    "Schranke wie eine getippte Order. pause, resume, del und now nehmen eine Nummer; bei mehr als 15 "
    "Minuten Verspätung wirst du gefragt.",
    "verb.start.more": "Der erste Bildschirm des Desks.",
    "verb.help.more": "Ein Fragezeichen tut dasselbe.",
    "verb.status.more": "Sagt, wie alt jeder Kurs ist und wer verbunden ist.",
    "verb.portfolio.more": "Guthaben und Positionen eines Kontos oder aller.",
    "verb.balance.more": "Von einem Konto, oder von allen und ihre Summe. Der Kontowert ist das Guthaben "
    "plus Positionen zum neuesten Kurs.",
    "verb.positions.more": "Jede Zeile sagt, ob die Börse oder der Desk ihre Ausstiege überwacht.",
    "verb.position.more": "Einstieg, Menge, Gewinn, jeder Ausstieg mit Kurs und Anteil.",
    "verb.watch.more": "Dahinter stehen Symbole, die auf die Liste kommen; del und ein Symbol nimmt eines "
    "weg, del all alles. Jede Zeile zeigt den Kurs, seine Änderung an einem Tag und deine Alarme; "
    "/board on watchlist heftet sie an.",
    "verb.board.more": "Offene Positionen mit Kursen und Gewinn, angeheftet; es ändert sich selbst. Ohne "
    "etwas sagt es, was hier steht. Hinter on und off kann stehen, was es zeigt: positions, orders, "
    "watchlist (was du beobachtest), account (Kapital, heute, das Limit des Tages) oder, für den, der "
    "den Desk betreibt, desk (jedes Konto) und feed (was auf irgendeinem schiefgeht).",
    "verb.pnl.more": "Realisiert, unrealisiert und Gebühren; Einzahlungen sind kein Gewinn. daily, weekly "
    "und monthly zeigen eine Zeile für jeden der letzten Tage, Wochen oder Monate, eine Zahl sagt, wie "
    "viele.",
    "verb.performance.more": "Ein Trade ist eine Position von null bis null; er zählt, wenn sie geschlossen "
    "ist, nach allen Gebühren. mix ist Etikett und Ausstieg zusammen. Stunde und Wochentag sind die des "
    "Einstiegs, auf deiner Uhr.",
    "verb.stats.more": "Wie jede Zahl entsteht, steht in docs/analytics.md. Was zu wenige nicht sagen "
    "können, wird nicht gesagt.",
    "verb.history.more": "Eine Zahl sagt, wie viele Zeilen, eine zweite, welche Seite.",
    "verb.equity.more": "Mit Höchststand, größtem Drawdown, höchstem und tiefstem Punkt des Zeitraums. "
    "Einzahlungen sind weder Gewinn noch Verlust.",
    "verb.price.more": "Ein Symbol allein tut dasselbe.",
    "verb.strategies.more": "Jede ist auf dem Desk dieselbe wie über die Vergangenheit. /strategy und ein "
    "Name zeigt ihre Einstellungen.",
    "verb.profile.more": "new NAME STRATEGIE SYMBOLE ZEITRAHMEN GRÖSSE legt eines an, start und stop "
    "schalten es ein und aus; mode ist automatic oder propose. symbols, size, direction (both, long, short, "
    "none) und opinion (on, off, needed: sie kann nur zurückhalten) ändern es im Lauf; set, history "
    "und undo gelten den Einstellungen seiner Strategie, protect und blackout dem, was es vom Einstieg "
    "abhält, aus einem Grund oder zu einer Zeit. "
    "handover gibt ihm eine "
    "deiner Positionen, takeback nimmt sie zurück. Es wacht auf, wenn eine Kerze schließt; jede Order geht "
    "durch dieselbe Prüfung wie eine getippte. /why und ein Symbol sagt, was seine Regeln sagten.",
    "verb.protections.more": "Abkühlen, Stop-Wache, verlierendes Symbol, Rückgang, Zahl am Tag und "
    "Gleichlauf werden für jedes Profil gesetzt: /profile protect NAME. Sie halten Einstiege auf, nie "
    "einen Ausstieg.",
    "verb.marketdir.more": "both, long, short oder none, für jeden Markt; ein Trend, den /regime setzt, tut "
    "dasselbe für ein Symbol. Was gehalten wird, bleibt unberührt.",
    "verb.strategy.more": "Mit einem Symbol beurteilt sie die neueste geschlossene Kerze dieses Zeitrahmens, "
    "Regel für Regel mit den Zahlen: warum es keinen Handel gibt, oder was sie zur nächsten Eröffnung "
    "eingehen würde. Sie ordert nichts.",
    "verb.sentiment.more": "Zeigt Wert, Zuversicht, Gründe, Quellen, Alter und was es gekostet hat. Eine "
    "Antwort "
    "gilt fünf Minuten; hinter by steht, wer gefragt wird: grok, perplexity oder openai. Sie kann die Order "
    "einer Strategie verkleinern oder verbieten und nie vergrößern. Was nicht zu bekommen oder nicht zu "
    "glauben "
    "ist, ist neutral, mit dem Grund. Ohne Symbol: was die Meinungen dieses "
    "Monats gekostet und was sie gespart haben oder hätten.",
    "verb.config.more": "Zeigt, was anders als üblich eingestellt ist; all zeigt alles. Eine Änderung gilt "
    "ab dem nächsten Start.",
    "verb.calendar.more": "Zeiten stehen auf deiner Uhr, Feiertage und kurze Tage auf der der Börse. Ohne "
    "Symbol: jeder Markt, in dem du etwas hältst oder den du beobachtest.",
    "verb.regime.more": "Trend aus der Steigung von EMA 50 und ADX 14, Schwankung danach, wo die mittlere "
    "Spanne "
    "unter den letzten hundert steht, Zickzack aus dem Choppiness-Index; höchstens einmal in der Minute "
    "angesehen. up, down oder flat setzt den Trend von Hand für einen Tag oder bis zu einer Zeit; off "
    "nimmt das "
    "zurück.",
    "verb.copilot.more": "Die Zeile muss eine einzige Order sein, und ihre Seite, ihr Symbol und jede Zahl "
    "müssen "
    "in deinem Satz stehen; sonst wird sie abgelehnt, mit dem, was abweicht. Die Karte fragt immer, wie hoch "
    "dein Limit für einen Tipp auch ist.",
    "verb.chart.more": "Kerzen von 1m, 5m, 15m, 1h, 4h oder 1d, eine Linie oder eine Fläche; ohne "
    "Zeitrahmen zeigt es so viel von früher, wie passt. Ein Tag ist ein Tag in UTC. Mit deinen "
    "Ausführungen, dem Weg des Stops und einem Kasten für jede Sitzung eines Marktes, der schließt.",
    "verb.why.more": "Antworten aus dem Journal, zu einer Order, dem Symbol einer Position oder dem, was "
    "zuletzt geschah.",
    "verb.ledger.more": "Ein Buch (cash, fees, realised … oder ein Symbol) zeigt seine Zeilen; jedes "
    "Ereignis ergibt zusammen null.",
    "verb.export.more": "CSV, wenn du nicht json sagst. roundtrips sind geschlossene Positionen mit ihrem R "
    "und dem Weg der Kurse; report ist ein PDF mit Kurve und Statistik.",
    "verb.risk.more": "Jedes Limit mit dem, was davon genutzt ist.",
    "verb.limits.more": "Ein Limit wird mit dem Namen gesetzt, den /limits zeigt.",
    "verb.halt.more": "all stoppt alles, was kein schon platzierter Ausstieg ist; desk meint jedes Konto. "
    "Was dahinter steht, wird als Grund aufbewahrt.",
    "verb.pause.more": "Ausstiege laufen weiter. Ohne Zeit dauert sie bis /resume; desk meint jedes Konto. "
    "Sie kann länger werden, und /resume beendet sie früher.",
    "verb.resume.more": "Fragt vorher und sagt, warum angehalten wurde. Es beendet keine Selbstsperre und "
    "keine Wartung.",
    "verb.lockout.more": "Gilt für alle deine Konten, und für dich auf jedem anderen, auf dem du handeln "
    "darfst. Verlangt einen Satz, den du tippst. Schließen und Ausstiege gehen. Sie kann länger werden, nie "
    "kürzer; ohne Zeit zeigt es, wie es steht.",
    "verb.blacklist.more": "Dahinter stehen Symbole, die gesperrt werden, und hinter weil der Grund; was "
    "dort auf einen Einstieg wartet, wird zurückgezogen. del und ein Symbol gibt eines frei, del all alles. "
    "Ausstiege gehen immer hinaus, und Bots und Profile sind gebunden wie alle.",
    "verb.reconcile.more": "Zeigt, was abweicht, Symbol für Symbol: mit adopt sagt das Buch, was die Börse "
    "hält, close schließt dazu, was sie über das Buch hinaus hält, ignore lässt genau diese Differenz. "
    "Jedes fragt vorher.",
    "verb.maintenance.more": "Jeder Bildschirm sagt es, allen; Ausstiege laufen weiter. Ohne on oder off "
    "zeigt es, wie es steht.",
    "verb.join.more": "Wer hier nicht bekannt ist, tippt es privat; ein Admin entscheidet.",
    "verb.roles.more": "Der Besitzer des Kontos hat jedes Recht. Admins sehen hier, wer eingelassen werden "
    "will.",
    "verb.role.more": "Ein viewer sieht zu; ein trader eröffnet und schließt; ein risk_officer schließt, "
    "hält an und senkt Limits, und eröffnet nie; ein admin tut das auch, hebt Limits an und lässt Leute "
    "ein. Fragt vorher.",
    "verb.approve.more": "Zeigt, wer fragt, mit einem Knopf für jede Rolle und einem, der nein sagt.",
    "verb.second.more": "Wer um so eine Order bittet, drückt einen Knopf; du hörst davon und siehst ihre "
    "Karte zum Kurs von jetzt. no sagt, dass du nicht zustimmst. Was zu groß ist, sagt /limits "
    "alone_notional.",
    "verb.audit.more": "Gesucht nach Person, Befehl, Symbol und Tag, in beliebiger Folge; eine Zahl sagt, "
    "wie viele Zeilen, eine zweite, welche Seite. Jedes gezeigte Ereignis ist gegen seine Kette von Hashes "
    "geprüft.",
    "verb.accounts.more": "Die Note einer Börse sagt, wie weit ihr Adapter geprüft ist: bronze, silver, "
    "gold. cash zeigt, was an der Börse auf ein Konto kam oder davon ging, und bucht es, wenn du es "
    "sagst.",
    "verb.mode.more": "live verlangt Worte, die du tippst, und den Schalter des Betreibers "
    "(OPENOUTCRY_LIVE); die Limits sind zuerst klein. paper beendet es sofort: was gehalten wird, lässt "
    "sich weiter schließen.",
    "verb.pin.more": "app zeigt einmal ein Geheimnis, für jede App mit zeitbasierten Codes; set nimmt eine "
    "PIN aus 4 bis 12 Ziffern; above und ein Betrag verlangt ihn auch vor größeren Einstiegen, off beendet "
    "ihn. Einen Code tippst du als /pin 123456. Aussteigen verlangt ihn nie.",
    "verb.link.more": "Zeigt einen Code, der einmal gilt, zehn Minuten lang: schreib ihn auf deiner anderen "
    "Plattform an den Bot des Desks. Von da an bist du beides: dasselbe Buch, dieselben Limits, derselbe "
    "Posteingang.",
    "verb.unlink.more": "Fragt vorher. Beide Seiten erfahren es. Ohne Namen zeigt es deine Plattformen.",
    "verb.inbox.more": "Eine Zahl sagt, wie viele Zeilen, eine zweite, welche Seite; jede Zeile hat den "
    "Code ihrer Nachricht.",
    "verb.logs.more": "warning zeigt Warnungen und Fehler, error nur Fehler; clear beginnt für dich eine "
    "neue Seite, all blickt dahinter. /export log schreibt es in eine Datei.",
    "verb.settings.more": "Ohne etwas dahinter zeigt es alle; ein Name und ein Wert setzt eine; off "
    "vergisst sie. notify sagt, was du hörst, und auf welchem deiner Geräte; theme macht Bilder dark oder "
    "light. In einer Gruppe sagt groups mit on, read oder silent, wie weit es dort geht.",
    "verb.health.more": "Einschränkungen werden offen gesagt; gehandelt wird weiter, was ein Chat oder eine "
    "Kursquelle auch tut.",
    "verb.version.more": "Und die seines Journals.",
    "verbs.group.trade": "Handeln",
    "verbs.group.protect": "Absichern",
    "verbs.group.orders": "Orders",
    "verbs.group.time": "Alarme und Zeitpläne",
    "verbs.group.see": "Ansehen",
    "verbs.group.automate": "Von selbst handeln lassen",
    "verbs.group.outside": "Meinungen und Märkte",
    "verbs.group.research": "Erforschen",
    "verbs.group.guard": "Schützen",
    "verbs.group.people": "Leute",
    "verbs.group.self": "Du selbst",
    "verbs.everybody": "alle",
    "verbs.operator": "der Betreiber",
    "verbs.owner": "der Besitzer",
}
