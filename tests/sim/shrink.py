"""Makes a failing day small: fewer people, commands, faults and crashes, until nothing more can go.

`python -m tests.sim --shrink SEED` prints what is left; with `--keep` it is written to `tests/sim/kept/`,
where a test plays it for ever after.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, structs

from tests.sim.mutants import MUTANTS
from tests.sim.oracle import Breach
from tests.sim.recipe import Recipe, recipe_of
from tests.sim.scenario import Outcome, play
from tests.sim.tally import commit
from tests.sim.tape import Asked, Tape
from trading.brokers.fills import FillRules
from trading.brokers.profile import PAPER_FULL
from trading.engine.settings import EngineSettings

T = TypeVar("T")
KEPT = Path(__file__).parent / "kept"
RUNS_MAX = 600
SHUFFLES = 16
"""Presses from a sheet leave at the same instants, and yet not as the same task: other orders are tried."""
AS_THEY_ARE = ("seed", "cash", "people", "commands", "stops", "fumbles")
"""The sheet says who presses what."""
PLAIN: dict[str, tuple[Any, ...]] = {
    "profile": (PAPER_FULL,),
    "rules": (FillRules(),),
    "settings": (EngineSettings(),),
}
"""Simpler values for what a recipe must say; everything else has a default, which is the calm one."""


class Kept(Struct, frozen=True):
    """A small failing day. `mutant` names the planted bug that it needs; empty: it was a bug of the desk."""

    name: str
    seed: int
    recipe: Recipe
    tape: Tape
    invariant: str
    sentence: str
    mutant: str = ""
    commit: str = ""

    def play(self, *, keeps: bool = False) -> Outcome:
        """Play it once more, with the planted bug if it needs one."""
        with planted(self.mutant):
            return self.play_sound(keeps=keeps)

    def play_sound(self, *, keeps: bool = False) -> Outcome:
        """Play it on the code as it is."""
        return play(self.seed, recipe=self.recipe, tape=self.tape, keeps=keeps)


def planted(name: str) -> Any:
    """The planted bug of that name; nothing for the empty name."""
    if not name:
        return nullcontext()
    return next(one for one in MUTANTS if one.name == name).plant()


class NotFailing(ValueError):
    """There is nothing to shrink."""


class Shrinker:
    """Tries smaller days and keeps those that still break the same invariant."""

    def __init__(self, seed: int, mutant: str = "", runs_max: int = RUNS_MAX) -> None:
        self.runs = 0
        self._runs_max = runs_max
        with planted(mutant):
            first = play(seed)
        wanted = next((one for one in MUTANTS if one.name == mutant), None)
        found = [b for b in first.breaches if wanted is None or b.invariant in wanted.caught_by]
        if not found:
            raise NotFailing(f"seed {seed} breaks nothing{f' with {mutant}' if mutant else ''}")
        self.best = Kept(
            name=f"seed-{seed}",
            seed=seed,
            recipe=recipe_of(seed),
            tape=Tape(),
            invariant=found[0].invariant,
            sentence=found[0].sentence,
            mutant=mutant,
            commit=commit(),
        )

    def shrink(self) -> Kept:
        """Until a whole round makes nothing smaller, or enough runs were spent."""
        if not self._try(self.best):
            raise NotFailing("the day does not fail a second time")
        before: Kept | None = None
        while before != self.best and self.runs < self._runs_max:
            before = self.best
            self._recipe()
            self._presses()
            if self.best.tape.sheet is None:
                self._minds()
            self._draws()
        return self.best

    def _try(self, case: Kept) -> bool:
        """Whether it still breaks the same invariant; then it is the best so far."""
        if self.runs >= self._runs_max:
            return False
        self.runs += 1
        breach = self._breach(case)
        if breach is None:
            return False
        self.best = structs.replace(case, sentence=breach.sentence)
        return True

    def _breach(self, case: Kept) -> Breach | None:
        outcome = case.play()
        return next((b for b in outcome.breaches if b.invariant == case.invariant), None)

    def _with(self, **changes: Any) -> bool:
        return self._try(structs.replace(self.best, **changes))

    # ------------------------------------------------------------ what can go

    def _recipe(self) -> None:
        """Whatever a day has, one after the other."""
        for one in structs.fields(Recipe):
            calm = PLAIN.get(one.name) or (() if one.required else (_default(one),))
            for value in calm:
                recipe = self.best.recipe
                if getattr(recipe, one.name) == value or one.name in AS_THEY_ARE:
                    continue
                if self._with(recipe=structs.replace(recipe, **{one.name: value})):
                    break

    def _presses(self) -> None:
        """From what comes to people's minds to a sheet of presses, then fewer of them."""
        tape = self.best.tape
        sheet = self._played().asked if tape.sheet is None else tape.sheet

        def only(left: list[Asked], shuffles: int = 1) -> bool:
            first = self.best.tape.shuffle
            return any(
                self._with(tape=structs.replace(self.best.tape, sheet=left, shuffle=first + n))
                for n in range(shuffles)
            )

        if tape.sheet is not None or only(sheet, SHUFFLES):
            self._fewer(sheet, only)

    def _minds(self) -> None:
        """No sheet makes it fail: then fewer people, who think of less."""
        for name in ("people", "commands", "stops", "fumbles"):
            low, high = 0, getattr(self.best.recipe, name)
            while low < high:
                middle = (low + high) // 2
                if self._with(recipe=structs.replace(self.best.recipe, **{name: middle})):
                    high = middle
                else:
                    low = middle + 1

    def _draws(self) -> None:
        """Draws that made no trouble that matters."""
        live = [(stream, number) for stream, numbers in self._played().live.items() for number in numbers]

        def only(left: list[tuple[str, int]]) -> bool:
            kept: dict[str, list[int]] = {}
            for stream, number in left:
                kept.setdefault(stream, []).append(number)
            return self._with(tape=structs.replace(self.best.tape, kept=kept))

        if only(live):
            self._fewer(live, only)

    def _played(self) -> Outcome:
        return self.best.play()

    def _fewer(self, whole: Sequence[T], holds: Callable[[list[T]], bool]) -> None:
        """Delta debugging: leave out stretches, then smaller ones, as long as it still fails."""
        left, size = list(whole), max(len(whole) // 2, 1)
        if left and holds([]):
            return
        while left and self.runs < self._runs_max:
            start, is_smaller = 0, False
            while start < len(left):
                fewer = left[:start] + left[start + size :]
                if holds(fewer):
                    left, is_smaller = fewer, True
                else:
                    start += size
            if size == 1 and not is_smaller:
                return
            size = max(size // 2, 1)


def _default(field: Any) -> Any:
    return field.default_factory() if field.default is msgspec.NODEFAULT else field.default


# ---------------------------------------------------------------- keeping


def keep(case: Kept, folder: Path = KEPT) -> Path:
    """Write it down under a name that says what it broke."""
    words = re.sub(r"[^a-z0-9]+", "-", (case.mutant or case.sentence).lower()).strip("-")[:60].strip("-")
    path = folder / f"{case.invariant.lower()}-{words}-{case.seed}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(case), indent=1) + b"\n")
    return path


def kept(folder: Path = KEPT) -> Iterable[Kept]:
    """Every small day that was kept."""
    return [msgspec.json.decode(path.read_bytes(), type=Kept) for path in sorted(folder.glob("*.json"))]


def summary(case: Kept) -> str:
    """How small it is, in one line."""
    draws = sum(map(len, (case.tape.kept or {}).values()))
    outcome = case.play()
    return (
        f"seed {case.seed}: {len(outcome.asked)} presses, {draws} draws of trouble, "
        f"{outcome.crashes} crashes; {case.invariant} {case.sentence}"
    )
