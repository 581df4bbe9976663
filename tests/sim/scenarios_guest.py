"""Named days on which somebody trades on another person's account and locks themself out, or bars symbols
(`make crash`)."""

from __future__ import annotations

from msgspec.structs import replace

from tests.sim.guest import GUEST
from tests.sim.scripted import Make, Script, after, asks, buy, guarded, price, restart, says
from tests.sim.world import World
from trading.domain import commands as cm
from trading.domain.ids import CommandId

BTC, MES = "BTC/USD", "MES"


def guests(make: Make) -> Make:
    """The same, wanted by somebody who owns no account."""

    def made(world: World, command_id: CommandId) -> cm.Command:
        return replace(make(world, command_id), person=GUEST)

    return made


LOCKED: tuple[Script, ...] = (
    Script(
        "somebody who owns no account locks themself out, and goes on trying, also after a start",
        "full",
        (
            asks(1, says(cm.SetRole, member=GUEST, role="trader")),
            asks(2, guests(buy(BTC, "0.2", guarded("1"), limit="6990")), buy(MES, "1", guarded("1"))),
            asks(5, guests(says(cm.LockOut, until=after(40), reason="tilt"))),
            price(7, BTC, "6980"),
            asks(8, guests(buy(BTC, "0.1", guarded("1")))),
            asks(9, buy(BTC, "0.1", guarded("1"))),
            restart(12),
            asks(16, guests(buy(MES, "1", guarded("1")))),
            asks(60, guests(buy(BTC, "0.1", guarded("1")))),
        ),
    ),
    Script(
        "a symbol that is barred while something is held and something waits there, also after a start",
        "full",
        (
            asks(1, buy(BTC, "0.2", guarded("1"))),
            asks(3, buy(BTC, "0.2", guarded("1"), limit="6960"), buy(MES, "1", guarded("1"), limit="2590")),
            asks(6, says(cm.BarSymbols, symbols=(BTC,), is_barred=True, reason="tilt")),
            asks(8, buy(BTC, "0.1", guarded("1")), buy(MES, "1", guarded("1"))),
            restart(12),
            asks(16, buy(BTC, "0.1", guarded("1"))),
            price(20, BTC, "6900"),
            asks(40, says(cm.BarSymbols, symbols=(), is_barred=False)),
            asks(44, buy(BTC, "0.1", guarded("1"))),
        ),
    ),
    Script(
        "a symbol that is barred where the desk watches the exits, which go out",
        "bare",
        (
            asks(1, buy(BTC, "0.2", guarded("1"))),
            asks(6, says(cm.BarSymbols, symbols=(BTC,), is_barred=True, reason="")),
            price(20, BTC, "6900"),
        ),
    ),
)
