"""Words of keys of venues: entering, checking and removing them; page, command line, and the list in chat."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "keys.kept": "🔑 The key is kept, sealed: account {name} at {venue}.",
    "keys.replaced": "🔑 The new key of {name} is kept, sealed. A desk that runs goes on with it.",
    "keys.removed": "🔑 The key of {name} is gone from this desk. Nothing is opened there any more; a desk "
    "that runs still gets out of what is open, until it is started again. The key itself works at {venue} "
    "until you delete it there.",
    "keys.none": "You have no key for an account {name}: /keys lists those that there are.",
    "keys.no_venue": "This desk takes no keys of {venue}. It takes those of {names}.",
    "keys.no_side": "A venue has two sides, {names}; {side} is none of them.",
    "keys.bad_name": "“{name}” cannot name an account: small letters, digits and hyphens, at most 32.",
    "keys.taken": "The name {name} is taken by another account: choose another one.",
    "keys.other_side": "The account {name} is at {venue}, on its {side} side: choose another name for "
    "this key.",
    "keys.twice": "This key is here already: it belongs to the account {name}.",
    "keys.locked": "Nothing was kept. {why}",
    "keys.locked_all": "The vault is locked: none of these keys can be read, and nothing is sent to their "
    "venues. Put the master key back and start the desk; if it is lost for good, stop the desk and type "
    "openoutcry keys anew in its terminal.",
    "keys.no_key": "That is no key: the key and its secret are each one long word without blanks. Copy "
    "both again.",
    "keys.same_twice": "Key and secret are the same: the secret is the other one, shown once when the key "
    "was made.",
    "keys.unfit.withdraws": "Nothing was kept: this key may withdraw money. Take that right away at "
    "{venue}, or make a key that only reads and trades.",
    "keys.unfit.transfers": "Nothing was kept: this key may move money to other accounts. Take that right "
    "away at {venue}, or make a key that only reads and trades.",
    "keys.unfit.no_trading": "Nothing was kept: this key may not trade. {note} Allow trading at {venue}, "
    "and nothing else.",
    "keys.unfit.refused": "Nothing was kept: {venue} does not take this key on its {side} side. {note} "
    "Copy key and secret again; a key that is bound to an address works from this machine only if that is "
    "its address.",
    "keys.unfit.wrong_environment": "Nothing was kept: this is a key for the {other} side of {venue}, not "
    "for the {side} side. Say {other}, or make a key there.",
    "keys.unfit.silent": "Nothing was kept: {venue} could not be asked what the key may do. {note} Try "
    "again in a while.",
    "keys.title": "🔑 Your keys",
    "keys.empty": "You have none: this desk trades on paper.",
    "keys.side.paper": "paper",
    "keys.side.live": "LIVE",
    "keys.state.fit": "trades, cannot withdraw",
    "keys.state.fit_untold": "trades; {venue} does not tell what else the key may do",
    "keys.state.unfit": "not usable: {why}",
    "keys.state.unchecked": "not checked yet",
    "keys.why.withdraws": "it may withdraw",
    "keys.why.transfers": "it may move money away",
    "keys.why.no_trading": "it may not trade",
    "keys.why.refused": "{venue} does not take it any more",
    "keys.why.wrong_environment": "it is one of the other side",
    "keys.every_address": "works from every address: bind it to this machine's at {venue}",
    "keys.bound": "works from known addresses only",
    "keys.checked": "checked {ago}",
    "keys.unanswered": "{venue} did not answer just now: {note}",
    "keys.grade": "grade of the adapter: {grade}",
    "keys.not_yet": "There is no key here.",
    "cli.keys": "keys of venues: add, list, check, rotate, remove",
    "cli.keys.about": "Keys are typed where nobody sees them, asked about at their venue, and kept sealed.",
    "cli.keys.add": "enter a key; it is not shown, and never an argument",
    "cli.keys.list": "list keys by their last letters, with what they may do",
    "cli.keys.check": "ask the venues now what the keys may do",
    "cli.keys.rotate": "seal every secret under a new key of the vault",
    "cli.keys.remove": "forget a key",
    "cli.keys.anew": "begin the vault anew when its master key is lost for good",
    "cli.keys.anew_done": (
        "One secret that only the lost key opened is forgotten. A backup of before: {copy}. Enter again:",
        "{n} secrets that only the lost key opened are forgotten. A backup of before: {copy}. Enter again:",
    ),
    "cli.keys.anew_word": "forget",
    "cli.keys.ask_anew": "Is the master key lost for good, without a copy? All keys above, the codes of "
    "authenticator apps and the secrets of signal sources must then be entered anew. Type {word}: ",
    "cli.keys.anew_running": "The desk runs: stop it first, then begin the vault anew.",
    "cli.keys.anew_empty": "There is nothing to begin anew: no secret was ever kept here.",
    "cli.keys.anew_opens": "Nothing is lost: the master key that is there opens the vault.",
    "cli.keys.anew_apps": "These people set up their app again with /pin app: {names}.",
    "cli.keys.account": "the account's name",
    "cli.keys.venue": "the venue; asked for when it is left out",
    "cli.keys.side": "paper (the venue's test side) or live; asked for when it is left out",
    "cli.keys.master": "a new master key, too: desk.key is written anew",
    "cli.keys.ask_venue": "Which venue ({names})? ",
    "cli.keys.ask_side": "Which side ({names})? ",
    "cli.keys.ask_key": "The key (it is not shown; empty ends this): ",
    "cli.keys.ask_secret": "Its secret (it is not shown): ",
    "cli.keys.ask_remove": "Forget the key of {name}, …{tail}? Nothing that is open there is guarded any "
    "more. (yes/no) ",
    "cli.keys.advice": "Make a key at {venue} that reads and trades and nothing else, and bind it to the "
    "address of this machine.",
    "cli.keys.advice.binance": "At Binance: no withdrawals, no transfers; trusted addresses only.",
    "cli.keys.advice.alpaca": "At Alpaca: keys of the paper side begin with PK, those of the live side "
    "with AK.",
    "cli.keys.ended": "Nothing was changed.",
    "cli.keys.rotated": (
        "One secret is sealed under a new key of the vault; the old one is gone.",
        "{n} secrets are sealed under a new key of the vault; the old one is gone.",
    ),
    "cli.keys.new_master": "{path} holds a new master key: put a copy of it beside your other one, apart "
    "from the database. Backups from before want the old one.",
    "cli.keys.master_given": "The master key is given as OPENOUTCRY_MASTER_KEY: put a new one in front of "
    "it there (64 digits from 0 to f, a blank between them), start the desk once, then take the old one "
    "away.",
    "cli.keys.master_running": "The desk runs and has its master key open: stop it first, then rotate "
    "that one.",
    "cli.keys.made_master": "A master key was made: {path}. Keep a copy of it apart from the database: "
    "without it nobody opens the keys, with both anybody does.",
    "cli.keys.no_master": "The database is on a server, whose disk may be wiped with a key on it: give "
    "the desk a master key as OPENOUTCRY_MASTER_KEY (openssl rand -hex 32 makes one), and keep a copy of "
    "it.",
    "cli.keys.no_vault": "There is no vault to keep keys in. {why}",
    "cli.keys.desk_gone": "The desk did not answer on {path}: look whether it still runs, then try again.",
    "notice.key_entered": "🔑 A key for {venue} was entered: account {name}, …{tail}",
    "notice.key_entered.why": "If that was not you: type /halt, then /keys to remove it.",
    "notice.key_removed": "🔑 The key of {name} at {venue} was removed",
    "notice.key_removed.why": "Nothing that is open there is guarded by this desk any more. If that was "
    "not you: /pin shows what guards your phones.",
    "notice.key_unfit": "🔑 The key of {name} (…{tail}) must not be used any more",
    "notice.key_unfit.why": "Entries of that account are halted; exits go on as long as {venue} takes "
    "them. /keys says why, /keys check looks again; then /resume and a reason.",
    "notice.key_fit": "🔑 The key of {name} (…{tail}) is as it should be again",
    "notice.key_fit.why": "Entries stay halted until somebody says /resume and a reason.",
    "notice.key_unseen": "🔑 {venue} has not answered about the key of {name} (…{tail}) for days",
    "notice.key_unseen.why": "What is known of it is from before: /keys shows how old, /keys check asks "
    "again.",
    "because.key.withdraws": "its key may withdraw; take that right away at the venue, then resume",
    "because.key.transfers": "its key may move money to other accounts; take that right away at the "
    "venue, then resume",
    "because.key.no_trading": "its key may not trade; allow that at the venue, then resume",
    "because.key.removed": "its key was removed; enter one, then resume",
    "because.key.refused": "its key is not taken by the venue any more; enter a new one, then resume",
    "because.key.wrong_environment": "its key is one of the venue's other side; enter another one, then "
    "resume",
    "keys.not_here": "No keys are kept here: a replay has none.",
    "keys.private": "Keys are nobody's business but yours: type /keys in a private chat with this bot.",
    "keys.no_owner": "Only whoever has an account of their own on this desk enters keys.",
    "keys.never_here": "Never type or paste a key into a chat. One that was is exposed: revoke it at the "
    "venue.",
    "keys.which_venue": "A key of which venue?",
    "keys.which_side": "Which side of {venue}: its test side, or the one with real money?",
    "keys.add_title": "🔑 A key of {venue}, {side}",
    "keys.open_link": "Open this on the desk's page and enter key and secret there. The link is good for "
    "five minutes and one key:",
    "keys.page_here": "That address is on the desk's own machine. From elsewhere, open a tunnel first "
    "(ssh -L 8080:127.0.0.1:8080 and its name), or type openoutcry keys add there.",
    "keys.rights": "Make the key at the venue so that it reads and trades, and nothing else: no "
    "withdrawals, no transfers; bound to this machine's address.",
    "keys.in_terminal": "Keys are typed on the machine of the desk, unseen:",
    "keys.no_page": "With OPENOUTCRY_LISTEN or OPENOUTCRY_KEYS_URL the desk also has a page for it.",
    "keys.remove_title": "🔑 Forget the key of {name}?",
    "keys.remove_what": "The desk can then no longer trade there, nor guard what is open. The key itself "
    "goes on to work at {venue} until you delete it there.",
    "keys.remove_open": "Open there: {positions} positions, {orders} orders. Nobody guards them then.",
    "keys.button.add": "Add {name}",
    "keys.button.paper": "Paper",
    "keys.button.live": "Live",
    "keys.button.check": "Check now",
    "keys.button.remove": "Remove {name}",
    "keys.grade.paper": "paper",
    "keys.grade.bronze": "bronze",
    "keys.grade.silver": "silver",
    "keys.grade.gold": "gold",
    "keys.page.title": "A key for your desk",
    "keys.page.how": "For the key that you asked for in your chat. It is asked about at the venue, then "
    "kept sealed on the desk. Nothing of it stands in an address or a log.",
    "keys.page.code": "Code of the link",
    "keys.page.key": "Key",
    "keys.page.secret": "Secret",
    "keys.page.send": "Keep it",
    "keys.page.close": "Close this page.",
    "keys.page.over": "This link was used, or its five minutes are over: type /keys add in your chat for "
    "another one.",
    "keys.page.elsewhere": "This page is served on the desk's own machine only, or under the address in "
    "OPENOUTCRY_KEYS_URL.",
    "keys.page.no_form": "That was not the form of this page: open the link again.",
}
