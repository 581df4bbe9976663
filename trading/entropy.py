"""Chance through one door: the machine's for people, a seeded stream for replay and simulation."""

from __future__ import annotations

import secrets
from hashlib import blake2b

_FRACTION_BITS = 53  # as many as a float holds exactly
_BLOCK = 64


class SystemEntropy:
    """`trading.ports.Entropy` from the operating system: fit for nonces that nobody may guess."""

    def token(self, size: int = 16) -> bytes:
        """`size` random bytes."""
        return secrets.token_bytes(size)

    def fraction(self) -> float:
        """Uniform in [0, 1)."""
        return secrets.randbits(_FRACTION_BITS) / (1 << _FRACTION_BITS)


class SeededEntropy:
    """`trading.ports.Entropy` that repeats itself: the same seed gives the same draws, on any machine.

    BLAKE2b over a counter, keyed by the seed. `fork(name)` opens another stream whose draws depend on the
    seed and the name alone, so that extra draws here never shift what is drawn there.
    """

    def __init__(self, seed: int | str | bytes) -> None:
        raw = seed if isinstance(seed, bytes) else str(seed).encode()
        self._key = blake2b(raw, digest_size=_BLOCK, person=b"seed").digest()
        self._counter = 0
        self._pool = b""

    def token(self, size: int = 16) -> bytes:
        """The next `size` bytes of the stream."""
        while len(self._pool) < size:
            block = blake2b(self._counter.to_bytes(8, "big"), key=self._key, digest_size=_BLOCK)
            self._pool += block.digest()
            self._counter += 1
        drawn, self._pool = self._pool[:size], self._pool[size:]
        return drawn

    def fraction(self) -> float:
        """Uniform in [0, 1), from the next eight bytes."""
        pool = self._pool
        if len(pool) >= 8:
            # As `token(8)`, without the call: simulations draw a hundred thousand times a second.
            drawn, self._pool = pool[:8], pool[8:]
        else:
            drawn = self.token(8)
        return (int.from_bytes(drawn, "big") >> (64 - _FRACTION_BITS)) / (1 << _FRACTION_BITS)

    def fork(self, name: str) -> SeededEntropy:
        """The stream called `name`: always the same one, whatever was drawn here before."""
        return SeededEntropy(blake2b(name.encode(), key=self._key, person=b"fork").digest())
