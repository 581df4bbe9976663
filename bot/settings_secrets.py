"""Secrets from files: `TELEGRAM_BOT_TOKEN_FILE` names the file that holds what `TELEGRAM_BOT_TOKEN` would.

Docker and systemd hand secrets over that way, so that they stand neither in the environment (which children
and crash reports see) nor in `.env`.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.settings_complaint import Complaint

SUFFIX = "_FILE"
BYTES_MAX = 65_536


def file_names(secrets: Iterable[str]) -> dict[str, str]:
    """The name with the file -> the name that it stands for."""
    return {name + SUFFIX: name for name in secrets}


def with_files(
    given: Mapping[str, str], secrets: Iterable[str], complaints: list[Complaint]
) -> dict[str, str]:
    """`given` with every `…_FILE` read; what is wrong with one is a complaint without its content."""
    found = dict(given)
    for name, plain in file_names(secrets).items():
        path = found.pop(name, "")
        if not path:
            continue
        if found.get(plain):
            complaints.append(Complaint(name, "file_twice", {"plain": plain}))
            continue
        try:
            found[plain] = _read(Path(path).expanduser())
        except _Unfit as unfit:
            complaints.append(Complaint(name, unfit.key, {"path": path, "reason": unfit.reason}))
    return found


class _Unfit(Exception):
    """The file cannot be used."""

    def __init__(self, key: str, reason: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.reason = reason


def _read(path: Path) -> str:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise _Unfit("file_kind")
        if about.st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise _Unfit("file_open")
        if about.st_size > BYTES_MAX:
            raise _Unfit("file_large")
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise _Unfit("file_unreadable", error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _Unfit("file_unreadable", "it is no text") from error
    if not text:
        raise _Unfit("file_empty")
    return text
