"""Builds .venv from the hash-locked files, or says in one sentence what this machine lacks.

Written for the Python that happens to be there, down to 3.6, because a script that cannot start cannot
explain. Standard library only. Nothing of the product belongs in here.

    python3 tools/setup.py [runtime|dev] [--fresh]

`--fresh` only asks: exit 0 when .venv is what the lock says, 3 when it has to be built.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from typing import Any, Dict, List, Set, Tuple

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from tools.complaint import OLDEST, Lacking, explain_io, explain_pip, last_line, why_none  # noqa: E402

NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3", "python")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "openoutcry-setup.json")
LOCKS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}
PACKAGES = ("bot", "trading", "sentiment", "scheduler", "db")
STALE = 3

# pip settings of the person or the company that would send packages elsewhere or leave some out. Mirrors,
# proxies and certificates are not among them: those are needed to get anything at all.
MEDDLING = (
    "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_NO_DEPS", "PIP_NO_BINARY", "PIP_ONLY_BINARY",
    "PIP_CONSTRAINT", "PIP_REQUIREMENT", "PIP_EDITABLE", "PIP_PLATFORM", "PIP_ABI", "PIP_IMPLEMENTATION",
    "PIP_PYTHON_VERSION", "PIP_DRY_RUN", "PIP_IGNORE_INSTALLED", "PIP_NO_COMPILE", "PIP_REPORT", "PIP_LOG",
    "PIP_QUIET", "PIP_VERBOSE", "PIP_PRE", "PIP_CONFIG_SETTINGS", "PIP_UPLOADED_PRIOR_TO",
    "PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE", "PYTHONWARNINGS", "PYTHONPYCACHEPREFIX", "PYTHONOPTIMIZE",
    "VIRTUAL_ENV", "__PYVENV_LAUNCHER__",
)  # fmt: skip


# ------------------------------------------------------------------------------------------- freshness


def digest(*names: str) -> str:
    """One hash over the named files of the checkout."""
    total = hashlib.sha256()
    for name in names:
        with open(os.path.join(ROOT, name), "rb") as file:
            total.update(file.read())
    return total.hexdigest()


def project_digest() -> str:
    """Only what the editable install depends on: settings of linters change daily and must cost nothing."""
    with open(os.path.join(ROOT, "pyproject.toml"), encoding="utf-8") as file:
        head = file.read().split("\n[tool.ruff]")[0]
    return hashlib.sha256(head.encode("utf-8")).hexdigest()


def read_stamp() -> Dict[str, Any]:
    """What the last complete set-up wrote down; empty when there is none or it is half a file."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def home_of_venv() -> str:
    """The folder of the Python that .venv was made from, as .venv itself remembers it."""
    try:
        with open(os.path.join(VENV, "pyvenv.cfg"), encoding="utf-8") as file:
            found = re.search(r"(?m)^home\s*=\s*(.+?)\s*$", file.read())
    except (OSError, ValueError):
        return ""
    return found.group(1) if found else ""


def venv_python() -> str:
    """The interpreter inside .venv."""
    return os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))


def is_sound(stamp: Dict[str, Any]) -> bool:
    """Was .venv completed, here, and is its interpreter still on this machine?"""
    return (
        stamp.get("path") == os.path.realpath(VENV)
        and bool(stamp.get("home"))
        and stamp.get("home") == home_of_venv()
        and os.path.exists(venv_python())
    )


def is_fresh(stamp: Dict[str, Any], level: str) -> bool:
    """Does .venv hold what the locks say, at this level or a richer one?"""
    have = stamp.get("level")
    if not is_sound(stamp) or have not in LOCKS or (level == "dev" and have != "dev"):
        return False
    return stamp.get("lock") == digest(LOCKS[have]) and stamp.get("project") == project_digest()


# ------------------------------------------------------------------------------------ finding a Python

PROBE = (
    "import json, sys\n"
    "missing = []\n"
    "for name in ('venv', 'ensurepip', 'ssl', 'zlib', 'sqlite3', 'ctypes'):\n"
    "    try:\n"
    "        __import__(name)\n"
    "    except ImportError:\n"
    "        missing.append(name)\n"
    "base = getattr(sys, '_base_executable', None) or sys.executable\n"
    "print(json.dumps([list(sys.version_info[:3]), missing, base]))\n"
)


