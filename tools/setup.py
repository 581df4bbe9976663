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

OLDEST = (3, 11)
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


class Lacking(Exception):
    """What the machine lacks, as one sentence with its cure."""


# ---------------------------------------------------------------------------------------------------- freshness


def digest(*names):
    # type: (*str) -> str
    """One hash over the named files of the checkout."""
    total = hashlib.sha256()
    for name in names:
        with open(os.path.join(ROOT, name), "rb") as file:
            total.update(file.read())
    return total.hexdigest()


def project_digest():
    # type: () -> str
    """Only what the editable install depends on: settings of linters change daily and must cost nothing."""
    with open(os.path.join(ROOT, "pyproject.toml"), encoding="utf-8") as file:
        head = file.read().split("\n[tool.ruff]")[0]
    return hashlib.sha256(head.encode("utf-8")).hexdigest()


def read_stamp():
    # type: () -> dict
    """What the last complete set-up wrote down; empty when there is none or it is half a file."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def home_of_venv():
    # type: () -> str
    """The folder of the Python that .venv was made from, as .venv itself remembers it."""
    try:
        with open(os.path.join(VENV, "pyvenv.cfg"), encoding="utf-8") as file:
            found = re.search(r"(?m)^home\s*=\s*(.+?)\s*$", file.read())
    except (OSError, ValueError):
        return ""
    return found.group(1) if found else ""


def venv_python():
    # type: () -> str
    """The interpreter inside .venv."""
    return os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))


def is_sound(stamp):
    # type: (dict) -> bool
    """Was .venv completed, here, and is its interpreter still on this machine?"""
    return (
        stamp.get("path") == os.path.realpath(VENV)
        and bool(stamp.get("home"))
        and stamp.get("home") == home_of_venv()
        and os.path.exists(venv_python())
    )


def is_fresh(stamp, level):
    # type: (dict, str) -> bool
    """Does .venv hold what the locks say, at this level or a richer one?"""
    have = stamp.get("level")
    if not is_sound(stamp) or have not in LOCKS or (level == "dev" and have != "dev"):
        return False
    return stamp.get("lock") == digest(LOCKS[have]) and stamp.get("project") == project_digest()


# --------------------------------------------------------------------------------------------- finding a Python

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


def probe(python):
    # type: (str) -> tuple
    """(version, missing modules, its own path) of one interpreter, or () when it does not start."""
    try:
        answer = subprocess.run(
            [python, "-E", "-c", PROBE],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip
        version, missing, path = json.loads(answer.stdout.decode("utf-8", "replace"))
    except (OSError, ValueError, subprocess.SubprocessError):
        return ()
    return tuple(version), missing, path


def choose_python():
    # type: () -> str
    """The interpreter to build from: the one that runs this file if it will do, else a fitting one on PATH."""
    seen = []
    for name in (sys.executable,) + NAMES:
        found = probe(name) if name else ()
        if found and found not in seen:
            seen.append(found)
        if found and found[0] >= OLDEST and not found[1]:
            return str(found[2])
    raise Lacking(why_none(seen))


def why_none(seen):
    # type: (list) -> str
    """One sentence for the best of the interpreters that will not do."""
    if not seen:
        return "No Python was found that starts: install Python 3.11 or newer, then run `make setup` again."
    version, missing, path = max(seen, key=lambda one: one[0])
    shown = ".".join(str(part) for part in version)
    if version < OLDEST:
        return (
            "Python {} is too old, Open Outcry needs 3.11 or newer: install one (for example with "
            "`apt install python3.11 python3.11-venv`, `brew install python@3.13` or your system's own tool), "
            "then run `make setup` again.".format(shown)
        )
    if "venv" in missing or "ensurepip" in missing:
        return (
            "Python {0} at {2} comes without its venv module: run `apt install python{1}-venv` as administrator "
            "(Debian, Ubuntu; elsewhere the package is called python3-venv or is part of python3), "
            "then run `make setup` again.".format(shown, "{}.{}".format(*version[:2]), path)
        )
    return (
        "Python {} at {} was built without {}: install a complete Python 3.11 or newer, "
        "then run `make setup` again.".format(shown, path, ", ".join(missing))
    )


# ------------------------------------------------------------------------------------------------------ building


def clean_environment():
    # type: () -> dict
    """Our surroundings without the settings that would make pip work somewhere else."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in MEDDLING}
    # Said aloud, because a pip configuration file may say the opposite.
    kept.update(
        PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1",
        PYTHONNOUSERSITE="1", LC_ALL=os.environ.get("LC_ALL", "C.UTF-8"),
    )  # fmt: skip
    return kept


