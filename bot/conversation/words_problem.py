"""Words of what ends a command: databases, price files, feeds that cannot be used, as those rooms say it."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    # ---------------------------------------------------------------- the database
    "problem.not_writable": "The database cannot be written: allow this user to write its folder and file.",
    "problem.cannot_open": "The database cannot be opened: check that the path exists and that you may "
    "read it.",
    "problem.not_a_database": "This file is not a database: choose another path, or move the file away.",
    "problem.disk_full": "The disk is full: nothing was written; free some space, then try again.",
    "problem.locked": "The database is in use by another program: close that program, then try again.",
    "problem.corrupt": "The database is damaged: stop here and run `openoutcry restore` with your newest "
    "backup.",
    "problem.io": "The disk reported an error: check the disk before you go on; nothing was written.",
    "problem.connection": "The database server cannot be reached: check that it runs and that DATABASE_URL "
    "is right.",
    "problem.closed": "The database was closed: start the desk again.",
    "problem.no_such_database": "This PostgreSQL server has no such database: create it, or correct "
    "DATABASE_URL.",
    "problem.refused": "The database refused the change: {detail}.",
    "problem.newer_protocol": "A newer version of the desk has traded on this database (protocol {detail}): "
    "update this one; it has read nothing and sent nothing.",
    "problem.commit_unknown": "The database went away while saving: whether it did is unknown; it is read "
    "again.",
    "problem.held": "This desk is already running as process {number}: type there, or stop it first with "
    "`kill {number}`.",
    "problem.unknown_event": "The journal holds {name}, unknown to this version: update the program.",
    "problem.newer_event": "The journal holds {name} in a form newer than this version: update the program.",
    "problem.backup_damaged": "This backup is damaged: choose another one.",
    "problem.backup_unsound": "This backup is not sound: {detail} Choose another one.",
    "problem.backup_exists": "{name} exists already: name another file for the backup.",
    "problem.backup_sqlite": "{name} is a SQLite file: PostgreSQL restores only its own backups.",
    "problem.backup_unreadable": "{name} cannot be read: name the file of a backup.",
    "problem.desk_exists": "There is a desk at {name} already: add --force to replace it; it is kept aside.",
    "problem.no_backup": "{name} is not a backup of Open Outcry: choose another file.",
    "problem.bad_backup": "This file {what}: nothing was restored; choose another backup.",
    "said.what.not_ours": "is not a backup of Open Outcry",
    "said.what.other_version": "was written by another version of Open Outcry",
    "said.what.cut_off": "is cut off or was changed",
    "said.what.unknown_rows": "holds rows that this version does not know",
    "problem.bad_url": "DATABASE_URL is not understood: use sqlite:///path/to/desk.db or "
    "postgresql://user:password@host/name.",
    "problem.missing": "There is no desk at {name} yet: start one with `openoutcry run`.",
    "problem.nothing_there": "There is no desk in {name} yet: start one with `openoutcry run`.",
    "problem.no_wal": "This folder cannot hold a safe database (no write-ahead log): use a local disk.",
    "problem.foreign_database": "This database belongs to another program: choose another path or database "
    "for Open Outcry.",
    "problem.newer_schema": "This database was written by a newer Open Outcry (schema {value}): update the "
    "program.",
    "problem.older_schema": "This database is older than the program: run `openoutcry db upgrade` once.",
    "problem.chain_broken": "The journal of {name} was changed at event {number}: stop here and run "
    "`openoutcry restore` with a backup from before.",
    # ---------------------------------------------------------------- the master key
    "problem.key_unchanged": "The master key in {name} cannot be changed: {detail}.",
    "problem.key_unread": "The master key in {name} cannot be read: {detail}.",
    "problem.key_gone": "{name} is gone, and this database holds secrets that only its key opens: put it "
    "back, or name the key as OPENOUTCRY_MASTER_KEY.",
    "problem.key_no_file": "{name} is no file that holds a master key.",
    "problem.key_open": "{name} can be read by others than you: chmod 600 {name}, then start again.",
    "problem.key_empty": "{name} holds no master key: 64 digits from 0 to f, one key a line.",
    # ---------------------------------------------------------------- price files
    "problem.no_symbol": "{name} does not begin with a symbol: rename it like BTC_USDT.csv or say --symbol "
    "BTC/USDT.",
    "problem.one_row": "{name} has no rows: give a file with at least one row.",
    "problem.empty": "{name} has no rows: give a file with a header and at least one row.",
    "problem.long_lines": "{name} has lines of more than {number} characters: give a CSV file.",
    "problem.damaged_file": "{name} is damaged ({detail}): copy or download it again.",
    "problem.no_text": "{name} is no text file: give a CSV or CSV.gz file.",
    "problem.unreadable": "{name} cannot be read ({detail}): check the path and its rights.",
    "problem.not_gzip": "{name} ends in .gz but is not gzip: rename it to {value} or compress it.",
    "problem.header": "{name} line 1 is no header that I know ({detail}): use one of {names}.",
    "problem.not_prices": "{name} holds {detail}, not prices: give a file of bars, prints or quotes.",
    "problem.columns": "{name} line {number} has {value} columns instead of {names}: mend or delete it.",
    "problem.empty_cell": "{name} line {number} has nothing in column {value}: mend or delete it.",
    "problem.price": "{name} line {number} has the price {value}: prices are numbers above 0, so mend or "
    "delete the line.",
    "problem.volume": "{name} line {number} has the volume or size {value}: it must be a number from 0 on, "
    "so mend or delete the line.",
    "problem.high_low": "{name} line {number} has its {field} {value} below its {detail} {names}: mend or "
    "delete the line.",
    "problem.outside": "{name} line {number} has its {field} {value} outside of {detail} to {names}: mend or "
    "delete the line.",
    "problem.overlap": "{name} line {number} begins inside the bar before it, which lasts {value} s: give a "
    "file with bars of one length.",
    "problem.order": "{name} line {number} is older than the line before it: sort the file by time.",
    "problem.conflict": "{name} line {number} repeats the line before it with other values: delete the wrong "
    "one.",
    "problem.row": "{name} line {number} cannot be read ({detail}): it needs {names}, so mend or delete the "
    "line.",
    "problem.not_bars": "{name} holds {detail}, and a backtest plays bars: give a file of bars.",
    "problem.no_history": "The history holds no bars of {name} in that time: look with `openoutcry history "
    "list`, then import a file or fill it.",
    "problem.no_arrow": "{name} is no Feather or Parquet file that can be read ({detail}): copy or export it "
    "again.",
    "problem.history_damaged": "{name} is damaged ({detail}): delete it, and import or fill its time again.",
    "problem.history_unusable": "The history in {path} cannot be used ({reason}): check its rights and the "
    "disk.",
    "problem.no_frame": "{name} does not show how long its candles are: say --frame 5m (or 1h, 1d).",
    "problem.no_zone": "There is no time zone {name}: name one like Europe/Berlin or America/New_York.",
    "problem.no_list": "{name} is no list of candles ({detail}): give [[time, open, high, low, close, "
    "volume]].",
    "problem.no_candles": "{name} has rows that are no candles: each needs time, open, high, low, close, "
    "volume.",
    "problem.no_columns": "{name} has no column for {names} (it has {detail}): name its columns "
    "ts,open,high,low,close,volume.",
    "problem.closed_hours": "{name} has no bar in the hours in which {symbol} trades: give bars of its "
    "session.",
    "problem.no_bars_then": "{symbol} has no bars in that time: it has those of {first} to {last}.",
    "problem.history_empty": (
        "The history holds no bars of {symbol} in that time: look with `openoutcry history list`, then "
        "import a file or fill it."
    ),
    "problem.history_tick": (
        "{symbol} holds prices that are no whole number of {number}, the step in which {name} moves: import "
        "it as what it is, or as adjusted."
    ),
    "problem.tick": "{name} has the price {value}, and {symbol} moves in steps of {number}: mend the file, "
    "or give it the symbol that it is about.",
    # ---------------------------------------------------------------- chat scripts
    "problem.script_text": "{name} is not a text file in UTF-8: write the chat script as plain text.",
    "problem.script_line": "Line {number} of {name} needs an instant with a zone and what is typed, for "
    "example 2018-04-04T01:00Z /buy BTC 1000 tp 2% sl 1%.",
    "problem.script_order": "Line {number} of {name} is earlier than the line before it: put them in order.",
    "problem.script_press": "At {value} the script presses [{name}], but no card has such a button (there "
    "are: {names}).",
    # ---------------------------------------------------------------- feeds and the paper venue
    "problem.no_exchange": "ccxt knows no exchange called {name}: say --feed ccxt:{names}.",
    "problem.unreachable": "{name} cannot be reached ({detail}): check the network or choose another --feed; "
    "the desk goes on and I keep trying.",
    "problem.feed_refused": "{name} refuses to give prices ({detail}): choose another --feed; the desk goes "
    "on and I keep trying.",
    "problem.tape_write": "The paper venue cannot write {name}: {detail}.",
    "problem.tape_read": "Line {number} of {name} cannot be read ({detail}); restore the file from a backup "
    "or move it away to start with an empty paper venue.",
}
