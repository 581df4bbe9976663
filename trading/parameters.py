"""Knobs of strategies and bots: typed, bounded, and read from what a person typed into checked values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from trading.domain.events import Refusal

Kind = Literal["int", "decimal", "choice", "flag", "time", "zone"]
Settings = Mapping[str, Any]
"""Checked values by name: int, Decimal, str (a choice, a zone), bool or time, as the kind says."""

_MAGNITUDE_MAX = 18
"""Digits before the point that a number may have, less one: more is a slip of the hand."""
_YES = frozenset({"yes", "on", "true", "1"})
_NO = frozenset({"no", "off", "false", "0"})


class Parameter(Struct, frozen=True):
    """One knob. `meaning` is a phrase with its unit.

    `lowest`, `highest` and `step` bound numbers (None: nothing does; steps are counted from `lowest`, or from
    0). `choices` are the words of a choice. `above` names a parameter whose value this one must exceed.
    """

    name: str
    kind: Kind
    default: int | Decimal | str | bool | time
    lowest: Decimal | None = None
    highest: Decimal | None = None
    step: Decimal | None = None
    choices: tuple[str, ...] = ()
    meaning: str = ""
    above: str = ""


class Tunable(Protocol):
    """What has knobs: a strategy, a bot."""

    @property
    def name(self) -> str: ...

    @property
    def parameters(self) -> tuple[Parameter, ...]: ...


def validated(tunable: Tunable, raw: Mapping[str, object]) -> Settings | Refusal:
    """Every parameter of it with a checked value: the given one, else its default; or why not, in a sentence.

    Takes numbers, words and times as they are typed; a float is read by its shortest writing.
    """
    known = {one.name: one for one in tunable.parameters}
    for name, value in raw.items():
        if name not in known:
            text = f"{tunable.name} has no parameter {name}; it has {', '.join(known) or 'none'}."
            return Refusal("parameter_unknown", text, name, str(value))
    values: dict[str, Any] = {}
    for name, parameter in known.items():
        value = _read(parameter, raw[name]) if name in raw else parameter.default
        if isinstance(value, Refusal):
            return value
        values[name] = value
    return _ordered(tunable.parameters, values) or values


def defaults(tunable: Tunable) -> Settings:
    """Every parameter at its default."""
    return {one.name: one.default for one in tunable.parameters}


def written(settings: Settings) -> dict[str, str]:
    """Values as text that `validated` reads back to the same values: for journals, files and cards."""
    return {name: _text(value) for name, value in settings.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _ordered(parameters: Sequence[Parameter], values: Settings) -> Refusal | None:
    for one in parameters:
        if one.above and not values[one.name] > values[one.above]:
            value, below = _text(values[one.name]), _text(values[one.above])
            text = f"{one.name} is {value}; it must be above {one.above}, which is {below}."
            return Refusal("parameter_order", text, one.name, value)
    return None


def _read(parameter: Parameter, given: object) -> int | Decimal | str | bool | time | Refusal:
    text = _text(given).strip()
    match parameter.kind:
        case "int" | "decimal":
            return _number(parameter, text)
        case "choice":
            if text.lower() in parameter.choices:
                return text.lower()
            return _wrong(parameter, text, f"is one of {', '.join(parameter.choices)}")
        case "flag":
            if text.lower() in _YES | _NO:
                return text.lower() in _YES
            return _wrong(parameter, text, "is yes or no")
        case "time":
            return _time(parameter, text)
        case "zone":
            return text if _is_zone(text) else _wrong(parameter, text, "is a zone like Europe/Berlin or UTC")


def _number(parameter: Parameter, text: str) -> int | Decimal | Refusal:
    kind = "a whole number" if parameter.kind == "int" else "a number"
    try:
        value = Decimal(text)
    except InvalidOperation:
        return _wrong(parameter, text, f"is {kind}")
    if not value.is_finite() or value.adjusted() > _MAGNITUDE_MAX:
        return _wrong(parameter, text, f"is {kind}")
    if parameter.kind == "int" and value != value.to_integral_value():
        return _wrong(parameter, text, f"is {kind}")
    if parameter.lowest is not None and value < parameter.lowest:
        return _wrong(parameter, text, f"is at least {parameter.lowest:f}", "parameter_bounds")
    if parameter.highest is not None and value > parameter.highest:
        return _wrong(parameter, text, f"is at most {parameter.highest:f}", "parameter_bounds")
    if parameter.step is not None and (value - (parameter.lowest or Decimal(0))) % parameter.step:
        return _wrong(parameter, text, f"goes in steps of {parameter.step:f}", "parameter_bounds")
    return int(value) if parameter.kind == "int" else value


def _time(parameter: Parameter, text: str) -> time | Refusal:
    hour, colon, minute = text.partition(":")
    is_written = colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()
    if is_written and len(hour) <= 2 and len(minute) == 2 and int(hour) < 24 and int(minute) < 60:
        return time(int(hour), int(minute))
    return _wrong(parameter, text, "is a time of day like 09:30")


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _wrong(parameter: Parameter, text: str, rule: str, code: str = "parameter_value") -> Refusal:
    return Refusal(code, f"{parameter.name} {rule}, not {text or 'nothing'}.", parameter.name, text)
