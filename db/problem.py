"""What can be wrong with a database, each with a stable code and one sentence for a person."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

from trading.ports import JournalUnavailable


class DatabaseProblem(JournalUnavailable):
    """The database cannot be used as it is. `code` is stable, `sentence` says what to do.

    Nothing was written, unless it is a CommitUnknown.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class CommitUnknown(DatabaseProblem):
    """The connection broke during COMMIT: the append is written whole or not at all, and nobody knows which.

    Read the heads again before the next decision; never take it for a success.
    """


SENTENCES = {
    "not_writable": "The database cannot be written: allow this user to write its folder and file.",
    "cannot_open": "The database cannot be opened: check that the path exists and that you may read it.",
    "not_a_database": "This file is not a database: choose another path, or move the file away.",
    "disk_full": "The disk is full: nothing was written; free some space, then try again.",
    "locked": "The database is in use by another program: close that program, then try again.",
    "corrupt": "The database is damaged: stop here and run `openoutcry restore` with your newest backup.",
    "io": "The disk reported an error: check the disk before you go on; nothing was written.",
    "connection": "The database server cannot be reached: check that it runs and that DATABASE_URL is right.",
    "closed": "The database was closed: start the desk again.",
    "no_such_database": "This PostgreSQL server has no such database: create it, or correct DATABASE_URL.",
    "refused": "The database refused the change: {detail}.",
    "newer_protocol": "A newer version of the desk has traded on this database (protocol {detail}): update "
    "this one; it has read nothing and sent nothing.",
    "commit_unknown": "The database went away while saving: whether it did is unknown; it is read again.",
}

_SQLITE_CODES = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "not_writable",
    sqlite3.SQLITE_PERM: "not_writable",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "not_a_database",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
    sqlite3.SQLITE_IOERR: "io",
}
_SQLITE_EXTENDED_CODES = {
    # The write-ahead log's shared memory could not grow: that disk is full, not broken.
    sqlite3.SQLITE_IOERR_SHMSIZE: "disk_full",
}
_POSTGRES_CODES = {
    "3D000": "no_such_database",
    "53100": "disk_full",
    "55P03": "locked",
    "25006": "not_writable",
    "42501": "not_writable",
    "XX001": "corrupt",
    "XX002": "corrupt",
}


def problem(code: str, detail: str = "") -> DatabaseProblem:
    """The problem of that code with its sentence."""
    return DatabaseProblem(code, SENTENCES[code].format(detail=detail))


def problem_of(error: BaseException) -> DatabaseProblem:
    """What a driver's error means; an error that nobody foresaw keeps its own words."""
    if isinstance(error, DatabaseProblem):
        return error
    original: BaseException = error
    if isinstance(error, DBAPIError) and error.orig is not None:
        original = error.orig
    code = getattr(original, "sqlite_errorcode", None)
    if isinstance(code, int):
        known = _SQLITE_EXTENDED_CODES.get(code) or _SQLITE_CODES.get(code & 0xFF)
        return problem(known) if known else problem("refused", str(original))
    state = getattr(original, "sqlstate", None)
    if isinstance(state, str):
        known = _POSTGRES_CODES.get(state)
        if known is None and state[:2] in {"08", "57"}:
            known = "connection"
        return problem(known) if known else problem("refused", _first_line(original))
    if isinstance(original, OSError):
        return problem(_system_code(original))
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return problem("connection")
    return problem("refused", _first_line(original))


def _system_code(error: OSError) -> str:
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return "not_writable"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "disk_full"
    if isinstance(error, FileNotFoundError | FileExistsError | NotADirectoryError | IsADirectoryError):
        return "cannot_open"
    return "connection"


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
