"""All planted bugs. Each must be found by an invariant.

A mutant that survives is a hole in the world, not good luck: then the world is what must be mended.
"""

from __future__ import annotations

from tests.sim import (
    mutants_barring,
    mutants_believing,
    mutants_bots,
    mutants_bracketed,
    mutants_collar,
    mutants_doubt,
    mutants_gaps,
    mutants_gate,
    mutants_guarding,
    mutants_halting,
    mutants_hung,
    mutants_lapsed,
    mutants_profiles,
    mutants_protecting,
    mutants_pulled,
    mutants_recovery,
    mutants_sending,
    mutants_stale,
    mutants_storing,
    mutants_world,
)
from tests.sim.planting import PLANTED, Mutant

MUTANTS: tuple[Mutant, ...] = tuple(PLANTED)

__all__ = [
    "MUTANTS",
    "Mutant",
    "mutants_barring",
    "mutants_believing",
    "mutants_bots",
    "mutants_bracketed",
    "mutants_collar",
    "mutants_doubt",
    "mutants_gaps",
    "mutants_gate",
    "mutants_guarding",
    "mutants_halting",
    "mutants_hung",
    "mutants_lapsed",
    "mutants_profiles",
    "mutants_protecting",
    "mutants_pulled",
    "mutants_recovery",
    "mutants_sending",
    "mutants_stale",
    "mutants_storing",
    "mutants_world",
]
