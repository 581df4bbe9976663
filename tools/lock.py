"""Resolves pyproject.toml into the two hash-locked files.

The resolver (uv) is no dependency of the desk or of its tests: it gets a throw-away environment of its own.
"""

import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Later resolvers order or mark lines differently, which would make every lock a large diff.
RESOLVER = "uv==0.13.8"
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--quiet",
    "--upgrade",
)


def resolve(uv: Path, target: str, *more: str) -> None:
    """One lock file out of pyproject.toml."""
    command = [str(uv), "pip", "compile", "pyproject.toml", *OPTIONS, *more, "--output-file", target]
    subprocess.run(
        command, cwd=ROOT, check=True, env={**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    )
    text = (ROOT / target).read_text(encoding="utf-8")
    # A link would tie the lock to one index and tell every mirror's user whose index it was.
    assert not re.search(r"://|^--", text, re.MULTILINE), f"{target} names an index"
    print(f"{target}: {len(re.findall(r'^[A-Za-z0-9]', text, re.MULTILINE))} packages")


def main() -> int:
    """Runtime first; the tools are then fitted around it, never the other way round."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        room = Path(folder) / ("Scripts" if os.name == "nt" else "bin")
        subprocess.run([room / "python", "-m", "pip", "install", "--quiet", RESOLVER], check=True)
        resolve(room / "uv", "requirements.txt")
        resolve(room / "uv", "requirements-dev.txt", "--group=dev", "--constraint=requirements.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
