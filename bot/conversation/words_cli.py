"""Words of the `openoutcry` command: help, examples, failures."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "cli.about": "A trading desk that lives in chat. Without a command it runs the desk in this terminal, "
    "on paper.",
    "cli.examples": "examples:\n"
    "  openoutcry                                    run the desk here, on paper, bundled prices\n"
    "  printf '/buy BTC 1000 tp 2%% sl 1%%\\n1\\n' | openoutcry run --once\n"
    "  openoutcry replay BTC_USDT.csv.gz --chat script.txt\n"
    "  openoutcry positions --json\n"
    "\nexit codes: 0 done, 1 fault in the program, 2 wrong command line, 3 wrong settings, 4 database,\n"
    "5 price data, 6 the desk runs already, 130 interrupted, 141 nobody reads the output",
    "cli.run": "run the desk and chat with it here",
    "cli.run.about": "Runs the desk: this terminal is its chat (stdin may be a pipe or a file). The journal "
    "stands in the data folder, and what was open when the desk ended is open when it starts again.",
    "cli.run.once": "end when the input has ended and no order is in flight",
    "cli.run.feed": "where prices come from: replay (bundled series) or ccxt:EXCHANGE (live public prices)",
    "cli.run.cash": "US dollars that a new paper account starts with (default 10000)",
    "cli.run.yes": "press the confirming button of every card at once; paper only",
    "cli.run.loop": "start the bundled series again when it ends",
    "cli.run.speed": "how many seconds of the bundled series pass in one second (default 1)",
    "cli.run.profile": "paper venue: bracketed takes entries with their exits, which grow with each fill, "
    "bracketed-whole wakes them with the last one, full holds brackets, attached holds exits that hang on "
    "the position, pair holds reduce-only pairs, stops holds stops, bare holds nothing (default full)",
    "cli.replay": "play price files with a chat script in virtual time",
    "cli.replay.about": "Plays price files at full speed in virtual time with chat lines at given instants, "
    "such as `2018-04-04T01:00Z /buy BTC 1000 tp 2% sl 1%`, and presses by label, such as "
    "`2018-04-04T01:00:05Z [Buy]`. Prints the transcript. The same input gives the same output, byte by "
    "byte; settings are not read and nothing is stored.",
    "cli.replay.data": "CSV or CSV.gz files of bars, quotes or prints; the name gives the symbol (BTC_USDT…)",
    "cli.replay.chat": "the file of chat lines (- is stdin); without it only the prices are played",
    "cli.replay.json": "print one JSON object instead of the transcript",
    "cli.replay.until": "stop at this instant, such as 2018-04-05T00:00Z",
    "cli.replay.yes": "press the confirming button of every card at once",
    "cli.replay.cash": "US dollars to start with (default 10000)",
    "cli.replay.fee": "fee a side in basis points (default 10)",
    "cli.replay.slippage": "slippage of market orders in basis points (default 0)",
    "cli.replay.latency": "milliseconds from the desk to the venue (default 0)",
    "cli.replay.symbol": "symbol of a DATA file, in the files' order; may be repeated",
    "cli.replay.seed": "seed of the paper venue's choices (default 0)",
    "cli.status": "state of the desk: accounts, halts, feed",
    "cli.positions": "open positions",
    "cli.orders": "orders",
    "cli.fills": "fills",
    "cli.equity": "equity, by account",
    "cli.show.about": "Reads the store without changing it; the desk may run meanwhile.",
    "cli.show.json": "print one JSON object; decimals are strings, instants ISO 8601 in UTC",
    "cli.db": "keep the database: upgrade, rebuild, verify",
    "cli.db.upgrade": "bring the database to this version's schema",
    "cli.db.rebuild": "make the derived tables anew from the journal",
    "cli.db.verify": "check the file's pages and every hash of the journal",
    "cli.journal": "check or export the journal",
    "cli.journal.verify": "check every hash of every stream",
    "cli.journal.export": "write all events as JSON lines to FILE, or to stdout",
    "cli.backup": "write a consistent copy of the database, while the desk runs or not",
    "cli.backup.file": "where to; without it, a dated file in the data folder's backups",
    "cli.restore": "put a backup in the database's place",
    "cli.restore.file": "the backup",
    "cli.restore.force": "replace a database that holds events (it is kept beside as a copy)",
    "cli.version": "print the version",
    "cli.did.current": "The database has this version's schema already ({revision}).",
    "cli.did.upgrade": "The database now has schema {revision}; a copy of the old file is {kept}.",
    "cli.did.rebuild": ("Made the tables anew from one event.", "Made the tables anew from {n} events."),
    "cli.did.verify": (
        "Sound: {n} event in {streams}, every hash fits.",
        "Sound: {n} events in {streams}, every hash fits.",
    ),
    "cli.did.streams": ("{n} stream", "{n} streams"),
    "cli.did.head": "  {stream} {seq} {hash}",
    "cli.did.export": ("Wrote {n} event to {path}.", "Wrote {n} events to {path}."),
    "cli.did.backup": ("Wrote and verified {path}: {n} event.", "Wrote and verified {path}: {n} events."),
    "cli.did.restore": ("Restored {n} event.", "Restored {n} events."),
    "cli.did.behind": "This is an old copy: {stream} ends at event {seq}; {known} were written by {at} UTC.",
    "cli.did.behind.then": "What came after is lost here and stands at your venue. At its next start the "
    "desk opens nothing new, gives no order a name of the lost days, and asks the venue about all that it "
    "knows; exits go on. Compare /positions and /orders with your venue, then /resume desk and a reason.",
    "cli.did.kept": "What stood there before is kept as {kept}.",
    "cli.exists": "{path} exists already: name another file.",
    "cli.home": "data folder (default: OPENOUTCRY_HOME, else the platform's own)",
    "cli.debug": "print the traceback of a failure",
    "cli.positive": "it must be a number above 0, such as 10000",
    "cli.not_negative": "it must be a number from 0 up, such as 10",
    "cli.whole": "it must be a whole number from 0 up, such as 250",
    "cli.instant": "it must be an instant with its zone, such as 2018-04-04T01:00Z",
    "cli.usage": "{message}; see `{prog} --help`.",
    "cli.help.usage": "usage: ",
    "cli.help.positional": "positional arguments",
    "cli.help.options": "options",
    "cli.help.help": "show this help message and exit",
    # What argparse says, read back out of its sentence (the library's own English).
    "argparse.required": "the following arguments are required: {names}",
    "argparse.one_of": "one of the arguments {names} is required",
    "argparse.unknown": "unrecognized arguments: {names}",
    "argparse.choice": "argument {name}: invalid choice: {value} (choose from {names})",
    "argparse.value": "argument {name}: invalid {field} value: {value}",
    "argparse.one": "argument {name}: expected one argument",
    "argparse.at_least": "argument {name}: expected at least one argument",
    "argparse.not_with": "argument {name}: not allowed with argument {names}",
    "argparse.ignored": "argument {name}: ignored explicit argument {value}",
    "argparse.other": "argument {name}: {detail}",
    "cli.unknown": "There is no command “{word}”: see `openoutcry --help`.",
    "cli.nearest": "There is no command “{word}”: did you mean `openoutcry {near}`?",
    "cli.interrupted": "Interrupted: what is written down stays; start again with `openoutcry run`.",
    "cli.disk_full": "The disk is full: free some space, then try again.",
    "cli.file": "{path} cannot be used ({reason}): check the path and its permissions.",
    "cli.internal": "A fault in the program ended it ({what}): run it again with --debug and report what it "
    "prints.",
}
