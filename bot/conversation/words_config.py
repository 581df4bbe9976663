"""Words of `/config`: how the desk is set."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "config.title": "How this desk is set",
    "config.none": "This desk was not started with settings of its own.",
    "config.empty": "empty",
    "config.rest": ("{n} setting more is as it comes.", "{n} settings more are as they come."),
    "config.all": "All of them",
    "config.how": "Secrets stand here as ***. A change counts from the next start: docs/configuration.md "
    "says what each is. Your own are in /settings.",
}
