"""python-telegram-bot as its makers ship it, unchanged, as the witness that our server is faithful."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import HTTPXRequest

from tests.fakes.hand_clock import HandClock
from tests.fakes.telegram_in_process import BASE_URL, InProcessRequest
from tests.fakes.telegram_server import TelegramServer

App = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE

SECRET = "a_secret-1"


async def welcome(update: Update, _: Context) -> None:
    """/start"""
    assert update.message is not None
    rows = [[InlineKeyboardButton("Buy", callback_data="b:1"), InlineKeyboardButton("No", callback_data="n")]]
    await update.message.reply_text("pick", reply_markup=InlineKeyboardMarkup(rows))


async def pressed(update: Update, _: Context) -> None:
    """A button."""
    query = update.callback_query
    assert query is not None
    await query.answer("bought", show_alert=True)
    await query.edit_message_text(f"done {query.data}")


async def echo(update: Update, _: Context) -> None:
    """Words."""
    assert update.effective_message is not None
    edited = "edited " if update.edited_message else ""
    await update.effective_message.reply_text(f"{edited}you said {update.effective_message.text}")


def application(telegram: TelegramServer, *, is_in_process: bool = False, token: str = "") -> App:
    """An application with an echo, a keyboard and a list of all its updates in bot_data['seen']."""
    builder = ApplicationBuilder().token(token or telegram.token)
    if is_in_process:
        builder = builder.base_url(BASE_URL).request(InProcessRequest(telegram))
        builder = builder.get_updates_request(InProcessRequest(telegram))
    else:
        builder = builder.base_url(telegram.base_url).base_file_url(telegram.base_file_url)
    app: App = builder.build()
    seen: list[Update] = app.bot_data.setdefault("seen", [])

    async def keep(update: Update, _: Context) -> None:
        seen.append(update)

    app.add_handler(TypeHandler(Update, keep), group=-1)
    app.add_handler(CommandHandler("start", welcome))
    app.add_handler(CallbackQueryHandler(pressed))
    app.add_handler(MessageHandler(filters.TEXT, echo))
    return app


@asynccontextmanager
async def polling(
    telegram: TelegramServer, app: App, on_error: Callable[[Any], None] | None = None
) -> AsyncIterator[App]:
    """The application with its own Updater, as run_polling would run it."""
    await app.initialize()
    await app.start()
    assert app.updater is not None
    await app.updater.start_polling(timeout=10, error_callback=on_error)
    try:
        yield app
    finally:
        # It asks once more with the same offset; whoever does so within three seconds has to wait for them.
        await within(20, telegram.until_polled())
        assert isinstance(telegram.clock, HandClock)
        telegram.clock.advance(4)
        await app.updater.stop()
        await app.stop()
        await app.shutdown()


@asynccontextmanager
async def hooked(
    app: App,
    before: Callable[[web.Request], Awaitable[web.Response | None]] | None = None,
    **more: Any,
) -> AsyncIterator[str]:
    """The application fed by a plain aiohttp route, which is set as its webhook; the route's address.
    `before` may answer instead."""

    async def take(request: web.Request) -> web.Response:
        if before is not None and (answer := await before(request)) is not None:
            return answer
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return web.Response(status=401)
        update = Update.de_json(await request.json(), app.bot)
        await app.update_queue.put(update)
        return web.Response()

    route = web.Application()
    route.router.add_post("/hook", take)
    runner = web.AppRunner(route, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await app.initialize()
    await app.start()
    await app.bot.set_webhook(address, secret_token=SECRET, **more)
    try:
        yield address
    finally:
        await app.bot.delete_webhook()
        await app.stop()
        await app.shutdown()
        await runner.cleanup()


@asynccontextmanager
async def bare_bot(
    telegram: TelegramServer, token: str = "", read_timeout: float = 5.0
) -> AsyncIterator[Bot]:
    """A Bot alone, not initialized: its methods and errors. One request tries once."""
    request = HTTPXRequest(read_timeout=read_timeout)
    bot = Bot(
        token or telegram.token,
        base_url=telegram.base_url,
        base_file_url=telegram.base_file_url,
        request=request,
        get_updates_request=request,
    )
    try:
        yield bot
    finally:
        await request.shutdown()


async def within(seconds: float, awaited: Awaitable[Any]) -> Any:
    """Not for ever: a test that waits for what never comes says so."""
    async with asyncio.timeout(seconds):
        return await awaited
