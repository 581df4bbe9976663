"""Words of doubt: orders that nobody answered for, the card that asks a person, what was said."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "doubt.title": "In doubt on {account}",
    "doubt.none": "No order is in doubt.",
    "doubt.order": "In doubt: {order}",
    "doubt.since": "Nobody knows since {since} whether the venue has it. It is never sent again, and its "
    "room in the limits stays taken.",
    "doubt.asking": "The desk asks the venue and tells you what it finds.",
    "doubt.yours": "The desk asked for {span} and could not settle it: look at the exchange and say how "
    "it is.",
    "doubt.said_there": "You were told that it is on the exchange{id}: its fills are being looked up.",
    "doubt.id": " as {id}",
    "doubt.there": "It is on the exchange",
    "doubt.absent": "It is not there",
    "doubt.alert": "❓ You must look: {order}",
    "doubt.alert_tried": "{span} long nothing settled whether the venue has it: {answers} questions were "
    "answered, {failures} were not. {trouble}",
    "doubt.alert_ask": "Look at the exchange, in its open orders and in its history, and say how it is. "
    "Until then it counts as open; other symbols go on.",
    "doubt.trouble_none": "No answer contradicts another; there are too few of them.",
    "doubt.trouble_silence": "The venue does not answer.",
    "doubt.trouble_position": "The venue holds more or less of the symbol than the fills in the book "
    "explain.",
    "doubt.trouble_fills": "The venue admits fills and does not tell them.",
    "doubt.card_there": "{order} is on the exchange",
    "doubt.card_there_what": "It stays in doubt until its fills and its state are found there. With the "
    "exchange's own id that is quicker: /doubt {name} there ID",
    "doubt.card_there_id": "It is sought as {id}. It stays in doubt until its fills and its state are found.",
    "doubt.card_absent": "{order} is not on the exchange",
    "doubt.card_absent_entry": "It counts as not placed, by your word, and is not sent again. Should it fill "
    "after all, the fill is booked and guarded.",
    "doubt.card_absent_exit": "It counts as not placed, by your word, and the exit is placed anew.",
    "doubt.say_there": "Yes, it is there",
    "doubt.say_absent": "Yes, it is not there",
    "doubt.done_there": "Noted: it is on the exchange. You are told what is found.",
    "doubt.done_absent": "Noted: it is not there. Nothing of it counts any more.",
    "doubt.one_id": "{id} is more than one word: give the exchange's own id as it shows it.",
    "doubt.early": "The desk still asks about {order}. You are asked when that comes to nothing.",
    "doubt.over": "{order} is not in doubt, it is {state}.",
    "doubt.told_there": "{person} says: it is on the exchange. {order}",
    "doubt.told_absent": "{person} says: it is not on the exchange. {order}",
    "doubt.told_there_next": "Its fills are being looked up; it stays in doubt until they are found.",
    "doubt.told_absent_next": "It counts as not placed, by that word.",
    # ---------------------------------------------------------------- what is frozen
    "freeze.state": "ENTRIES FROZEN",
    "freeze.name": "Frozen",
    "freeze.said": "ENTRIES FROZEN since {at}: {why}; {until}",
    "freeze.refused": "Entries of account {account} are frozen since {at}: {why}. Exits go out. They "
    "open {until}.",
    "freeze.why_sends": "orders in a row got no answer ({detail})",
    "freeze.why_unanswered": "the venue does not answer",
    "freeze.why_turned_up": "{detail} counted as not placed and was at the venue",
    "freeze.until_answer": "by themselves when the venue answers and nothing is sought any more",
    "freeze.until_seen": "when you have looked at the venue: /doubt seen",
    "freeze.alert_sends": "🧊 Entries of {account} are frozen: orders in a row got no answer",
    "freeze.alert_unanswered": "🧊 Entries of {account} are frozen: the venue does not answer",
    "freeze.alert_turned_up": "🚨 {detail} counted as not placed, and was at the venue",
    "freeze.alert_which": "In doubt: {detail}.",
    "freeze.alert_auto": "Exits go out. Entries open by themselves when the venue answers and nothing is "
    "sought any more.",
    "freeze.alert_look": "What fills of it is booked and guarded, what waits of it is taken back. The "
    "venue, or whoever said that it is not there, was wrong: look at its open orders and its history. No "
    "entry goes out until you have.",
    "freeze.seen": "I have looked",
    "freeze.seen_card": "You have looked at the venue",
    "freeze.seen_what": "Entries of {account} open again.",
    "freeze.seen_say": "Yes, I have looked",
    "freeze.seen_done": "Noted. Entries go out again.",
    "freeze.seen_nothing": "Nothing waits for you to look at it.",
    "freeze.thawed": "✅ Entries of {account} go out again",
    "freeze.thawed_sends": "What was in doubt is settled, and the venue answers.",
    "freeze.thawed_unanswered": "The venue answers.",
    "freeze.thawed_turned_up": "{person} has looked at the venue.",
    "doubt.lasts": ("❓ Still in doubt: {n} order", "❓ Still in doubt: {n} orders"),
    "doubt.lasts_what": "The desk goes on asking. You are told what it finds, and again in 15 minutes.",
    "doubt.show": "In doubt",
    "why.entries_frozen": "Entries of account {account} were frozen: {why}.",
    "why.entries_thawed": "Entries of account {account} went out again: {why}",
    "why.doubt_lasts": "Still in doubt.",
    "why.visibility": "This venue showed an order later than it promised: proofs of absence wait {span} "
    "from now on.",
    "why.visibility_stops": "This venue showed a stop later than it promised: proofs of absence of stops "
    "wait {span} from now on.",
    "why.escalated": "{span} long nothing settled what became of {order} ({answers} answers, {failures} "
    "questions without one): a person was asked. {trouble}",
    "why.said_there": "{person} looked: {order} is on the exchange{id}.",
    "why.said_absent": "{person} looked: {order} is not on the exchange. It counts as not placed by that "
    "word.",
    "story.DoubtEscalated": "could not be settled: a person was asked",
    "story.said_there": "{person} says that it is on the exchange",
    "story.said_absent": "{person} says that it is not there",
}
