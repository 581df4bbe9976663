"""Words of refusals: what the desk's own rules say, by their code, as it stands in the journal.

A person who reads another language gets theirs by these (retelling.py). `_typed` marks what is to be typed
as it stands, `said.` what may stand within a sentence.
"""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "refusal.key_reused": "This command was used before with other words: nothing was done.",
    "refusal.busy": "Too many commands wait already: try again in a few seconds.",
    "refusal.not_recorded": "This cannot be recorded, so it was not sent: {problem}",
    "refusal.quarantined": "The desk ended three times while it decided this: it was set aside, nothing was "
    "done.",
    "refusal.order_notional": "One order may be at most {limit} {currency} (/limits order_notional_max "
    "changes it); this one is {notional}.",
    "refusal.position_notional": "The position would be {notional}; the limit is {limit} {currency} "
    "(/limits position_notional_max).",
    "refusal.alone_notional": "The position would be {notional} {currency}: above {limit} (/limits "
    "alone_notional_max) a second person must agree.",
    "refusal.gross_exposure": "All positions and waiting entries would be {gross}; the limit is {limit} "
    "{currency} (/limits gross_exposure_max).",
    "refusal.funds": "That needs {needed} {currency} and {free} are free: buy less, or free some by /cancel "
    "or /close.",
    "refusal.live_switch": "Live trading is switched off for this desk (OPENOUTCRY_LIVE): use a paper "
    "account.",
    "refusal.live_switch.off": "Account {account} trades no real money yet: /mode live begins it.",
    "refusal.no_such_mode": "There is no mode {value}: there are live and live-off.",
    "refusal.stays_paper": "Account {account} is paper and stays so: one with real money has keys of its "
    "own.",
    "refusal.no_change.cash": "Book and venue have the same cash.",
    "refusal.cash_changed": "The book's cash is {cash} by now: /accounts cash shows the difference of now.",
    "refusal.market_open": "{symbol} is closed now; /price {symbol} tells when it opens.",
    "refusal.price_fresh": "There is no fresh price of {symbol}: nothing is bought or shorted on a stale "
    "price; try again when /price shows it alive.",
    "refusal.price_fresh.age": "There is no fresh price of {symbol} (the last is {age} s old, {bound} s is "
    "the bound): nothing is bought or shorted on a stale price; try again when /price shows it alive.",
    "refusal.price_collar": "{price} is {percent} % through the market ({market}); at most {limit} % is "
    "allowed: check the price.",
    "refusal.price_collar.trigger": "{price} is {percent} % through its trigger ({trigger}); at most "
    "{limit} % is allowed: check the price.",
    "refusal.daily_loss": "Today has lost {loss} {currency}; the limit is {limit}. No entries until "
    "tomorrow; exits work.",
    "refusal.rate_10_s": "{count} entries went out in ten seconds, the limit is {limit}: wait a moment.",
    "refusal.rate_minute": "{count} entries went out in a minute, the limit is {limit}: wait a moment.",
    "refusal.duplicate": "The same order went out {age} s ago: send it again only if you mean it twice.",
    "refusal.maintenance": "The desk is under maintenance since {at} by {person}: {reason}. Only exits go "
    "out; /maintenance off ends it.",
    "refusal.lockout": "Account {account} is locked out until {until} (by {person} at {at}: {reason}). "
    "Nobody can end that earlier; closing and exits work.",
    "refusal.lockout.own": "{person} is locked out of all accounts until {until} (since {at}: {reason}). "
    "Nobody can end that earlier; closing and exits work.",
    "refusal.desk_halt": "{who} is {halt}. Only exits go out; {line} and a reason opens it again.",
    "refusal.desk_halt.pause": "{who} is {halt}. Only exits go out; it opens by itself then, {line} and a "
    "reason opens it now.",
    "refusal.account_halt": "{who} is {halt}. Only exits go out; {line} and a reason opens it again.",
    "refusal.account_halt.pause": "{who} is {halt}. Only exits go out; it opens by itself then, {line} and "
    "a reason opens it now.",
    "refusal.frozen.answer": "Entries of account {account} are frozen since {at}: {why}. Exits go out. It "
    "opens by itself when the venue answers and no order is sought any more.",
    "refusal.frozen.seen": "Entries of account {account} are frozen since {at}: {why}. Exits go out. It "
    "opens when somebody has looked at the venue: /doubt seen.",
    "refusal.frozen.liquidated": "The venue itself closed {symbol}: type /reconcile {symbol} to say what is "
    "true.",
    "refusal.frozen.drift": "{symbol} is not opened meanwhile: {holds}; type /reconcile {symbol} to say "
    "what is true.",
    "refusal.frozen.barred": "{symbol} is barred since {at} by {person}: {reason}. /blacklist del {symbol} "
    "opens it again.",
    "refusal.barred_full": "{count} symbols can be barred, {most} with one line: free some by /blacklist "
    "del.",
    "refusal.no_change.barred": "That is so already: /blacklist shows what is barred.",
    "refusal.barred_by": "{symbol} was barred by {person}: somebody who may /resume frees it.",
    "refusal.price_off_tick": "{symbol} moves in steps of {tick}: type {low_typed} or {high_typed} instead "
    "of {value_typed}.",
    "refusal.price_off_tick.change": "{symbol} moves in steps of {tick}.",
    "refusal.price_not_positive": "That price would be {level}: type one above zero.",
    "refusal.price_not_positive.exit": "That exit would stand at {level}: type a smaller distance, or a "
    "price above zero.",
    "refusal.share_above_100": "A share of equity is at most 100 %.",
    "refusal.share_above_100.close": "You can close at most 100 % of it.",
    "refusal.risk_needs_stop": "A size by risk follows from the stop: add one, for example sl 2%.",
    "refusal.wrong_currency": "{symbol} is paid in {quote}, not in {unit}: type {value_typed} "
    "{quote_typed}, or a size in {base_typed}.",
    "refusal.size_off_lot": "{symbol} trades in lots of {lot}: type {least_typed} instead of {value_typed}.",
    "refusal.size_off_lot.change": "The quantity must be in lots of {lot} and above what has filled "
    "({filled}).",
    "refusal.too_small": "That is less than the smallest order in {symbol}: {least} {base}, about {worth} "
    "{quote}.",
    "refusal.too_small.close": "That is less than one lot ({lot} {base}): type that or more.",
    "refusal.risk_is_for_entries": "Close by share or quantity: 50%, 0.1, or nothing for all.",
    "refusal.more_than_held": "You hold {held} {base}: type at most that, or nothing for all of it.",
    "refusal.more_than_held.change": "At most {room} of {symbol} is free for this order: an exit cannot be "
    "larger.",
    "refusal.r_needs_stop": "Targets in r are multiples of the stop's distance: add a stop, for example sl "
    "2%.",
    "refusal.no_atr": "There are fewer than 15 bars of history yet, so no average true range: use a percent.",
    "refusal.no_atr.trail": "There are fewer than 15 bars of history yet: trail by a percent.",
    "refusal.stop_wrong_side": "A stop of a {side} belongs {where} the entry: {price} is not {where} "
    "{entry}.",
    "refusal.stop_wrong_side.market": "A {word} of a {side} belongs {where} the market: {price} is not "
    "{where} {market}. To be out now: /close {symbol}.",
    "refusal.stop_wrong_side.addition": "This order makes your average {average}, and a {word} counted from "
    "there is {level}: not {where} this order's price, {price}, so all of it would go at once. Give {field} "
    "as a price {where} {price_typed}, or leave it out.",
    "refusal.target_wrong_side": "A take profit of a {side} belongs {where} the entry: {price} is not "
    "{where} {entry}.",
    "refusal.target_wrong_side.market": "A {word} of a {side} belongs {where} the market: {price} is not "
    "{where} {market}. To be out now: /close {symbol}.",
    "refusal.target_wrong_side.addition": "This order makes your average {average}, and a {word} counted "
    "from there is {level}: not {where} this order's price, {price}, so all of it would go at once. Give "
    "{field} as a price {where} {price_typed}, or leave it out.",
    "refusal.trail_too_wide": "A trail must be narrower than the price itself: type less, for example trail "
    "2%.",
    "refusal.break_even_needs_stop": "Break-even moves a stop: add one, for example sl 2%.",
    "refusal.shares_above_100": "The shares of the targets add up to {total} %: they may be at most 100 %.",
    "refusal.shares_above_100.open": "The shares of the targets add up to {total} %: they may be at most "
    "100 %, with something left for those without a share.",
    "refusal.no_such_target": "There is no target {target}: this position has {count}.",
    "refusal.no_account": "There is no account {account}.",
    "refusal.account_exists": "Account {account} exists already.",
    "refusal.no_price": "There is no price of {symbol} yet: wait for one (/price {symbol}).",
    "refusal.no_price.alert": "There is no price of {symbol} yet: set the alert once there is one (/price "
    "{symbol}).",
    "refusal.no_price.guard": "There is no price of {symbol} to act on: try again when /price {symbol} "
    "shows one.",
    "refusal.no_price.drift": "There is no price to book the difference at: try again when /price {symbol} "
    "shows one.",
    "refusal.not_shortable": "{symbol} cannot be sold short here.",
    "refusal.opposite_position": "You are {is_now} in {symbol}: /close {symbol} (or /cancel its orders) "
    "first, then {word_typed}.",
    "refusal.trigger_wrong_side": "A stop order to {word} waits {where} the market ({market}): "
    "{price_typed} is there already. For a better price use @ {price_typed}; for protection use sl "
    "{price_typed}.",
    "refusal.trigger_wrong_side.close": "A stop that closes a {side} waits {where} the market ({market}): "
    "{price} is there already. To be out now: /close {symbol}; for a better price use @ {price_typed}.",
    "refusal.trigger_wrong_side.change": "A stop order waits {where} the market: {price} is not {where} "
    "{market}.",
    "refusal.not_confirmed": "Nothing was sent, and now it could be: type the line again for its card.",
    "refusal.no_such_limit": "There is no limit {name}: there are {names}.",
    "refusal.limit_negative": "A limit is zero or more: write it without the minus.",
    "refusal.nobody_to_second": "Nobody could agree to a larger order: make somebody risk officer or admin "
    "of this account first (/role NAME risk_officer).",
    "refusal.no_change.limit": "{name} is going to be that at {at} already.",
    "refusal.no_change.state": "It is {state} already; /status shows it.",
    "refusal.no_change.schedule": "It is {state} already; /schedule lists all.",
    "refusal.no_change.no_maintenance": "There is no maintenance: /maintenance on and a reason begins it.",
    "refusal.no_change.maintenance": "Maintenance is on since {at}, by {person}: /maintenance off ends it.",
    "refusal.no_change.seen": "Nothing waits for you to look at it: /status shows how things stand.",
    "refusal.no_change.role": "That is so already.",
    "refusal.still_flattening": "A panic is still closing positions: wait for the proof of flat, then "
    "/resume.",
    "refusal.halt_stands": "{who} is {halt}. That has no end, and a pause would open it at {until}: {line} "
    "and a reason first.",
    "refusal.pause_stands": "{who} is {halt}. That is as long or longer: {line} and a reason ends it.",
    "refusal.until_past": "{at} is over already: name a later time, like {line}.",
    "refusal.until_far": "{at} is further away than a year: name a nearer time, like {line}.",
    "refusal.lockout_stands": "You are locked out until {until} already. A lockout can only be made longer: "
    "name a later time.",
    "refusal.dust": "{quantity} {symbol} is dust: the venue trades no less than {least} {unit}. It goes "
    "with the next order that adds to it, and can be closed when it is worth more.",
    "refusal.no_drift": "Book and venue agree about {symbol}: there is nothing to settle; /reconcile looks "
    "again.",
    "refusal.drift_changed": "The difference in {symbol} is another one by now: /reconcile {symbol} shows "
    "it.",
    "refusal.in_doubt": "#{number} is in doubt, and this difference may be what it did: the desk still asks "
    "the venue about it. When that comes to nothing you are asked; then settle {symbol}.",
    "refusal.nothing_beyond": "The venue holds nothing of {symbol} beyond the book that could be closed: "
    "adopt, or ignore.",
    "refusal.no_order.doubt": "There is no such order: /orders lists those that wait.",
    "refusal.no_order": "There is no such open order; /orders lists them.",
    "refusal.not_in_doubt": "#{number} is not in doubt, it is {state}: /order #{number} tells its story.",
    "refusal.still_asking": "The desk still asks about #{number}, and what it finds counts more than what a "
    "screen of the venue shows now. You are asked when that comes to nothing.",
    "refusal.alerts_full": "{count} alerts wait already, which is the most: /alerts del and a number frees "
    "one.",
    "refusal.level_far": "{symbol} is at {market}: {price} is too far from it to be meant.",
    "refusal.alert_twice": "That alert waits already: {line} shows it.",
    "refusal.already_there": "{symbol} is at {market}, so it is there already: {what_typed} waits until it "
    "passes.",
    "refusal.no_alert": "There is no such alert; /alerts lists them.",
    "refusal.schedules_full": "{count} orders recur already, which is the most: /schedule del and a number "
    "ends one.",
    "refusal.no_slot": "That time is over: name one that is still to come.",
    "refusal.too_often": "That is too often: at least {count} minutes lie between two orders.",
    "refusal.no_schedule": "There is no such recurring order; /schedule lists them.",
    "refusal.slot_over": "That slot was dealt with, or the order is paused: nothing was sent.",
    "refusal.no_position": "You hold nothing in {symbol}; /positions shows what you hold.",
    "refusal.nothing_to_close": "You hold nothing in {symbol}; /positions shows what you hold.",
    "refusal.nothing_to_close.flatten": "Nothing matches: you hold no such position; /positions shows what "
    "you hold.",
    "refusal.wrong_side": "You are {side} in {symbol}: {line} {symbol} reduces it, /close {symbol} closes "
    "it. Opening a short needs the word short.",
    "refusal.exits_exceed_position.doubt": "An order in {symbol} that goes the other way is not answered "
    "yet, and may have closed {gone} of it: at most {free} is free (/doubt, /orders).",
    "refusal.exits_exceed_position": "Other exit orders hold {held} of {symbol} already: at most {free} is "
    "free (/orders, /cancel).",
    "refusal.already_closing": "All of {symbol} is being closed already; /orders shows it.",
    "refusal.no_right": "That needs the right to {right} on account {account}: ask one of its admins.",
    "refusal.no_right.operate": "That binds every account of this desk: only whoever runs it can say so.",
    "refusal.no_right.second": "Only a risk officer, an admin or the account's owner can agree to an order "
    "of somebody else.",
    "refusal.own_order": "Whoever asks for an order cannot agree to it: somebody else must.",
    "refusal.second_locked": "Whoever has locked themself out agrees to no order of somebody else: another "
    "person must.",
    "refusal.is_owner": "Account {account} is theirs: its owner has every right and keeps it.",
    "refusal.no_such_role": "There is no role {name}: there are {names}.",
    "refusal.own_role": "Nobody changes their own role: another admin or the owner does.",
    "refusal.guards_position": "That order guards {symbol}: change it with /tp, /sl or /trail {symbol}.",
    "refusal.market_order": "A market order cannot be changed, only canceled: /cancel #{number}.",
    "refusal.change_on_its_way": "A {what} of #{number} is on its way already: /order #{number} shows its "
    "answer.",
    "refusal.exits_beyond": "The exits that went to the venue with #{number} stand at {level}, beyond that "
    "price: /cancel #{number} and order anew.",
    "refusal.nothing_asked": "Nothing is asked (any more) about what guards {symbol}: /position {symbol} "
    "shows it.",
    "said.who.desk": "The desk",
    "said.who.account": "Account {account}",
    "said.halt.by_at": "{state} by {person} at {at}: {reason}",
    "said.halt.at": "{state} at {at}: {reason}",
    "said.halt.by": "{state} by {person}: {reason}",
    "said.halt.plain": "{state}: {reason}",
    "said.state.paused": "paused until {until}",
    "said.state.flattening": "being flattened",
    "said.reason.none": "no reason given",
    "said.why.sends": "{count} orders in a row got no answer ({detail})",
    "said.why.unanswered": "the venue does not answer",
    "said.why.turned_up": "{detail} counted as not placed and was at the venue after all",
    "said.holds.some": "the venue holds {held}, the book {booked}",
    "said.holds.none": "the venue does not hold {orders}",
    "said.is_now.short": "waiting to go short",
    "said.is_now.long": "waiting to go long",
    "said.word.long": "long",
    "said.word.short": "short",
    "said.word.above": "above",
    "said.word.below": "below",
    "said.word.buy": "buy",
    "said.word.sell": "sell",
    "said.word.stop": "stop",
    "said.word.take_profit": "take profit",
    "said.word.halted": "halted",
    "said.word.reduce_only": "reduce only",
    "said.word.flatten": "flatten",
    "said.word.active": "active",
    "said.word.paused": "paused",
    "said.word.not_paused": "not paused",
    "said.word.cancel": "cancel",
    "said.word.change": "change",
    "said.word.submitting": "submitting",
    "said.word.in_doubt": "in doubt",
    "said.word.working": "working",
    "said.word.partial": "partial",
    "said.word.filled": "filled",
    "said.word.canceled": "canceled",
    "said.word.expired": "expired",
    "said.word.rejected": "rejected",
    "said.word.not_placed": "not placed",
    "said.word.look": "look",
    "said.word.trade": "trade",
    "said.word.reduce": "reduce",
    "said.word.halt": "halt",
    "said.word.resume": "resume",
    "said.word.lower": "lower",
    "said.word.raise": "raise",
    "said.word.second": "second",
    "said.word.settle": "settle",
    "said.word.audit": "audit",
    "said.word.people": "people",
    "said.hint.help": "/help lists all that I know",
    "said.hint.meant": "type {line} if you meant that",
    "said.hint.pair": "for the pair type {line}",
    "said.hint.buy": "/help buy shows what a line may hold",
    "said.hint.parts": "type tp, sl, trail, be, exit or gap, each with its level",
    "said.hint.type": "type {line}",
    "said.hint.type_either": "type {line} or {other_typed}",
    "said.hint.either": "{line} or {other_typed}",
    "said.hint.change": "to be told what to change: {line}",
    "said.hint.a_name": "a name",
    "said.hint.a_bot": "the kind of bot",
    "said.hint.a_sentence": "a sentence of yours",
    "said.hint.a_person": "the name of a person (/roles lists them)",
    "said.hint.a_request": "the code of a request (it stands on its card)",
    "said.hint.symbol": "a symbol, like BTC",
    "said.hint.order": "the number of an order, like #3 (/orders lists them)",
    "said.hint.targets": "there are {count}",
    "said.hint.add": "add tp 5%",
    "said.hint.taken_off": "the targets are taken off",
    "said.hint.money": "{line}, or with a $",
    "said.hint.reducing": "a line that reduces",
    "said.hint.risk": "a risk",
    "said.hint.an_order": "an order",
    "said.hint.waiting": "an order that waits",
    "said.hint.name": "{line} and a name",
    "said.hint.presets": "a market of presets comes in a later stage; /newbot shows those of each bot",
    "said.hint.markets": "market lists come in a later stage; /watch btc eth keeps your own list of symbols",
    "said.hint.drift": "holding a bot against its backtest comes in a later stage; /stats and /backtest show "
    "both sides",
    "said.hint.flag": "switching parts of the desk off comes in a later stage; /maintenance and /halt stop "
    "entries now",
    "said.hint.challenge": "challenges come in a later stage; /risk shows what may still be lost today",
    "refusal.venue_holds_none": "The venue says that it holds nothing of your {symbol}, so that an exit "
    "would only be refused. /reconcile shows the difference: adopt it if that is true.",
    "refusal.no_indicator": "{name} is no indicator that can be computed: type /help alerts for those that "
    "can.",
    "refusal.frame": "Bars of an alert are between a minute and a day long.",
    "refusal.level_far.never": "{name} {between}: {level} is never passed.",
    "refusal.no_bars": "There are too few bars yet to tell from which side it comes: say > or < instead of "
    "crosses.",
    "refusal.until.far": "An alert ends within a year: name an earlier end, like for 30d.",
    "refusal.until": "That end has passed already: name one that is still to come, like for 3d.",
    "refusal.no_value": "There is nothing to compare with yet: say > or < instead of crosses.",
    "said.between.range": "lies between {low} and {high}",
    "said.between.above": "is above 0",
    "said.limit.order": "largest notional of one order",
    "said.limit.position": "largest notional of one position, waiting entries included",
    "said.limit.gross": "largest sum of all positions and waiting entries",
    "said.limit.alone": "largest notional of a position, waiting entries included, that one person opens "
    "without the consent of a second (0: any)",
    "said.limit.day": "loss of the day, in percent of its first equity, that stops entries",
    "said.limit.ten_s": "entries in ten seconds",
    "said.limit.minute": "entries in a minute",
    "said.limit.twice": "seconds in which the same order again is asked about",
    "said.limit.unprotected": "seconds without the stop of its plan after which a position is closed at "
    "market (0: never, you are told)",
    "said.limit.price_age": "oldest price to trade on, in seconds (0: twice the feed's cadence)",
}
