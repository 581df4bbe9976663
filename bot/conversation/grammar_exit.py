"""What may end a position, as typed: targets with shares, stop, trail, break-even, time."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from msgspec import Struct

from bot.conversation.grammar_lexer import CURRENCY_SIGNS, Words
from bot.conversation.grammar_moment import moment, moment_text
from bot.conversation.grammar_number import Figure, grouped, number, unsigned, written
from bot.conversation.grammar_wording import Twofold, stop
from trading.domain.exits import BreakEven, GapPolicy, Level, LevelKind, Moment, Target, Trail
from trading.domain.money import HUNDRED, ZERO

TARGETS_MAX = 10
_GROUP = 3
_PERCENT_MAX = {"sl": HUNDRED, "trail": HUNDRED, "tp": Decimal(100_000)}
_KINDS = {"%": LevelKind.PERCENT, "r": LevelKind.R, "atr": LevelKind.ATR}
_SUFFIX = {LevelKind.PRICE: "", LevelKind.PERCENT: "%", LevelKind.R: "r", LevelKind.ATR: "atr"}
_HINTS = {
    "tp": "type tp 5%, tp 68000 or tp 2r",
    "sl": "type sl 2%, sl 61500 or sl 2atr",
    "trail": "type trail 1.5%, trail 500 or trail 2atr",
    "trail after": "type trail after 2% by 1%",
}
PARTS = ("targets", "stop", "trail", "break_even", "exit_at", "gap")
"""Names of the parts of a plan, as `ExitsLine.clear` uses them."""


class Exits(Struct):
    """The exits of one line while it is read."""

    targets: tuple[Target, ...] = ()
    stop_loss: Level | None = None
    trail: Trail | None = None
    break_even: BreakEven | None = None
    exit: Moment | None = None
    gap: GapPolicy | None = None
    clear: tuple[str, ...] = ()
    first_r: str = ""  # the first target in stop distances, as typed

    def once(self, part: str, held: object, word: str) -> None:
        """Refuse a part that the line has already named. Raises Stop."""
        if held or part in self.clear:
            raise stop("part_twice", field=word, value=word)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said so far."""
        return not (
            self.targets
            or self.stop_loss
            or self.trail
            or self.break_even
            or self.exit
            or self.gap
            or self.clear
        )


def level(word: str, field: str) -> Level:
    """A distance or a price above zero. Raises Stop."""
    found = unsigned(word, field)
    return _level(found, word, field)


def _level(found: Figure, word: str, field: str) -> Level:
    kind = _KINDS.get(found.unit, LevelKind.PRICE)
    is_money = found.unit in ("", "USD") or word[0] in CURRENCY_SIGNS
    if kind is LevelKind.PRICE and not is_money:
        raise stop("level_unit", field=field, value=word, hint=_HINTS[field])
    if kind is LevelKind.R and field != "tp":
        raise stop("level_unit", field=field, value=word, hint=_HINTS[field])
    if kind is LevelKind.ATR and field == "trail after":
        raise stop("level_unit", field=field, value=word, hint=_HINTS[field])
    if kind is LevelKind.PERCENT and found.value >= _PERCENT_MAX.get(field, HUNDRED):
        raise stop("level_percent", field=field, value=word)
    return Level(kind, found.value)


def _next_level(words: Words, field: str) -> Level:
    if not _begins_level(words.peek()):
        raise stop("level_missing", field=field, value=words.peek(), hint=_HINTS[field])
    return level(words.take(), field)


def _begins_level(word: str) -> bool:
    return bool(word) and (word[0].isdigit() or word[0] in "+-.,$€£" or word in ("nan", "inf", "infinity"))


# ---------------------------------------------------------------- targets


