"""Lines that nobody meant to type: golden lines bent out of shape, and noise. Seeded, so they come again."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.fuzz.golden import golden_lines

GOLDEN = tuple(typed for typed, _ in golden_lines())
WORDS = tuple(sorted({word for line in GOLDEN for word in line.split()}))
_TYPED_NUMBERS = """
0 1 -1 +1 00 1.000 1.500 64.000 1,5 0,5 1,000 1,000.50 1.000,50 1.234.567 12,34 1,00,000 .5 5. ,5 1e5 1E-3
nan inf -inf Infinity 0x10 1k 1.5m 2c 1.5c 10% 110% 50%% 2r 2atr 1_000 1'000 $100 $-5 -$5 €50 £1k 100usdt
0.01btc 2btc 1kusdt 99999999999999999999 0.00000000000000000001 ١٠٠ １００ ½ ² 2%:50 2%:50,4%:50 2%:33,3
2r,3r 68,500 68000,69000 1%,2,3% :50 2%: 15:55 25:00 2026-01-05 2026-02-30 4h 1h30m 0h 400d America/New_York
"""
NUMBERS = tuple(_TYPED_NUMBERS.split())
INVISIBLE = "\u200b\u200d\u202e\u2066\ufeff\u00a0\u3000\u0000\u0007\u001b\n\r\t\u2028\ud800"
ODD = INVISIBLE + "٣৩②ⅷ€£$@#/:,.%+-_'\"()<>~İıſK"
SEPARATORS = (" ", "  ", "\t", "\u00a0", ",", "", "\n", " / ")


def lines(seed: int, count: int) -> Iterator[str]:
    """`count` lines that belong to `seed`."""
    random = Random(seed)
    for _ in range(count):
        if random.random() < 0.08:
            yield _noise(random)
        else:
            yield _bent(random)


def _bent(random: Random) -> str:
    words = _one_of(random, GOLDEN).split()
    for _ in range(1 + int(random.random() * 3)):
        _BENDS[int(random.random() * len(_BENDS))](random, words)
        if not words:
            return ""
    if random.random() < 0.05:
        return _one_of(random, SEPARATORS).join(words)
    return " ".join(words)


def _one_of(random: Random, items: tuple[str, ...] | list[str] | str) -> str:
    return items[int(random.random() * len(items))]


def _place(random: Random, words: list[str]) -> int:
    return int(random.random() * len(words))


def _drop(random: Random, words: list[str]) -> None:
    del words[_place(random, words)]


def _double(random: Random, words: list[str]) -> None:
    place = _place(random, words)
    words.insert(place, words[place])


def _swap(random: Random, words: list[str]) -> None:
    left, right = _place(random, words), _place(random, words)
    words[left], words[right] = words[right], words[left]


def _insert(random: Random, words: list[str]) -> None:
    words.insert(_place(random, words) + 1, _one_of(random, WORDS))


def _insert_number(random: Random, words: list[str]) -> None:
    words.insert(_place(random, words) + 1, _one_of(random, NUMBERS))


def _replace(random: Random, words: list[str]) -> None:
    words[_place(random, words)] = _one_of(random, WORDS)


def _renumber(random: Random, words: list[str]) -> None:
    words[_place(random, words)] = _one_of(random, NUMBERS)


def _letter(random: Random, words: list[str]) -> None:
    place = _place(random, words)
    word = words[place]
    at = int(random.random() * (len(word) + 1))
    words[place] = word[:at] + _one_of(random, "abcdefghijklmnopqrstuvwxyz0123456789.,%@:-/") + word[at:]


def _odd_letter(random: Random, words: list[str]) -> None:
    place = _place(random, words)
    word = words[place]
    at = int(random.random() * (len(word) + 1))
    words[place] = word[:at] + _one_of(random, ODD) + word[at:]


def _cut(random: Random, words: list[str]) -> None:
    place = _place(random, words)
    word = words[place]
    if len(word) > 1:
        at = int(random.random() * len(word))
        words[place] = word[:at] + word[at + 1 :]


def _glue(random: Random, words: list[str]) -> None:
    place = _place(random, words)
    if place + 1 < len(words):
        words[place] += words.pop(place + 1)


def _join_lines(random: Random, words: list[str]) -> None:
    words.extend(_one_of(random, GOLDEN).split())


def _capitals(random: Random, words: list[str]) -> None:
    place = _place(random, words)
    words[place] = words[place].swapcase()


def _slash(random: Random, words: list[str]) -> None:
    words[0] = words[0][1:] or "/" if words[0][0] == "/" else "/" + words[0]


def _long(random: Random, words: list[str]) -> None:
    if random.random() < 0.1:
        words.extend([words[_place(random, words)]] * int(random.random() * 200))


_BENDS = (
    *(_drop, _double, _swap, _insert, _insert_number, _insert_number, _replace, _renumber, _renumber),
    *(_letter, _odd_letter, _cut, _glue, _join_lines, _capitals, _slash, _long),
)


def _noise(random: Random) -> str:
    """Letters of anywhere, or words of the grammar in any order."""
    kind = random.random()
    length = int(random.random() * 40)
    if kind < 0.3:
        return "".join(chr(int(random.random() * 0x3000)) for _ in range(length))
    if kind < 0.4:
        return "".join(chr(int(random.random() * 0x110000)) for _ in range(length))
    if kind < 0.6:
        return "".join(chr(32 + int(random.random() * 95)) for _ in range(length))
    return " ".join(_one_of(random, WORDS if random.random() < 0.7 else NUMBERS) for _ in range(length // 3))
