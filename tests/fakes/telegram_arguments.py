"""Arguments of a request as the Bot API reads them: strings, numbers, JSON inside strings, files, keyboards.

Wire facts: protocols/telegram-bot-api.md, chapters 1, 2, 5 and 6.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import msgspec

from tests.fakes.telegram_world import Body, bad

PHOTO_BYTES_MAX = 10 * 1024 * 1024
UPLOAD_BYTES_MAX = 50 * 1024 * 1024
PHOTO_SIDES_MAX = 10_000
PHOTO_RATIO_MAX = 20
DATA_BYTES_MAX = 64
ROW_MAX = 8
BUTTONS_MAX = 100
LINK_STARTS = ("http://", "https://", "tg://", "ton://")
_BUTTON_KINDS = (
    "callback_data", "url", "copy_text", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "pay",
)  # fmt: skip
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(slots=True, frozen=True)
class Upload:
    """A file of a multipart request."""

    name: str
    content: bytes


class Arguments:
    """What a request says. Values are strings (forms) or already structures (JSON bodies)."""

    __slots__ = ("files", "values")

    def __init__(self, values: dict[str, Any], files: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.files = files or {}

    def text(self, name: str, default: str = "") -> str:
        """As a string; numbers of a JSON body are written out."""
        value = self.values.get(name, default)
        if isinstance(value, str):
            return value
        if value is None:
            return default
        return msgspec.json.encode(value).decode()

    def whole(self, name: str, default: int = 0, low: int = -(2**63), high: int = 2**63 - 1) -> int:
        """As a whole number within bounds; what is no number counts as not given."""
        try:
            return max(low, min(high, int(self.values.get(name, default))))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """true, yes, 1."""
        return str(self.values.get(name, "")).lower() in ("true", "yes", "1")

    def structure(self, name: str, complaint: str = "") -> Any:
        """An object or a list, also out of a string; None when not given. Raises Refusal."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            raise bad(complaint or f"can't parse {name.replace('_', ' ')} JSON object") from None


def keyboard(arguments: Arguments, *, is_edit: bool = False) -> Body | None:
    """The argument reply_markup as it is kept; None without one. Raises Refusal."""
    markup = arguments.structure("reply_markup", "can't parse reply keyboard markup JSON object")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if is_edit:
            raise bad("inline keyboard expected")
        if not {"keyboard", "remove_keyboard", "force_reply"} & set(markup):
            return None
        return markup
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[_button(one) for one in row] for row in rows if row]
    if any(len(row) > ROW_MAX for row in kept) or sum(map(len, kept)) > BUTTONS_MAX:
        raise bad("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _button(given: Any) -> Body:
    if not isinstance(given, dict):
        raise bad("can't parse inline keyboard button: expected an Object")
    if not isinstance(given.get("text"), str):
        raise bad("can't parse inline keyboard button: can't find field \"text\"")
    if not given["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    kinds = [kind for kind in _BUTTON_KINDS if kind in given]
    if not kinds:
        raise bad("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    button = {key: given[key] for key in ("text", "style", *kinds[:1]) if key in given}
    data = button.get("callback_data")
    if data is not None and (
        not isinstance(data, str) or not 1 <= len(data.encode("utf-8", "surrogatepass")) <= DATA_BYTES_MAX
    ):
        raise bad("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None:
        if not isinstance(url, str) or not url or " " in url:
            raise bad(f"inline keyboard button URL '{url}' is invalid: wrong HTTP URL")
        button["url"] = url if url.startswith(LINK_STARTS) else f"http://{url}"
    return button


def upload(arguments: Arguments, name: str) -> Upload | str:
    """The file of an argument: an upload (direct or attach://), or the file_id or address in words."""
    words = arguments.text(name)
    if words.startswith("attach://"):
        found = arguments.files.get(words.removeprefix("attach://"))
        if found is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return found
    if name in arguments.files:
        return arguments.files[name]
    if not words:
        raise bad(f"there is no {name} in the request")
    if words.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")  # nothing is fetched from anywhere here
    return words


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height of a real picture (PNG, checked to its last chunk; JPEG by its ends). Raises Refusal,
    as Telegram does when it cannot read it or does not like its shape."""
    if not content:
        raise bad("file must be non-empty")
    if len(content) > PHOTO_BYTES_MAX:
        raise bad(
            f"file of size {len(content)} bytes is too big for a photo; "
            f"the maximum size is {PHOTO_BYTES_MAX} bytes"
        )
    size = _png_size(content) if content.startswith(_PNG) else _jpeg_size(content)
    if size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > PHOTO_SIDES_MAX or max(size) > PHOTO_RATIO_MAX * min(size):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return size


def _png_size(content: bytes) -> tuple[int, int] | None:
    at, size, pixels, has_end = len(_PNG), (0, 0), b"", False
    while at + 12 <= len(content) and not has_end:
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        data = content[at + 8 : at + 8 + length]
        check = content[at + 8 + length : at + 12 + length]
        if len(check) != 4 or zlib.crc32(kind + data) != int.from_bytes(check, "big"):
            return None
        if kind == b"IHDR":
            size = struct.unpack(">II", data[:8])
        elif kind == b"IDAT":
            pixels += data
        has_end = kind == b"IEND"
        at += 12 + length
    if not has_end or not all(size):
        return None
    try:
        zlib.decompress(pixels)
    except zlib.error:
        return None
    return size


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8") or not content.rstrip(b"\0").endswith(b"\xff\xd9"):
        return None
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        mark, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return (width, height) if width and height else None
        at += 2 + length
    return None