def _targets(words: Words, exits: Exits) -> None:
    exits.once("targets", exits.targets, "tp")
    found: list[Target] = []
    if not _begins_level(words.peek()):
        raise stop("level_missing", field="tp", value=words.peek(), hint=_HINTS["tp"])
    while _begins_level(words.peek()):
        for piece in _pieces(words.take()):
            target = _target(piece)
            if target.level.kind is LevelKind.R:
                exits.first_r = exits.first_r or piece
            found.append(target)
    if len(found) > TARGETS_MAX:
        raise stop("targets_many", field="tp", value=str(len(found)))
    shares = [target.share for target in found if target.share is not None]
    total = sum(shares, ZERO)
    if total > HUNDRED or (total == HUNDRED and len(shares) < len(found)):
        raise stop("shares_sum", field="tp", value=written(total) + "%")
    exits.targets = tuple(found)


def _target(piece: str) -> Target:
    text, colon, share = piece.partition(":")
    if not text:
        raise stop("level_missing", field="tp", value=piece, hint=_HINTS["tp"])
    where = level(text, "tp")
    if not colon:
        return Target(where)
    digits = share.removesuffix("%")
    if not digits or not all(letter.isdigit() or letter in ".," for letter in digits):
        raise stop("share_form", field="tp", value=piece)
    value = number(digits, "tp", piece)
    if not value:
        raise stop("number_zero", field="tp", value=piece)
    if value > HUNDRED:
        raise stop("shares_sum", field="tp", value=written(value) + "%")
    return Target(where, value)


def _pieces(word: str) -> list[str]:
    """The targets of one word. A comma between bare digits may be part of a number: then it is asked."""
    if "," not in word:
        return [word]
    parts = word.split(",")
    for index in range(len(parts) - 1):
        left, right = parts[index], parts[index + 1]
        if _is_bare(left) or _is_bare(right) or not left or not right:
            return _soft(word, parts)
    return parts


def _soft(word: str, parts: list[str]) -> list[str]:
    if len(parts) > 2 or not parts[0] or not parts[1]:
        if all(part.isdigit() for part in parts) and grouped(word, ","):
            return [word]
        raise stop("number_form", field="tp", value=word)
    left, right = parts
    lead = right[: len(right) - len(right.lstrip("0123456789"))]
    as_list = f"{left} {right}" if lead[:1] != "0" or lead == "0" else ""
    if len(lead) == _GROUP and grouped(f"{left.lstrip('$€£')},{lead}", ","):
        if not as_list:
            return [word]
        raise Twofold("ask_list", word, (left + right, as_list))
    choices = []
    if len(lead) < _GROUP:
        choices.append(f"{left}.{right}")
        if _is_bare(left):
            choices.append(left.lstrip("0") + right)
    if as_list:
        choices.append(as_list)
    if not choices:
        raise stop("number_form", field="tp", value=word)
    raise Twofold("ask_list", word, tuple(choices))


def _is_bare(part: str) -> bool:
    part = part.lstrip("$€£")
    return part.isdigit() or (bool(part) and all(letter in "0123456789." for letter in part))


# ---------------------------------------------------------------- the other exits


def _stop_loss(words: Words, exits: Exits) -> None:
    exits.once("stop", exits.stop_loss, "sl")
    exits.stop_loss = _next_level(words, "sl")


def _trail(words: Words, exits: Exits) -> None:
    exits.once("trail", exits.trail, "trail")
    activation = None
    if words.peek() == "after":
        words.take()
        activation = _next_level(words, "trail after")
    if words.peek() == "by":
        words.take()
    distance = _next_level(words, "trail")
    if activation is None and words.peek() == "after":
        words.take()
        activation = _next_level(words, "trail after")
    exits.trail = Trail(distance, activation)


def _break_even(words: Words, exits: Exits) -> None:
    exits.once("break_even", exits.break_even, "be")
    exits.break_even = break_even(words) or BreakEven(1)


def break_even(words: Words) -> BreakEven | None:
    """`now`, `after tp1` or `tp1` behind the place; None when neither stands there. Raises Stop."""
    word = words.peek()
    if word == "now":
        words.take()
        return BreakEven(0)
    if word == "after":
        words.take()
        word = words.peek()
    elif not (word.startswith("tp") and word[2:].isdigit()):
        return None
    number_text = word.removeprefix("tp")
    if not word.startswith("tp") or not number_text.isdigit() or not 1 <= int(number_text[:9]) <= TARGETS_MAX:
        raise stop("break_even_form", field="be", value=word)
    words.take()
    return BreakEven(int(number_text))


