"""What has been seen of a venue on its own test side, from this folder: a small file beside the database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from msgspec import Struct, json

RECORD: Final = "certified.json"


class Certified(Struct, frozen=True):
    """The grade that a venue has earned here, when, and by how many cases."""

    grade: str
    at: str
    cases: int


def certified(home: Path) -> dict[str, Certified]:
    """By venue; nothing where there is no record, or none that can be read."""
    try:
        return json.decode((home / RECORD).read_bytes(), type=dict[str, Certified])
    except (OSError, ValueError):
        return {}


def note_certified(home: Path, venue: str, found: Certified) -> None:
    """Write it down, beside those of other venues."""
    (home / RECORD).write_bytes(json.format(json.encode({**certified(home), venue: found})))
