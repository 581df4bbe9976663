"""What each verb does: translates lines and presses into commands, and the book into screens."""

from bot.handlers.table import HANDLERS

__all__ = ["HANDLERS"]