def _time_exit(words: Words, exits: Exits) -> None:
    exits.once("exit_at", exits.exit, "exit")
    exits.exit = moment(words, "exit")


def _gap(words: Words, exits: Exits) -> None:
    exits.once("gap", exits.gap, "gap")
    word = words.peek()
    if word not in GAP_WORDS:
        raise stop("gap_form", field="gap", value=word)
    words.take()
    exits.gap = GapPolicy(word)


GAP_WORDS = tuple(policy.value for policy in GapPolicy)
READERS: dict[str, tuple[str, Callable[[Words, Exits], None]]] = {
    "tp": ("targets", _targets),
    "target": ("targets", _targets),
    "takeprofit": ("targets", _targets),
    "sl": ("stop", _stop_loss),
    "stoploss": ("stop", _stop_loss),
    "stop-loss": ("stop", _stop_loss),
    "trail": ("trail", _trail),
    "trailing": ("trail", _trail),
    "be": ("break_even", _break_even),
    "breakeven": ("break_even", _break_even),
    "exit": ("exit_at", _time_exit),
    "gap": ("gap", _gap),
}
"""Words that begin an exit, with the part of the plan that each sets."""


def take_off(words: Words, exits: Exits, part: str, word: str) -> bool:
    """Read `off` behind an exit's word; False when it does not stand there. Raises Stop."""
    if words.peek() != "off":
        return False
    words.take()
    held = {
        "targets": exits.targets,
        "stop": exits.stop_loss,
        "trail": exits.trail,
        "break_even": exits.break_even,
        "exit_at": exits.exit,
        "gap": exits.gap,
    }
    exits.once(part, held[part], word)
    exits.clear = tuple(name for name in PARTS if name in exits.clear or name == part)
    return True


def checked(exits: Exits, *, is_entry: bool) -> None:
    """Hold the parts of one line against each other. Raises Stop."""
    after = exits.break_even.after_target if exits.break_even else 0
    if is_entry and exits.first_r and not (exits.stop_loss or exits.trail):
        raise stop("r_needs_stop", field="tp", value=exits.first_r)
    if is_entry and exits.break_even and not after:
        raise stop("break_even_now", field="be", value="now")
    if after > len(exits.targets) and (is_entry or exits.targets):
        hint = f"there are {len(exits.targets)}" if exits.targets else "add tp 5%"
        raise stop("break_even_target", field="be", value=f"tp{after}", hint=hint)
    if after and "targets" in exits.clear:
        raise stop("break_even_target", field="be", value=f"tp{after}", hint="the targets are taken off")


# ---------------------------------------------------------------- canonical words


def level_text(value: Level) -> str:
    """The canonical word of a level."""
    return written(value.value) + _SUFFIX[value.kind]


def target_text(value: Target) -> str:
    """The canonical word of a target."""
    share = "" if value.share is None else ":" + written(value.share)
    return level_text(value.level) + share


def trail_text(value: Trail) -> str:
    """The canonical words of a trail, without the word trail."""
    if value.activation is None:
        return level_text(value.distance)
    return f"after {level_text(value.activation)} by {level_text(value.distance)}"


def break_even_text(value: BreakEven) -> str:
    """The canonical words of a break-even, without the word be."""
    return f"after tp{value.after_target}" if value.after_target else "now"


def parts_text(
    targets: tuple[Target, ...],
    stop_loss: Level | None,
    trail: Trail | None,
    even: BreakEven | None,
    at: Moment | None,
    gap: GapPolicy | None = None,
) -> dict[str, str]:
    """The canonical words of each part that is there, by the word that begins it, in canonical order."""
    parts = {}
    if targets:
        parts["tp"] = " ".join(target_text(target) for target in targets)
    if stop_loss:
        parts["sl"] = level_text(stop_loss)
    if trail:
        parts["trail"] = trail_text(trail)
    if even:
        parts["be"] = break_even_text(even)
    if at:
        parts["exit"] = moment_text(at)
    if gap:
        parts["gap"] = gap.value
    return parts
