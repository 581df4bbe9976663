"""The life of an interaction: its first answer within 3 seconds, edits and follow-ups for 15 minutes."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord_checks import checked_autocomplete, checked_message, checked_modal, pinged
from tests.fakes.discord_places import EPHEMERAL, LOADING, DiscordMessage
from tests.fakes.discord_refusals import (
    ALREADY_ACKNOWLEDGED,
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Body,
    Refusal,
    form,
)
from tests.fakes.discord_world import ANSWER_S, TOKEN_S, DiscordWorld, Interaction

Files = list[tuple[str, bytes]]

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
PONG, MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, OPEN_MODAL = 1, 4, 5, 6, 7, 8, 9
_ANSWERS = {
    COMMAND: (MESSAGE, DEFERRED, OPEN_MODAL),
    COMPONENT: (MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, OPEN_MODAL),
    AUTOCOMPLETE: (CHOICES,),
    MODAL: (MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE),
}


class Interactions:
    """What a bot may do with an interaction's token."""

    def __init__(self, world: DiscordWorld) -> None:
        self._world = world

    # ------------------------------------------------------------ the first answer

    def callback(self, interaction_id: str, token: str, body: Body, files: Files) -> Body:
        """The first answer. Raises Refusal."""
        world = self._world
        found = world.interactions.get(token)
        if found is None or found.id != interaction_id:
            raise Refusal(*UNKNOWN_INTERACTION)
        if found.answered:
            raise Refusal(*ALREADY_ACKNOWLEDGED)
        if world.clock.elapsed_s() - found.at_s > ANSWER_S:
            raise Refusal(*UNKNOWN_INTERACTION)
        kind, data = body.get("type"), body.get("data") or {}
        is_update = kind in (DEFERRED_UPDATE, UPDATE)
        if kind not in _ANSWERS[found.kind] or (is_update and found.message is None):
            raise form("type", "BASE_TYPE_CHOICES", f"Not an answer to an interaction of type {found.kind}")
        self._begin(found, kind, data, files)
        found.answered = kind
        found.answered_s = world.clock.elapsed_s()
        world.changed()
        return self._resource(found)

    def _begin(self, found: Interaction, kind: int, data: Body, files: Files) -> None:
        match kind:
            case 4:
                found.original = self._new(found, data, files, is_ephemeral=_is_hidden(data))
            case 5:
                flags = LOADING | (int(data.get("flags") or 0) & EPHEMERAL)
                found.original = self._put(found, {"flags": flags}, bool(flags & EPHEMERAL))
                if not flags & EPHEMERAL:
                    self._world.told("MESSAGE_CREATE", found.original)
            case 6:
                found.original = found.message
            case 7:
                assert found.message is not None
                found.original = found.message
                self._edit(found.message, data, files)
            case 8:
                found.choices = checked_autocomplete(data, _completed_kind(found.body["data"]))
            case _:
                found.modal = checked_modal(data)

    def _resource(self, found: Interaction) -> Body:
        original = found.original
        shown: Body = {
            "interaction": {
                "id": found.id,
                "type": found.kind,
                "response_message_id": original.id if original else None,
                "response_message_loading": bool(original and original.is_loading),
                "response_message_ephemeral": bool(original and original.ephemeral_to),
            }
        }
        if found.answered in (MESSAGE, DEFERRED, UPDATE) and original is not None:
            shown["resource"] = {"type": found.answered, "message": original.body}
        return shown

    # ------------------------------------------------------------ afterwards

    def of(self, application: str, token: str) -> Interaction:
        """The interaction behind a webhook's address. Raises Refusal."""
        found = self._world.interactions.get(token)
        if found is None or application != self._world.application_id:
            raise Refusal(*INVALID_WEBHOOK_TOKEN)
        if self._world.clock.elapsed_s() - found.at_s > TOKEN_S:
            raise Refusal(*INVALID_WEBHOOK_TOKEN)
        if not found.answered:
            raise Refusal(*UNKNOWN_WEBHOOK)
        return found

    def message(self, found: Interaction, message_id: str) -> DiscordMessage:
        """`@original`, or one of its follow-ups. Raises Refusal."""
        if message_id == "@original":
            if found.original is None or found.original.is_deleted:
                raise Refusal(*UNKNOWN_MESSAGE)
            return found.original
        mine = [*found.followups, *([found.original] if found.original else [])]
        for one in mine:
            if one.id == message_id and not one.is_deleted:
                return one
        raise Refusal(*UNKNOWN_MESSAGE)

    def follow_up(self, found: Interaction, data: Body, files: Files) -> Body:
        """A further message; the first one after a deferred answer takes the place of its loading sign."""
        original = found.original
        if found.answered == DEFERRED and original is not None and original.is_loading:
            self._edit(original, data, files)
            return original.body
        made = self._new(found, data, files, is_ephemeral=_is_hidden(data))
        found.followups.append(made)
        return made.body

    def edit(self, found: Interaction, message_id: str, data: Body, files: Files) -> Body:
        """Replace one of its messages. Raises Refusal."""
        message = self.message(found, message_id)
        found.shown_s = found.shown_s or self._world.clock.elapsed_s()
        self._edit(message, data, files)
        return message.body

    def delete(self, found: Interaction, message_id: str) -> None:
        """Take one of its messages away. Raises Refusal."""
        message = self.message(found, message_id)
        message.is_deleted = True
        self._world.told("MESSAGE_DELETE", message)

    # ------------------------------------------------------------ inside

    def _edit(self, message: DiscordMessage, data: Body, files: Files) -> None:
        taken = checked_message(data, has_files=bool(files), is_new=False)
        taken.pop("flags", None)
        taken["flags"] = message.body["flags"] & ~LOADING
        if files:
            taken["attachments"] = attached(self._world, files)
            message.files = files
        elif "attachments" in data:
            taken["attachments"] = []
        self._world.edited(message, taken)

    def _new(self, found: Interaction, data: Body, files: Files, *, is_ephemeral: bool) -> DiscordMessage:
        taken = checked_message(data, has_files=bool(files), is_new=True)
        taken["attachments"] = attached(self._world, files)
        made = self._put(found, taken, is_ephemeral)
        made.files = files
        made.pings = pinged(taken.get("content", ""), data.get("allowed_mentions"))
        self._world.told("MESSAGE_CREATE", made)
        return made

    def _put(self, found: Interaction, fields: dict[str, Any], is_ephemeral: bool) -> DiscordMessage:
        user = found.user.body()
        made = self._world.put_message(
            found.channel,
            self._world.bot,
            type=20 if found.kind == COMMAND else 0,
            webhook_id=self._world.application_id,
            application_id=self._world.application_id,
            interaction_metadata={
                "id": found.id,
                "type": found.kind,
                "user": user,
                "authorizing_integration_owners": {},
            },
            **fields,
        )
        made.invoker = found.user.id
        if is_ephemeral:
            made.ephemeral_to = found.user.id
            made.body["flags"] |= EPHEMERAL
        return made


def attached(world: DiscordWorld, files: Files) -> list[Body]:
    """Files as Discord lists them."""
    return [
        {
            "id": world.snowflake(),
            "filename": name,
            "size": len(content),
            "url": f"https://cdn.discordapp.com/{name}",
            "proxy_url": f"https://media.discordapp.net/{name}",
        }
        for name, content in files
    ]


def _is_hidden(data: Body) -> bool:
    return bool(int(data.get("flags") or 0) & EPHEMERAL)


def _completed_kind(data: Body) -> int:
    """The type of the option that is being typed."""
    for option in data.get("options", []):
        if option.get("focused"):
            return int(option["type"])
        if "options" in option:
            return _completed_kind(option)
    return 3
