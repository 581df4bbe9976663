"""How Telegram reads text: HTML, entities in UTF-16 units, what becomes a link without being asked.

After td's MessageEntity.cpp as it is known from outside; error texts as protocols/telegram-bot-api.md gives
them, `can't parse entities: ...`. Not here: MarkdownV2 (telegram_markdown.py).
"""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.telegram_world import bad

Entity = dict[str, Any]

ENTITIES_MAX = 100
KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
GIVEN_KINDS = frozenset(KINDS.values()) | {
    "expandable_blockquote", "text_mention", "mention", "hashtag", "cashtag", "bot_command", "url", "email",
    "phone_number",
}  # fmt: skip
# A name under one of these becomes a link although nobody wrote http; the real list is all of them.
LINKED_TOPS = (
    "com|org|net|io|me|xyz|info|biz|app|dev|fun|vip|top|site|online|club|pro|ru|de|uk|us|eu|ch|fr|it|es|nl|"
    "cn|in|jp|tk|ml|ga|cf|gg|ly|to|cc|tv|co|ai|sh|finance|money|trade|exchange|cash|fm|link|live|trading"
)
_AUTOMATIC = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    rf"|(?P<url>(?:https?|tg|ftp)://[^\s<>\"]+|(?<![\w@.])(?:[\w-]+\.)+(?:{LINKED_TOPS})\b(?::\d+)?(?:/[^\s<>\"]*)?)"
    r"|(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9_]{3,32}\b)"
    r"|(?P<hashtag>(?<!\w)#(?=\w*[^\W\d])\w{1,256})"
    r"|(?P<cashtag>(?<!\w)\$[A-Z]{1,8}\b)",
    re.IGNORECASE,
)
_MAY_LINK = re.compile(r"[@/#$.]")
_CHARACTER = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_MENTION = re.compile(r"tg://user\?id=(\d+)\Z", re.IGNORECASE)
_CLEANED = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def units(text: str) -> int:
    """Length as Telegram counts offsets: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cleaned(text: str) -> str:
    """What remains of control characters: direction overrides vanish, others become blanks, except new lines
    (one carries on; a carriage return vanishes). Length is kept only by blanks."""
    if _LONE_SURROGATE.search(text):
        raise bad("strings must be encoded in UTF-8")
    return _CLEANED.sub(lambda one: "" if one[0] == "\r" or one[0] >= "\u2028" else " ", text)


def cannot(what: str) -> Exception:
    """The complaint about markup."""
    return bad(f"can't parse entities: {what}")


class _Reader:
    """Walks over HTML once; `words` is the text so far and `at` its length in UTF-16 units."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.i = 0
        self.words: list[str] = []
        self.at = 0
        self.entities: list[Entity] = []
        # (tag, offset, attributes, byte offset of the tag)
        self.open: list[tuple[str, int, dict[str, str], int]] = []

    def place(self, i: int) -> int:
        """Complaints speak of byte offsets."""
        return len(self.source[:i].encode())

    def say(self, words: str) -> None:
        self.words.append(words)
        self.at += units(words)

    def read(self) -> tuple[str, list[Entity]]:
        source = self.source
        while self.i < len(source):
            next_mark = re.compile("[&<]").search(source, self.i)
            stop = next_mark.start() if next_mark else len(source)
            if stop > self.i:
                self.say(source[self.i : stop])
                self.i = stop
            elif source[stop] == "&":
                self._character()
            elif source.startswith("</", stop):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            tag, _, _, place = self.open[-1]
            raise cannot(f'Can\'t find end tag corresponding to start tag "{tag}" at byte offset {place}')
        return "".join(self.words), self.entities

    def _character(self) -> None:
        found = _CHARACTER.match(self.source, self.i)
        if found is None:
            self.say("&")
            self.i += 1
            return
        decimal, hexadecimal, name = found.groups()
        self.say(_NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16)))
        self.i = found.end()

    def _start_tag(self) -> None:
        begin = self.i
        found = re.compile(r"<([^\s<>/]*)").match(self.source, begin)
        assert found is not None
        tag = found[1].lower()
        self.i = found.end()
        if self.i >= len(self.source):
            raise cannot(f"Unclosed start tag at byte offset {self.place(begin)}")
        if tag not in KINDS:
            raise cannot(f'Unsupported start tag "{tag}" at byte offset {self.place(begin)}')
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise cannot(f'Tag "span" must have class "tg-spoiler" at byte offset {self.place(begin)}')
        self.open.append((tag, self.at, attributes, self.place(begin)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        given: dict[str, str] = {}
        pattern = re.compile(r"\s*(?:(>)|([^\s=<>/\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+)))?)")
        while True:
            found = pattern.match(self.source, self.i)
            if found is None:
                if self.source[self.i :].strip() == "":
                    raise cannot(f"Unclosed start tag at byte offset {self.place(begin)}")
                raise cannot(f'Empty attribute name in the tag "{tag}" at byte offset {self.place(begin)}')
            self.i = found.end()
            if found[1]:
                return given
            value = next((one for one in found.groups()[2:] if one is not None), "")
            given[found[2].lower()] = _CHARACTER.sub(_decoded, value)

    def _end_tag(self) -> None:
        begin = self.i
        stop = self.source.find(">", begin)
        if stop < 0:
            raise cannot(f"Unclosed end tag at byte offset {self.place(begin)}")
        tag = self.source[begin + 2 : stop].strip().lower()
        self.i = stop + 1
        if not self.open:
            raise cannot(f"Unexpected end tag at byte offset {self.place(begin)}")
        expected, offset, attributes, _ = self.open.pop()
        if tag and tag != expected:
            raise cannot(
                f"Unmatched end tag at byte offset {self.place(begin)}, "
                f'expected "</{expected}>", found "</{tag}>"'
            )
        if self.at > offset:
            self._mark(expected, offset, attributes)

    def _mark(self, tag: str, offset: int, attributes: dict[str, str]) -> None:
        entity: Entity = {"type": KINDS[tag], "offset": offset, "length": self.at - offset}
        if tag == "a":
            link = attributes.get("href", "")
            if not link:
                return  # a link to nowhere is plain text (or, if it looks like an address, found later)
            mention = _MENTION.match(link)
            if mention:
                user = {"id": int(mention[1]), "is_bot": False, "first_name": "Somebody"}
                entity |= {"type": "text_mention", "user": user}
            elif "." in link or link.startswith("tg://"):
                entity["url"] = link if "://" in link else f"http://{link}"
            else:
                return
        elif tag == "tg-emoji":
            entity["custom_emoji_id"] = attributes.get("emoji-id", "")
        elif tag == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif tag == "pre":
            inner = self.entities[-1] if self.entities else {}
            language = inner.get("language", "")
            if inner.get("type") == "code" and (inner["offset"], inner["length"]) == (
                offset,
                self.at - offset,
            ):
                self.entities.pop()
                if language:
                    entity["language"] = language
        elif tag == "code" and self.open and self.open[-1][0] == "pre":
            written = attributes.get("class", "")
            if written.startswith("language-"):
                entity["language"] = written.removeprefix("language-")
        self.entities.append(entity)


def _decoded(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    return _NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The text and its entities. Raises Refusal: can't parse entities."""
    if "<" not in source and "&" not in source:
        return source, []
    return _Reader(source).read()


def check_entities(text: str, entities: Any) -> list[Entity]:
    """The argument `entities`, as far as it is sound. Raises Refusal."""
    if not isinstance(entities, list):
        raise bad("can't parse entities: expected an Array of MessageEntity")
    encoded, found = text.encode("utf-16-le"), []
    for one in entities:
        if not isinstance(one, dict) or one.get("type") not in GIVEN_KINDS:
            raise bad("can't parse MessageEntity: wrong type specified")
        offset, length = int(one.get("offset", 0)), int(one.get("length", 0))
        if offset < 0 or length < 0:
            raise bad("can't parse MessageEntity: offset and length must be non-negative")
        end = offset + length
        if 2 * end > len(encoded):
            raise bad(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
                f"at UTF-16 offset {end}"
            )
        for edge in (offset, end):
            if 2 * edge < len(encoded) and 0xDC <= encoded[2 * edge + 1] <= 0xDF:
                raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {edge}")
        if length:
            found.append(dict(one))
    return found


def automatic(text: str, taken: list[Entity] | None = None) -> list[Entity]:
    """What Telegram marks by itself: addresses, mentions, tags, commands; not inside code and links."""
    if not _MAY_LINK.search(text):
        return []
    closed = [
        (one["offset"], one["offset"] + one["length"])
        for one in taken or ()
        if one["type"] in ("code", "pre", "text_link", "text_mention")
    ]
    found = []
    is_narrow = text.isascii()
    for match in _AUTOMATIC.finditer(text):
        kind = match.lastgroup
        words = match[0].rstrip(".,;:!?)") if kind == "url" else match[0]
        if kind == "cashtag" and words != words.upper():
            continue
        offset = match.start() if is_narrow else units(text[: match.start()])
        length = len(words) if is_narrow else units(words)
        if any(offset < stop and start < offset + length for start, stop in closed):
            continue
        found.append({"type": kind, "offset": offset, "length": length})
    return found


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Blanks at both ends are not sent; entities follow."""
    short = text.strip()
    if len(short) == len(text):
        return text, entities
    cut = units(text[: len(text) - len(text.lstrip())])
    end = units(short)
    kept = []
    for one in entities:
        start = max(0, one["offset"] - cut)
        stop = min(end, one["offset"] + one["length"] - cut)
        if stop > start:
            kept.append({**one, "offset": start, "length": stop - start})
    return short, kept


def formatted(text: str, parse_mode: str, entities: Any) -> tuple[str, list[Entity]]:
    """Text as it is sent: markup read, cleaned, trimmed, links found. Raises Refusal."""
    marked: list[Entity]
    match parse_mode.lower():
        case "":
            text = cleaned(text)
            marked = check_entities(text, entities) if entities else []
        case "html":
            text, marked = parse_html(cleaned(text))
        case "markdownv2":
            from tests.fakes.telegram_markdown import parse_markdown

            text, marked = parse_markdown(cleaned(text))
        case "markdown":
            from tests.fakes.telegram_markdown import parse_old_markdown

            text, marked = parse_old_markdown(cleaned(text))
        case _:
            raise bad("unsupported parse_mode")
    text, marked = trimmed(text, marked)
    every = marked + automatic(text, marked)
    every.sort(key=lambda one: (one["offset"], -one["length"]))
    return text, every[:ENTITIES_MAX]
