"""The one page of the desk on which a key of a venue is typed: one form, for the code of a one-time link.

It is served to this machine, or under the operator's own HTTPS address, and to nobody else. It loads nothing,
is never kept by a browser, and sends what was typed to itself alone.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from html import escape
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from bot.conversation.inbox import JournalUnavailable
from bot.conversation.key_links import KeyLinks, Submitted
from bot.conversation.words import DEFAULT, language_of, say
from bot.platforms.web import Route

PATH = "/keys"
FORM_MAX = 16_384
_FORM = "application/x-www-form-urlencoded"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
# The code leaves the address at once, so that it stands in no history either.
_SCRIPT = (
    "const c=location.hash.slice(1);"
    "if(c){document.getElementById('code').value=c;history.replaceState(null,'',location.pathname)}"
)
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}"
    "label{display:block;margin-top:1rem}input{width:100%;box-sizing:border-box;padding:.5rem;font:inherit}"
    "button{margin-top:1.5rem;padding:.6rem 1.2rem;font:inherit}"
    ".said{border-left:4px solid;padding-left:1rem}"
)


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; script-src {_hash(_SCRIPT)}; style-src {_hash(_STYLE)}; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Not no-referrer: browsers then name no origin of a form, and that one is checked.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class KeyPage:
    """Serves the form and takes it back.

    Args:
        links: whose address says under which name the page is reached from elsewhere.
    """

    def __init__(self, links: KeyLinks) -> None:
        self._links = links
        self._own = urlsplit(links.address)

    @property
    def routes(self) -> tuple[Route, ...]:
        """For the desk's web server."""
        path = self._own.path or PATH
        return (Route("GET", path, self.shown), Route("POST", path, self.taken))

    async def shown(self, request: web.Request) -> web.Response:
        """The empty form; the same for everybody."""
        language = _language_of(request)
        if not self._origin(request):
            return _page(403, say("keys.page.elsewhere", language), language)
        return _page(200, "", language, form="")

    async def taken(self, request: web.Request) -> web.Response:
        """A form that was sent: by this page itself, small, and with a code that still counts."""
        language = _language_of(request)
        origin = self._origin(request)
        if not origin or request.headers.get("Origin") != origin:
            return _page(403, say("keys.page.elsewhere", language), language)
        if request.content_type != _FORM or not 0 < (request.content_length or 0) <= FORM_MAX:
            return _page(400, say("keys.page.no_form", language), language)
        fields = _fields(await request.read())
        code, key, secret = (fields.get(name, "").strip() for name in ("code", "key", "secret"))
        try:
            found = await self._links.submitted(code, key, secret, language)
        except JournalUnavailable as problem:
            return _page(503, str(problem), language)
        return _answered(found, code)

    def _origin(self, request: web.Request) -> str:
        """The origin under which this request has reached us; empty for one that must not be served: a name
        that is not ours (DNS rebinding), or this machine's name from another machine."""
        host = request.host
        if request.headers.get("X-Forwarded-Proto", "https") != "https":
            return ""
        if self._own.scheme == "https" and host == self._own.netloc:
            return f"https://{host}"
        name = urlsplit(f"//{host}").hostname or ""
        return f"http://{host}" if name in _LOCAL and _is_local(request.remote) else ""


def _is_local(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def _fields(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=8)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def _language_of(request: web.Request) -> str:
    """The first language of the browser that the catalogue has."""
    wanted = request.headers.get("Accept-Language", "").split(",")
    found = (language_of(one.partition(";")[0].strip()) for one in wanted)
    return next((one for one in found if one), DEFAULT)


def _answered(found: Submitted, code: str) -> web.Response:
    outcome = found.outcome
    values = {name: str(value) for name, value in outcome.values.items()}
    sentence = say(outcome.said, found.language, **values)
    if outcome.is_done:
        return _page(200, f"{sentence} {say('keys.page.close', found.language)}", found.language)
    status = 422 if found.goes_on else 403
    return _page(status, sentence, found.language, form=code if found.goes_on else None)


def _page(status: int, sentence: str, language: str, form: str | None = None) -> web.Response:
    """The page with a sentence, and with the form when `form` (its code, or empty) is given."""
    title = escape(say("keys.page.title", language))
    said = f'<p class="said" role="status">{escape(sentence)}</p>' if sentence else ""
    inner = said + (_form(form, language) if form is not None else "")
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{inner}</body></html>"
    )
    return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)


def _form(code: str, language: str) -> str:
    def label(name: str, kind: str, value: str = "") -> str:
        words = escape(say(f"keys.page.{name}", language))
        return (
            f'<label>{words}<input id="{name}" name="{name}" type="{kind}" value="{escape(value)}" required '
            'autocomplete="off" autocapitalize="none" spellcheck="false"></label>'
        )

    fields = label("code", "text", code) + label("key", "password") + label("secret", "password")
    how, send = (escape(say(f"keys.page.{name}", language)) for name in ("how", "send"))
    return (
        f'<p>{how}</p><form method="post" autocomplete="off">{fields}<button>{send}</button></form>'
        f"<script>{_SCRIPT}</script>"
    )
