"""How a person wants to be served: `/settings`. Each name has one row: how it is read, shown, refused."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import available_timezones

from msgspec.structs import replace

from bot.conversation.grammar_number import unsigned
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_wording import Stop, Twofold
from bot.conversation.group_rules import GROUP_WORDS, rule_of, set_rule
from bot.conversation.handling import (
    HEARD_LANGUAGE,
    SETTINGS,
    Asked,
    Handler,
    Person,
    Tools,
    person_of,
    refusal,
)
from bot.conversation.painting import Theme
from bot.conversation.screen import Screen, bold, code, dim, kv, line, look, row, title
from bot.conversation.verbs_shape import Right
from bot.conversation.wording import NUMBER_FORMATS, zone_named
from bot.conversation.words import CATALOGUE
from bot.handlers import account_gap, heard
from bot.handlers.subjects import word_of
from trading.domain.exits import GapPolicy
from trading.domain.money import Money, plain

_LANGUAGES = {"english": "en", "englisch": "en", "german": "de", "deutsch": "de"}
FORGET = frozenset({"off", "default", "reset"})
_YES = {"on": "on", "yes": "on", "true": "on", "off": "off", "no": "off", "false": "off"}
_NUMBERS = {
    "us": "1,234.56",
    "english": "1,234.56",
    "de": "1.234,56",
    "german": "1.234,56",
    "space": "1 234.56",
}
_THEMES = {
    "dark": Theme.DARK,
    "night": Theme.DARK,
    "black": Theme.DARK,
    "light": Theme.LIGHT,
    "day": Theme.LIGHT,
    "white": Theme.LIGHT,
}
_AMOUNTS = {"hide": "hide", "hidden": "hide", "off": "hide", "no": "hide",
            "show": "show", "shown": "show", "on": "show", "yes": "show"}  # fmt: skip
OPINION_SOURCES = frozenset({"grok", "perplexity", "openai"})
_OFF_IS_A_VALUE = frozenset({"compact", "digest", "amounts"})
_WORD_MIN, _WORD_MAX = 3, 24
_ONE_TAP_MAX = Decimal(1_000_000)
_ALIASES = {
    "timezone": "zone",
    "time_zone": "zone",
    "tz": "zone",
    "number": "numbers",
    "format": "numbers",
    "number_format": "numbers",
    "notifications": "notify",
    "news": "notify",
    "quiet_hours": "quiet",
    "onetap": "one_tap",
    "lang": "language",
    "pictures": "theme",
    "picture": "theme",
    "amount": "amounts",
}


class No(NamedTuple):
    """Why a value cannot be taken: a key of the catalogue with its values."""

    key: str
    values: dict[str, str]


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Every time zone's name by its folded spelling."""
    return {name.casefold(): name for name in available_timezones()}


def _zone(tools: Tools, asked: Asked, typed: str) -> str | No:
    wanted = typed.strip().replace(" ", "_")
    folded = _zones()
    exact = folded.get(wanted.casefold())
    if exact is not None and zone_named(exact) is not None:
        return exact
    cities = {name.rpartition("/")[2].casefold(): name for name in folded.values() if "/" in name}
    city = cities.get(wanted.casefold())
    if city is not None:
        return No("view.zone_city", {"typed": typed, "near": city})
    near = difflib.get_close_matches(wanted.casefold(), [*folded, *cities], n=1, cutoff=0.6)
    found = (folded.get(near[0]) or cities[near[0]]) if near else "Europe/Berlin"
    return No("view.zone_unknown", {"typed": typed, "near": found})


def _numbers(tools: Tools, asked: Asked, typed: str) -> str | No:
    wanted = _NUMBERS.get(typed.casefold(), typed)
    squeezed = {style.replace("\u00a0", " "): style for style in NUMBER_FORMATS}
    found = squeezed.get(wanted.replace("\u00a0", " "))
    return found or No("view.numbers_unknown", {"typed": typed, "names": "  ".join(NUMBER_FORMATS)})


def _one_tap(tools: Tools, asked: Asked, typed: str) -> str | No:
    if typed == "0":
        return typed
    try:
        read = unsigned(typed, "one_tap")
    except (Stop, Twofold):
        return No("view.one_tap_unknown", {"typed": typed})
    if read.unit not in ("", "USD") or read.value > _ONE_TAP_MAX:
        return No("view.one_tap_range", {"typed": typed, "most": asked.wording.money(_ONE_TAP_MAX)})
    return plain(read.value)


def _language(tools: Tools, asked: Asked, typed: str) -> str | No:
    wanted = _LANGUAGES.get(typed.casefold(), typed.casefold())
    return (
        wanted
        if wanted in CATALOGUE
        else No("view.language_unknown", {"names": ", ".join(sorted(CATALOGUE))})
    )


