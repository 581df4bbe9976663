"""The desk's settings: read from the environment, `.env` and `openoutcry.toml`, validated whole, at start.

The model stands in settings_model.py and is imported only when settings are loaded, because it is heavy.
Problems are returned as keys of the catalogue with their values: this room stands below the words.
"""

from __future__ import annotations

import difflib
import io
import os
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings_complaint import PREFIX, Complaint
from bot.settings_secrets import with_files

if TYPE_CHECKING:
    from bot.settings_model import Settings as Settings

TOML_NAME = "openoutcry.toml"
PORT = "PORT"
HOSTED_BY = (PORT, "DYNO")
"""Set by hosts whose disks are wiped at every restart."""

_SAME_ENOUGH = 0.6


class SettingsProblem(Exception):
    """The settings cannot be used. All complaints at once, so that one visit to the file is enough."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("; ".join(f"{c.setting}: {c.key}" for c in self.complaints))


def load(
    overrides: Mapping[str, Any] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    env_file: Path = Path(".env"),
) -> Settings:
    """The settings; flags (`overrides`, by field name) beat the environment, then `.env`, then the TOML file.

    Raises SettingsProblem with everything that is wrong.
    """
    from bot import settings_model

    names = settings_model.names()
    complaints: list[Complaint] = []
    environment = {k: v for k, v in (os.environ if environ is None else environ).items() if v.strip()}
    dotenv = _dotenv(env_file, complaints)
    flags = {name: value for name, value in (overrides or {}).items() if value is not None}
    home = _home(flags.get("home"), environment, dotenv)
    toml = _toml(home / TOML_NAME, names, complaints)
    secrets = settings_model.secret_names()
    given = with_files({**dotenv, **environment}, secrets, complaints)
    complaints += _unknown(given, names)
    by_field = _by_field(given, names)
    port = environment.get(PORT, "")
    if port and "listen" not in by_field and "listen" not in toml:
        # A host that says which port to take forwards the world to it.
        by_field["listen"] = f"0.0.0.0:{port}"
    settings, wrong = settings_model.validated({**toml, **by_field, **flags, "home": home})
    complaints += wrong
    if not by_field.get("database_url") and not toml.get("database_url"):
        complaints += [Complaint(name, "wiped") for name in HOSTED_BY if environment.get(name)][:1]
    if complaints or settings is None:
        raise SettingsProblem(complaints)
    return settings


def home_folder(
    flag: Path | None = None, *, environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")
) -> Path:
    """The data folder alone, for commands that need no setting: nothing else is read or judged."""
    environment = {k: v for k, v in (os.environ if environ is None else environ).items() if v.strip()}
    return _home(flag, environment, _dotenv(env_file, []))


def _home(flag: object, environment: Mapping[str, str], dotenv: Mapping[str, str]) -> Path:
    name = PREFIX + "HOME"
    home = Path(str(flag or environment.get(name) or dotenv.get(name) or ""))
    return (home if home.parts else default_home()).expanduser()


def default_home() -> Path:
    """The platform's own folder for application data."""
    import platformdirs

    return Path(platformdirs.user_data_dir("openoutcry", appauthor=False))


def prepare_home(home: Path) -> None:
    """Make the data folder (0700). Raises SettingsProblem when that is impossible."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / ".writable"
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        values = {"value": str(home), "reason": reason}
        raise SettingsProblem([Complaint(PREFIX + "HOME", "home", values)]) from error


def _dotenv(path: Path, complaints: list[Complaint]) -> dict[str, str]:
    """The lines of `.env`, empty values left out. A line that is no `NAME=value` is a complaint."""
    if not path.is_file():
        return {}
    from dotenv.parser import parse_stream

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        complaints.append(Complaint(str(path), "unreadable", {"reason": _reason(error)}))
        return {}
    values: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            complaints.append(Complaint(f"{path}:{binding.original.line}", "line"))
        elif binding.key and binding.value and binding.value.strip():
            values[binding.key] = binding.value
    return values


def _toml(path: Path, names: Mapping[str, str], complaints: list[Complaint]) -> dict[str, Any]:
    """The fields of the TOML file; unknown keys are complaints."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        complaints.append(Complaint(str(path), "unreadable", {"reason": _reason(error)}))
        return {}
    fields = set(names.values()) - {"home"}
    for key in found.keys() - fields:
        complaints.append(_stranger(f"{TOML_NAME}: {key}", key, sorted(fields)))
    return {key: value for key, value in found.items() if key in fields}


def _unknown(given: Mapping[str, str], names: Mapping[str, str]) -> Iterable[Complaint]:
    """Our prefix with a name that we do not know is a typing error, and it would be silent."""
    known = sorted(name for name in names if name.startswith(PREFIX))
    return [
        _stranger(name, name, known)
        for name in sorted(given)
        if name.startswith(PREFIX) and name not in names
    ]


def _stranger(shown: str, name: str, known: list[str]) -> Complaint:
    # Without the prefix: it would make every name look like every other.
    by_end = {one.removeprefix(PREFIX): one for one in known}
    near = difflib.get_close_matches(name.removeprefix(PREFIX), by_end, n=1, cutoff=_SAME_ENOUGH)
    return Complaint(shown, "misspelt", {"near": by_end[near[0]]}) if near else Complaint(shown, "unknown")


def _by_field(given: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Field -> text. Where a setting has two names, ours (with the prefix) wins."""
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda name: name.startswith(PREFIX)):
        if name in given:
            found[names[name]] = given[name]
    return found


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
