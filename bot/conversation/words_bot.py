"""Words of bots: why one with these settings is not begun, as `trading/automations` says it."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "refusal.too_small.bot": "One order would be worth {money} {currency} at {price}, and {symbol} trades "
    "at least {least} {currency}. Make {field} larger.",
    "refusal.too_small.cell": "One cell would spend {money} {currency}, which is less than {symbol} trades "
    "at {price}. Use fewer cells than {cells}, or a larger budget.",
    "refusal.below_fees": "Each round trip would lose: it gains {gain} % and pays twice {fee} % in fees. "
    "Make {field} so that it gains more than {least} %.",
    "refusal.below_fees.cell": "Each round trip from {low} to {high} would lose {money} {currency} a unit: "
    "the cell is narrower than the fees of both ways. Use fewer cells than {cells}, or a wider range.",
    "refusal.over_budget": "All orders together need {needed} {currency}, and the budget is {budget} "
    "{currency}. Raise the budget or make {field} smaller.",
    "refusal.steps_too_deep": "The last safety order would lie {percent} % below the first price, beneath "
    "zero. Make step_percent, step_scale or safeties smaller.",
    "refusal.stop_above_safety": "The stop {stop} % below the first price would be reached before the last "
    "safety order, which lies {percent} % below it. Make stop_percent more than {percent}.",
    "refusal.schedule_without_time": "{count} repeats need hours between them. Give every_hours, or make "
    "repeats 0.",
    "refusal.upside_down": "The upper level {upper} must lie above the lower level {lower}. Swap them, or "
    "give an upper above {lower}.",
    "refusal.price_outside": "The price is {price}, outside of the grid from {lower} to {upper}. Give a "
    "lower and an upper with {price} between them.",
    "refusal.not_shortable.bot": "{symbol} cannot be sold short, and a {name} grid does that. Use mode long.",
    "refusal.stop_missing": "A {name} grid sells short, which without a stop loses without end. Give "
    "stop_percent.",
    "refusal.trail_neutral": "A neutral grid has no side to trail to. Use mode long or short, or trail no.",
    "refusal.under_tick": "Some of the {cells} cells are narrower than a tick of {tick}. Use fewer cells "
    "than {most}, or a wider range.",
    "refusal.worst_over_budget": "At {price} this grid would have lost {worst} {currency}, more than its "
    "budget of {budget} {currency}. Give a nearer stop_percent or a narrower range.",
    "refusal.stop_above_ladder": "The stop {stop} % below the first price would be reached before the last "
    "purchase of the ladder, which lies {percent} % below it. Make stop_percent more than {percent}.",
    "refusal.not_shortable.direction": "{symbol} cannot be sold short. Use direction long.",
    "refusal.trail_within_fees": "A stop {trail} % behind the price lies within the fees of a round trip, "
    "twice {fee} %. Make trail_percent more than {least}.",
    "picture.plan.capital": "Needs",
    "picture.plan.trip": "A trip brings",
    "picture.plan.worst": "Worst case",
    "picture.plan.enters": "enters",
    "picture.plan.leaves": "takes profit",
    "newbot.budget": "A budget is a sum of money above zero: type {line}.",
    "newbot.pairs": "Each setting needs its value behind it, like {line}",
    "newbot.entries": "Entries",
    "newbot.at": "at {price}",
    "newbot.at_zero": "zero: no stop",
    "newbot.settings": "Settings that differ from the defaults: {names}",
    "newbot.nothing_started": "Nothing was started or ordered yet.",
}
