"""Knobs of strategies and bots: typed, bounded, and read from what a person typed into checked values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
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


class Revision(Struct, frozen=True):
    """One state of the knobs: what they were set to, by whom and when. `before` is the number of the one that
    an undo goes back to (0: there is none); `undoes` names the one that this one took back, else 0."""

    number: int
    settings: Mapping[str, str]
    by: str
    at: datetime
    before: int = 0
    undoes: int = 0


class ParameterHistory(Struct, frozen=True):
    """How the knobs of one strategy or bot were set over time: nothing is forgotten, an undo is a change too.

    Values are as `written`, so that a journal holds them; `current` reads them back.
    """

    revisions: tuple[Revision, ...] = ()

    @property
    def number(self) -> int:
        """The number of the newest revision; 0 before the first."""
        return len(self.revisions)

    def current(self, tunable: Tunable) -> Settings | Refusal:
        """What holds now: the newest revision, or the defaults. A value that the strategy does not take any
        more, because its bounds have changed since, is a refusal."""
        return validated(tunable, self.revisions[-1].settings if self.revisions else {})

    def changed(
        self, tunable: Tunable, raw: Mapping[str, object], by: str, at: datetime
    ) -> ParameterHistory | Refusal:
        """With some knobs set anew; the others stay as they are."""
        newest = self.revisions[-1].settings if self.revisions else {}
        settings = validated(tunable, {**newest, **raw})
        if isinstance(settings, Refusal):
            return settings
        if self.revisions and written(settings) == newest:
            text = f"{tunable.name} is set to that already: nothing was changed."
            return Refusal("parameter_same", text)
        return self._with(Revision(self.number + 1, written(settings), by, at, self._standing()))

    def undone(self, by: str, at: datetime) -> ParameterHistory | Refusal:
        """As it was before the newest change that still stands; asked again, it goes back further."""
        standing = self._standing()
        before = self.revisions[standing - 1].before if standing else 0
        if not before:
            return Refusal("parameter_first", "There is no earlier setting to go back to.")
        settings = self.revisions[before - 1].settings
        return self._with(Revision(self.number + 1, settings, by, at, before, standing))

    def _standing(self) -> int:
        """The number of the change that holds now: an undo is followed to what it brought back."""
        if not self.revisions:
            return 0
        newest = self.revisions[-1]
        return newest.before if newest.undoes else newest.number

    def _with(self, revision: Revision) -> ParameterHistory:
        return ParameterHistory((*self.revisions, revision))


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