def _compact(tools: Tools, asked: Asked, typed: str) -> str | No:
    return _YES.get(typed.casefold()) or No("view.on_or_off", {"name": "compact", "typed": typed})


def _account(tools: Tools, asked: Asked, typed: str) -> str | No:
    mine = {name.casefold(): name for name in asked.person.accounts}
    found = mine.get(typed.casefold())
    return found or No("find.no_account", {"name": typed, "names": ", ".join(asked.person.accounts)})


def _digest(tools: Tools, asked: Asked, typed: str) -> str | No:
    if typed.casefold() in ("off", "no", "never"):
        return "off"
    hours, colon, minutes = typed.partition(":")
    fits = colon and hours.isdecimal() and minutes.isdecimal() and len(hours) <= 2 and len(minutes) == 2
    if not fits or not typed.isascii() or int(hours) > 23 or int(minutes) > 59:
        return No("view.digest_unknown", {"typed": typed})
    return f"{int(hours):02d}:{minutes}"


def _word(tools: Tools, asked: Asked, typed: str) -> str | No:
    """Words that only this person and this desk know. Not to be seen where others read along."""
    if asked.incoming.is_group:
        return No("factor.private", {})
    squeezed = " ".join(typed.split())
    fits = _WORD_MIN <= len(squeezed) <= _WORD_MAX and all(one.isalnum() or one in " -'" for one in squeezed)
    return squeezed if fits else No("view.word_form", {"typed": squeezed[:_WORD_MAX]})


def _theme(tools: Tools, asked: Asked, typed: str) -> str | No:
    found = _THEMES.get(typed.casefold())
    return found.value if found is not None else No("view.theme_unknown", {"typed": typed})


def _amounts(tools: Tools, asked: Asked, typed: str) -> str | No:
    return _AMOUNTS.get(typed.casefold()) or No("view.amounts_unknown", {"typed": typed})


def _gap(tools: Tools, asked: Asked, typed: str) -> str | No:
    """What an entry with a stop wants when the price jumps over it, where its line does not say it."""
    folded = typed.casefold()
    return folded if folded in set(GapPolicy) else No("view.gap_unknown", {"typed": typed})


def _opinions(tools: Tools, asked: Asked, typed: str) -> str | No:
    """Whom to ask, in which order."""
    names = tuple(dict.fromkeys(typed.casefold().replace(",", " ").split()))
    fits = bool(names) and set(names) <= OPINION_SOURCES
    return ",".join(names) if fits else No("view.opinions_unknown", {"typed": typed})


READ: dict[str, Callable[[Tools, Asked, str], str | No]] = {
    "zone": _zone,
    "numbers": _numbers,
    "one_tap": _one_tap,
    "language": _language,
    "compact": _compact,
    "account": _account,
    "digest": _digest,
    "word": _word,
    "theme": _theme,
    "amounts": _amounts,
    "gap": _gap,
    "opinions": _opinions,
}
"""Every setting with what makes of the typed text what is stored."""


