"""Numbers as people type them. What can be read in two ways is asked; nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from bot.conversation.grammar_lexer import CURRENCY_SIGNS
from bot.conversation.grammar_wording import Twofold, stop
from trading.domain.currency import CURRENCIES
from trading.domain.money import plain

WHOLE_DIGITS_MAX = 15
FRACTION_DIGITS_MAX = 18
_GROUP = 3
_LARGEST = Decimal(10) ** WHOLE_DIGITS_MAX
THOUSANDS = {"k": Decimal(1000), "m": Decimal(1_000_000)}
_NUMBER_LETTERS = frozenset("0123456789.,_'")
OWN_UNITS = frozenset({"%", "r", "atr", "c"})
"""What may be glued to a number and is no currency and no base."""


class Figure(Struct, frozen=True, gc=False):
    """A number with what stands at it: `sign` is `+`, `-` or empty; `unit` is `%`, `r`, `atr`, `c`, an
    upper-case code, or empty."""

    value: Decimal
    unit: str = ""
    sign: str = ""


def figure(word: str, field: str) -> Figure:
    """The number that a word holds, above zero. Raises Stop or Twofold."""
    if word.isdigit() and len(word) <= WHOLE_DIGITS_MAX and word[0] != "0":
        return Figure(Decimal(word))
    rest = word
    sign = ""
    if rest[0] in "+-":
        sign, rest = rest[0], rest[1:]
    unit = CURRENCY_SIGNS.get(rest[:1], "")
    if unit:
        rest = rest[1:]
    end = 0
    while end < len(rest) and rest[end] in _NUMBER_LETTERS:
        end += 1
    digits, suffix = rest[:end], rest[end:].lower()
    if not digits:
        raise stop("number_not_finite" if suffix in NOT_FINITE else "number_form", field=field, value=word)
    factor, unit = _suffix(word, suffix, unit, field)
    value = number(digits, field, word)
    if factor is not None:
        value *= factor
    if not value:
        raise stop("number_zero", field=field, value=word)
    if value >= _LARGEST:
        raise stop("number_long", field=field, value=word)
    return Figure(value, unit, sign)


NOT_FINITE = frozenset({"nan", "inf", "infinity", "snan", "∞"})


def unsigned(word: str, field: str) -> Figure:
    """As `figure`, where a sign does not belong."""
    found = figure(word, field)
    if found.sign:
        raise stop("number_sign", field=field, value=word, suggestions=(word.lstrip("+-"),))
    return found


def _suffix(word: str, suffix: str, unit: str, field: str) -> tuple[Decimal | None, str]:
    """Factor and unit of what stands behind the digits."""
    if not suffix:
        return None, unit
    if suffix in THOUSANDS:
        return THOUSANDS[suffix], unit
    if unit:
        raise stop("number_form", field=field, value=word)
    if suffix in OWN_UNITS:
        return None, suffix
    code = suffix.upper()
    if code in CURRENCIES:
        return None, code
    if suffix[0] == "e" and len(suffix) > 1 and (suffix[1].isdigit() or suffix[1] in "+-"):
        raise stop("number_exponent", field=field, value=word)
    if not suffix.isalnum() or not suffix[0].isalpha():
        raise stop("number_form", field=field, value=word)
    return None, code


def number(digits: str, field: str, word: str) -> Decimal:
    """The value of digits with points and commas, zero included.

    Raises Stop for what is no number and Twofold for what may be several.
    """
    commas, points = digits.count(","), digits.count(".")
    if not commas and points <= 1:
        return _pointed(digits, field, word)
    if commas and not points:
        return _with_commas(digits, field, word)
    whole, _, fraction = digits.rpartition(".")
    if points == 1 and grouped(whole, ",") and fraction.isdigit():
        return _decimal(whole.replace(",", ""), fraction, field, word)
    # 1.234.567 and 1.000,50: thousands the other way round.
    whole, _, fraction = digits.partition(",")
    if commas <= 1 and grouped(whole, ".") and (not commas or fraction.isdigit()):
        made = whole.replace(".", "") + (f".{fraction}" if commas else "")
        _decimal(*made.partition(".")[::2], field, word)
        raise Twofold("ask_number", digits, (spelled(made),))
    raise stop("number_form", field=field, value=word)


def _pointed(digits: str, field: str, word: str) -> Decimal:
    whole, point, fraction = digits.partition(".")
    if point and not fraction:
        raise stop("number_form", field=field, value=word)
    value = _decimal(whole, fraction, field, word)
    if len(fraction) == _GROUP and 1 <= len(whole) <= _GROUP and whole[0] != "0":
        raise Twofold("ask_number", digits, (written(value), whole + fraction))
    return value


def _with_commas(digits: str, field: str, word: str) -> Decimal:
    if grouped(digits, ","):
        return _decimal(digits.replace(",", ""), "", field, word)
    whole, _, fraction = digits.partition(",")
    if not fraction.isdigit() or not (whole.isdigit() or not whole):
        raise stop("number_form", field=field, value=word)
    value = _decimal(whole, fraction, field, word)
    joined = (whole + fraction).lstrip("0")
    choices = [written(value)]
    if joined and whole and len(joined) <= WHOLE_DIGITS_MAX:
        choices.append(joined)
    raise Twofold("ask_number", digits, tuple(choices))


def grouped(digits: str, mark: str) -> bool:
    """Whether `digits` are groups of three behind a first group of one to three, parted by `mark`."""
    first, *others = digits.split(mark)
    return (
        bool(others)
        and first.isdigit()
        and len(first) <= _GROUP
        and first[0] != "0"
        and all(len(group) == _GROUP and group.isdigit() for group in others)
    )


def _decimal(whole: str, fraction: str, field: str, word: str) -> Decimal:
    if (whole and not whole.isdigit()) or (fraction and not fraction.isdigit()) or not (whole or fraction):
        raise stop("number_form", field=field, value=word)
    if len(whole) > 1 and whole[0] == "0":
        raise stop("number_form", field=field, value=word)
    if len(whole) > WHOLE_DIGITS_MAX or len(fraction) > FRACTION_DIGITS_MAX:
        raise stop("number_long", field=field, value=word)
    return Decimal(f"{whole or 0}.{fraction}" if fraction else whole)


def written(value: Decimal) -> str:
    """A number so that it has one reading: `1.5`, `1000`, and `1.0850` for what `1.085` leaves open."""
    return spelled(plain(value))


def spelled(text: str) -> str:
    """`text` with a zero behind it where three decimals could be taken for thousands."""
    whole, _, fraction = text.partition(".")
    if len(fraction) == _GROUP and 1 <= len(whole) <= _GROUP and whole[0] != "0":
        return text + "0"
    return text