def run(*command):
    # type: (*str) -> tuple
    """(exit code, everything it said) of a command run in the checkout."""
    done = subprocess.run(
        list(command), cwd=ROOT, env=clean_environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout.decode("utf-8", "replace")


def make_venv(python):
    # type: (str) -> None
    """An empty .venv. An old one of ours is cleared; a folder that is not a venv is left alone."""
    old = os.path.isdir(VENV)
    if os.path.lexists(VENV) and not old:
        raise Lacking("{} is a file where the virtual environment has to be: move it away, then run `make setup` "
                      "again.".format(VENV))  # fmt: skip
    if old and os.listdir(VENV) and not is_a_venv():
        raise Lacking(
            "{} exists and is no virtual environment, so it is not touched: move it away, then run `make setup` "
            "again.".format(VENV)
        )
    code, said = run(python, "-m", "venv", "--clear", "--prompt", "openoutcry", VENV)
    if code == 0:
        return
    if "ensurepip" in said:
        version = probe(python)[0]
        raise Lacking(why_none([(version, ["ensurepip"], python)]))
    raise Lacking(explain_io(said) or "The virtual environment could not be made: {}".format(last_line(said)))


def is_a_venv():
    # type: () -> bool
    """Half-made ones count: an interrupted build may have left only some of these."""
    marks = ("pyvenv.cfg", "bin", "Scripts", "lib", "Lib", "include", "Include", "lib64")
    return set(os.listdir(VENV)) <= set(marks + ("share", "openoutcry-setup.json", ".gitignore", "etc", "man"))


def fill_venv(level):
    # type: (str) -> None
    """Everything that the lock names, by hash, from ready-built wheels; then away with what it no longer names."""
    lock = LOCKS[level]
    # pip would compile one file after the other; compile_all uses every core instead.
    code, said = run(
        venv_python(), "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "--no-compile",
        "--progress-bar", "off", "-r", os.path.join(ROOT, lock),
    )  # fmt: skip
    if code != 0:
        raise Lacking(explain_pip(said, lock))
    check_arrival()
    drop_leftovers(lock)


def check_arrival():
    # type: () -> None
    """A pip configuration file can still name another target folder; then nothing has arrived here."""
    code, _ = run(venv_python(), "-c", "import aiohttp, apscheduler, setuptools")
    if code != 0:
        raise Lacking(
            "pip reported success but the packages are not in {}: a pip configuration file sends them elsewhere; "
            "find `user`, `target`, `prefix` or `root` with `pip config list`, remove it with "
            "`pip config unset NAME`, then run `make setup` again.".format(VENV)
        )


def plain(name):
    # type: (str) -> str
    """Package names as pip compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_names(lock):
    # type: (str) -> set
    """The packages that a lock file names."""
    with open(os.path.join(ROOT, lock), encoding="utf-8") as file:
        return {plain(name) for name in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", file.read())}


def drop_leftovers(lock):
    # type: (str) -> None
    """What an earlier lock brought and this one does not name would hide a missing dependency."""
    _, said = run(venv_python(), "-m", "pip", "list", "--format", "freeze")
    have = {plain(name) for name in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", said)}
    extra = sorted(have - locked_names(lock) - {"pip", "openoutcry"})
    if extra:
        run(venv_python(), "-m", "pip", "uninstall", "-y", *extra)


def install_project():
    # type: () -> None
    """The editable install: the checkout stays the source, .venv gets the `openoutcry` command."""
    code, said = run(
        venv_python(), "-m", "pip", "install", "--no-build-isolation", "--no-deps", "--no-index",
        # A plain path entry: no import hook to start, and type checkers can follow it.
        "--config-settings", "editable_mode=compat", "-e", ROOT,
    )  # fmt: skip
    if code != 0:
        raise Lacking(explain_io(said) or "Open Outcry itself could not be installed: {}".format(last_line(said)))


def compile_all():
    # type: () -> None
    """Bytecode now, on all cores, so that the first start is not the slow one."""
    folders = [os.path.join(ROOT, name) for name in PACKAGES] + [os.path.join(VENV, "lib" if os.name != "nt" else "Lib")]
    # Some packages ship templates and files for other Pythons that do not compile; they are never imported.
    run(venv_python(), "-m", "compileall", "-q", "-j", "0", *[one for one in folders if os.path.isdir(one)])


# ---------------------------------------------------------------------------------------------------- explaining

NO_NETWORK = re.compile(
    r"name resolution|Name or service not known|nodename nor servname|getaddrinfo failed|Network is unreachable"
    r"|NewConnectionError|ConnectTimeout|Connection refused|Connection reset|timed out|No route to host|ProxyError"
    r"|Max retries exceeded|Could not fetch URL|RemoteDisconnected", re.I,
)  # fmt: skip


def last_line(said):
    # type: (str) -> str
    """The line in which pip says what is wrong, without its prefix."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return re.sub(r"^ERROR:\s*", "", (errors or lines or ["no reason was given"])[-1])


def explain_io(said):
    # type: (str) -> str
    """Disk and permission troubles, which any step can meet."""
    if re.search(r"No space left on device|Errno 28|Disk quota", said):
        return "The disk is full: free about 600 MB, then run `make setup` again."
    if re.search(r"Read-only file system|Permission denied|Errno 13|Errno 30|WinError 5", said):
        return read_only()
    return ""


def read_only():
    # type: () -> str
    """One sentence for a checkout that cannot be written to."""
    return (
        "{} cannot be written to: give yourself the right to write there, or clone Open Outcry into a folder of "
        "your own, then run `make setup` again.".format(ROOT)
    )


def explain_pip(said, lock):
    # type: (str, str) -> str
    """pip's many lines as one sentence with the cure."""
    if re.search(r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError", said):
        return (
            "The package index shows a certificate that this machine does not trust: point PIP_CERT to your "
            "company's certificate file (or set the clock right), then run `make setup` again."
        )
    wheel = re.search(r"(?:No matching distribution found for|satisfies the requirement) ([A-Za-z0-9._-]+(?:==\S+)?)", said)
    if NO_NETWORK.search(said) and not (wheel and re.search(r"from versions: (?!none)", said)):
        return (
            "The package index could not be reached: check the network (or set HTTPS_PROXY, or PIP_INDEX_URL to "
            "your mirror), then run `make setup` again."
        )
    if wheel:
        return no_wheel(wheel.group(1).rstrip(")").replace("==", " "))
    hashes = re.search(r"DO NOT MATCH THE HASHES[\s\S]*?\n\s+([A-Za-z0-9._-]+==\S+)", said)
    if hashes:
        return (
            "What the package index sent for {} is not what {} was locked with, so nothing was installed: run "
            "`make setup` again, and if it stays so, ask whoever runs the index.".format(hashes.group(1), lock)
        )
    return explain_io(said) or "pip could not install {}: {}".format(lock, last_line(said))


def no_wheel(package):
    # type: (str) -> str
    """One sentence for a package that nobody has built for this machine."""
    import platform

    version = probe(venv_python())
    return (
        "There is no ready-built {} for this machine ({} on {}, Python {}): use Python 3.11, 3.12 or 3.13 "
        "(`make setup PYTHON=python3.13`) on Linux, macOS or Windows with an x86-64 or ARM64 processor.".format(
            package, platform.system(), platform.machine() or "an unknown processor",
            ".".join(str(part) for part in version[0]) if version else "unknown",
        )
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------- the run


def hold_the_door():
    # type: () -> object
    """Two set-ups at once would tread on each other: the second waits. This very file is the lock."""
    file = open(os.path.abspath(__file__), "rb")
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


def write_stamp(level):
    # type: (str) -> None
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


def build(level):
    # type: (str) -> None
    """Whatever is missing between the .venv that is there and the lock."""
    stamp = read_stamp()
    if stamp.get("level") == "dev":
        level = "dev"
    works = is_sound(stamp) and probe(venv_python())[:1] == (tuple(stamp.get("python", ())),)
    filled = works and stamp.get("level") == level and stamp.get("lock") == digest(LOCKS[level])
    if works:
        os.remove(STAMP)
    else:
        say("Building .venv from {} (about a minute) ...".format(LOCKS[level]))
        make_venv(choose_python())
    if not filled:
        if works:
            say("Bringing .venv to what {} says ...".format(LOCKS[level]))
        fill_venv(level)
    install_project()
    compile_all()
    write_stamp(level)
    say("Ready: `make run` starts the desk, `.venv/bin/openoutcry --help` shows its commands.")


def say(text):
    # type: (str) -> None
    """At once, even into a pipe."""
    print(text)
    sys.stdout.flush()


def main(arguments):
    # type: (list) -> int
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
        sentence = explain_io("[Errno {}] {}".format(trouble.errno, trouble.strerror))
        sys.stderr.write("setup: {}\n".format(sentence or trouble))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
