"""The desk's log: JSON lines, one for each thing worth knowing, of our own code and of every library.

A record is taken where it happens and written by a thread of its own, so that a slow, full or vanished disk
costs log lines and never a trade (K10). Secrets are taken out there, of messages, fields, exceptions and
tracebacks alike, before anything touches a file or stderr (TM5).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import logging.handlers
import os
import queue
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from bot.redaction import Redactor, as_text
from trading.telemetry import CORRELATION

FOLDER = "logs"
FILE = "desk.log"
FILE_BYTES_MAX = 10_000_000
FILES_KEPT = 5
WAITING_MAX = 10_000
TEXT_MAX = 20_000
CLEANED_MAX = 200_000
DEPTH_MAX = 4
WIDTH_MAX = 100
CLOSE_S = 2.0
OWN = "openoutcry"

QUIET: Mapping[str, int] = {
    # At INFO it names the whole address of every request, and a Telegram address holds the token.
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "telegram": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING,
    "discord.client": logging.ERROR,
    "PIL": logging.WARNING,
    "ccxt": logging.WARNING,
}
"""Libraries that talk too much, or too openly."""


class Record:
    """What is kept of a record: no live objects, because another thread writes it."""

    __slots__ = ("created_s", "facts", "level", "logger", "raised", "what")

    def __init__(self, record: logging.LogRecord, redactor: Redactor) -> None:
        self.level = record.levelname.lower()
        self.logger = record.name
        self.created_s = record.created
        self.what = _cut(_message(record), redactor)
        facts = getattr(record, "facts", None)
        self.facts = _fields(facts, redactor) if isinstance(facts, Mapping) else {}
        self.facts.setdefault("id", CORRELATION.get())
        self.raised = _cut(_raised(record), redactor)


class Intake(logging.Handler):
    """Takes records from everywhere and lets nobody wait: what finds no room is counted and gone."""

    def __init__(self, redactor: Redactor, waiting_max: int = WAITING_MAX) -> None:
        super().__init__()
        self._redactor = redactor
        self.waiting: queue.Queue[Record | None] = queue.Queue(waiting_max)
        self.dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Take it; never raises and never waits."""
        try:
            self.waiting.put_nowait(Record(record, self._redactor))
        except queue.Full:
            self.dropped += 1
        except Exception:  # noqa: BLE001 - logging may not harm whoever logs
            self.dropped += 1

    def handleError(self, record: logging.LogRecord) -> None:
        """The library would print the raw record here."""
        self.dropped += 1


class _File(logging.handlers.RotatingFileHandler):
    """The rotating file; used for its rotation only. What it cannot write is counted."""

    failed = 0
    said = ""

    def handleError(self, record: logging.LogRecord) -> None:
        """Count, and open the file anew for the next line: it may be gone, full or on a lost disk."""
        self.failed += 1
        error = sys.exc_info()[1]
        self.said = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
        stream, self.stream = self.stream, None
        with contextlib.suppress(OSError, ValueError):
            if stream is not None:
                stream.close()

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(os.fdopen(handle, "ab"), encoding="utf-8", errors="backslashreplace")


