"""What is wrong with a setting, as a value; the words stand in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PREFIX = "OPENOUTCRY_"

_VALUE_SHOWN_MAX = 60


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong: `key` names the sentence (`settings.<key>`), `values` fill it."""

    setting: str
    key: str
    values: Mapping[str, str] = field(default_factory=dict)


def shown(value: object) -> str:
    """What was given, short enough for a sentence."""
    text = str(value)
    return text if len(text) <= _VALUE_SHOWN_MAX else text[: _VALUE_SHOWN_MAX - 1] + "…"
