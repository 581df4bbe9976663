"""The faults that the simulator can make, by the ids of the specification (section b), as data.

A fault is *made* (`World.fire(id)` where the world does it) or *seen* (`occurrences.py`: what people and
prices did by themselves, found in the timeline). A row that never fires in a proof fails the proof.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class FaultRow(Struct, frozen=True):
    """A kind of trouble, and whether the world makes it or it is seen to have come by itself."""

    fault: str
    what: str
    is_seen: bool = False


def _seen(fault: str, what: str) -> FaultRow:
    return FaultRow(fault, what, is_seen=True)


ROWS: tuple[FaultRow, ...] = (
    # The venue and the way to it.
    FaultRow("X01", "an order is lost before the venue"),
    FaultRow("X02", "an order is taken and the answer is lost"),
    _seen("X03", "an order in doubt was already done at the venue when somebody first asked"),
    FaultRow("X04", "an order is taken and the answer is an internal error"),
    FaultRow("X05", "an order is refused with a code that proves that it was not taken: throttled"),
    FaultRow("X09", "an order is taken and the answer is that its id was used before"),
    FaultRow("X10", "an order is taken and the answer is too little money, while another one is in doubt"),
    FaultRow("X11", "an order is not taken and the answer is a success without an order id"),
    FaultRow("X12", "an order is taken and the answer cannot be read"),
    FaultRow("X07", "a question is answered with `not found` right after the venue took the order"),
    FaultRow("X08", "a question about orders or fills fails"),
    FaultRow("X06", "orders are refused and questions not answered: too many requests"),
    _seen("X13", "a fill is booked before the venue's yes to its order"),
    FaultRow("X14", "a fill is told twice"),
    _seen("X17", "fills are booked in another order than the venue made them"),
    FaultRow("X18", "a single frame of the stream never comes"),
    FaultRow("X19", "the stream goes silent and does not say so"),
    _seen("X20", "the venue fills while the desk is away"),
    _seen("X22", "a part is filled and the rest stays open"),
    _seen("X23", "a part is filled and the rest is ended"),
    _seen("X24", "a fill is learnt after the venue has confirmed the end of its order"),
    _seen("X25", "the venue refuses a cancel"),
    _seen("X26", "a fill wins against a cancel on its way"),
    FaultRow("X27", "a change gives an order a new name, and the venue speaks of it by its names only"),
    _seen("X28", "an order that has fills is changed"),
    _seen("X33", "the price is beyond a stop when it gets to the venue"),
    _seen("C-7", "behind a jump over the stop an exit is ended by its collar, and a wider one follows"),
    _seen("X34", "the venue refuses an order that guards"),
    FaultRow("X35", "the venue ends an order by itself"),
    FaultRow("X36", "a person ends one of the desk's orders at the venue"),
    FaultRow("X37", "a person trades at the venue, past the desk"),
    _seen("X39", "a leg is filled in part and its sibling is made smaller"),
    _seen("X40", "an entry is ended when a part of it is filled, and its exits are due"),
    FaultRow("X43", "the question about positions fails"),
    FaultRow("X46", "an order meets a venue whose trading is halted"),
    FaultRow("X48", "a price that never was is told"),
    FaultRow("X47", "the prices of a symbol stop for a while"),
    FaultRow("X49", "a request meets a venue in maintenance"),
    FaultRow("X50", "a request meets a venue that refuses the key for a while"),
    FaultRow("X59", "an order is accepted and turned down a moment later"),
    # The network.
    FaultRow("N02", "a request is swallowed and arrives after its answer was given up"),
    FaultRow("N03", "a change or a cancel is carried out and the answer is lost"),
    FaultRow("N05", "an answer comes after it was given up"),
    FaultRow("N06", "an answer drips in slowly"),
    # Chat and people.
    FaultRow("T01", "the desk dies with a press in its hands and the platform delivers it again"),
    FaultRow("T02", "a thumb presses twice at once"),
    FaultRow("T03", "a press is delivered again later, as new"),
    FaultRow("T04", "a card of minutes ago is pressed"),
    FaultRow("H01", "somebody types a hundred for one"),
    FaultRow("H02", "somebody puts a stop on the wrong side"),
    FaultRow("H03", "somebody types a limit far through the market"),
    FaultRow("H04", "somebody covers what is held long"),
    FaultRow("H05", "somebody types the same order twice"),
    FaultRow("M09", "somebody floods the desk with orders"),
    FaultRow("T05", "a line arrives ten minutes after it was written"),
    FaultRow("T06", "a line that was sent is edited into an order"),
    FaultRow("T07", "an order is forwarded, in somebody else's words"),
    FaultRow("T08", "a stranger presses somebody's button"),
    FaultRow("T10", "a press carries data that no button ever had"),
    FaultRow("T22", "a key is pasted into the chat"),
    FaultRow("M05", "one tenant presses the button of another"),
    FaultRow("M14", "a link carries an order"),
    _seen("H06", "everything is closed by one command"),
    _seen("H11", "somebody halts the whole desk"),
    # The database.
    FaultRow("B02", "the disk is full before an order is written down"),
    FaultRow("B03", "the disk is full after the venue has said something"),
    FaultRow("B05", "the power fails: what the disk was not asked to sync is gone"),
    FaultRow("B07", "an old copy of the database is put back while the venue is ahead"),
    FaultRow("B10", "the answer to COMMIT is lost"),
    FaultRow("B13", "the disk is slow"),
    FaultRow("B04", "the power goes at a commit"),
    # The process.
    FaultRow("K01", "the power goes between journal and answer"),
    FaultRow("K02", "a report comes again and again that no decision survives"),
    FaultRow("K04", "the process is ended for a new version"),
    FaultRow("C01", "somebody sets the clock of the desk's machine"),
    FaultRow("C04", "the machine sleeps between a commit and the sending"),
    FaultRow("K09", "the task that waits for a venue's answer is canceled from below"),
    FaultRow("K05", "a second process takes over while the first one lives"),
    FaultRow("K06", "an older version of the desk is started where a newer one has traded"),
    _seen("K11", "the desk comes up and the price is beyond a stop"),
)

CATALOGUE: Mapping[str, FaultRow] = {row.fault: row for row in ROWS}


class UnknownFault(KeyError):
    """Something was fired that the catalogue does not know."""


def known(fault: str) -> str:
    """The id itself, if it is in the catalogue."""
    if fault not in CATALOGUE:
        raise UnknownFault(f"{fault} is not in the catalogue of tests/sim/faults.py")
    return fault