class Logbook:
    """Puts itself under every logger of this process from `open` to `close`.

    Args:
        folder: where the file stands (`<home>/logs`); made when missing, for its owner only.
        level: `debug`, `info`, `warning`, `error`: what is worth a line.
        secrets: everything that must never be written: tokens, keys, the database's address.
        stream: where lines go as well when nobody chats at this terminal (stderr); None for nowhere.
    """

    def __init__(
        self,
        folder: Path | None,
        level: str = "info",
        secrets: Sequence[str] = (),
        *,
        stream: TextIO | None = None,
        waiting_max: int = WAITING_MAX,
        file_bytes_max: int = FILE_BYTES_MAX,
    ) -> None:
        self.redactor = Redactor(secrets)
        self.path = folder / FILE if folder is not None else None
        self.problem = ""
        """Why the file cannot be written; empty when it can."""
        self._level = logging.getLevelName(level.upper())
        self._stream = stream
        self._bytes_max = file_bytes_max
        self._intake = Intake(self.redactor, waiting_max)
        self._file: _File | None = None
        self._lost = 0
        self._thread: threading.Thread | None = None
        self._render: Any = None
        self._before: tuple[int, list[logging.Handler], dict[str, int]] | None = None

    @property
    def lost(self) -> int:
        """How many lines were taken and could not be written, or found no room."""
        return self._intake.dropped + self._lost + (self._file.failed if self._file else 0)

    def open(self) -> None:
        """Take over all logging of this process. Never raises: a desk without a log still trades."""
        self._file = self._made_file()
        root = logging.getLogger()
        self._before = (root.level, list(root.handlers), {n: logging.getLogger(n).level for n in QUIET})
        root.handlers[:] = [self._intake]
        root.setLevel(self._level)
        for name, level in QUIET.items():
            logging.getLogger(name).setLevel(max(level, self._level))
        logging.raiseExceptions = False
        logging.captureWarnings(True)
        # A daemon: a disk that hangs for ever does not keep the process from ending.
        self._thread = threading.Thread(target=self._write_all, name="logbook", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what waits, for two seconds at most, and give logging back."""
        if self._thread is None or self._before is None:
            return
        with contextlib.suppress(queue.Full):
            self._intake.waiting.put(None, timeout=CLOSE_S / 2)
        self._thread.join(CLOSE_S)
        root = logging.getLogger()
        level, handlers, levels = self._before
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
        logging.captureWarnings(False)
        logging.raiseExceptions = True
        threading.excepthook, sys.unraisablehook = threading.__excepthook__, sys.__unraisablehook__
        if self._file is not None and not self._thread.is_alive():
            self._file.close()
        self._thread = None

    def also_to(self, stream: TextIO | None) -> None:
        """From now on lines go there too (stderr once it is clear that nobody types here), or nowhere."""
        self._stream = stream

    def log(self, level: str, what: str, facts: Mapping[str, object]) -> None:
        """One line of our own. Never raises."""
        number = _LEVELS.get(level, logging.INFO)
        logger = logging.getLogger(OWN)
        if logger.isEnabledFor(number):
            logger.log(number, what, extra={"facts": facts})

    def uncaught(self, where: str, error: BaseException | None, said: str = "") -> None:
        """An error that nobody caught: of a thread, of a task, of a destructor. Never raises."""
        what = (type(error), error, error.__traceback__) if error is not None else None
        facts = {"where": where, "said": said}
        logging.getLogger(OWN).error("uncaught", exc_info=what, extra={"facts": facts})

    def listen_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have what the loop, threads and destructors would print on stderr written here instead."""
        loop.set_exception_handler(
            lambda _, context: self.uncaught(
                "loop", context.get("exception"), str(context.get("message", ""))
            )
        )
        threading.excepthook = lambda args: self.uncaught("thread", args.exc_value)
        sys.unraisablehook = lambda args: self.uncaught("destructor", args.exc_value, args.err_msg or "")

    # ------------------------------------------------------------ the writing thread

    def _made_file(self) -> _File | None:
        if self.path is None:
            return None
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _File(
                self.path, maxBytes=self._bytes_max, backupCount=FILES_KEPT, encoding="utf-8", delay=True
            )
        except OSError as error:
            self.problem = error.strerror or str(error)
            return None

    def _write_all(self) -> None:
        while (record := self._intake.waiting.get()) is not None:
            try:
                self._write(self.rendered(record))
            except Exception:  # noqa: BLE001 - the thread's outermost edge: the next line may do better
                self._lost += 1

    def _write(self, text: str) -> None:
        if self._file is not None:
            failed = self._file.failed
            # Lines come formatted: the handler only rotates and writes.
            self._file.handle(logging.LogRecord("", logging.INFO, "", 0, text, None, None))
            self.problem = self._file.said if self._file.failed > failed else ""
        if self._stream is not None:
            try:
                self._stream.write(text + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                self._stream, self._lost = None, self._lost + 1

    def rendered(self, record: Record) -> str:
        """One line of JSON without secrets."""
        if self._render is None:
            self._render = _renderer(self.redactor)
        fields: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created_s, UTC).isoformat(timespec="milliseconds"),
            "level": record.level,
            "what": record.what,
        }
        if record.logger != OWN:
            fields["from"] = record.logger
        fields |= {k: v for k, v in record.facts.items() if v not in ("", None) and k not in fields}
        if record.raised:
            fields["raised"] = record.raised
        for processor in self._render:
            fields = processor(None, record.level, fields)
        return str(fields)


def _renderer(redactor: Redactor) -> Sequence[Any]:
    """structlog's chain. Imported by the writing thread, so that a start does not wait for its 70 ms."""
    import structlog

    def hide(_: object, __: str, fields: dict[str, object]) -> dict[str, object]:
        return {redactor.text(key): redactor.value(value, key) for key, value in fields.items()}

    return (hide, structlog.processors.JSONRenderer(ensure_ascii=False))


_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a library's own wrong format string
        return f"{as_text(record.msg)} {as_text(record.args)}"


def _raised(record: logging.LogRecord) -> str:
    if record.exc_info and record.exc_info[1] is not None:
        try:
            return "".join(traceback.format_exception(record.exc_info[1]))
        except Exception:  # noqa: BLE001 - an exception that cannot be shown
            return type(record.exc_info[1]).__name__
    return record.exc_text or record.stack_info or ""


def _cut(text: str, redactor: Redactor) -> str:
    """The beginning and, because the cause stands there, the end. Cleaned before it is cut: half a secret
    would no longer look like one."""
    if len(text) <= TEXT_MAX:
        return text
    if len(text) > CLEANED_MAX:
        return redactor.text(text[:CLEANED_MAX])[:TEXT_MAX] + " …"
    text = redactor.text(text)
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX // 4]} … {text[-TEXT_MAX * 3 // 4 :]}"


def _fields(facts: Mapping[Any, object], redactor: Redactor) -> dict[str, object]:
    """Fields as they are now: the objects may be others when they are written."""

    def plain(value: object, depth: int = 0) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        if depth < DEPTH_MAX and isinstance(value, Mapping):
            return {as_text(k): plain(v, depth + 1) for k, v in list(value.items())[:WIDTH_MAX]}
        if depth < DEPTH_MAX and isinstance(value, list | tuple | set | frozenset):
            return [plain(one, depth + 1) for one in list(value)[:WIDTH_MAX]]
        return _cut(as_text(value), redactor)

    return {as_text(k): plain(v) for k, v in facts.items()}
