"""What words_bot_run.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "refusal.bots_symbol": "Der Bot {name} handelt {symbol} auf diesem Konto: /bot {name} stop beendet ihn, "
    "oder nimm ein anderes Konto.",
    "refusal.bot_name": "Der Name eines Bots ist ein Kleinbuchstabe, dann Kleinbuchstaben, Ziffern, - oder "
    "_, höchstens 24: grid-1.",
    "refusal.bot_exists": "Den Bot {name} gibt es schon: /bot {name} zeigt ihn, ein anderer Name macht einen "
    "anderen.",
    "refusal.bots_full": "{most} Bots sind das meiste auf einem Konto: /bot NAME delete vergisst einen, der "
    "vorbei ist.",
    "refusal.bot_needs_symbol": "Du hältst {symbol} oder hast Orders darin auf diesem Konto, und ein Bot "
    "braucht es für sich: erst /close {symbol}, oder nimm ein anderes Konto.",
    "refusal.bot_budget": "Ein Budget von {budget} passt nicht: {free} {currency} sind frei auf diesem "
    "Konto.",
    "refusal.bot_wish": "Ein Bot wird mit finish, close oder leave beendet: /bot NAME stop close.",
    "refusal.bot_over": "Der Bot {name} hat schon angehalten.",
    "refusal.no_change.bot": "Der Bot {name} tut das schon.",
    "refusal.bot_there": "Den Bot {name} gibt es noch: erst /bot {name} stop.",
    "refusal.no_bots": "Auf diesem Konto arbeitet kein Bot: /newbot beginnt einen.",
    "refusal.no_bot": "Diesen Bot gibt es nicht; /bots zählt sie auf.",
    "refusal.bot_moved": "Der Bot {name} ist weiter.",
    "refusal.nothing_to_close.bot": "Von {symbol} wird nichts gehalten, was das schließen könnte.",
    "refusal.bot_over_budget": "Das würde {bound} binden, und das Budget von {name} ist {budget}.",
    "refusal.bot_not_working": "Der Bot {name} arbeitet nicht mehr: /bot {name} start beginnt ihn mit "
    "anderen Einstellungen.",
    "refusal.no_change.settings": "Der Bot {name} hat diese Einstellungen schon.",
    "refusal.setting_fixed": "Nach {name} wurde dieser Bot ({kind}) ausgelegt: halte ihn an und beginne ihn "
    "neu mit {name} {value}.",
    "refusal.against_missing": "Stärke gegen einen anderen Markt braucht einen zum Vergleich: schreib "
    "against und sein Symbol dazu.",
    "refusal.against_itself": "{symbol} ist nie stärker als es selbst: vergleiche es mit einem anderen Markt "
    "(against).",
    "refusal.against_unused": "Ein Bot ({kind}) mit diesen Einstellungen vergleicht mit nichts: lass against "
    "weg, oder nimm strength other.",
    "alert.count_bots": ("{n} Bot", "{n} Bots"),
    "alert.by_bot": "🤖 {name}",
    "alert.bot_stopped": "Bot {name} hat angehalten",
    "alert.bot_failed": "Bot {name} ist gescheitert und hat sich selbst angehalten",
    "alert.bot_guarded": "Was er von {symbol} hält, behält seinen Stop.",
    "alert.bot_unguarded": "Was er von {symbol} hält, hat KEINEN Stop: /sl {symbol}, oder /close {symbol}.",
    "log.bot_started": "Bot {name} begann: {kind} {symbol}, Budget {budget}.",
    "log.bot_edited": "Bot {name} arbeitet mit anderen Einstellungen weiter: {names}.",
    "log.bot_told": "Bot {name} soll enden: {wish}.",
    "log.bot_stopped": "Bot {name} hat angehalten: {reason}",
    "log.bot_failed": "Bot {name} ist gescheitert: {reason}",
    "log.bot_dropped": "Bot {name} wurde gelöscht.",
    "log.bot_moved": "Ein Bot hat sich bewegt.",
    "log.bot_heard": "Ein Bot hörte, dass {tag} nicht hinausging: {reason}",
}
