"""A local Telegram Bot API server that keeps to the protocol: one bot, many people, faults on demand.

    async with TelegramServer(clock) as telegram:          # 127.0.0.1, a free port
        ann = telegram.person("Ann")
        ann.start()                                         # the bot under test polls or has a webhook
        await ann.sees("Welcome")

Wire facts: protocols/telegram-bot-api.md. Not here: the state (telegram_world.py), the rules of each method
(telegram_messages.py, telegram_directory.py), what fails (telegram_faults.py), a way in without sockets
(telegram_in_process.py).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiohttp import hdrs, web

from tests.fakes.telegram_arguments import UPLOAD_BYTES_MAX, Arguments, Upload
from tests.fakes.telegram_directory import Directory
from tests.fakes.telegram_faults import (
    GATEWAY_PAGE,
    Faults,
    FloodLimits,
    GatewayTrouble,
    LostConnection,
)
from tests.fakes.telegram_http import Answer, accepted, read, refused, response
from tests.fakes.telegram_messages import Messages
from tests.fakes.telegram_people import People
from tests.fakes.telegram_updates import LIMIT_MAX, TIMEOUT_MAX_S, Ended
from tests.fakes.telegram_webhook import Webhook
from tests.fakes.telegram_world import Refusal, TelegramWorld
from trading.clock import SystemClock
from trading.ports import Clock

TOKEN = "7200000007:open-outcry-test-token"
TOKEN_MAX = 80
CALLS_MAX = 200_000
BODY_BYTES_MAX = UPLOAD_BYTES_MAX + 1024 * 1024


@dataclass(slots=True)
class Call:
    """A request as it came, and what became of it. `status` 0: no answer was given (yet)."""

    method: str
    arguments: dict[str, Any]
    files: dict[str, Upload]
    at: float
    status: int = 0
    result: Any = None
    is_done: bool = False


class TelegramServer(People):
    """The whole cloud behind one door.

    Args:
        clock: what everything here takes its time from (default: the machine's). Give the desk's own, a
            VirtualClock (with telegram_in_process.py) or a HandClock.
        limits: flood limits; `FloodLimits.none()` for benchmarks.
        is_public: as api.telegram.org where a self-hosted server is more patient (https webhooks on four
            ports, 404 for a malformed token).
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        token: str = TOKEN,
        username: str = "open_outcry_bot",
        limits: FloodLimits | None = None,
        is_public: bool = False,
    ) -> None:
        self.clock = clock or SystemClock()
        super().__init__(TelegramWorld(self.clock, token, username))
        self.is_public = is_public
        self.is_revoked = False
        self.limits = limits or FloodLimits()
        self.faults = Faults(self.clock, self.world.changed)
        self.messages = Messages(self.world, self.limits)
        self.directory = Directory(self.world, self.messages)
        self.webhook = Webhook(self.world, self._carry_out, is_public=is_public)
        self.calls: deque[Call] = deque(maxlen=CALLS_MAX)
        self.downloads: list[str] = []
        self.port = 0
        self._methods = self._table()
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._silent: set[asyncio.Future[None]] = set()
        self._end_of_outage: asyncio.Future[None] | None = None

    def _table(self) -> dict[str, Callable[[Arguments], Any]]:
        said, asked = self.messages, self.directory
        return {
            "sendmessage": said.send_message,
            "sendphoto": said.send_photo,
            "senddocument": said.send_document,
            "sendchataction": said.send_chat_action,
            "editmessagetext": said.edit_message_text,
            "editmessagecaption": said.edit_message_caption,
            "editmessagemedia": said.edit_message_media,
            "editmessagereplymarkup": said.edit_message_reply_markup,
            "deletemessage": said.delete_message,
            "pinchatmessage": said.pin_chat_message,
            "unpinchatmessage": said.unpin_chat_message,
            "unpinallchatmessages": said.unpin_all_chat_messages,
            "answercallbackquery": said.answer_callback_query,
            "getme": asked.get_me,
            "getchat": asked.get_chat,
            "getchatmember": asked.get_chat_member,
            "getchatadministrators": asked.get_chat_administrators,
            "getchatmembercount": asked.get_chat_member_count,
            "leavechat": asked.leave_chat,
            "getfile": asked.get_file,
            "setmycommands": asked.set_my_commands,
            "getmycommands": asked.get_my_commands,
            "deletemycommands": asked.delete_my_commands,
            "setmydescription": asked.set_described,
            "setmyshortdescription": asked.set_described,
            "setmyname": asked.set_described,
            "getwebhookinfo": self.webhook.info,
            "setwebhook": self.webhook.set,
            "deletewebhook": self.webhook.delete,
            "getupdates": self._get_updates,
            "close": lambda _: True,
            "logout": lambda _: True,
        }

    # ------------------------------------------------------------ the door

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def address(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """For ApplicationBuilder.base_url."""
        return f"{self.address}/bot"

    @property
    def base_file_url(self) -> str:
        """For ApplicationBuilder.base_file_url."""
        return f"{self.address}/file/bot"

    async def __aenter__(self) -> TelegramServer:
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_route("*", "/bot{token}/{method}", self._over_http)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def listen(self) -> None:
        """Open the port: a free one the first time, the same one again after deafen()."""
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    async def deafen(self) -> None:
        """Nobody listens on the port any more: connections are refused, those that are open end."""
        assert self._site is not None and self._runner is not None and self._runner.server is not None
        await self._site.stop()
        for connection in list(self._runner.server.connections):
            connection.force_close()

    async def close(self) -> None:
        """End everything."""
        self.world.updates.end_poll(500, "Internal Server Error: restart")
        if self._end_of_outage is not None:
            self._end_of_outage.cancel()
        for future in self._silent:
            if not future.done():
                future.set_result(None)
        await self.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def order_pause(self, seconds: float, chat: int = 0) -> None:
        """429 for so long, for one chat or (0) for all."""
        self.limits.order(self.clock.elapsed_s(), seconds, chat)

    def go_down(self, how: str = "closed", for_s: float = 0.0) -> None:
        """A total outage until come_up(), or for so long: "closed" (connections are dropped), "silent"
        (nobody answers) or "gateway" (502). People go on talking; polls are cut, webhooks get nothing."""
        self.faults.outage = how
        self.webhook.is_cut = True
        self.world.updates.end_poll(0, "")
        if for_s:
            self._end_of_outage = asyncio.ensure_future(self._come_up_after(for_s))

    def come_up(self) -> None:
        """The outage is over."""
        self.faults.outage = ""
        self.webhook.is_cut = False
        self.webhook.look()
        self.world.changed()

    async def _come_up_after(self, seconds: float) -> None:
        await self.clock.sleep_s(seconds)
        self.come_up()

    def revoke_token(self) -> None:
        """What BotFather's /revoke does: the token is worth nothing from now on."""
        self.is_revoked = True
        self.world.updates.end_poll(401, "Unauthorized")

    # ------------------------------------------------------------ requests

    async def ask(self, token: str, method: str, arguments: Arguments) -> Answer:
        """Carry a request out and answer it. Raises LostConnection when there is no answer."""
        method = method.lower()
        call = Call(method, arguments.values, arguments.files, self.world.now())
        self.calls.append(call)
        try:
            self.faults.check_outage()
            self._check_token(token)
            result = await self._carry_out(method, arguments.values, arguments, call)
            call.status, call.result = 200, result
            return accepted(result)
        except Refusal as no:
            call.status, call.result = no.code, no.description
            return refused(no)
        except GatewayTrouble:
            call.status, call.result = 502, GATEWAY_PAGE
            return Answer(502, GATEWAY_PAGE.encode(), {}, "text/html")
        finally:
            self.world.changed()

    async def _carry_out(
        self,
        method: str,
        values: dict[str, Any],
        arguments: Arguments | None = None,
        call: Call | None = None,
    ) -> Any:
        """The method itself, with the faults before and after it. Also for answers of a webhook, where
        nobody hears of a refusal."""
        run = self._methods.get(method.lower())
        if run is None:
            raise Refusal(404, "Not Found: method not found")
        is_heard = call is not None
        try:
            if not is_heard:
                call = Call(method.lower(), values, {}, self.world.now())
                self.calls.append(call)
            assert call is not None
            chat = str(values.get("chat_id", "")) if self.faults.rules else ""
            if self.faults.rules:
                await self.faults.strike(method, chat, False)
            result = run(arguments or Arguments(values))
            if asyncio.iscoroutine(result):
                result = await result
            call.is_done = True
            if self.faults.rules:
                await self.faults.strike(method, chat, True)
            return result
        except (Refusal, GatewayTrouble, LostConnection) as no:
            if is_heard:
                raise
            assert call is not None
            call.result = str(no)
            return None

    async def _get_updates(self, arguments: Arguments) -> list[dict[str, Any]]:
        line = self.world.updates
        try:
            self.webhook.check_poll()
            self.webhook.allow(arguments)
            return await line.poll(
                arguments.whole("offset"),
                arguments.whole("limit", LIMIT_MAX, 1, LIMIT_MAX),
                arguments.whole("timeout", 0, 0, TIMEOUT_MAX_S),
            )
        except Ended as end:
            if not end.code:
                raise LostConnection(is_silent=self.faults.outage == "silent") from None
            if end.code == 409:
                await line.conflict_pause()
            raise Refusal(end.code, end.description) from None

    def _check_token(self, token: str) -> None:
        if token == self.token and not self.is_revoked:
            return
        if ":" not in token or token.startswith("0") or len(token) > TOKEN_MAX:
            if self.is_public:
                raise Refusal(404, "Not Found")
            raise Refusal(401, "Unauthorized: invalid token specified")
        raise Refusal(401, "Unauthorized")

    # ------------------------------------------------------------ HTTP

    async def _over_http(self, request: web.Request) -> web.StreamResponse:
        if request.method not in (hdrs.METH_GET, hdrs.METH_POST):
            return response(refused(Refusal(405, "Method Not Allowed")))
        try:
            arguments = await read(request)
        except Refusal as no:
            return response(refused(no))
        token, method = request.match_info["token"], request.match_info["method"]
        try:
            return response(await self.ask(token, method, arguments))
        except LostConnection as lost:
            if lost.is_silent:
                await self.silence()
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)

    def someone_else_polls(self, timeout_s: int = 50) -> asyncio.Task[Answer]:
        """Another process that holds our token asks for updates."""
        asked = Arguments({"timeout": str(timeout_s)})
        return asyncio.ensure_future(self.ask(self.token, "getUpdates", asked))

    async def silence(self) -> None:
        """Until the server closes: nobody answers."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._silent.add(future)
        await future

    async def _download(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.downloads.append(path)
        try:
            self._check_token(request.match_info["token"])
        except Refusal as no:
            return response(refused(no))
        for about, content in self.world.files.values():
            if about["file_path"] == path:
                return web.Response(body=content, content_type="application/octet-stream")
        return response(refused(Refusal(404, "Not Found")))

    # ------------------------------------------------------------ looking

    def called(self, method: str, chat: int = 0) -> list[Call]:
        """The requests for a method (to a chat), in order."""
        method = method.lower()
        return [
            call
            for call in self.calls
            if call.method == method and (not chat or str(call.arguments.get("chat_id")) == str(chat))
        ]

    async def until(self, sight: Callable[[], Any]) -> Any:
        """Wait until `sight()` is true; see TelegramWorld.until."""
        return await self.world.until(sight)

    async def until_polled(self) -> None:
        """Wait until somebody holds a long poll open: everything before was fetched and confirmed."""
        await self.world.until(lambda: self.world.updates.is_polled)

    async def until_called(self, method: str, times: int = 1) -> list[Call]:
        """Wait until a method was asked for so often (and answered)."""

        def sight() -> list[Call]:
            found = [call for call in self.called(method) if call.status or call.is_done]
            return found if len(found) >= times else []

        found: list[Call] = await self.world.until(sight)
        return found
