"""What can be wrong with prices from outside, each as one sentence that says what to do."""

from __future__ import annotations


class DataProblem(Exception):
    """A file of prices cannot be used.

    `code` is for machines: unreadable, not_gzip, header, empty, row, price, high_low, order, conflict,
    overlap, not_prices, symbol. `sentence` names the file, the line where there is one, and the cure.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class FeedLost(Exception):
    """A live feed broke or cannot start. `sentence` is for people; `final` means: trying again is useless."""

    def __init__(self, sentence: str, *, final: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.final = final
