"""MarkdownV2 and the old Markdown as Telegram reads them, reserved characters and all.

Error texts after td's MessageEntity.cpp, `can't parse entities: ...`.
"""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram_text import cannot, units

Entity = dict[str, Any]

RESERVED = "_*[]()~`>#+-=|{}.!"
_MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.i = 0
        self.words: list[str] = []
        self.at = 0
        self.entities: list[Entity] = []
        self.open: list[tuple[str, int, int]] = []  # mark, offset, place in the source

    def say(self, words: str) -> None:
        self.words.append(words)
        self.at += units(words)

    def place(self, i: int) -> int:
        return len(self.source[:i].encode())

    def read(self) -> tuple[str, list[Entity]]:
        source = self.source
        while self.i < len(source):
            character = source[self.i]
            if character == "\\" and self.i + 1 < len(source) and 0 < ord(source[self.i + 1]) < 127:
                self.say(source[self.i + 1])
                self.i += 2
            elif character == "`":
                self._code()
            elif character == "[" or source.startswith("![", self.i):
                self.open.append(("[", self.at, self.i))
                self.i += 1 if character == "[" else 2
            elif character == "]" and self.open and self.open[-1][0] == "[":
                self._link()
            elif character == ">" and (self.i == 0 or source[self.i - 1] == "\n"):
                self._quote()
            elif character in "*_~|":
                self._mark()
            elif character in RESERVED:
                raise cannot(
                    f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
                )
            else:
                self.say(character)
                self.i += 1
        if self.open:
            mark, _, at = self.open[-1]
            name = {"[": "text_link"}.get(mark, _MARKS.get(mark, mark)).capitalize()
            raise cannot(f"Can't find end of {name} entity at byte offset {self.place(at)}")
        return "".join(self.words), self.entities

    def _mark(self) -> None:
        double = self.source[self.i : self.i + 2]
        mark = double if double in _MARKS else self.source[self.i]
        if mark not in _MARKS:
            raise cannot(f"Character '{mark}' is reserved and must be escaped with the preceding '\\'")
        if mark == "__" and self.open and self.open[-1][0] == "_" and not self._is_open("__"):
            mark = "_"  # `__` where one underscore waits ends it
        start = self.i
        self.i += len(mark)
        if self.open and self.open[-1][0] == mark:
            _, offset, _ = self.open.pop()
            self._add(_MARKS[mark], offset)
        elif self._is_open(mark):
            inner, _, at = self.open[-1]
            name = _MARKS.get(inner, "text_link").capitalize()
            raise cannot(f"Can't find end of {name} entity at byte offset {self.place(at)}")
        else:
            self.open.append((mark, self.at, start))

    def _is_open(self, mark: str) -> bool:
        return any(one[0] == mark for one in self.open)

    def _add(self, kind: str, offset: int, **more: str) -> None:
        if self.at > offset:
            self.entities.append({"type": kind, "offset": offset, "length": self.at - offset, **more})

    def _code(self) -> None:
        fence = "```" if self.source.startswith("```", self.i) else "`"
        begin = self.i
        i, said = begin + len(fence), ""
        while not self.source.startswith(fence, i):
            if i >= len(self.source):
                name = "Pre" if fence == "```" else "Code"
                raise cannot(f"Can't find end of {name} entity at byte offset {self.place(begin)}")
            if self.source[i] == "\\" and self.source[i + 1 : i + 2] in ("`", "\\"):
                i += 1
            said += self.source[i]
            i += 1
        self.i = i + len(fence)
        offset, more = self.at, {}
        if fence == "```":
            language, line, rest = said.partition("\n")
            if line and language and " " not in language:
                said, more = rest, {"language": language}
            elif line and not language:
                said = rest
        self.say(said)
        self._add("pre" if fence == "```" else "code", offset, **more)

    def _link(self) -> None:
        _, offset, begin = self.open.pop()
        self.i += 1
        if not self.source.startswith("(", self.i):
            return
        stop, link = self.i + 1, ""
        while stop < len(self.source) and self.source[stop] != ")":
            if self.source[stop] == "\\":
                stop += 1
            link += self.source[stop : stop + 1]
            stop += 1
        if stop >= len(self.source):
            raise cannot(f"Can't find end of a URL at byte offset {self.place(begin)}")
        self.i = stop + 1
        self._add("text_link", offset, url=link)

    def _quote(self) -> None:
        stop = self.i
        while (end := self.source.find("\n", stop)) >= 0 and self.source.startswith(">", end + 1):
            stop = end + 1
        end = len(self.source) if end < 0 else end
        lines = self.source[self.i : end].split("\n")
        inner = _Reader("\n".join(line[1:] for line in lines))
        text, entities = inner.read()
        offset = self.at
        self.entities += [{**one, "offset": one["offset"] + offset} for one in entities]
        self.say(text)
        self._add("blockquote", offset)
        self.i = end


def parse_markdown(source: str) -> tuple[str, list[Entity]]:
    """MarkdownV2. Raises Refusal: can't parse entities."""
    return _Reader(source).read()


def parse_old_markdown(source: str) -> tuple[str, list[Entity]]:
    """The old Markdown: no nesting, four marks. Raises Refusal: can't parse entities."""
    words: list[str] = []
    entities: list[Entity] = []
    at, i = 0, 0
    marks = {"*": "bold", "_": "italic", "`": "code", "[": "text_link"}
    while i < len(source):
        character, more = source[i], {}
        if character == "\\" and source[i + 1 : i + 2] in ("_", "*", "`", "["):
            said, i, kind = source[i + 1], i + 2, ""
        elif character in marks:
            mark = "```" if source.startswith("```", i) else character
            stop = source.find("]" if mark == "[" else mark, i + len(mark))
            if stop < 0:
                place = len(source[:i].encode())
                raise cannot(f"Can't find end of the entity starting at byte offset {place}")
            kind = "pre" if mark == "```" else marks[mark]
            said, i = source[i + len(mark) : stop], stop + len("]" if mark == "[" else mark)
            if mark == "[":
                end = source.find(")", i) if source.startswith("(", i) else -1
                more = {"url": source[i + 1 : end]} if end > 0 else {}
                i, kind = (end + 1, kind) if end > 0 else (i, "")
        else:
            said, i, kind = character, i + 1, ""
        length = units(said)
        if kind and length:
            entities.append({"type": kind, "offset": at, "length": length, **more})
        words.append(said)
        at += length
    return "".join(words), entities
