"""What words_bot.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "refusal.too_small.bot": "Eine Order wäre {money} {currency} wert bei {price}, und {symbol} handelt "
    "mindestens {least} {currency}. Mach {field} größer.",
    "refusal.too_small.cell": "Eine Zelle gäbe {money} {currency} aus, das ist weniger, als {symbol} bei "
    "{price} handelt. Nimm weniger Zellen (cells) als {cells}, oder ein größeres Budget.",
    "refusal.below_fees": "Jede Runde würde verlieren: sie gewinnt {gain} % und zahlt zweimal {fee} % "
    "Gebühren. Setz {field} so, dass sie mehr als {least} % gewinnt.",
    "refusal.below_fees.cell": "Jede Runde von {low} bis {high} würde {money} {currency} je Einheit "
    "verlieren: die Zelle ist schmaler als die Gebühren beider Wege. Nimm weniger Zellen (cells) als "
    "{cells}, oder einen weiteren Bereich.",
    "refusal.over_budget": "Alle Orders zusammen brauchen {needed} {currency}, und das Budget ist {budget} "
    "{currency}. Erhöhe das Budget, oder mach {field} kleiner.",
    "refusal.steps_too_deep": "Die letzte Sicherheitsorder läge {percent} % unter dem ersten Kurs, also "
    "unter null. Mach step_percent, step_scale oder safeties kleiner.",
    "refusal.stop_above_safety": "Der Stop {stop} % unter dem ersten Kurs wäre vor der letzten "
    "Sicherheitsorder erreicht, die {percent} % darunter liegt. Setz stop_percent über {percent}.",
    "refusal.schedule_without_time": "{count} Wiederholungen brauchen Stunden dazwischen. Gib every_hours "
    "an, oder setz repeats auf 0.",
    "refusal.upside_down": "Das obere Niveau {upper} muss über dem unteren {lower} liegen. Vertausche sie, "
    "oder gib ein upper über {lower} an.",
    "refusal.price_outside": "Der Kurs ist {price}, außerhalb des Gitters von {lower} bis {upper}. Gib ein "
    "lower und ein upper an, zwischen denen {price} liegt.",
    "refusal.not_shortable.bot": "{symbol} kann nicht leerverkauft werden, und ein Gitter „{name}“ tut "
    "das. Nimm mode long.",
    "refusal.stop_missing": "Ein Gitter „{name}“ verkauft leer, und ohne Stop verliert das ohne Ende. Gib "
    "stop_percent an.",
    "refusal.trail_neutral": "Ein neutrales Gitter hat keine Seite, nach der es nachzieht. Nimm mode long "
    "oder short, oder trail no.",
    "refusal.under_tick": "Einige der {cells} Zellen sind schmaler als ein Tick von {tick}. Nimm weniger "
    "Zellen (cells) als {most}, oder einen weiteren Bereich.",
    "refusal.worst_over_budget": "Bei {price} hätte dieses Gitter {worst} {currency} verloren, mehr als "
    "sein Budget von {budget} {currency}. Gib ein näheres stop_percent oder einen engeren Bereich an.",
    "refusal.stop_above_ladder": "Der Stop {stop} % unter dem ersten Kurs wäre vor dem letzten Kauf der "
    "Leiter erreicht, der {percent} % darunter liegt. Setz stop_percent über {percent}.",
    "refusal.not_shortable.direction": "{symbol} kann nicht leerverkauft werden. Nimm direction long.",
    "refusal.trail_within_fees": "Ein Stop {trail} % hinter dem Kurs liegt innerhalb der Gebühren einer "
    "Runde, zweimal {fee} %. Setz trail_percent über {least}.",
    "picture.plan.capital": "Braucht",
    "picture.plan.trip": "Eine Runde bringt",
    "picture.plan.worst": "Im schlimmsten Fall",
    "picture.plan.enters": "Einstieg",
    "picture.plan.leaves": "Ziel",
    "newbot.budget": "Ein Budget ist eine Summe Geld über null: tippe {line}.",
    "newbot.pairs": "Jede Einstellung braucht ihren Wert hinter sich, wie {line}",
    "newbot.entries": "Einstiege",
    "newbot.at": "bei {price}",
    "newbot.at_zero": "null: kein Stop",
    "newbot.settings": "Einstellungen, die von den Vorgaben abweichen: {names}",
    "newbot.nothing_started": "Noch wurde nichts gestartet und nichts bestellt.",
    "verb.newbot": "Sieh, was ein Bot tun würde und im schlimmsten Fall kostet; ein Druck startet ihn.",
    "verb.newbot.more": "scalper, grid, dca, dip oder momentum; dann ein Symbol, ein Budget und was vom "
    "Üblichen abweicht: eine Vorlage (calm, usual, bold) und Einstellungen mit ihren Werten. Auch name und "
    "frame sind Einstellungen: mit frame 1h sieht er Kerzen von einer Stunde.",
    "verb.bots": "Alle Bots: wie jeder steht, was er verdient hat, wie viele Runden er machte.",
    "verb.bots.more": "Jeder hat einen Knopf, der ihn zeigt; /stopall beendet alle.",
    "verb.bot": "Ein Bot: was er hält, seine Zahlen und sein Protokoll; und stop, start, clone oder delete.",
    "verb.bot.more": "stop fragt, wie: finish eröffnet nichts mehr und lässt, was gehalten wird, durch seine "
    "eigenen Ausstiege enden, close verkauft es jetzt, leave behält es mit seinem Stop allein. start beginnt "
    "einen, der vorbei ist, neu, clone macht noch einen; beide nehmen Einstellungen, die abweichen. log "
    "zeigt, was er tat.",
    "verb.stopall": "Halte jeden Bot des Kontos an.",
    "verb.stopall.more": "finish eröffnet nichts mehr und lässt, was gehalten wird, durch seine eigenen "
    "Ausstiege enden, close verkauft es jetzt, leave (was geschieht, wenn nichts gesagt ist) behält es mit "
    "seinem Stop allein.",
}
