"""What words_refusal.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "refusal.key_reused": "Dieser Befehl wurde schon mit anderen Worten benutzt: nichts wurde getan.",
    "refusal.busy": "Es warten schon zu viele Befehle: versuch es in ein paar Sekunden noch einmal.",
    "refusal.not_recorded": "Das kann nicht aufgeschrieben werden, also wurde es nicht gesendet: {problem}",
    "refusal.quarantined": "Der Desk endete dreimal, während er das entschied: es ist beiseitegelegt, "
    "nichts wurde getan.",
    "refusal.order_notional": "Eine Order darf höchstens {limit} {currency} groß sein (/limits "
    "order_notional_max ändert es); diese ist {notional}.",
    "refusal.position_notional": "Die Position wäre {notional}; das Limit ist {limit} {currency} (/limits "
    "position_notional_max).",
    "refusal.alone_notional": "Die Position wäre {notional} {currency}: über {limit} (/limits "
    "alone_notional_max) muss eine zweite Person zustimmen.",
    "refusal.gross_exposure": "Alle Positionen und wartenden Einstiege wären {gross}; das Limit ist {limit} "
    "{currency} (/limits gross_exposure_max).",
    "refusal.funds": "Das braucht {needed} {currency}, und {free} sind frei: kauf weniger, oder mach etwas "
    "frei mit /cancel oder /close.",
    "refusal.live_switch": "Echter Handel ist für diesen Desk abgeschaltet (OPENOUTCRY_LIVE): nimm ein "
    "Papierkonto.",
    "refusal.live_switch.off": "Das Konto {account} handelt noch kein echtes Geld: /mode live beginnt damit.",
    "refusal.no_such_mode": "Es gibt keinen Modus {value}: es gibt live und live-off.",
    "refusal.stays_paper": "Das Konto {account} ist Papier und bleibt es: eines mit echtem Geld hat "
    "eigene Schlüssel.",
    "refusal.no_change.cash": "Buch und Börse haben gleich viel Guthaben.",
    "refusal.cash_changed": "Das Guthaben im Buch ist inzwischen {cash}: /accounts cash zeigt den "
    "Unterschied von jetzt.",
    "refusal.market_open": "{symbol} ist gerade geschlossen; /price {symbol} sagt, wann geöffnet wird.",
    "refusal.price_fresh": "Von {symbol} gibt es keinen frischen Kurs: mit einem veralteten wird nichts "
    "gekauft und nichts leerverkauft; versuch es wieder, wenn /price ihn frisch zeigt.",
    "refusal.price_fresh.age": "Von {symbol} gibt es keinen frischen Kurs (der letzte ist {age} s alt, "
    "erlaubt sind {bound} s): mit einem veralteten wird nichts gekauft und nichts leerverkauft; versuch es "
    "wieder, wenn /price ihn frisch zeigt.",
    "refusal.price_collar": "{price} liegt {percent} % durch den Markt ({market}); erlaubt sind höchstens "
    "{limit} %: prüfe den Kurs.",
    "refusal.price_collar.trigger": "{price} liegt {percent} % durch den eigenen Auslöser ({trigger}); "
    "erlaubt sind höchstens {limit} %: prüfe den Kurs.",
    "refusal.daily_loss": "Heute sind {loss} {currency} verloren; das Limit ist {limit}. Bis morgen keine "
    "Einstiege; Ausstiege gehen.",
    "refusal.rate_10_s": "{count} Einstiege gingen in zehn Sekunden hinaus, das Limit ist {limit}: warte "
    "einen Moment.",
    "refusal.rate_minute": "{count} Einstiege gingen in einer Minute hinaus, das Limit ist {limit}: warte "
    "einen Moment.",
    "refusal.duplicate": "Dieselbe Order ging vor {age} s hinaus: sende sie nur noch einmal, wenn du sie "
    "zweimal meinst.",
    "refusal.maintenance": "Der Desk ist seit {at} in Wartung, durch {person}: {reason}. Nur Ausstiege "
    "gehen hinaus; /maintenance off beendet sie.",
    "refusal.lockout": "Konto {account} ist bis {until} gesperrt (durch {person} um {at}: {reason}). "
    "Niemand kann das früher beenden; Schließen und Ausstiege gehen.",
    "refusal.lockout.own": "{person} ist bis {until} auf allen Konten gesperrt (seit {at}: {reason}). "
    "Niemand kann das früher beenden; Schließen und Ausstiege gehen.",
    "refusal.desk_halt": "{who} ist {halt}. Nur Ausstiege gehen hinaus; {line} und ein Grund öffnet wieder.",
    "refusal.desk_halt.pause": "{who} ist {halt}. Nur Ausstiege gehen hinaus; dann öffnet es von selbst, "
    "{line} und ein Grund öffnet jetzt.",
    "refusal.account_halt": "{who} ist {halt}. Nur Ausstiege gehen hinaus; {line} und ein Grund öffnet "
    "wieder.",
    "refusal.account_halt.pause": "{who} ist {halt}. Nur Ausstiege gehen hinaus; dann öffnet es von selbst, "
    "{line} und ein Grund öffnet jetzt.",
    "refusal.frozen.answer": "Einstiege von Konto {account} sind eingefroren seit {at}: {why}. Ausstiege "
    "gehen hinaus. Es öffnet von selbst, wenn die Börse antwortet und keine Order mehr gesucht wird.",
    "refusal.frozen.seen": "Einstiege von Konto {account} sind eingefroren seit {at}: {why}. Ausstiege "
    "gehen hinaus. Es öffnet, wenn jemand an der Börse nachgesehen hat: /doubt seen.",
    "refusal.frozen.liquidated": "Die Börse selbst hat {symbol} geschlossen: tippe /reconcile {symbol}, um "
    "zu sagen, was stimmt.",
    "refusal.frozen.drift": "{symbol} wird solange nicht eröffnet: {holds}; tippe /reconcile {symbol}, um "
    "zu sagen, was stimmt.",
    "refusal.frozen.barred": "{symbol} ist seit {at} von {person} gesperrt: {reason}. /blacklist del "
    "{symbol} "
    "gibt es wieder frei.",
    "refusal.barred_full": "{count} Symbole können gesperrt sein, {most} mit einer Zeile: gib einige frei, "
    "/blacklist del.",
    "refusal.no_change.barred": "Das ist schon so: /blacklist zeigt, was gesperrt ist.",
    "refusal.barred_by": "{symbol} wurde von {person} gesperrt: frei gibt es, wer /resume darf.",
    "refusal.price_off_tick": "{symbol} bewegt sich in Schritten von {tick}: tippe {low_typed} oder "
    "{high_typed} statt {value_typed}.",
    "refusal.price_off_tick.change": "{symbol} bewegt sich in Schritten von {tick}.",
    "refusal.price_not_positive": "Dieser Kurs wäre {level}: tippe einen über null.",
    "refusal.price_not_positive.exit": "Dieser Ausstieg stünde bei {level}: tippe einen kleineren Abstand, "
    "oder einen Kurs über null.",
    "refusal.share_above_100": "Ein Anteil am Kontowert ist höchstens 100 %.",
    "refusal.share_above_100.close": "Du kannst höchstens 100 % davon schließen.",
    "refusal.risk_needs_stop": "Eine Größe nach Risiko folgt aus dem Stop: ergänze einen, zum Beispiel sl "
    "2%.",
    "refusal.wrong_currency": "{symbol} wird in {quote} bezahlt, nicht in {unit}: tippe {value_typed} "
    "{quote_typed}, oder eine Größe in {base_typed}.",
    "refusal.size_off_lot": "{symbol} wird in Lots von {lot} gehandelt: tippe {least_typed} statt "
    "{value_typed}.",
    "refusal.size_off_lot.change": "Die Menge muss in Lots von {lot} sein und über dem liegen, was "
    "ausgeführt ist ({filled}).",
    "refusal.too_small": "Das ist weniger als die kleinste Order in {symbol}: {least} {base}, etwa {worth} "
    "{quote}.",
    "refusal.too_small.close": "Das ist weniger als ein Lot ({lot} {base}): tippe so viel oder mehr.",
    "refusal.risk_is_for_entries": "Schließen geht nach Anteil oder Menge: 50%, 0.1, oder nichts für alles.",
    "refusal.more_than_held": "Du hältst {held} {base}: tippe höchstens so viel, oder nichts für alles.",
    "refusal.more_than_held.change": "Höchstens {room} von {symbol} ist für diese Order frei: ein Ausstieg "
    "kann nicht größer sein.",
    "refusal.r_needs_stop": "Ziele in r sind Vielfache des Stop-Abstands: ergänze einen Stop, zum Beispiel "
    "sl 2%.",
    "refusal.no_atr": "Es gibt noch keine 15 Kerzen, also keine mittlere Spanne (ATR): nimm Prozente.",
    "refusal.no_atr.trail": "Es gibt noch keine 15 Kerzen: nimm Prozente für den Trailing-Stop.",
    "refusal.stop_wrong_side": "Der Stop einer {side}-Position gehört {where} den Einstieg: {price} ist "
    "nicht {where} {entry}.",
    "refusal.stop_wrong_side.market": "Ein {word} einer {side}-Position gehört {where} den Markt: {price} "
    "ist nicht {where} {market}. Um jetzt rauszugehen: /close {symbol}.",
    "refusal.stop_wrong_side.addition": "Mit dieser Order ist dein Schnitt {average}, und ein {word} von "
    "dort ist {level}: nicht {where} dem Kurs dieser Order, {price}, es ginge also alles sofort. Gib "
    "{field} als Kurs {where} {price_typed} an, oder lass es weg.",
    "refusal.target_wrong_side": "Der Take-Profit einer {side}-Position gehört {where} den Einstieg: "
    "{price} ist nicht {where} {entry}.",
    "refusal.target_wrong_side.market": "Ein {word} einer {side}-Position gehört {where} den Markt: {price} "
    "ist nicht {where} {market}. Um jetzt rauszugehen: /close {symbol}.",
    "refusal.target_wrong_side.addition": "Mit dieser Order ist dein Schnitt {average}, und ein {word} von "
    "dort ist {level}: nicht {where} dem Kurs dieser Order, {price}, es ginge also alles sofort. Gib "
    "{field} als Kurs {where} {price_typed} an, oder lass es weg.",
    "refusal.trail_too_wide": "Ein Trailing-Stop muss enger sein als der Kurs selbst: tippe weniger, zum "
    "Beispiel trail 2%.",
    "refusal.break_even_needs_stop": "Break-even verschiebt einen Stop: ergänze einen, zum Beispiel sl 2%.",
    "refusal.shares_above_100": "Die Anteile der Ziele ergeben {total} %: sie dürfen höchstens 100 % sein.",
    "refusal.shares_above_100.open": "Die Anteile der Ziele ergeben {total} %: sie dürfen höchstens 100 % "
    "sein, mit einem Rest für die ohne Anteil.",
    "refusal.no_such_target": "Es gibt kein Ziel {target}: diese Position hat {count}.",
    "refusal.no_account": "Es gibt kein Konto {account}.",
    "refusal.account_exists": "Das Konto {account} gibt es schon.",
    "refusal.no_price": "Von {symbol} gibt es noch keinen Kurs: warte auf einen (/price {symbol}).",
    "refusal.no_price.alert": "Von {symbol} gibt es noch keinen Kurs: setz den Alarm, wenn es einen gibt "
    "(/price {symbol}).",
    "refusal.no_price.guard": "Von {symbol} gibt es keinen Kurs, nach dem sich handeln lässt: versuch es "
    "wieder, wenn /price {symbol} einen zeigt.",
    "refusal.no_price.drift": "Es gibt keinen Kurs, zu dem die Differenz gebucht werden kann: versuch es "
    "wieder, wenn /price {symbol} einen zeigt.",
    "refusal.not_shortable": "{symbol} kann hier nicht leerverkauft werden.",
    "refusal.opposite_position": "Du bist in {symbol} {is_now}: erst /close {symbol} (oder /cancel für die "
    "Orders), dann {word_typed}.",
    "refusal.trigger_wrong_side": "Eine Stop-Order zum {word} wartet {where} dem Markt ({market}): "
    "{price_typed} ist schon erreicht. Für einen besseren Kurs nimm @ {price_typed}; zum Absichern sl "
    "{price_typed}.",
    "refusal.trigger_wrong_side.close": "Ein Stop, der eine {side}-Position schließt, wartet {where} dem "
    "Markt ({market}): {price} ist schon erreicht. Um jetzt rauszugehen: /close {symbol}; für einen "
    "besseren Kurs nimm @ {price_typed}.",
    "refusal.trigger_wrong_side.change": "Eine Stop-Order wartet {where} dem Markt: {price} ist nicht "
    "{where} {market}.",
    "refusal.not_confirmed": "Es wurde nichts gesendet, und jetzt ginge es: tippe die Zeile noch einmal für "
    "ihre Karte.",
    "refusal.no_such_limit": "Es gibt kein Limit {name}: es gibt {names}.",
    "refusal.limit_negative": "Ein Limit ist null oder mehr: schreib es ohne das Minus.",
    "refusal.nobody_to_second": "Niemand könnte einer größeren Order zustimmen: mach erst jemanden zum "
    "Risikomanager oder Admin dieses Kontos (/role NAME risk_officer).",
    "refusal.no_change.limit": "{name} wird um {at} ohnehin schon so.",
    "refusal.no_change.state": "Das ist schon so ({state}); /status zeigt es.",
    "refusal.no_change.schedule": "Das ist schon so ({state}); /schedule zeigt alle.",
    "refusal.no_change.no_maintenance": "Es ist keine Wartung: /maintenance on und ein Grund beginnt sie.",
    "refusal.no_change.maintenance": "Wartung ist seit {at}, durch {person}: /maintenance off beendet sie.",
    "refusal.no_change.seen": "Nichts wartet darauf, dass du nachsiehst: /status zeigt, wie es steht.",
    "refusal.no_change.role": "Das ist schon so.",
    "refusal.still_flattening": "Eine Panik schließt noch Positionen: warte auf den Beweis, dass nichts "
    "mehr offen ist, dann /resume.",
    "refusal.halt_stands": "{who} ist {halt}. Das hat kein Ende, und eine Pause würde um {until} öffnen: "
    "erst {line} und ein Grund.",
    "refusal.pause_stands": "{who} ist {halt}. Das ist genauso lang oder länger: {line} und ein Grund "
    "beendet es.",
    "refusal.until_past": "{at} ist schon vorbei: nenne eine spätere Zeit, wie {line}.",
    "refusal.until_far": "{at} ist mehr als ein Jahr entfernt: nenne eine nähere Zeit, wie {line}.",
    "refusal.lockout_stands": "Du bist schon bis {until} gesperrt. Eine Selbstsperre kann nur länger "
    "werden: nenne eine spätere Zeit.",
    "refusal.dust": "{quantity} {symbol} ist Dust: die Börse handelt nicht weniger als {least} {unit}. Er "
    "geht mit der nächsten Order, die ihn vergrößert, und lässt sich schließen, wenn er mehr wert ist.",
    "refusal.no_drift": "Buch und Börse stimmen bei {symbol} überein: es gibt nichts zu klären; /reconcile "
    "sieht noch einmal nach.",
    "refusal.drift_changed": "Die Differenz in {symbol} ist inzwischen eine andere: /reconcile {symbol} "
    "zeigt sie.",
    "refusal.in_doubt": "#{number} ist ungewiss, und diese Differenz kann von ihr kommen: der Desk fragt "
    "die Börse noch danach. Wenn das nichts ergibt, wirst du gefragt; kläre {symbol} dann.",
    "refusal.nothing_beyond": "Die Börse hält von {symbol} nichts über das Buch hinaus, was geschlossen "
    "werden kann: adopt oder ignore.",
    "refusal.no_order.doubt": "So eine Order gibt es nicht: /orders zeigt, welche warten.",
    "refusal.no_order": "So eine offene Order gibt es nicht; /orders zeigt sie.",
    "refusal.not_in_doubt": "#{number} ist nicht ungewiss, sie ist {state}: /order #{number} erzählt ihre "
    "Geschichte.",
    "refusal.still_asking": "Der Desk fragt noch nach #{number}, und was er findet, zählt mehr als das, was "
    "die Börse gerade anzeigt. Du wirst gefragt, wenn das nichts ergibt.",
    "refusal.alerts_full": "Es warten schon {count} Alarme, mehr geht nicht: /alerts del und eine Nummer "
    "macht einen frei.",
    "refusal.level_far": "{symbol} steht bei {market}: {price} ist zu weit davon weg, um so gemeint zu sein.",
    "refusal.alert_twice": "Dieser Alarm wartet schon: {line} zeigt ihn.",
    "refusal.already_there": "{symbol} steht bei {market}, ist also schon dort: {what_typed} wartet, bis es "
    "durchgeht.",
    "refusal.no_alert": "So einen Alarm gibt es nicht; /alerts zeigt alle.",
    "refusal.schedules_full": "Es kehren schon {count} Orders wieder, mehr geht nicht: /schedule del und "
    "eine Nummer beendet eine.",
    "refusal.no_slot": "Diese Zeit ist vorbei: nenne eine, die noch kommt.",
    "refusal.too_often": "Das ist zu oft: zwischen zwei Orders liegen mindestens {count} Minuten.",
    "refusal.no_schedule": "So eine wiederkehrende Order gibt es nicht; /schedule zeigt alle.",
    "refusal.slot_over": "Diese Zeit ist schon erledigt, oder die Order pausiert: nichts wurde gesendet.",
    "refusal.no_position": "Du hältst nichts in {symbol}; /positions zeigt, was du hältst.",
    "refusal.nothing_to_close": "Du hältst nichts in {symbol}; /positions zeigt, was du hältst.",
    "refusal.nothing_to_close.flatten": "Nichts passt: so eine Position hältst du nicht; /positions zeigt, "
    "was du hältst.",
    "refusal.wrong_side": "Du hältst in {symbol} eine {side}-Position: {line} {symbol} baut sie ab, /close "
    "{symbol} schließt sie. Um short zu gehen, braucht es das Wort short.",
    "refusal.exits_exceed_position.doubt": "Eine Order in {symbol} in die andere Richtung ist noch nicht "
    "beantwortet und hat vielleicht {gone} davon geschlossen: höchstens {free} ist frei (/doubt, /orders).",
    "refusal.exits_exceed_position": "Andere Ausstiege halten schon {held} von {symbol}: höchstens {free} "
    "ist frei (/orders, /cancel).",
    "refusal.already_closing": "{symbol} wird schon ganz geschlossen; /orders zeigt es.",
    "refusal.no_right": "Das braucht auf Konto {account} das Recht „{right}“: frag einen seiner Admins.",
    "refusal.no_right.operate": "Das bindet jedes Konto dieses Desks: nur sein Betreiber kann es sagen.",
    "refusal.no_right.second": "Der Order von jemand anderem kann nur ein Risikomanager, ein Admin oder der "
    "Besitzer des Kontos zustimmen.",
    "refusal.own_order": "Wer um eine Order bittet, kann ihr nicht zustimmen: jemand anderes muss es.",
    "refusal.second_locked": "Wer sich selbst gesperrt hat, stimmt keiner Order eines anderen zu: jemand "
    "anderes muss es.",
    "refusal.is_owner": "Das Konto {account} gehört dieser Person: sein Besitzer hat jedes Recht und behält "
    "es.",
    "refusal.no_such_role": "Es gibt keine Rolle {name}: es gibt {names}.",
    "refusal.own_role": "Niemand ändert die eigene Rolle: das tut ein anderer Admin oder der Besitzer.",
    "refusal.guards_position": "Diese Order sichert {symbol} ab: ändere sie mit /tp, /sl oder /trail "
    "{symbol}.",
    "refusal.market_order": "Eine Market-Order kann nicht geändert werden, nur storniert: /cancel #{number}.",
    "refusal.change_on_its_way": "Für #{number} ist schon etwas unterwegs ({what}): /order #{number} zeigt "
    "die Antwort.",
    "refusal.exits_beyond": "Die Ausstiege, die mit #{number} zur Börse gegangen sind, stehen bei {level}, "
    "jenseits dieses Preises: /cancel #{number} und die Order neu.",
    "refusal.nothing_asked": "Zum Schutz von {symbol} ist nichts (mehr) gefragt: /position {symbol} zeigt "
    "ihn.",
    "said.who.desk": "Der Desk",
    "said.who.account": "Konto {account}",
    "said.halt.by_at": "{state} durch {person} um {at}: {reason}",
    "said.halt.at": "{state} um {at}: {reason}",
    "said.halt.by": "{state} durch {person}: {reason}",
    "said.halt.plain": "{state}: {reason}",
    "said.state.paused": "pausiert bis {until}",
    "said.state.flattening": "im Glattstellen",
    "said.reason.none": "ohne Angabe eines Grundes",
    "said.why.sends": "{count} Orders nacheinander blieben ohne Antwort ({detail})",
    "said.why.unanswered": "die Börse antwortet nicht",
    "said.why.turned_up": "{detail} galt als nicht platziert und war doch an der Börse",
    "said.holds.some": "die Börse hält {held}, das Buch {booked}",
    "said.holds.none": "die Börse hat {orders} nicht",
    "said.is_now.short": "auf dem Weg in einen Short",
    "said.is_now.long": "auf dem Weg in einen Long",
    "said.word.long": "Long",
    "said.word.short": "Short",
    "said.word.above": "über",
    "said.word.below": "unter",
    "said.word.buy": "Kauf",
    "said.word.sell": "Verkauf",
    "said.word.stop": "Stop",
    "said.word.take_profit": "Take-Profit",
    "said.word.halted": "angehalten",
    "said.word.reduce_only": "nur Abbau",
    "said.word.flatten": "Glattstellen",
    "said.word.active": "aktiv",
    "said.word.paused": "pausiert",
    "said.word.not_paused": "nicht pausiert",
    "said.word.cancel": "Storno",
    "said.word.change": "Änderung",
    "said.word.submitting": "unterwegs",
    "said.word.in_doubt": "ungewiss",
    "said.word.working": "arbeitend",
    "said.word.partial": "teils ausgeführt",
    "said.word.filled": "ausgeführt",
    "said.word.canceled": "storniert",
    "said.word.expired": "abgelaufen",
    "said.word.rejected": "abgelehnt",
    "said.word.not_placed": "nie platziert",
    "said.word.look": "ansehen",
    "said.word.trade": "handeln",
    "said.word.reduce": "abbauen",
    "said.word.halt": "anhalten",
    "said.word.resume": "wieder öffnen",
    "said.word.lower": "senken",
    "said.word.raise": "anheben",
    "said.word.second": "zustimmen",
    "said.word.settle": "klären",
    "said.word.audit": "prüfen",
    "said.word.people": "Leute einlassen",
    "said.hint.help": "/help zeigt alles, was ich kenne",
    "said.hint.meant": "tippe {line}, wenn du das meinst",
    "said.hint.pair": "für das Paar tippe {line}",
    "said.hint.buy": "/help buy zeigt, was eine Zeile enthalten darf",
    "said.hint.parts": "tippe tp, sl, trail, be, exit oder gap, jedes mit seinem Niveau",
    "said.hint.type": "tippe {line}",
    "said.hint.type_either": "tippe {line} oder {other_typed}",
    "said.hint.either": "{line} oder {other_typed}",
    "said.hint.change": "eine Angabe, was sich ändern soll: {line}",
    "said.hint.a_name": "einen Namen",
    "said.hint.a_bot": "die Art des Bots",
    "said.hint.a_sentence": "einen Satz von dir",
    "said.hint.a_person": "den Namen einer Person (/roles zeigt sie)",
    "said.hint.a_request": "die Nummer einer Anfrage (sie steht auf ihrer Karte)",
    "said.hint.symbol": "ein Symbol, wie BTC",
    "said.hint.order": "die Nummer einer Order, wie #3 (/orders zeigt sie)",
    "said.hint.targets": "es gibt {count}",
    "said.hint.add": "ergänze tp 5%",
    "said.hint.taken_off": "die Ziele werden weggenommen",
    "said.hint.money": "{line}, oder mit einem $",
    "said.hint.reducing": "eine Zeile, die abbaut",
    "said.hint.risk": "ein Risiko",
    "said.hint.an_order": "eine Order",
    "said.hint.waiting": "eine Order, die wartet",
    "said.hint.name": "{line} und einen Namen",
    "said.hint.presets": "ein Markt von Voreinstellungen kommt später; /newbot zeigt die jedes Bots",
    "said.hint.markets": "Marktlisten kommen später; /watch btc eth führt deine eigene Liste von Symbolen",
    "said.hint.drift": "einen Bot an seinem Backtest zu messen kommt später; /stats und /backtest zeigen "
    "beide Seiten",
    "said.hint.flag": "Teile des Desks abzuschalten kommt später; /maintenance und /halt halten Einstiege "
    "jetzt an",
    "said.hint.challenge": "Challenges kommen später; /risk zeigt, was heute noch verloren gehen darf",
    "refusal.venue_holds_none": "Die Börse sagt, dass sie nichts von deinem {symbol} hält, ein Ausstieg "
    "würde also nur abgelehnt. /reconcile zeigt die Differenz: übernimm sie, wenn das stimmt.",
    "refusal.no_indicator": "{name} ist kein Indikator, der berechnet werden kann: tippe /help alerts für "
    "die, die es können.",
    "refusal.frame": "Kerzen eines Alarms sind zwischen einer Minute und einem Tag lang.",
    "refusal.level_far.never": "{name} {between}: {level} wird nie erreicht.",
    "refusal.no_bars": "Es gibt noch zu wenige Kerzen, um zu sagen, von welcher Seite es kommt: sag > oder "
    "< statt crosses.",
    "refusal.until.far": "Ein Alarm endet innerhalb eines Jahres: nenne ein früheres Ende, wie for 30d.",
    "refusal.until": "Dieses Ende ist schon vorbei: nenne eins, das noch kommt, wie for 3d.",
    "refusal.no_value": "Es gibt noch nichts zum Vergleichen: sag > oder < statt crosses.",
    "said.between.range": "liegt zwischen {low} und {high}",
    "said.between.above": "ist über 0",
    "said.limit.order": "größter Wert einer Order",
    "said.limit.position": "größter Wert einer Position, wartende Einstiege eingerechnet",
    "said.limit.gross": "größte Summe aller Positionen und wartenden Einstiege",
    "said.limit.alone": "größter Wert einer Position, wartende Einstiege eingerechnet, die eine Person ohne "
    "die Zustimmung einer zweiten eröffnet (0: jeder)",
    "said.limit.day": "Verlust des Tages, in Prozent des Kontowerts zu seinem Beginn, ab dem nichts mehr "
    "eröffnet wird",
    "said.limit.ten_s": "Einstiege in zehn Sekunden",
    "said.limit.minute": "Einstiege in einer Minute",
    "said.limit.twice": "Sekunden, in denen bei derselben Order noch einmal gefragt wird",
    "said.limit.unprotected": "Sekunden ohne den Stop ihres Plans, nach denen eine Position am Markt "
    "geschlossen wird (0: nie, du hörst davon)",
    "said.limit.price_age": "ältester Kurs, auf den gehandelt wird, in Sekunden (0: das Doppelte des Takts "
    "der Kursquelle)",
}
