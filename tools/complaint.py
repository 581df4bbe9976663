"""What a machine may lack, each as one sentence with its cure.

Read by tools/setup.py on whatever Python is there, down to 3.6: standard library only, no newer syntax.
"""

import platform
import re
from typing import Any, List

OLDEST = (3, 11)


class Lacking(Exception):
    """What the machine lacks, as one sentence with its cure."""


def why_none(seen: List[Any]) -> str:
    """One sentence for the best of the interpreters that will not do."""
    if not seen:
        return "No Python was found that starts: install Python 3.11 or newer, then run `make setup` again."
    version, missing, path = max(seen, key=lambda one: one[0])
    shown = ".".join(str(part) for part in version)
    if version < OLDEST:
        return (
            "Python {} is too old, Open Outcry needs 3.11 or newer: install one "
            "(`apt install python3.11 python3.11-venv`, `brew install python@3.13` or your system's own "
            "tool), then run `make setup` again.".format(shown)
        )
    if "venv" in missing or "ensurepip" in missing:
        return (
            "Python {0} at {2} comes without its venv module: run `apt install python{1}-venv` as "
            "administrator (Debian, Ubuntu; elsewhere the package is called python3-venv or is part of "
            "python3), then run `make setup` again.".format(shown, "{}.{}".format(*version[:2]), path)
        )
    return (
        "Python {} at {} was built without {}: install a complete Python 3.11 or newer, "
        "then run `make setup` again.".format(shown, path, ", ".join(missing))
    )


NO_NETWORK = re.compile(
    r"name resolution|Name or service not known|nodename nor servname|getaddrinfo failed"
    r"|Network is unreachable|NewConnectionError|ConnectTimeout|Connection refused|Connection reset|timed out"
    r"|No route to host|ProxyError|Max retries exceeded|Could not fetch URL|RemoteDisconnected", re.I,
)  # fmt: skip


def last_line(said: str) -> str:
    """The line in which pip says what is wrong, without its prefix."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return re.sub(r"^ERROR:\s*", "", (errors or lines or ["no reason was given"])[-1])


def explain_io(said: str, root: str) -> str:
    """Disk and permission troubles, which any step can meet."""
    if re.search(r"No space left on device|Errno 28|Disk quota", said):
        return "The disk is full: free about 600 MB, then run `make setup` again."
    if re.search(r"Read-only file system|Permission denied|Errno 13|Errno 30|WinError 5", said):
        return read_only(root)
    return ""


def read_only(root: str) -> str:
    """One sentence for a checkout that cannot be written to."""
    return (
        "{} cannot be written to: give yourself the right to write there, or clone Open Outcry into a "
        "folder of your own, then run `make setup` again.".format(root)
    )


def is_unreachable(said: str, package: str) -> bool:
    """Was it the network? A page that came at the second try is no reason, a last try is."""
    name = re.sub(r"[-_.]+", "-", package.split("==")[0]).lower()
    lines = [line for line in said.splitlines() if NO_NETWORK.search(line)]
    return any(not package or ("total=0" in line and "/{}/".format(name) in line) for line in lines)


def explain_pip(said: str, lock: str, version: str, root: str) -> str:
    """pip's many lines as one sentence with the cure."""
    if re.search(r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError", said):
        return (
            "The package index shows a certificate that this machine does not trust: point PIP_CERT to your "
            "company's certificate file (or set the clock right), then run `make setup` again."
        )
    wheel = re.search(
        r"(?:distribution found for|satisfies the requirement) ([A-Za-z0-9._-]+(?:==\S+)?)", said
    )
    if is_unreachable(said, wheel.group(1) if wheel else ""):
        return (
            "The package index could not be reached: check the network (or set HTTPS_PROXY, or PIP_INDEX_URL "
            "to your mirror), then run `make setup` again."
        )
    if wheel:
        return no_wheel(wheel.group(1).rstrip(")").replace("==", " "), version)
    hashes = re.search(r"DO NOT MATCH THE HASHES[\s\S]*?\n\s+([A-Za-z0-9._-]+==\S+)", said)
    if hashes:
        return (
            "What the package index sent for {} is not what {} was locked with, so nothing was installed: "
            "run `make setup` again, and if it stays so, ask whoever runs the index.".format(
                hashes.group(1), lock
            )
        )
    return explain_io(said, root) or "pip could not install {}: {}".format(lock, last_line(said))


def no_wheel(package: str, version: str) -> str:
    """One sentence for a package that nobody has built for this machine."""
    return (
        "The package index has no ready-built {} for this machine ({} on {}, Python {}): use Python 3.11, "
        "3.12 or 3.13 (`make setup PYTHON=python3.13`) on Linux, macOS or Windows, x86-64 or ARM64.".format(
            package, platform.system(), platform.machine() or "an unknown processor", version
        )
    )
