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
    text, name = _text(given).strip(), parameter.name
    said = text or "nothing"
    match parameter.kind:
        case "int" | "decimal":
            return _number(parameter, text)
        case "choice":
            if text.lower() in parameter.choices:
                return text.lower()
            words = ", ".join(parameter.choices)
            return Refusal("parameter_choice", f"{name} is one of {words}, not {said}.", name, text)
        case "flag":
            if text.lower() in _YES | _NO:
                return text.lower() in _YES
            return Refusal("parameter_flag", f"{name} is yes or no, not {said}.", name, text)
        case "time":
            read = _time(text)
            refusal = Refusal(
                "parameter_time", f"{name} is a time of day like 09:30, not {said}.", name, text
            )
            return refusal if read is None else read
        case "zone":
            if _is_zone(text):
                return text
            sentence = f"{name} is a zone like Europe/Berlin or UTC, not {said}."
            return Refusal("parameter_zone", sentence, name, text)


def _number(parameter: Parameter, text: str) -> int | Decimal | Refusal:
    name, said = parameter.name, text or "nothing"
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    is_number = value.is_finite() and value.adjusted() <= _MAGNITUDE_MAX
    if parameter.kind == "int" and not (is_number and value == value.to_integral_value()):
        return Refusal("parameter_whole", f"{name} is a whole number, not {said}.", name, text)
    if not is_number:
        return Refusal("parameter_number", f"{name} is a number, not {said}.", name, text)
    low, high, step = parameter.lowest, parameter.highest, parameter.step
    if low is not None and value < low:
        return Refusal("parameter_low", f"{name} is at least {low:f}, not {said}.", name, text)
    if high is not None and value > high:
        return Refusal("parameter_high", f"{name} is at most {high:f}, not {said}.", name, text)
    if step is not None and (value - (low or Decimal(0))) % step:
        return Refusal("parameter_step", f"{name} goes in steps of {step:f}, not {said}.", name, text)
    return int(value) if parameter.kind == "int" else value


def _time(text: str) -> time | None:
    hour, colon, minute = text.partition(":")
    is_written = colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()
    if is_written and len(hour) <= 2 and len(minute) == 2 and int(hour) < 24 and int(minute) < 60:
        return time(int(hour), int(minute))
    return None


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return False
    return True
