"""Who and where on a Discord: users, messages, channels, servers, as Discord shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes.discord_refusals import Body

GUILD_TEXT, DM, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 11, 12
EPHEMERAL, LOADING = 64, 128


@dataclass(slots=True)
class DiscordUser:
    """Somebody with an account. `closed_dms`: does not take messages of the bot."""

    id: str
    name: str
    is_bot: bool = False
    closed_dms: bool = False

    def body(self) -> Body:
        """As Discord shows it."""
        return {
            "id": self.id,
            "username": self.name.lower().replace(" ", "_"),
            "global_name": self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.is_bot,
            "public_flags": 0,
        }


@dataclass(slots=True)
class DiscordMessage:
    """A message as it stands. `ephemeral_to`: the only user who sees it; `pings`: who was called by it."""

    body: Body
    channel: DiscordChannel
    ephemeral_to: str = ""
    invoker: str = ""
    pings: list[str] = field(default_factory=list)
    versions: list[Body] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    is_deleted: bool = False
    is_pinned: bool = False

    @property
    def id(self) -> str:
        """Its snowflake."""
        return str(self.body["id"])

    @property
    def is_loading(self) -> bool:
        """Whether it only says that the bot is thinking."""
        return bool(self.body["flags"] & LOADING)

    @property
    def text(self) -> str:
        """All its words."""
        said = [self.body["content"]]
        for embed in self.body["embeds"]:
            said += [embed.get("title", ""), embed.get("description", "")]
            said += [f"{one['name']} {one['value']}" for one in embed.get("fields", [])]
            said.append(embed.get("footer", {}).get("text", ""))
        return "\n".join(part for part in said if part)

    @property
    def components(self) -> list[Body]:
        """What can be pressed or chosen, row by row."""
        return [one for row in self.body["components"] for one in row["components"]]

    @property
    def labels(self) -> list[list[str]]:
        """The labels of its buttons, row by row."""
        rows = [[one["label"] for one in row["components"] if one["type"] == 2] for row in self.rows]
        return [row for row in rows if row]

    @property
    def rows(self) -> list[Body]:
        """Its rows of components."""
        return list(self.body["components"])

    @property
    def choices(self) -> list[str]:
        """The labels in its selects."""
        return [one["label"] for part in self.components if part["type"] == 3 for one in part["options"]]

    def button(self, label: str) -> Body | None:
        """The button with the label, or part of it."""
        buttons = [one for one in self.components if one["type"] == 2]
        exact = [one for one in buttons if one.get("label") == label]
        return next(iter(exact + [one for one in buttons if label in one.get("label", "")]), None)


@dataclass(slots=True)
class DiscordChannel:
    """A channel, a thread or a direct chat. `recipient`: of a direct chat; `parent`: of a thread."""

    id: str
    type: int
    name: str = ""
    guild: DiscordGuild | None = None
    recipient: DiscordUser | None = None
    parent: str = ""
    bot_may_send: bool = True
    bot_may_manage: bool = False  # delete what others wrote
    bot_may_see: bool = True
    is_deleted: bool = False
    messages: dict[str, DiscordMessage] = field(default_factory=dict)

    @property
    def shown(self) -> list[DiscordMessage]:
        """What stands there, the oldest first."""
        return [one for one in self.messages.values() if not one.is_deleted]

    def body(self, bot: DiscordUser) -> Body:
        """As Discord shows it."""
        if self.type == DM:
            assert self.recipient is not None
            return {
                "id": self.id,
                "type": DM,
                "last_message_id": None,
                "flags": 0,
                "recipients": [self.recipient.body()],
            }
        assert self.guild is not None
        shown: Body = {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "guild_id": self.guild.id,
            "position": 0,
            "permission_overwrites": [],
            "nsfw": False,
            "topic": None,
            "parent_id": self.parent or None,
            "last_message_id": None,
            "rate_limit_per_user": 0,
            "flags": 0,
        }
        if self.type in (PUBLIC_THREAD, PRIVATE_THREAD):
            shown |= {
                "owner_id": self.guild.owner.id,
                "member_count": 1,
                "message_count": 0,
                "total_message_sent": 0,
                "thread_metadata": {
                    "archived": False,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": "2018-04-04T00:00:00+00:00",
                    "locked": False,
                },
            }
        return shown


@dataclass(slots=True)
class DiscordGuild:
    """A server with its members; the bot is in it as long as `has_bot`."""

    id: str
    name: str
    owner: DiscordUser
    members: dict[str, DiscordUser] = field(default_factory=dict)
    channels: list[DiscordChannel] = field(default_factory=list)
    has_bot: bool = True

    def member(self, user: DiscordUser) -> Body:
        """A member as Discord shows it."""
        return {
            "user": user.body(),
            "nick": None,
            "avatar": None,
            "roles": [],
            "joined_at": "2018-04-04T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "permissions": "2147483647" if user.id == self.owner.id else "274877991936",
        }

    def body(self, bot: DiscordUser) -> Body:
        """The whole server, as GUILD_CREATE tells it."""
        everyone = {
            "id": self.id,
            "name": "@everyone",
            "color": 0,
            "hoist": False,
            "position": 0,
            "permissions": "2147483647",
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }
        kept = [one for one in self.channels if not one.is_deleted]
        is_thread = (PUBLIC_THREAD, PRIVATE_THREAD)
        return {
            "id": self.id,
            "name": self.name,
            "icon": None,
            "owner_id": self.owner.id,
            "region": "deprecated",
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": [everyone],
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "application_id": None,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "max_members": 500_000,
            "vanity_url_code": None,
            "description": None,
            "banner": None,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": "en-US",
            "public_updates_channel_id": None,
            "nsfw_level": 0,
            "premium_progress_bar_enabled": False,
            "joined_at": "2018-04-04T00:00:00+00:00",
            "large": False,
            "unavailable": False,
            "member_count": len(self.members) + 1,
            "voice_states": [],
            "members": [self.member(user) for user in (bot, *self.members.values())],
            "channels": [one.body(bot) for one in kept if one.type not in is_thread],
            "threads": [one.body(bot) for one in kept if one.type in is_thread],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }
