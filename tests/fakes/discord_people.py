"""The people of a Discord cloud, who use it as humans do: slash commands, buttons, selects, forms, words.

A person's verbs act at once; what the bot makes of it is awaited with `sees` or `until`, never by sleeping.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.fakes.discord_interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL
from tests.fakes.discord_places import DM, DiscordChannel, DiscordMessage, DiscordUser
from tests.fakes.discord_refusals import Body
from tests.fakes.discord_world import ANSWER_S, DiscordWorld, Interaction


class NotThere(AssertionError):
    """What the person wants to use is not there."""


@dataclass(slots=True)
class Act:
    """Something a person did with the bot, as the person sees it afterwards."""

    world: DiscordWorld
    interaction: Interaction

    @property
    def has_failed(self) -> bool:
        """“The application did not respond.”"""
        late = self.world.clock.elapsed_s() - self.interaction.at_s > ANSWER_S
        return late and not self.interaction.answered

    @property
    def is_answered(self) -> bool:
        """Whether the bot has said anything at all."""
        return bool(self.interaction.answered)

    @property
    def waited_s(self) -> float:
        """How long the first answer took."""
        return self.interaction.answered_s - self.interaction.at_s

    @property
    def reply(self) -> DiscordMessage:
        """The message that answers it."""
        if self.interaction.original is None:
            raise NotThere("no message answers this")
        return self.interaction.original

    @property
    def asides(self) -> list[DiscordMessage]:
        """Further messages of this answer."""
        return self.interaction.followups

    @property
    def form(self) -> Body:
        """The form that was opened."""
        if self.interaction.modal is None:
            raise NotThere("no form was opened")
        return self.interaction.modal


class DiscordPerson:
    """A human with the app. `dm` is the direct chat with the bot; verbs take another place as `channel=`."""

    def __init__(self, world: DiscordWorld, user: DiscordUser) -> None:
        self.world = world
        self.user = user
        self.id = user.id

    @property
    def dm(self) -> DiscordChannel:
        """The direct chat with the bot."""
        return self.world.direct(self.user)

    def seen(self, channel: DiscordChannel | None = None) -> list[DiscordMessage]:
        """Messages of the bot that this person sees there."""
        place = channel or self.dm
        return [
            one
            for one in place.shown
            if one.body["author"]["id"] == self.world.bot.id and one.ephemeral_to in ("", self.id)
        ]

    @property
    def last(self) -> DiscordMessage:
        """The newest message of the bot in the direct chat."""
        return self.seen()[-1]

    def transcript(self, channel: DiscordChannel | None = None) -> list[str]:
        """What the person reads there."""
        place = channel or self.dm
        return [
            f"{one.body['author']['global_name']}: {one.text} {one.labels or ''}".rstrip()
            for one in place.shown
            if one.ephemeral_to in ("", self.id)
        ]

    async def sees(
        self, text: str, channel: DiscordChannel | None = None, patience_s: float = 20.0
    ) -> DiscordMessage:
        """The newest message there with these words, once there is one."""

        def found() -> DiscordMessage | None:
            return next((one for one in reversed(self.seen(channel)) if text in one.text), None)

        try:
            await self.world.until(lambda: found() is not None, patience_s)
        except TimeoutError:
            so_far = "\n".join(self.transcript(channel))
            raise NotThere(f"{text!r} does not come; so far:\n{so_far}") from None
        message = found()
        assert message is not None
        return message

    # ------------------------------------------------------------ words

    def say(self, text: str, channel: DiscordChannel | None = None) -> DiscordMessage:
        """Type and send. `@bot` calls it."""
        place = channel or self.dm
        mention = f"<@{self.world.bot.id}>"
        text = text.replace("@bot", mention)
        mentions = [self.world.bot.body()] if mention in text else []
        made = self.world.put_message(place, self.user, content=text, mentions=mentions)
        member = {"member": place.guild.member(self.user)} if place.guild is not None else {}
        self.world.told("MESSAGE_CREATE", made, **member)
        return made

    def edit(self, message: DiscordMessage, text: str) -> None:
        """Change what was said."""
        self.world.edited(message, {"content": text})

    # ------------------------------------------------------------ commands

    def command(self, name: str, channel: DiscordChannel | None = None, /, **options: Any) -> Act:
        """A slash command, `preset save` for a sub-command. Raises NotThere for what is not offered."""
        data = self._filled(name, options)
        return self._act(COMMAND, data, channel or self.dm)

    def complete(
        self, name: str, option: str, typed: str, channel: DiscordChannel | None = None, /, **options: Any
    ) -> Act:
        """Type into an option that offers what could stand there."""
        data = self._filled(name, {**options, option: typed}, is_half=True)
        inner = data["options"]
        while inner and inner[0]["type"] in (1, 2):
            inner = inner[0]["options"]
        for one in inner:
            if one["name"] == option:
                one["focused"] = True
        return self._act(AUTOCOMPLETE, data, channel or self.dm)

    def _filled(self, name: str, options: dict[str, Any], *, is_half: bool = False) -> Body:
        words = name.split()
        command = next((one for one in self.world.commands if one["name"] == words[0]), None)
        if command is None:
            raise NotThere(f"no command /{words[0]}: {[one['name'] for one in self.world.commands]}")
        data: Body = {"id": command["id"], "name": words[0], "type": 1, "options": []}
        offered, place = command["options"], data["options"]
        for word in words[1:]:
            part = next((one for one in offered if one["name"] == word and one["type"] in (1, 2)), None)
            if part is None:
                raise NotThere(f"no {word} in /{name}")
            step: Body = {"name": word, "type": part["type"], "options": []}
            place.append(step)
            offered, place = part.get("options", []), step["options"]
        if any(one["type"] in (1, 2) for one in offered):
            raise NotThere(f"/{name} needs a sub-command")
        known = {one["name"]: one for one in offered}
        if set(options) - set(known):
            raise NotThere(f"/{name} has no {set(options) - set(known)}: {sorted(known)}")
        missing = [one["name"] for one in offered if one.get("required") and one["name"] not in options]
        if missing and not is_half:
            raise NotThere(f"/{name} needs {missing}")
        for option, value in options.items():
            place.append({"name": option, **_typed(known[option], value, is_half=is_half)})
        return data

    # ------------------------------------------------------------ cards

    def press(
        self, label: str, message: DiscordMessage | None = None, channel: DiscordChannel | None = None
    ) -> Act:
        """Press the button with the label (or part of it), on the newest message that has it."""
        message = message or self._newest(label, channel)
        button = message.button(label)
        if button is None:
            raise NotThere(f"no button {label!r} on {message.text!r}: {message.labels}")
        return self.press_data(message, button["custom_id"])

    def press_data(self, message: DiscordMessage, custom_id: str, kind: int = 2, **more: Any) -> Act:
        """What a modified app can do: press anything."""
        data: Body = {"component_type": kind, "custom_id": custom_id, "id": 1, **more}
        return self._act(COMPONENT, data, message.channel, message)

    def choose(
        self, label: str, message: DiscordMessage | None = None, channel: DiscordChannel | None = None
    ) -> Act:
        """Choose in a select."""
        message = message or next(m for m in reversed(self.seen(channel)) if label in m.choices)
        for part in message.components:
            for option in part.get("options", []):
                if option["label"] == label:
                    return self.press_data(message, part["custom_id"], 3, values=[option["value"]])
        raise NotThere(f"no choice {label!r}: {message.choices}")

    def submit(self, act: Act, **values: str) -> Act:
        """Fill a form in and send it; what is not named stays as it was."""
        opened = act.form
        rows = []
        for row in opened["components"]:
            text = row["components"][0]
            value = values.pop(text["custom_id"], text.get("value") or "")
            if text.get("required", True) and not value:
                raise NotThere(f"{text['label']} must be filled in")
            rows.append(
                {"type": 1, "components": [{"type": 4, "custom_id": text["custom_id"], "value": value}]}
            )
        if values:
            raise NotThere(f"the form has no {sorted(values)}")
        data = {"custom_id": opened["custom_id"], "components": rows}
        before = act.interaction
        return self._act(MODAL, data, before.channel, before.message)

    def again(self, act: Act) -> None:
        """The gateway brings the same interaction once more."""
        self.world.dispatch("INTERACTION_CREATE", act.interaction.body, 0)

    def _newest(self, label: str, channel: DiscordChannel | None) -> DiscordMessage:
        for message in reversed(self.seen(channel)):
            if message.button(label) is not None:
                return message
        raise NotThere(f"no button {label!r} in sight:\n" + "\n".join(self.transcript(channel)))

    def _act(
        self, kind: int, data: Body, channel: DiscordChannel, message: DiscordMessage | None = None
    ) -> Act:
        world = self.world
        number = world.snowflake()
        body: Body = {
            "id": number,
            "application_id": world.application_id,
            "type": kind,
            "token": f"token-of-interaction-{number}",
            "version": 1,
            "channel_id": channel.id,
            "channel": channel.body(world.bot),
            "locale": "en-US",
            "app_permissions": "2147483647",
            "entitlements": [],
            "authorizing_integration_owners": {},
            "context": 1 if channel.type == DM else 0,
            "attachment_size_limit": 10_485_760,
            "data": data,
        }
        if channel.guild is not None:
            body |= {"guild_id": channel.guild.id, "guild_locale": "en-US"}
            body["member"] = channel.guild.member(self.user)
        else:
            body["user"] = self.user.body()
        if message is not None:
            body["message"] = dict(message.body)
        made = Interaction(
            number, body["token"], kind, self.user, channel, body, world.clock.elapsed_s(), message=message
        )
        world.interactions[made.token] = made
        world.dispatch("INTERACTION_CREATE", body, 0)
        return Act(world, made)


def _typed(option: Body, value: Any, *, is_half: bool) -> Body:
    kind = option["type"]
    if kind == 4 and not is_half:
        number = int(value)
        if not option.get("min_value", number) <= number <= option.get("max_value", number):
            raise NotThere(f"{option['name']} does not take {value}")
        return {"type": kind, "value": number}
    choices = [one["value"] for one in option.get("choices", [])]
    if choices and value not in choices and not is_half:
        raise NotThere(f"{option['name']} takes {choices}, not {value!r}")
    return {"type": kind, "value": str(value)}
