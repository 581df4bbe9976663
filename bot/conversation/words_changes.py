"""Words of changes that cannot be made, and why not: exits, orders."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "exit.at_once_long": "A stop at {price} is not below the market ({market}) and would close {symbol} at "
    "once: to be out now type /close {symbol}.",
    "exit.at_once_short": "A stop at {price} is not above the market ({market}) and would close {symbol} at "
    "once: to be out now type /close {symbol}.",
    "exit.even_waits": "{symbol} has not filled yet, so there is no entry price to move a stop to: type "
    "/breakeven {symbol} after tp1.",
    "cancel.done": "{order} is {state} already: there is nothing to cancel, and /order {order} tells why.",
    "modify.done": "{order} is {state} already and cannot be changed: /order {order} tells its story.",
    "modify.pending": "The venue has not answered the last change or cancel of {order} yet: wait for its "
    "answer (/order {order}).",
    "modify.venue_refuses": "The venue of {account} would refuse this change, so nothing was asked: {why}",
    "modify.no_change": "That is how {order} stands already: nothing to change.",
    "modify.no_limit": "{order} has no limit price to change: /cancel {order} and place a new one.",
    "modify.no_stop": "{order} has no stop price to change: /cancel {order} and place a new one.",
    "modify.wrong_side_buy": "A stop order to buy waits above the market ({market}): type a higher price.",
    "modify.wrong_side_sell": "A stop order to sell waits below the market ({market}): type a lower price.",
    "orders.older": "Older ones: name a symbol, as in /orders all BTC.",
    "orders.took": "+{span}",
}
