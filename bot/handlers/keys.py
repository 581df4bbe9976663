"""`/keys`: which keys of venues there are and what they may do; a link to enter one, and the end of one."""

from __future__ import annotations

from bot.conversation.confirmation import choice_button
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.key_desk import KeyDesk, Wanted
from bot.conversation.key_shown import address_of, head_of, seen_of, state_of
from bot.conversation.screen import Block, Button, Kind, Screen, code, dim, gap, kv, line, row, title, warn
from bot.handlers.subjects import word_of
from trading.domain.ids import AccountId
from trading.domain.order import Order
from trading.ports import ShutVault, VenueKey
from trading.venue_keys import Fitness

SIDES = ("paper", "live")


async def keys(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """List them, or do one thing with one."""
    desk = tools.keys
    if desk is None:
        return refusal(asked, "keys.not_here")
    if asked.incoming.is_group:
        return refusal(asked, "keys.private")
    name, side = word_of(parsed, "name").lower(), word_of(parsed, "side")
    match word_of(parsed, "act"):
        case "add":
            return await _add(tools, asked, desk, name, side)
        case "check":
            return await _check(tools, asked, desk, name)
        case "remove":
            return await _remove(tools, asked, desk, name, is_sure=word_of(parsed, "sure") == "now")
        case _:
            return await _listed(tools, asked, desk)


# ---------------------------------------------------------------- the list


async def _listed(tools: Tools, asked: Asked, desk: KeyDesk) -> Screen:
    say, mine = asked.wording.say, await desk.shown(asked.person.person_id)
    blocks: list[Block] = [title(say("keys.title"))]
    if not mine:
        blocks.append(line(say("keys.empty")))
    elif isinstance(tools.vault, ShutVault):
        blocks += [line(warn(say("keys.locked_all"))), gap()]
    for key in mine:
        blocks += _shown(tools, asked, desk, key)
    blocks.append(line(dim(say("keys.never_here"))))
    rows = [
        row(await _button(tools, asked, "keys.button.add", f"/keys add {one}", one)) for one in desk.venues
    ]
    if mine:
        check = await _button(tools, asked, "keys.button.check", "/keys check", "")
        removing = [
            await _button(tools, asked, "keys.button.remove", f"/keys remove {one.account}", one.account)
            for one in mine
        ]
        rows = [row(check), *(row(one) for one in removing), *rows]
    return Screen.of(*blocks).with_buttons(*rows).for_one()


def _shown(tools: Tools, asked: Asked, desk: KeyDesk, key: VenueKey) -> list[Block]:
    wording, now = asked.wording, tools.clock.now()
    state = state_of(wording, key)
    found: list[Block] = [
        kv((str(key.account), head_of(wording, key))),
        line(warn(state) if key.fitness is Fitness.UNFIT else state),
    ]
    address = address_of(wording, key)
    if address:
        found.append(line(address))
    grade = wording.say("keys.grade", grade=wording.say(f"keys.grade.{desk.grade(key.venue)}"))
    seen = seen_of(wording, key, now)
    return [*found, line(dim(" · ".join(one for one in (seen, grade) if one))), gap()]


async def _button(tools: Tools, asked: Asked, key: str, said: str, name: str) -> Button:
    return await choice_button(tools, asked, asked.wording.say(key, name=name), said)


# ---------------------------------------------------------------- what changes something


async def _add(tools: Tools, asked: Asked, desk: KeyDesk, venue: str, side: str) -> Screen:
    """A link for a key, or what is missing for one. `venue` may be an account that has a key already."""
    say, person = asked.wording.say, asked.person.person_id
    if not any(_owns(tools, asked, one) for one in asked.person.accounts):
        return refusal(asked, "keys.no_owner")
    if not venue:
        buttons = [
            await _button(tools, asked, "keys.button.add", f"/keys add {one}", one) for one in desk.venues
        ]
        return Screen.of(say("keys.which_venue"), kind=Kind.REVIEW).with_buttons(
            *(row(one) for one in buttons)
        )
    known = next((one for one in await desk.shown(person) if one.account == venue), None)
    if known is not None:
        wanted = Wanted(person, known.venue, known.environment, str(known.account))
    elif not side:
        sides = [
            await _button(tools, asked, f"keys.button.{one}", f"/keys add {venue} {one}", venue)
            for one in SIDES
        ]
        return Screen.of(say("keys.which_side", venue=venue), kind=Kind.REVIEW).with_buttons(row(*sides))
    else:
        wanted = Wanted(person, venue, side)
    problem = await desk.problem(wanted)
    if problem is not None:
        return refusal(asked, problem.said, **problem.values)
    links = tools.key_links
    if links is None or not links.address:
        return Screen.of(
            title(say("keys.add_title", venue=wanted.venue, side=say(f"keys.side.{wanted.environment}"))),
            line(say("keys.in_terminal")),
            line(code(f"openoutcry keys add --venue {wanted.venue} --side {wanted.environment}")),
            line(dim(say("keys.no_page"))),
        )
    link = links.made(wanted, asked.person.prefs.language)
    here = line(say("keys.page_here")) if link.startswith("http://") else None
    return Screen.of(
        title(say("keys.add_title", venue=wanted.venue, side=say(f"keys.side.{wanted.environment}"))),
        line(say("keys.open_link")),
        line(code(link)),
        *((here,) if here is not None else ()),
        line(dim(say("keys.rights"))),
        line(warn(say("keys.never_here"))),
    ).for_one()


async def _check(tools: Tools, asked: Asked, desk: KeyDesk, name: str) -> Screen:
    found = await desk.check(asked.person.person_id, name, asked.incoming.command_id)
    if found is None:
        return refusal(asked, "keys.none", name=name)
    screen = await _listed(tools, asked, desk)
    silent = [one for one in found if one.check.fitness is Fitness.UNKNOWN]
    lines = [
        line(warn(asked.wording.say("keys.unanswered", venue=one.key.venue, note=one.check.note)))
        for one in silent
    ]
    return Screen.of(*lines, *screen.blocks).with_buttons(*screen.buttons).for_one()


async def _remove(tools: Tools, asked: Asked, desk: KeyDesk, name: str, *, is_sure: bool) -> Screen:
    say, person = asked.wording.say, asked.person.person_id
    known = next((one for one in await desk.shown(person) if one.account == name), None)
    if known is None:
        return refusal(asked, "keys.none", name=name or "?")
    if is_sure and not asked.must_review:
        outcome = await desk.remove(person, name, asked.incoming.command_id)
        return Screen.of(say(outcome.said, **outcome.values))
    button = await _button(tools, asked, "keys.button.remove", f"/keys remove {name} now", name)
    blocks: list[Block] = [
        title(say("keys.remove_title", name=name)),
        line(head_of(asked.wording, known)),
        line(say("keys.remove_what", venue=known.venue)),
    ]
    orders, positions = _open_there(tools, known.account)
    if orders or positions:
        blocks.append(line(warn(say("keys.remove_open", positions=positions, orders=len(orders)))))
    return Screen.of(*blocks, kind=Kind.REVIEW).with_buttons(row(button))


def _open_there(tools: Tools, account: AccountId) -> tuple[list[Order], int]:
    book = tools.book()
    if book.account(account) is None:
        return [], 0
    return list(book.open_orders(account)), sum(one.is_open for one in book.live_positions(account))


def _owns(tools: Tools, asked: Asked, name: AccountId) -> bool:
    account = tools.book().account(name)
    return account is not None and account.owner == asked.person.person_id


HANDLERS: dict[str, Handler] = {"keys": keys}