async def settings(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """List them; set one; forget one with `off`."""
    typed, value = word_of(parsed, "name").lower(), word_of(parsed, "value").strip()
    if not typed:
        return await _listed(tools, asked, asked.person)
    if typed in ("groups", "group"):
        return await _groups(tools, asked, value)
    name = _ALIASES.get(typed, typed)
    if name in heard.NAMES:
        return await heard.set_heard(tools, asked, name, value)
    if name == account_gap.NAME and account_gap.is_about_account(value):
        return await account_gap.set_gap(tools, asked, value)
    if name not in READ:
        every = (*SETTINGS, *heard.NAMES)
        near = difflib.get_close_matches(typed, every, n=1, cutoff=0.0)[0]
        return refusal(asked, "view.no_setting", name=typed, near=near, names=", ".join(every))
    if name == account_gap.NAME and not value:
        return await account_gap.shown(tools, asked)
    if not value:
        shown = shown_value(asked, asked.person, name)
        return Screen.of(
            title(asked.wording.say(f"view.setting.{name}")),
            line(bold(shown)),
            line(code(example(asked, name)), dim(" " + asked.wording.say("view.sets_it"))),
        )
    person_id = asked.person.person_id
    if _forgets(name, value.casefold()):
        await tools.registers.put_setting(person_id, name, None)
        if name == "language" and asked.incoming.language:
            await tools.registers.put_setting(person_id, HEARD_LANGUAGE, asked.incoming.language)
        return await _changed(tools, asked, "view.setting_forgotten", name)
    read = READ[name](tools, asked, value)
    if isinstance(read, No):
        return refusal(asked, read.key, **read.values)
    await tools.registers.put_setting(person_id, name, read)
    return await _changed(tools, asked, "view.setting_set", name)


def _forgets(name: str, value: str) -> bool:
    """Whether the value is a word for how it was at first."""
    if name == "language" and value == "auto":
        return True
    return value in FORGET and not (name in _OFF_IS_A_VALUE and value == "off")


async def _changed(tools: Tools, asked: Asked, key: str, name: str) -> Screen:
    """The answer, written as the person is served from now on."""
    after = await person_of(tools, asked.person.person_id) or asked.person
    asked = replace(asked, person=after)
    return changed(asked, key, name, shown_value(asked, after, name))


async def _groups(tools: Tools, asked: Asked, typed: str) -> Screen:
    """What may be done in the group where this is said (`/settings groups on`)."""
    if not asked.incoming.is_group:
        return refusal(asked, "group.only_here")
    wanted = GROUP_WORDS.get(typed.casefold()) if typed else await rule_of(tools, asked.incoming)
    if wanted is None:
        return refusal(asked, "group.unknown", typed=typed)
    if typed and Right.PEOPLE not in asked.person.every_right:
        return refusal(asked, "dialogue.no_role", role=asked.person.called, verb="settings groups")
    if typed:
        await set_rule(tools, asked.incoming, wanted)
    return Screen.of(asked.wording.say(f"group.{wanted.value}"))


def changed(asked: Asked, key: str, name: str, value: str) -> Screen:
    """The answer to a setting that was changed, already written the new way."""
    say = asked.wording.say
    return Screen.of(line(say(key, name=say(f"view.setting.{name}"), value=value))).with_buttons(
        row(look(say("view.settings"), "settings"))
    )


def shown_value(asked: Asked, person: Person, name: str) -> str:
    """A setting as the person reads it."""
    prefs, say = person.prefs, asked.wording.say
    match name:
        case "zone":
            return prefs.zone
        case "numbers":
            return prefs.number_format
        case "one_tap":
            if not prefs.one_tap_limit:
                return say("view.every_order_asks")
            return say("view.up_to", value=person.wording.money(Money(prefs.one_tap_limit, "USD")))
        case "language":
            if prefs.is_language_heard:
                return say("view.language_heard", language=prefs.language)
            return prefs.language
        case "compact":
            return say("word.yes" if prefs.compact else "word.no")
        case "digest":
            return say("word.no") if prefs.digest == "off" else prefs.digest
        case "word":
            hidden = say("view.word_hidden") if asked.incoming.is_group else prefs.word
            return hidden if prefs.word else say("view.word_none")
        case "gap":
            return say(f"exit.gap_{(prefs.gap or GapPolicy.EXIT).value}")
        case "opinions":
            return prefs.opinions.replace(",", ", ") or say("view.opinions_usual")
        case "theme":
            return say(f"view.theme.{prefs.theme.value}")
        case "amounts":
            return say("view.amounts.hide" if prefs.hides_amounts else "view.amounts.show")
        case _:
            return person.account


def example(asked: Asked, name: str) -> str:
    """A line that sets it."""
    values = {
        "zone": "Europe/Berlin",
        "numbers": "1.234,56",
        "one_tap": "100",
        "language": "de",
        "compact": "on",
        "digest": "08:00",
        "word": "blue heron",
        "theme": "light",
        "gap": "ask",
        "opinions": "perplexity openai",
        "amounts": "hide",
        "account": asked.person.account,
    }
    return f"/settings {name} {values[name]}"


async def _listed(tools: Tools, asked: Asked, person: Person) -> Screen:
    say, now = asked.wording.say, tools.clock.now()
    quiet = heard.quiet_text(asked, await heard.hearing_of(tools, asked))
    pairs = [(say(f"view.setting.{name}"), shown_value(asked, person, name)) for name in SETTINGS]
    gap = await account_gap.gap_of(tools, person.account)
    if gap is not None:
        said = say("view.gap_by_account", value=say(f"exit.gap_{gap.value}"), account=person.account)
        pairs[SETTINGS.index("gap")] = (say("view.setting.gap"), said)
    return Screen.of(
        title(say("view.settings")),
        kv(*pairs, (say("view.setting.quiet"), quiet), (say("view.your_clock"), asked.wording.instant(now))),
        line(dim(say("view.settings_how")), " ", code(example(asked, "zone"))),
    ).with_buttons(
        row(look(say("hear.title"), "settings", "notify")),
        row(look(say("view.limits"), "limits"), look(say("view.help"), "help", "settings")),
    )


HANDLERS: dict[str, Handler] = {"settings": settings}
