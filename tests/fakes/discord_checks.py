"""What Discord takes and what it refuses: commands, messages, embeds, components, modals. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tests.fakes.discord_places import EPHEMERAL
from tests.fakes.discord_refusals import Body, Refusal, form

CONTENT_MAX, EMBEDS_MAX, EMBED_CHARS_MAX = 2_000, 10, 6_000
COMMANDS_MAX = 100
COMMAND_CHARS_MAX = 8_000
OPTIONS_MAX = CHOICES_MAX = 25
SUB_COMMAND, SUB_GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
_NAME = re.compile(r"[-_'\w]{1,32}")
_LIMITS = {"title": 256, "description": 4_096}


def _long(value: Any, path: str, least: int, most: int) -> str:
    if not isinstance(value, str):
        raise form(path, "BASE_TYPE_REQUIRED", "This field is required")
    if not least <= len(value) <= most:
        bounds = f"Must be between {least} and {most} in length."
        raise form(path, "BASE_TYPE_BAD_LENGTH", bounds)
    return value


def _within(count: int, path: str, most: int) -> None:
    if count > most:
        raise form(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


# ---------------------------------------------------------------- commands


def checked_commands(given: Any) -> list[Body]:
    """The body of a bulk overwrite. Raises Refusal."""
    if not isinstance(given, list):
        raise Refusal(400, 50035, "Invalid Form Body", {"_errors": [{"code": "BASE_TYPE_BAD_TYPE"}]})
    if len(given) > COMMANDS_MAX:
        raise Refusal(400, 30032, f"Maximum number of application commands reached ({COMMANDS_MAX}).")
    for at, one in enumerate(given):
        _checked_command(one, str(at))
    names = [(one["name"], one.get("type", 1)) for one in given]
    if len(set(names)) != len(names):
        raise form(
            "0.name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
        )
    return list(given)


def _checked_command(one: Body, path: str) -> None:
    _checked_name(one, path)
    if one.get("type", 1) != 1:
        return
    _long(one.get("description"), f"{path}.description", 1, 100)
    _checked_options(one.get("options", []), f"{path}.options", depth=0)
    if command_chars(one) > COMMAND_CHARS_MAX:
        raise form(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")


def command_chars(one: Body) -> int:
    """What a command counts: names, descriptions and values, sub-commands included."""
    own = len(one["name"]) + len(one.get("description", ""))
    choices = sum(len(c["name"]) + len(str(c["value"])) for c in one.get("choices", []))
    return own + choices + sum(command_chars(option) for option in one.get("options", []))


def _checked_name(one: Body, path: str) -> None:
    name = one.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name != name.lower():
        raise form(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _checked_options(options: Sequence[Body], path: str, *, depth: int) -> None:
    _within(len(options), path, OPTIONS_MAX)
    is_optional_seen = False
    kinds = {option.get("type") in (SUB_COMMAND, SUB_GROUP) for option in options}
    if len(kinds) > 1:
        raise form(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands and options do not mix")
    names = [option.get("name") for option in options]
    if len(set(names)) != len(names):
        raise form(path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
    for at, option in enumerate(options):
        here = f"{path}.{at}"
        _checked_name(option, here)
        _long(option.get("description"), f"{here}.description", 1, 100)
        kind = option.get("type")
        if kind not in range(1, 12):
            raise form(f"{here}.type", "BASE_TYPE_CHOICES", "Value must be one of 1 to 11.")
        if kind in (SUB_COMMAND, SUB_GROUP):
            if depth >= (1 if kind == SUB_GROUP else 2):
                raise form(here, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deep")
            _checked_options(option.get("options", []), f"{here}.options", depth=depth + 1)
            continue
        if option.get("required") and is_optional_seen:
            what = "Required options must be placed before non-required options"
            raise form(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", what)
        is_optional_seen = is_optional_seen or not option.get("required")
        _checked_choices(option, here)


def _checked_choices(option: Body, here: str) -> None:
    choices = option.get("choices", [])
    _within(len(choices), f"{here}.choices", CHOICES_MAX)
    if choices and option.get("autocomplete"):
        raise form(f"{here}.autocomplete", "AUTOCOMPLETE_CHOICES", "Choices and autocomplete do not mix")
    if option.get("autocomplete") and option["type"] not in (STRING, INTEGER, NUMBER):
        raise form(f"{here}.autocomplete", "AUTOCOMPLETE_TYPE", "This option cannot be completed")
    for at, choice in enumerate(choices):
        _checked_choice(choice, option["type"], f"{here}.choices.{at}")


def _checked_choice(choice: Body, kind: int, path: str) -> None:
    _long(choice.get("name"), f"{path}.name", 1, 100)
    if kind == STRING:
        _long(choice.get("value"), f"{path}.value", 1, 100)
    elif not isinstance(choice.get("value"), int | float):
        raise form(f"{path}.value", "NUMBER_TYPE_COERCE", "Value is not a number.")


def checked_autocomplete(data: Body, kind: int) -> list[Body]:
    """The choices of an answer of type 8. Raises Refusal."""
    choices = list(data.get("choices", []))
    _within(len(choices), "data.choices", CHOICES_MAX)
    for at, choice in enumerate(choices):
        _checked_choice(choice, kind, f"data.choices.{at}")
    return choices


# ---------------------------------------------------------------- messages


def checked_message(data: Body, *, has_files: bool, is_new: bool, path: str = "") -> Body:
    """The fields of a message that may be set, checked. Raises Refusal."""
    before = f"{path}." if path else ""
    taken: Body = {}
    content = data.get("content")
    if content is not None:
        if not isinstance(content, str) or len(content) > CONTENT_MAX:
            what = f"Must be {CONTENT_MAX} or fewer in length."
            raise form(f"{before}content", "BASE_TYPE_MAX_LENGTH", what)
        taken["content"] = content
    elif "content" in data:
        taken["content"] = ""
    if data.get("embeds") is not None:
        taken["embeds"] = _checked_embeds(data["embeds"], f"{before}embeds")
    if data.get("components") is not None:
        taken["components"] = _checked_rows(data["components"], f"{before}components")
    if data.get("flags") is not None:
        taken["flags"] = int(data["flags"]) & (EPHEMERAL | 4 | 4096)
    nonce = data.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        raise form(f"{before}nonce", "NONCE_TYPE_TOO_LONG", "Nonce must be 25 or fewer in length.")
    filled = any(taken.get(name) for name in ("content", "embeds", "components"))
    if is_new and not (filled or has_files):
        raise Refusal(400, 50006, "Cannot send an empty message")
    return taken


def _checked_embeds(embeds: Any, path: str) -> list[Body]:
    if not isinstance(embeds, list):
        raise form(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType.")
    _within(len(embeds), path, EMBEDS_MAX)
    whole = 0
    for at, embed in enumerate(embeds):
        here = f"{path}.{at}"
        for name, most in _LIMITS.items():
            _within(len(embed.get(name) or ""), f"{here}.{name}", most)
            whole += len(embed.get(name) or "")
        fields = embed.get("fields", [])
        _within(len(fields), f"{here}.fields", 25)
        for number, one in enumerate(fields):
            whole += len(_long(one.get("name"), f"{here}.fields.{number}.name", 1, 256))
            whole += len(_long(one.get("value"), f"{here}.fields.{number}.value", 1, 1_024))
        for part, name, most in (("footer", "text", 2_048), ("author", "name", 256)):
            text = (embed.get(part) or {}).get(name, "")
            _within(len(text), f"{here}.{part}.{name}", most)
            whole += len(text)
    if whole > EMBED_CHARS_MAX:
        raise form(path, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_CHARS_MAX}")
    return list(embeds)


def _checked_rows(rows: Any, path: str) -> list[Body]:
    if not isinstance(rows, list):
        raise form(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType.")
    _within(len(rows), path, 5)
    seen: set[str] = set()
    for at, row in enumerate(rows):
        here = f"{path}.{at}"
        parts = row.get("components", [])
        if row.get("type") != 1 or not parts:
            raise form(f"{here}.components", "BASE_TYPE_REQUIRED", "This field is required")
        _within(len(parts), f"{here}.components", 5)
        has_select = any(part.get("type") == 3 for part in parts)
        if has_select and len(parts) > 1:
            raise form(here, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select takes a whole row")
        for number, part in enumerate(parts):
            name = _checked_component(part, f"{here}.components.{number}")
            if name in seen:
                what = "Component custom id cannot be duplicated"
                raise form(here, "COMPONENT_CUSTOM_ID_DUPLICATED", what)
            seen |= {name} - {""}
    return list(rows)


def _checked_component(part: Body, path: str) -> str:
    """The custom_id; empty for a button that is a link."""
    match part.get("type"):
        case 2:
            if not part.get("label") and not part.get("emoji"):
                raise form(path, "BUTTON_COMPONENT_INVALID_EMOJI_OR_LABEL", "A button needs a label or emoji")
            _within(len(part.get("label", "")), f"{path}.label", 80)
            if part.get("style") == 5:
                _long(part.get("url"), f"{path}.url", 1, 512)
                return ""
            if part.get("style") not in (1, 2, 3, 4):
                raise form(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")
        case 3:
            options = part.get("options", [])
            if not 1 <= len(options) <= 25:
                raise form(f"{path}.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
            for at, option in enumerate(options):
                _long(option.get("label"), f"{path}.options.{at}.label", 1, 100)
                _long(option.get("value"), f"{path}.options.{at}.value", 1, 100)
            values = [option["value"] for option in options]
            if len(set(values)) != len(values):
                raise form(f"{path}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "duplicated")
            _within(len(part.get("placeholder") or ""), f"{path}.placeholder", 150)
        case _:
            raise form(f"{path}.type", "UNION_TYPE_CHOICES", "Value of field type must be one of (2, 3).")
    return _long(part.get("custom_id"), f"{path}.custom_id", 1, 100)


def checked_modal(data: Body) -> Body:
    """The data of an answer of type 9. Raises Refusal."""
    _long(data.get("custom_id"), "data.custom_id", 1, 100)
    _long(data.get("title"), "data.title", 1, 45)
    rows = data.get("components", [])
    if not 1 <= len(rows) <= 5:
        raise form("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    names = []
    for at, row in enumerate(rows):
        here = f"data.components.{at}"
        parts = row.get("components", [])
        if row.get("type") != 1 or len(parts) != 1 or parts[0].get("type") != 4:
            raise form(here, "UNION_TYPE_CHOICES", "A row of a modal holds one text input.")
        text = parts[0]
        names.append(_long(text.get("custom_id"), f"{here}.components.0.custom_id", 1, 100))
        _long(text.get("label"), f"{here}.components.0.label", 1, 45)
        if text.get("style") not in (1, 2):
            raise form(f"{here}.components.0.style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
        _within(len(text.get("placeholder") or ""), f"{here}.components.0.placeholder", 100)
        _within(len(text.get("value") or ""), f"{here}.components.0.value", 4_000)
    if len(set(names)) != len(names):
        raise form("data.components", "COMPONENT_CUSTOM_ID_DUPLICATED", "duplicated")
    return data


def pinged(content: str, allowed: Body | None) -> list[str]:
    """Who is called by a text: `everyone`, and ids of users. Without `allowed_mentions` everybody is."""
    everyone = ["everyone"] if re.search(r"@(everyone|here)\b", content) else []
    users = re.findall(r"<@!?(\d+)>", content)
    if allowed is None:
        return everyone + users
    parse = allowed.get("parse", [])
    named = {str(one) for one in allowed.get("users", [])}
    found = everyone if "everyone" in parse else []
    return found + [one for one in users if "users" in parse or one in named]
