"""Why a bot has ended, in a person's words: the same on its news, in lists and in the log."""

from __future__ import annotations

from bot.conversation.retelling import told_as
from bot.conversation.wording import Wording

_BECAUSE = "because: "


def why_ended(wording: Wording, sentence: str) -> str:
    """What the bot or the desk said in English, told the person's way; a halt's own words, too."""
    said = told_as(wording, "bot.reason", sentence)
    if said == sentence:
        return told_as(wording, "refusal", sentence)
    _, because, refusal = sentence.partition(_BECAUSE)
    return said.replace(refusal, told_as(wording, "refusal", refusal)) if because else said