def probe(python: str) -> Tuple[Any, ...]:
    """(version, missing modules, its own path) of one interpreter, or () when it does not start."""
    try:
        answer = subprocess.run(
            [python, "-E", "-c", PROBE], check=False,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip
        version, missing, path = json.loads(answer.stdout.decode("utf-8", "replace"))
    except (OSError, ValueError, subprocess.SubprocessError):
        return ()
    return tuple(version), missing, path


def version_in_venv() -> str:
    """The version of .venv's interpreter as people write it."""
    found = probe(venv_python())
    return ".".join(str(part) for part in found[0]) if found else "unknown"


def choose_python() -> str:
    """The interpreter to build from: the one that runs this file, else a fitting one on PATH."""
    seen = []
    for name in (sys.executable,) + NAMES:
        found = probe(name) if name else ()
        if found and found not in seen:
            seen.append(found)
        if found and found[0] >= OLDEST and not found[1]:
            return str(found[2])
    raise Lacking(why_none(seen))


# -------------------------------------------------------------------------------------------- building


def clean_environment() -> Dict[str, str]:
    """Our surroundings without the settings that would make pip work somewhere else."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in MEDDLING}
    # Said aloud, because a pip configuration file may say the opposite.
    kept.update(
        PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1",
        PYTHONNOUSERSITE="1", LC_ALL=os.environ.get("LC_ALL", "C.UTF-8"),
    )  # fmt: skip
    return kept


def run(*command: str) -> Tuple[int, str]:
    """(exit code, everything it said) of a command run in the checkout."""
    done = subprocess.run(
        list(command), check=False, cwd=ROOT, env=clean_environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout.decode("utf-8", "replace")


def make_venv(python: str) -> None:
    """An empty .venv. An old one of ours is cleared; a folder that is not a venv is left alone."""
    old = os.path.isdir(VENV)
    if os.path.lexists(VENV) and not old:
        raise Lacking(
            "{} is a file, but the virtual environment has to be there: move it away, then run "
            "`make setup` again.".format(VENV)
        )
    if old and os.listdir(VENV) and not is_a_venv():
        raise Lacking(
            "{} exists and is no virtual environment, so it is not touched: move it away, then run "
            "`make setup` again.".format(VENV)
        )
    code, said = run(python, "-m", "venv", "--clear", "--prompt", "openoutcry", VENV)
    if code == 0:
        return
    if "ensurepip" in said:
        version = probe(python)[0]
        raise Lacking(why_none([(version, ["ensurepip"], python)]))
    raise Lacking(
        explain_io(said, ROOT) or "The virtual environment could not be made: {}".format(last_line(said))
    )


def is_a_venv() -> bool:
    """Half-made ones count: an interrupted build may have left only some of these."""
    marks = ("pyvenv.cfg", "bin", "Scripts", "lib", "Lib", "include", "Include", "lib64")
    return set(os.listdir(VENV)) <= set(
        marks + ("share", "openoutcry-setup.json", ".gitignore", "etc", "man")
    )


def fill_venv(level: str) -> None:
    """Everything that the lock names, by hash, from ready-built wheels; what it no longer names goes."""
    lock = LOCKS[level]
    # The lock is whole: pip has nothing to resolve, and must not try. Older ones look for a newer release
    # behind every extra (`coverage[toml]`) and then refuse it because the lock does not name it.
    # pip would compile one file after the other; compile_all uses every core instead.
    code, said = run(
        venv_python(), "-m", "pip", "install", "--require-hashes", "--no-deps",
        "--only-binary", ":all:", "--no-compile",
        "--progress-bar", "off", "--retries", "3", "-r", os.path.join(ROOT, lock),
    )  # fmt: skip
    if code != 0:
        raise Lacking(explain_pip(said, lock, version_in_venv(), ROOT))
    check_arrival()
    drop_leftovers(lock)
    check_whole(lock)


def check_whole(lock: str) -> None:
    """Nothing that a package asks for may be missing from the lock: pip was told not to fetch it."""
    code, said = run(venv_python(), "-m", "pip", "check")
    if code != 0:
        raise Lacking(
            "{} lacks something that its packages need ({}): run `make lock`, then "
            "`make setup` again.".format(lock, last_line(said))
        )


def check_arrival() -> None:
    """A pip configuration file can still name another target folder; then nothing has arrived here."""
    code, _ = run(venv_python(), "-c", "import aiohttp, apscheduler, setuptools")
    if code != 0:
        raise Lacking(
            "pip reported success but the packages are not in {}: a pip configuration file sends them "
            "elsewhere; find `user`, `target`, `prefix` or `root` with `pip config list`, remove it with "
            "`pip config unset NAME`, then run `make setup` again.".format(VENV)
        )


def plain(name: str) -> str:
    """Package names as pip compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_names(lock: str) -> Set[str]:
    """The packages that a lock file names."""
    with open(os.path.join(ROOT, lock), encoding="utf-8") as file:
        return {plain(name) for name in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", file.read())}


def drop_leftovers(lock: str) -> None:
    """What an earlier lock brought and this one does not name would hide a missing dependency."""
    _, said = run(venv_python(), "-m", "pip", "list", "--format", "freeze")
    have = {plain(name) for name in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", said)}
    extra = sorted(have - locked_names(lock) - {"pip", "openoutcry"})
    if extra:
        run(venv_python(), "-m", "pip", "uninstall", "-y", *extra)


def install_project() -> None:
    """The editable install: the checkout stays the source, .venv gets the `openoutcry` command."""
    code, said = run(
        venv_python(), "-m", "pip", "install", "--no-build-isolation", "--no-deps", "--no-index",
        # A plain path entry: no import hook to start, and type checkers can follow it.
        "--config-settings", "editable_mode=compat", "-e", ROOT,
    )  # fmt: skip
    if code != 0:
        raise Lacking(
            explain_io(said, ROOT) or "Open Outcry itself could not be installed: {}".format(last_line(said))
        )


def compile_all() -> None:
    """Bytecode now, on all cores, so that the first start is not the slow one."""
    folders = [os.path.join(ROOT, name) for name in PACKAGES] + [
        os.path.join(VENV, "lib" if os.name != "nt" else "Lib")
    ]
    # Some packages ship templates and files for other Pythons that do not compile; they are never imported.
    run(venv_python(), "-m", "compileall", "-q", "-j", "0", *[one for one in folders if os.path.isdir(one)])


# --------------------------------------------------------------------------------------------- the run


def hold_the_door() -> object:
    """Two set-ups at once would tread on each other: the second waits. This very file is the lock."""
    file = open(os.path.abspath(__file__), "rb")  # noqa: SIM115 - held until the process ends
    try:
        import fcntl
    except ImportError:
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        # Some network file systems have no locks; then it is as if there were no second set-up.
        return file
    return file


def write_stamp(level: str) -> None:
    """Last of all, so that an interrupted set-up has none and is done again."""
    stamp = {
        "level": level,
        "lock": digest(LOCKS[level]),
        "project": project_digest(),
        "path": os.path.realpath(VENV),
        "home": home_of_venv(),
        "python": list(probe(venv_python())[0]),
    }
    with open(STAMP, "w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=1, sort_keys=True)


def build(level: str) -> None:
    """Whatever is missing between the .venv that is there and the lock."""
    stamp = read_stamp()
    if stamp.get("level") == "dev":
        level = "dev"
    works = is_sound(stamp) and probe(venv_python())[:1] == (tuple(stamp.get("python", ())),)
    filled = works and stamp.get("level") == level and stamp.get("lock") == digest(LOCKS[level])
    if works:
        os.remove(STAMP)
    else:
        python = choose_python()
        say("Building .venv from {} (about a minute) ...".format(LOCKS[level]))
        make_venv(python)
    if not filled:
        if works:
            say("Bringing .venv to what {} says ...".format(LOCKS[level]))
        fill_venv(level)
    install_project()
    compile_all()
    write_stamp(level)
    say("Ready: `make run` starts the desk, `.venv/bin/openoutcry --help` shows its commands.")


def say(text: str) -> None:
    """At once, even into a pipe."""
    print(text)
    sys.stdout.flush()


def main(arguments: List[str]) -> int:
    """The exit code: 0 ready, 1 something lacks, 3 (only with --fresh) has to be built."""
    level = "dev" if "dev" in arguments else "runtime"
    if is_fresh(read_stamp(), level):
        return 0
    if "--fresh" in arguments:
        return STALE
    try:
        door = hold_the_door()
        if not is_fresh(read_stamp(), level):
            build(level)
        del door
    except Lacking as lacking:
        sys.stderr.write("setup: {}\n".format(lacking))
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("setup: stopped half-way; run `make setup` again.\n")
        return 130
    except OSError as trouble:
        sentence = explain_io("[Errno {}] {}".format(trouble.errno, trouble.strerror), ROOT)
        sys.stderr.write("setup: {}\n".format(sentence or trouble))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
