"""The verbs about who uses the desk, and from where: rows of the table."""

from __future__ import annotations

from bot.conversation.verbs_shape import Argument, Kind, Right, Verb
from bot.conversation.verbs_trade import ACCOUNT, SYMBOL

PEOPLE = (
    Verb(
        "join",
        "people",
        "Ask to be let into this desk.",
        "Whoever is not known here types it in private; an admin decides.",
        ("/join",),
        stage=4,
    ),
    Verb(
        "roles",
        "people",
        "Who is what on an account: viewer, trader, risk officer, admin.",
        "The account's owner has every right. Admins see here who asks to be let in.",
        ("/roles", "/roles on paper"),
        aliases=("users", "members"),
        arguments=(ACCOUNT,),
        stage=4,
    ),
    Verb(
        "role",
        "people",
        "Give somebody another role on an account, or none.",
        "A viewer looks; a trader opens and closes; a risk officer closes, halts and lowers limits, and "
        "never opens; an admin does that, raises limits and lets people in. Asks first.",
        ("/role Bob trader", "/role Bob none"),
        arguments=(
            Argument("who", Kind.WORD, required=True),
            Argument("role", Kind.WORD, required=True),
            ACCOUNT,
        ),
        right=Right.PEOPLE,
        asks_first=True,
        stage=4,
    ),
    Verb(
        "approve",
        "people",
        "Decide about somebody who asks to be let in.",
        "Shows who asks, with a button for each role and one that says no.",
        ("/approve", "/approve r1a2b3c4"),
        arguments=(Argument("request", Kind.WORD), Argument("role", Kind.WORD), ACCOUNT),
        right=Right.PEOPLE,
        asks_first=True,
        stage=4,
    ),
    Verb(
        "second",
        "people",
        "Agree to an order of somebody else that is too large for one person alone.",
        "Whoever asks for such an order presses a button; you are told and see its card at the price of now. "
        "no says that you do not agree. What is too large says /limits alone_notional.",
        ("/second p1a2b3c4", "/second p1a2b3c4 no"),
        arguments=(
            Argument("request", Kind.WORD, required=True),
            Argument("answer", Kind.CHOICE, choices=("no",)),
            ACCOUNT,
        ),
        right=Right.SECOND,
        asks_first=True,
        stage=4,
    ),
    Verb(
        "audit",
        "people",
        "Who wanted what, and when, with proof that nothing of it was changed.",
        "Searched by person, verb, symbol and day, in any order; a number says how many lines, a second one "
        "which page. Every event that is shown was checked against its chain of hashes.",
        ("/audit", "/audit by Bob", "/audit cancel BTC", "/audit limits 2026-01-05", "/audit 20 2"),
        aliases=("who",),
        arguments=(
            Argument("count", Kind.COUNT),
            Argument("page", Kind.COUNT),
            ACCOUNT,
            Argument("who", Kind.WORD, keyword="by"),
            Argument("day", Kind.DAY),
            Argument("verb", Kind.VERB),
            SYMBOL,
        ),
        right=Right.AUDIT,
        stage=4,
    ),
    Verb(
        "pin",
        "people",
        "A second factor: a PIN or an authenticator app, asked for before what is dangerous.",
        "app shows a secret once, for any app with time-based codes; set takes a PIN of 4 to 12 digits; "
        "above "
        "and a sum asks before larger entries too, off ends it. A code is typed as /pin 123456. Getting out "
        "never asks.",
        ("/pin", "/pin app", "/pin set 739205", "/pin above 1000", "/pin off"),
        arguments=(
            Argument("act", Kind.CHOICE, choices=("set", "app", "off", "above", "reset")),
            Argument("code", Kind.WORD),
            Argument("amount", Kind.AMOUNT),
        ),
        stage=4,
    ),
    Verb(
        "keys",
        "people",
        "Keys of venues: list them, enter one on the desk's own page, check or remove one.",
        "Shows venue, side, the last four letters, what the key may do and when that was looked at. add "
        "gives a link to the desk's page, for five minutes and one key; a key is never typed into a chat. "
        "Adding and removing want your second factor, if you have one.",
        ("/keys", "/keys add binance paper", "/keys check", "/keys remove binance-paper"),
        arguments=(
            Argument("act", Kind.CHOICE, choices=("add", "check", "remove")),
            Argument("name", Kind.WORD, needs="act"),
            Argument("side", Kind.CHOICE, choices=("paper", "live"), needs="act", only=("add",)),
            Argument("sure", Kind.CHOICE, choices=("now",), needs="act", only=("remove",)),
        ),
        asks_first=True,
        stage=6,
    ),
    Verb(
        "link",
        "people",
        "Use this desk from another phone too: Telegram and Discord as one person.",
        "Shows a code that works once, for ten minutes: write it to the desk's bot on your other platform. "
        "From then on both are you: the same book, the same limits, the same inbox.",
        ("/link", "/link ABCDE-FGHJK"),
        arguments=(Argument("code", Kind.TEXT),),
        stage=4,
    ),
    Verb(
        "unlink",
        "people",
        "Take a platform away from you: nobody there is you any more.",
        "Asks first. Both sides are told. Without a name it lists your platforms.",
        ("/unlink", "/unlink discord"),
        arguments=(
            Argument("platform", Kind.CHOICE, choices=("telegram", "discord")),
            Argument("act", Kind.CHOICE, choices=("now",), needs="platform"),
        ),
        stage=4,
    ),
)
