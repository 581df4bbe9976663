"""The judge: plain data in, broken invariants out; shares nothing with the product (RULINGS 42)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tests.sim.oracle_asks import Refusals
from tests.sim.oracle_bare import Bare
from tests.sim.oracle_bots import BotJudge
from tests.sim.oracle_bracketed import Bracketed
from tests.sim.oracle_cover import Cover, is_at
from tests.sim.oracle_cross import Crossed
from tests.sim.oracle_doubt import Doubts
from tests.sim.oracle_dust import Rests
from tests.sim.oracle_gate import GateJudge
from tests.sim.oracle_hung import Hung
from tests.sim.oracle_known import CHANGES, DEAD, STEPS, Known, told_as_made
from tests.sim.oracle_lasting import Lasting
from tests.sim.oracle_looks import Looks
from tests.sim.oracle_mistakes import Mistakes
from tests.sim.oracle_profiles import ProfileJudge
from tests.sim.oracle_pulled import Pulls
from tests.sim.oracle_stops import Stops

Row = Mapping[str, Any]
ZERO = Decimal(0)


class Breach(NamedTuple):
    """A broken invariant: its name in docs/simulation.md, and what was seen."""

    invariant: str
    sentence: str


ENDS, CLOSES = {"canceled", "expired"}, {"close"}
STOPPING = {"HaltChanged", "MaintenanceChanged", "LockoutSet", "PersonLocked", "SymbolsBarred"}
STOPPING |= {"CommandDenied"}


class Oracle:
    """Walks the one timeline of everything that happened, and says what must never have happened."""

    def __init__(self) -> None:
        self.breaches: list[Breach] = []
        self.orders: dict[str, Known] = {}  # by our order id
        self.by_cid: dict[str, Known] = {}
        self.taken: dict[str, Row] = {}  # what the venue has had
        self.turned_down: set[str] = set()  # accepted by the venue, and rejected by it afterwards
        self.open_at_venue: dict[str, Decimal] = {}  # what may still fill there
        self.venue_fills: dict[tuple[str, str], Row] = {}
        self.booked: set[tuple[str, str]] = set()
        self.held: dict[str, Decimal] = defaultdict(Decimal)  # by symbol, at the venue
        self.positions: dict[str, Decimal] = defaultdict(Decimal)  # by position, in the journal
        self.confirmed: dict[str, str] = {}
        self.answers: dict[str, list[Row]] = defaultdict(list)
        self.entries: dict[str, list[str]] = defaultdict(list)
        self.closes: dict[str, list[str]] = defaultdict(list)
        self.stops, self.gate = Stops(), GateJudge()
        self.refusals, self.lasting = Refusals(), Lasting()
        self.looks, self.mistakes, self.doubts, self.pulls = Looks(), Mistakes(), Doubts(), Pulls()
        self.ticks: dict[str, Decimal] = {}
        self.sent, self.proposed = set[str](), set[str]()
        self.trail_stops: dict[str, tuple[Decimal, Decimal]] = {}
        self.sums: dict[str, Decimal] = defaultdict(Decimal)
        self.plans: dict[str, Row] = {}
        self.brackets: dict[str, Row] = {}
        self.seqs: dict[str, int] = defaultdict(int)
        self.rests, self.bare, self.hung, self.along = Rests(), Bare(), Hung(), Bracketed()
        self.cover, self.crossed, self.bots, self.profiles = Cover(), Crossed(), BotJudge(), ProfileJudge()

    def say(self, invariant: str, sentence: str) -> None:
        """Note a breach."""
        self.breaches.append(Breach(invariant, sentence))

    def walk(self, timeline: Iterable[Row]) -> None:
        """Take everything in, in the order in which it happened."""
        for row in timeline:
            self.gate.row(row)
            self.doubts.beside(row, self)
            self.breaches += [Breach(*one) for one in self.lasting.row(row, self)]
            judged = {"I7": [*self.refusals.row(row)], "I9": [*self.crossed.once_more.row(row, self)]}
            guards = (self.cover, self.bare, self.hung, self.along)
            judged["I8"] = [sentence for one in guards for sentence in one.seen(self, row)]
            judged |= {"X48": self.mistakes.row(row), "GAP": [*self.pulls.gaps.row(row, self)]}
            judged |= {"X47": [*self.pulls.stale.row(row, self)], "PROFILE": [*self.profiles.row(row)]}
            judged |= {"X31": [*self.rests.row(row, self)], "X36": [*self.pulls.row(row, self)]}
            for invariant, sentence in ((name, one) for name, found in judged.items() for one in found):
                self.say(invariant, sentence)
            match row["what"]:
                case "event":
                    self._event(row)
                case "venue":
                    self._venue(row)
                case "send":
                    self._send(row)
                case "looked":
                    self.looks.looked(row)
                case "hand" | "touched" | "broke" | "crash" | "fault":
                    self.breaches += [Breach("I20", sentence) for sentence in self.looks.beside(row)]
                case "commit":
                    self.breaches += [Breach("I13", text) for text in self.stops.commit()]
                case "published" | "boot":
                    self.stops.taken_in()
                    self.looks.taken_in()
                    self.looks.has_heard &= row["what"] != "boot"
                case "banned":
                    self.say("I14", f"{row['why']}: the venue bans who asks so")
                case "confirmed":
                    self.confirmed[row["command"]] = row["verb"]
                case "proposed":
                    self.proposed.add(row["command"])
                case "told":
                    self.answers[row["command"]].append(row)
                case _:
                    pass

    def _send(self, row: Row) -> None:
        cid = row["cid"]
        known = self.by_cid.get(cid)
        if known is None:
            self.say("I13", f"{cid} went out before it was written down")
            return
        if cid in self.sent:
            self.say("I1", f"{known.order['order_id']} was sent twice")
        self.sent.add(cid)
        for invariant, sentence in self.looks.sent(row, known.order):
            self.say(invariant, f"{known.order['order_id']} {sentence}")
        halted = self.stops.known_binding(known.order, row["at"]) if row["entry"] else []
        if halted:
            self.say("I13", f"{known.order['order_id']} began to go out while {halted} was halted")

    # ------------------------------------------------------------ the venue

    def _venue(self, row: Row) -> None:
        match row["type"]:
            case "Listed":
                self.ticks[row["instrument"]["symbol"]] = row["instrument"]["tick_size"]
                self.doubts.exposure.listed(row["instrument"])
            case "Taken":
                self._taken(row["order"])
            case "Filled":
                self._filled(row)
            case "Ended":
                self.open_at_venue.pop(row["client_order_id"], None)
                if row["reason"] == "turned_down":
                    self.turned_down.add(row["client_order_id"])
            case "Changed" if row["client_order_id"] in self.open_at_venue:
                cid = row["client_order_id"]
                done = sum((f["quantity"] for (c, _), f in self.venue_fills.items() if c == cid), ZERO)
                self.open_at_venue[cid] = row["quantity"] - done
            case _:
                pass

    def _taken(self, order: Row) -> None:
        cid, command = order["client_order_id"], order["command_id"]
        self.taken[cid] = order
        if cid in self.looks.foreign:
            return
        self.open_at_venue[cid] = order["quantity"]
        known = self.by_cid.get(cid)
        if known is None:
            self.say("I13", f"the venue has {cid}, which the journal did not know")
        elif known.status in ("rejected", "not_placed") and not self.doubts.may_be_there(cid):
            self.say("I5", f"{order['order_id']} was declared {known.status}, then the venue took it")
        if order["role"] != "entry":
            if self._is_pair(order["position_id"]) and not order["reduce_only"]:
                self.say("I8", f"{order['order_id']} is one of a pair, and nothing binds it")
            return
        if not (command in self.confirmed or self.bots.is_of_bot(command) or self.profiles.knows(command)):
            self.say("I1", f"nobody confirmed {command}, but {order['order_id']} is at the venue")
        self.entries[command].append(cid)
        if len(self.entries[command]) > 1:
            self.say("I1", f"{command} made {len(self.entries[command])} entries at the venue")

    def _filled(self, row: Row) -> None:
        report, symbol = row["report"], row["symbol"]
        cid = report["client_order_id"]
        key = (cid, report["fill_id"])
        if key in self.venue_fills:
            self.say("VENUE", f"the venue filled {key} twice: the world is broken")
        self.venue_fills[key] = {**report, "symbol": symbol, "side": row["side"]}
        sign = 1 if row["side"] == "buy" else -1
        before = self.held[symbol]
        after = self.held[symbol] = before + sign * report["quantity"] - report["fee_base"]  # X30
        self.looks.moved(symbol, after, report["at"])
        if cid in self.looks.foreign:
            return
        self.open_at_venue[cid] = self.open_at_venue.get(cid, ZERO) - report["quantity"]
        if self.open_at_venue[cid] <= 0:
            del self.open_at_venue[cid]
        if self.taken[cid]["role"] == "entry":
            late = [] if self.refusals.is_tried(cid) else self.stops.filled(self, cid, report["at"])
            self.breaches += [Breach("I13", f"{cid} filled long after {who} was halted") for who in late]
        else:
            found = self.crossed.filled(self, self.taken[cid], before, after)
            self.breaches += [Breach("I9", sentence) for sentence in found]

    def is_beyond_finding(self, cid: str) -> bool:
        """Whether an order that counts as not placed was at the venue, and is over there without a fill: then
        neither its lists nor its fills tell of it any more, and a word or a venue that hid it were wrong."""
        is_filled = any(name == cid for name, _ in self.venue_fills)
        return self.doubts.may_be_there(cid) and cid not in self.open_at_venue and not is_filled

    # ------------------------------------------------------------ the journal

    def _event(self, row: Row) -> None:
        event, kind = row["event"], row["event"]["type"]
        stream = row["stream"]
        self.seqs[stream] += 1
        if row["seq"] != self.seqs[stream]:
            self.say("I16", f"{stream} has event {row['seq']} after {self.seqs[stream] - 1}")
        self.doubts.event(event, self)
        self.breaches += [Breach("BOT", text) for text in self.bots.event(event, self.confirmed)]
        if kind == "OrderIntended":
            self._intended(event)
        elif kind == "OrderAdopted":
            self._adopted(event)
        elif kind == "OrderFilled":
            self._booked(event)
        elif kind in STEPS:
            self._step(event, kind)
        elif kind in CHANGES:
            self._changed(event)
        elif kind == "LimitChanged":
            self.gate.limited(event)
        elif kind == "CashMoved":
            self._balanced(event)
        elif kind in STOPPING:
            self.stops.met(event, [one.order for one in self.orders.values() if one.is_waiting_entry])
            for sentence in self.stops.event(event):
                self.say("I13", sentence)
        elif kind in ("RiskWarned", "DayStarted"):
            for sentence in self.stops.warning(event):
                self.say("WARN", sentence)
        else:
            self._other(event, kind)

    def _other(self, event: Row, kind: str) -> None:
        position = event.get("position_id", "")
        match kind:
            case "SymbolFrozen" | "SymbolThawed":
                self.breaches += [Breach("I21", text) for text in self.looks.froze(event)]
            case "FlattenStarted" if event["is_panic"]:
                self.looks.panicked()
            case "CancelRequested" | "CancelFailed":
                self.stops.wished(event)
            case "FlatProven":
                self._proven(event)
            case "TrailMoved":
                self.trail_stops[position] = (event["best_price"], event["stop_price"])
            case "ExitTriggered":
                self._triggered(event)
            case "PlanSet":
                self.plans[position] = event["plan"]
            case "BracketSet":
                self.brackets[position] = event["bracket"]
                for leg in event["bracket"]["legs"]:
                    if leg["kind"] == "trail":
                        self.trail_stops[position] = (event["bracket"]["best_price"], leg["price"])
            case "PositionClosed":
                if self.positions[position]:
                    self.say("I3", f"{position} was called closed with {self.positions[position]} held")
            case _:
                pass

    def _intended(self, event: Row) -> None:
        order, gate = event["order"], event["gate"]
        order_id, cid = order["order_id"], order["client_order_id"]
        if order_id in self.orders or cid in self.by_cid:
            self.say("I1", f"{order_id} ({cid}) was intended twice")
        known = self.orders[order_id] = self.by_cid[cid] = Known(order)
        if not gate["decision_id"] or not gate["checks"] or not all(c["passed"] for c in gate["checks"]):
            self.say("I13", f"{order_id} has no gate decision that passed")
        self.doubts.intended(known, gate, self)
        for sentence in self.gate.intended(event):
            self.say("I14" if "in ten seconds" in sentence else "I13", sentence)
        if known.is_entry:
            self.breaches += [Breach("I21", text) for text in self.looks.opened(order)]
            for who in self.stops.surely_binding(order, event["at"]):
                self.say("I13", f"{order_id} was decided behind the halt of {who}")
            return
        cause = event["cause"]
        if order["role"] in CLOSES and (cause in self.confirmed or self.profiles.knows(cause)):
            self.closes[cause].append(order_id)
            if len(self.closes[cause]) > 1:
                self.say("I1", f"{cause} closed {len(self.closes[cause])} times")
        if not order.get("parent"):  # what goes along with its entry: `oracle_bracketed.py`
            self._spoken_for(known, order["quantity"])

    def _adopted(self, event: Row) -> None:
        order = event["order"]
        self.breaches += [Breach("I2", text) for text in self.looks.adopted(event, self.confirmed)]
        known = self.by_cid[order["client_order_id"]] = self.orders.setdefault(
            order["order_id"], Known(order)
        )
        known.quantity, known.status = order["quantity"], "working"

    def _changed(self, event: Row) -> None:
        known = self.orders[event["order_id"]]
        grows = event["type"] == "ReplaceRequested" and event["quantity"] > known.quantity
        if grows and not known.is_entry and not known.order["group"]:
            self._spoken_for(known, event["quantity"] - known.filled)
        known.changed(event)

    def _spoken_for(self, new: Known, quantity: Decimal) -> None:
        """Exits of one side that no venue's group binds may never promise more than is held (RULINGS 16)."""
        position_id = new.order["position_id"]
        held = abs(self.positions[position_id])
        if self.positions[position_id] * new.sign >= 0 or quantity > held:
            self.say("I8", f"{new.order['order_id']} is to sell {quantity} of {held}")
            return
        if new.order["group"] or self._is_pair(position_id):
            return
        others = [
            one
            for one in self.orders.values()
            if one is not new and not one.is_entry and one.order["position_id"] == position_id
        ]
        spoken = sum((one.left_at_most for one in others if one.sign == new.sign), ZERO)
        if spoken + quantity > held:
            self.say("I8", f"{new.order['order_id']}: {quantity} and {spoken} spoken for, {held} held")

    def _is_pair(self, position_id: str) -> bool:
        """Whether reduce-only orders guard it: the venue lets none of them go beyond the position."""
        return self.brackets.get(position_id, {"guard": ""})["guard"] in ("pair", "attached")

    def _booked(self, event: Row) -> None:
        known = self.orders[event["order_id"]]
        key = (known.order["client_order_id"], event["fill_id"])
        truth = self.venue_fills.get(key)
        if truth is None and key[0] not in self.looks.settled:
            self.say("I2", f"{event['order_id']} booked fill {event['fill_id']}, which the venue never made")
        elif truth and not told_as_made(truth, event):
            self.say("I2", f"fill {event['fill_id']} was booked otherwise than the venue made it")
        if key in self.booked:
            self.say("I2", f"fill {event['fill_id']} of {event['order_id']} was booked twice")
        if truth is not None:
            found = [*self.looks.told(event, truth), *self.doubts.exposure.told(event, known)]
            self.breaches += [Breach("I2", text) for text in found]
        self.booked.add(key)
        self.crossed.booked(known, event)
        known.filled += event["quantity"]
        known.status = "filled" if known.status == "filled" or known.filled >= known.most else "partial"
        self.stops.wished(event, is_over=known.status == "filled")
        self.doubts.exposure.filled(event, known)
        if event["contained"] is None:
            self.positions[event["position_id"]] += known.sign * event["quantity"] - event["fee_base"]
        self._balanced(event)

    def _step(self, event: Row, kind: str) -> None:
        known = self.orders[event["order_id"]]
        allowed, after = STEPS[kind]
        if known.status not in allowed:
            self.say("I6", f"{event['order_id']} went from {known.status} to {after}")
        cid = known.order["client_order_id"]
        if after in ENDS and cid in self.open_at_venue and not self.doubts.is_hidden(cid):
            self.say("I6", f"{event['order_id']} was called {after}, and the venue still holds it")
        known.status = after
        if after in DEAD:
            known.wanted = None
            self.stops.wished(event)

    def _balanced(self, event: Row) -> None:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for line in event["bookings"]:
            sums[line["currency"]] += line["value"]
            self.sums[line["book"]] += line["value"]
        if any(sums.values()):
            self.say("I4", f"bookings of {event['type']} leave {dict(sums)}")

    def _proven(self, event: Row) -> None:
        if not self.looks.has_looked:
            self.say("FLAT", "a panic was called proven without a look at the venue")
        left = self.rests.flat_but_for(self.held) and self.looks.left(self, event)
        if "venue reports" in event["proof"] and (left or self.open_at_venue):
            self.say("FLAT", f"called flat, but the venue holds {dict(self.held)}, {self.open_at_venue}")

    def _triggered(self, event: Row) -> None:
        if event["leg"] != "trail":
            return
        held = self.positions[event["position_id"]]
        noted = self.trail_stops.get(event["position_id"])
        symbol = event["position_id"].split("/", 1)[1].rsplit("/", 1)[0]
        if noted is None or not is_at(noted[1], event["price"], self.ticks[symbol], is_long=held > 0):
            text = f"{event['position_id']} left at {event['price']} by a trail that nobody wrote down"
            self.say("I6", f"{text} (last {noted})")


def judged(timeline: Sequence[Row], final: Row) -> list[Breach]:
    """Every broken invariant: those of the walk, then those of the end (`tests.sim.verdict` adds them)."""
    from tests.sim.oracle_end import at_end

    oracle = Oracle()
    oracle.walk(timeline)
    at_end(oracle, final)
    return oracle.breaches
