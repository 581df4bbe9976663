"""A proof of absence in a person's words: what was asked, what was answered, what the rest says."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bot.conversation.wording import Wording
from trading.domain.doubt import AbsenceProof


def proof_sentences(wording: Wording, proof: AbsenceProof) -> list[str]:
    """Each part of the proof as a sentence of its own."""
    first, last = proof.negatives[0], proof.negatives[-1]

    def span(seconds: Decimal) -> str:
        return wording.duration(timedelta(microseconds=int(seconds * 1_000_000)))

    said = [
        wording.say(
            "proof.answers",
            n=proof.answers,
            venue=proof.venue,
            first=span(first.after_s),
            last=span(last.after_s),
        )
    ]
    if proof.fence_s or proof.visibility_s:
        spans = {"fence": span(proof.fence_s), "visibility": span(proof.visibility_s)}
        said.append(wording.say("proof.spans", **spans))
    else:
        said.append(wording.say("proof.instant"))
    said.append(wording.say("proof.held", held=wording.number(proof.held)))
    said.append(wording.say(f"proof.stream_{proof.stream.value}"))
    return said
