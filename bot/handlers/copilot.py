"""`/copilot`: a model writes a line for a person's sentence; the grammar decides whether it says the same.

Nothing is ever sent from here (RELIABILITY L07): what comes back is a review card, whatever the one-tap
limit.
"""

from __future__ import annotations

from msgspec.structs import replace

from bot.conversation.agreeing import NAMES, Disagreement, disagreement
from bot.conversation.confirmation import choice_button
from bot.conversation.grammar import canonical, parse
from bot.conversation.grammar_shapes import OrderLine, Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Kind, Line, Screen, code, dim, line, row, warn
from bot.conversation.verbs import verb
from bot.handlers import trade
from bot.handlers.opinions import WAITS_S, because, order_of
from bot.handlers.subjects import word_of
from trading.ports import Proposal

EXAMPLE = "/buy SOL 100 sl 5%"
TAG = "copilot"
"""What orders that began as a sentence are tagged with, so that statistics can tell them apart."""


async def copilot(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The review card of the one order that the sentence means, or why there is none."""
    opinion = tools.opinion
    if opinion is None or not opinion.sources:
        return refusal(asked, "opinion.no_key")
    text = word_of(parsed, "text")
    person, order = asked.person.person_id, order_of(asked)
    proposal = await opinion.propose_soon(person, text, order=order, within_s=WAITS_S)
    if proposal is None:
        again = await choice_button(tools, asked, asked.wording.say("opinion.show"), f"/copilot {text}")
        return Screen.of(line(asked.wording.say("copilot.asking"))).with_buttons(row(again))
    if proposal.nothing_because:
        allowance = await opinion.allowance(asked.person.person_id)
        reason = because(asked, proposal.nothing_because, allowance)
        return _by_hand(asked, asked.wording.say("copilot.nothing", reason=reason))
    read = parse(proposal.line)
    problem = disagreement(text, read)
    if problem is not None or not isinstance(read, OrderLine):
        return _refused(asked, proposal, problem or Disagreement("no_order"))
    if not asked.person.may(verb(read.verb).right):
        return refusal(asked, "dialogue.no_role", role=asked.person.called, verb=read.verb)
    return await _card(tools, asked, proposal, replace(read, tag=TAG))


async def _card(tools: Tools, asked: Asked, proposal: Proposal, read: OrderLine) -> Screen:
    """The card that the line itself would get, with what was read above it."""
    said = canonical(read)
    typed = replace(asked, line=said, must_review=True)
    card = await trade.HANDLERS[read.verb](tools, typed, read)
    by = asked.wording.say("copilot.by", source=proposal.source)
    head = line(asked.wording.say("copilot.read"), " ", code(said), dim(f" {by}"))
    return replace(card, blocks=(head, *card.blocks))


def _refused(asked: Asked, proposal: Proposal, problem: Disagreement) -> Screen:
    say = asked.wording.say
    about = say(f"copilot.part.{problem.about}") if problem.about in NAMES else problem.about
    said = say(f"copilot.no.{problem.code}", **({"about": about} if problem.about else {}))
    proposed = line(dim(say("copilot.proposed")), " ", code(proposal.line))
    return _by_hand(asked, said, proposed)


def _by_hand(asked: Asked, said: str, *more: Line) -> Screen:
    how = line(dim(asked.wording.say("copilot.instead")), " ", code(EXAMPLE))
    return Screen.of(line(warn(said)), *more, how, kind=Kind.REFUSAL)


HANDLERS: dict[str, Handler] = {"copilot": copilot}
