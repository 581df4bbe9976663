"""Where the architecture tests find the code: every module of the checkout, read and parsed once."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("bot", "trading", "sentiment", "scheduler", "db")
EVERYTHING = (*PRODUCT, "tests", "tools", "benchmarks")


@dataclass(frozen=True)
class Module:
    """One file of code."""

    name: str
    text: str
    tree: ast.Module

    @property
    def is_blank(self) -> bool:
        """A package's empty __init__.py has nothing to explain."""
        return not self.text.strip()


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """All modules below the folders (default: everything), by name."""
    paths = (path for folder in folders or EVERYTHING for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(_module(path) for path in paths)


@cache
def _module(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text))


@cache
def files() -> tuple[str, ...]:
    """What is or could be committed: tracked files and new ones that .gitignore does not name."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(name for name in sorted(set(listed.stdout.splitlines())) if (ROOT / name).is_file())


@cache
def text_of(name: str) -> str:
    """A file's text; empty for pictures, archives and other bytes."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
