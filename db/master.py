"""The master key: given by the operator, or kept in a file beside the database that only its owner can read.

Whoever has database and file has the secrets: they belong on two different backups.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from trading.ports import VaultLocked

MASTER_FILE = "desk.key"
"""Its name in the desk's folder."""
BYTES_MAX = 4096
_REMARK = "# The master key of this desk. Keep a copy of it, apart from the database."
_KEY = re.compile(r"[0-9a-fA-F]{64}")


class Master(Struct, frozen=True):
    """The keys, today's first; `was_made` when there was none and the file is new."""

    keys: tuple[bytes, ...]
    was_made: bool = False

    def __repr__(self) -> str:
        return f"Master({len(self.keys)} keys)"


def keys_in(text: str) -> tuple[bytes, ...]:
    """Keys as they are written: 64 hexadecimal digits each, today's first, older ones behind it, apart by
    blanks, commas or lines; lines that begin with # are remarks. Empty when any of them is no key."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    words = [word for line in lines for word in re.split(r"[\s,]+", line) if word]
    return tuple(map(bytes.fromhex, words)) if all(_KEY.fullmatch(word) for word in words) else ()


def kept_in(path: Path, token: Callable[[int], bytes], *, may_make: bool) -> Master:
    """What the file holds; made when it is missing and `may_make`. Raises VaultLocked with a sentence."""
    try:
        if path.exists():
            return Master(_read(path))
        if may_make:
            return Master((_made(path, token),), was_made=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise VaultLocked(f"The master key in {path} cannot be read: {why}.") from error
    raise VaultLocked(
        f"{path} is gone, and this database holds secrets that only its key opens: put it back, or name the "
        "key as OPENOUTCRY_MASTER_KEY."
    )


def _read(path: Path) -> tuple[bytes, ...]:
    about = path.stat()
    if not stat.S_ISREG(about.st_mode) or about.st_size > BYTES_MAX:
        raise VaultLocked(f"{path} is no file that holds a master key.")
    if about.st_mode & 0o077:
        raise VaultLocked(f"{path} can be read by others than you: chmod 600 {path}, then start again.")
    keys = keys_in(path.read_text(encoding="utf-8", errors="replace"))
    if not keys:
        raise VaultLocked(f"{path} holds no master key: 64 digits from 0 to f, one key a line.")
    return keys


def put_before(path: Path, token: Callable[[int], bytes]) -> Master:
    """A new key in front of those that the file holds: it seals from now on, they still open. A death before
    or after leaves a file that opens everything. Raises VaultLocked."""
    try:
        keys = (token(32), *_read(path))
        _write(path, keys)
    except OSError as error:
        why = error.strerror or str(error)
        raise VaultLocked(f"The master key in {path} cannot be changed: {why}.") from error
    return Master(keys, was_made=True)


def keep_first(path: Path) -> None:
    """Only today's key stays; for when nothing is sealed under the others any more. Raises VaultLocked."""
    try:
        _write(path, _read(path)[:1])
    except OSError as error:
        why = error.strerror or str(error)
        raise VaultLocked(f"The master key in {path} cannot be changed: {why}.") from error


def _made(path: Path, token: Callable[[int], bytes]) -> bytes:
    """A new one: whole on the disk before anything is sealed with it, never over another."""
    key = token(32)
    _write(path, (key,))
    return key


def _write(path: Path, keys: tuple[bytes, ...]) -> None:
    """Whole on the disk, in the place of what was there."""
    aside = path.with_name(path.name + ".new")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        lines = "".join(f"{key.hex()}\n" for key in keys)
        os.write(handle, f"{_REMARK}\n{lines}".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    os.rename(aside, path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
