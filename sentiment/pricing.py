"""What a question may cost at most, before it is asked: figures to count with, above what vendors ask.

They are bounds and no offers: what an answer really cost comes from its own `usage`, in money where the
vendor tells it, else from its tokens at these prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct, json

from sentiment.prompt import OUTPUT_TOKENS_MAX, Prompt
from sentiment.reading import Spent
from trading.domain.money import ZERO

MILLION = Decimal(1_000_000)
BYTES_PER_TOKEN_MIN = 2
"""Text has three to four bytes a token; two is on the safe side."""
FOUND_TOKENS = 20_000
"""What a search may put in front of the model."""
SEARCHES = 4


class Price(Struct, frozen=True):
    """US dollars for a million tokens in, for a million out, and for one search."""

    input_m: Decimal
    output_m: Decimal
    search: Decimal


PRICES: Mapping[str, Price] = {
    "grok": Price(Decimal(4), Decimal(20), Decimal("0.03")),
    "perplexity": Price(Decimal(4), Decimal(20), Decimal("0.02")),
    "openai": Price(Decimal(4), Decimal(20), Decimal("0.03")),
}
DEAREST = Price(Decimal(10), Decimal(60), Decimal("0.05"))
"""For a source that is not in the table."""


def most(source: str, prompt: Prompt) -> Decimal:
    """The most that this question may cost, in US dollars."""
    price = PRICES.get(source, DEAREST)
    written = len((prompt.instructions + prompt.text).encode()) + len(json.encode(prompt.schema))
    tokens = Decimal(written // BYTES_PER_TOKEN_MIN + (FOUND_TOKENS if prompt.wants_search else 0))
    searching = price.search * SEARCHES if prompt.wants_search else ZERO
    return (tokens * price.input_m + OUTPUT_TOKENS_MAX * price.output_m) / MILLION + searching


def really(source: str, told: Spent) -> Decimal:
    """What an answer cost, in US dollars."""
    if told.money is not None:
        return told.money
    price = PRICES.get(source, DEAREST)
    return (told.input_tokens * price.input_m + told.output_tokens * price.output_m) / MILLION + price.search
