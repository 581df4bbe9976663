"""Words of strategies: their knobs, and what holds them back."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "refusal.parameter_unknown": "{name} has no parameter {field}; it has {names}.",
    "refusal.sweep_range": "{name} is tried from one number up to another in steps, like 10..50:5, "
    "not {value}.",
    "refusal.parameter_order": "{name} is {value}; it must be above {field}, which is {line}.",
    "refusal.parameter_choice": "{name} is one of {names}, not {value}.",
    "refusal.parameter_flag": "{name} is yes or no, not {value}.",
    "refusal.parameter_time": "{name} is a time of day like 09:30, not {value}.",
    "refusal.parameter_zone": "{name} is a zone like Europe/Berlin or UTC, not {value}.",
    "refusal.parameter_whole": "{name} is a whole number, not {value}.",
    "refusal.parameter_number": "{name} is a number, not {value}.",
    "refusal.parameter_low": "{name} is at least {line}, not {value}.",
    "refusal.parameter_high": "{name} is at most {line}, not {value}.",
    "refusal.parameter_step": "{name} goes in steps of {line}, not {value}.",
    "refusal.parameter_same": "{name} is set to that already: nothing was changed.",
    "refusal.no_strategy": "There is no strategy {name} any more.",
    "refusal.stopped_meanwhile": "{name} was stopped before its order could go out.",
    "refusal.parameter_first": "There is no earlier setting to go back to.",
    "refusal.protection_cooldown": "{symbol} rests for {count} minutes after each position, until {until}.",
    "refusal.protection_stops.symbol": "{symbol} was stopped out {count} times in {hours} hours: it rests "
    "until {until}.",
    "refusal.protection_stops.account": "Stops were hit {count} times in {hours} hours: nothing is entered "
    "until {until}.",
    "refusal.protection_losing": "{count} positions in {symbol} have lost {notional} {currency} in {hours} "
    "hours: it rests until {until}.",
    "refusal.protection_drawdown": "The account has fallen by {percent} % within {hours} hours, {limit} % "
    "are the limit: nothing is entered until {until}.",
    "refusal.protection_daily": "{count} positions were opened today, {limit} are the limit: nothing is "
    "entered until {until}.",
    "refusal.protection_together": "{symbol} moves together with {names}, which are held already; {limit} of "
    "them are the limit.",
}
