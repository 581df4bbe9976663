"""Words of the second factor: PINs, codes of an app, and when they are asked for."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "factor.title": "🔐 Your second factor",
    "factor.with": "You prove yourself with",
    "factor.none": "nothing yet",
    "factor.app": "codes of your app",
    "factor.pin": "a PIN",
    "factor.by_size": "Entries above",
    "factor.by_size_never": "none is asked by its size",
    "factor.what": "It is asked for before a limit or your one-tap limit is raised, a role is given, "
    "somebody is let in, a phone is linked or unlinked, something is opened again after a halt, a barred "
    "symbol is freed, maintenance begins or ends, and before entries above a size. Getting out never asks.",
    "factor.how": "An app is better than a PIN: each of its codes works once. Set one up:",
    "factor.private": "Only in a private chat with this bot: type /pin there.",
    "factor.not_here": "That wants your second factor, and others read along here: do it in a private "
    "chat with "
    "this bot.",
    "factor.form": "A PIN has 4 to 12 digits: /pin set and the digits.",
    "factor.weak": "That PIN is what everybody tries first: take digits without a pattern.",
    "factor.pin_done": "The PIN is set. The desk keeps a hash of it and nothing else.",
    "factor.delete_it": "Where your message with the digits still stands, delete it.",
    "factor.reset": "{name} has no second factor any more, and hears so.",
    "factor.reset_where": "Only at the desk's own terminal: whoever runs the desk types it there.",
    "factor.reset_whom": "Whose? Nobody is called {typed}. There are: {names}.",
    "factor.off": "The second factor is off: nothing asks for a code any more.",
    "factor.app_title": "🔐 Your authenticator app",
    "factor.app_how": "Add this secret to the app (time-based, 6 digits), or open the address on the "
    "phone that "
    "has it:",
    "factor.app_next": "Then type the code that it shows:",
    "factor.app_warning": "It is shown this once. Delete this message when the app has it.",
    "factor.app_wrong": "That is not the code of the new secret: look at the app, or type /pin app for "
    "another "
    "one.",
    "factor.app_done": "🔐 The app counts from now on. Each code works once.",
    "factor.ask_app": "🔐 Type the code of your app within {span}:",
    "factor.ask_pin": "🔐 Type your PIN within {span}:",
    "factor.nothing_waits": "Nothing waits for a code here: press or type first what you want.",
    "factor.wrong": "That code is wrong, or was used before. {n} more, then nothing is believed for a while.",
    "factor.fresh": "This phone was linked less than a day ago: until {until} it opens no doors. Do it from "
    "your other phone or at the desk's own terminal, or here after that.",
    "factor.locked": "🔐 Too many wrong codes: none is believed until {until}. Closing, /halt and /panic "
    "work.",
    "factor.shut_in": "🔐 The desk's vault is locked, so the codes of your app cannot be checked now. "
    "Closing, /halt and /panic work. Whoever runs the desk finds the reason in its start message.",
    "factor.no_vault": "The desk cannot keep the secret of an app now: its vault is locked, or it has no "
    "master key (OPENOUTCRY_MASTER_KEY). A PIN works: /pin set and the digits.",
    "notice.vault_made": "🔑 A master key was made for this desk: back it up now",
    "notice.vault_made.why": "It stands in {path}. Keep a copy of it apart from the database and its "
    "backups: without it nobody opens the secrets in them, with both anybody does.",
    "notice.vault_moved": "🔑 Secrets of authenticator apps are sealed from now on",
    "notice.vault_moved.why": "The desk had kept them in the clear before. Older backups, and copies that "
    "were made before an update, still hold them so: delete those, or have each person type /pin app again.",
    "notice.vault_locked": "🔑 The vault is locked: secrets can neither be opened nor kept",
    "notice.vault_locked.why": "{why} Until then app codes are not believed and nothing is sent to venues "
    "outside; all else goes on. If the key is lost for good: stop the desk, type openoutcry keys anew in its "
    "terminal, then enter each key again.",
    "notice.vault_anew": "🔑 The vault was begun anew: {n} secrets are forgotten",
    "notice.vault_anew.why": "Enter the keys of venues again (/keys says which), set apps up again with "
    "/pin app, and give signal sources a new secret with /signals rotate. If that was not you, somebody has "
    "the machine.",
    "notice.factor_changed": "🔐 Your second factor was changed",
    "notice.factor_changed.why": "If that was not you: type /halt, then /unlink the phone that is not yours.",
    "notice.factor_locked": "🔐 Five wrong codes: no code of yours is believed for a while",
    "notice.factor_locked.why": "If that was not you, somebody has one of your phones: type /halt, then "
    "/unlink "
    "it.",
}
