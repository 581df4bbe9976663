"""Words about settings: what is wrong with one, and what to write instead."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "settings.misspelt": "{setting} is not a setting: did you mean {near}?",
    "settings.unknown": "{setting} is not a setting: remove it, or see docs/configuration.md for the names.",
    "settings.unreadable": "{setting} cannot be read ({reason}): correct the file, or move it away.",
    "settings.line": "{setting} is not understood: write NAME=value, one on each line.",
    "settings.home": "{setting} is {value}, where nothing can be written ({reason}): name another folder.",
    "settings.wiped": "{setting} is set, so this host wipes its disk at every restart, and DATABASE_URL "
    "is not set: add a PostgreSQL database and set DATABASE_URL, or unset {setting} on your own machine.",
    "settings.wrong.home": "{setting} is “{value}”, which is no folder: write a path.",
    "settings.wrong.live": "{setting} is “{value}”: write off (paper only) or on.",
    "settings.wrong.feed": "{setting} is “{value}”: write replay, or an exchange such as ccxt:kraken.",
    "settings.wrong.profile": "{setting} is “{value}”: write bracketed, bracketed-whole, full, "
    "attached, pair, stops or bare.",
    "settings.wrong.cash": "{setting} is “{value}”: write US dollars above 0, such as 10000.",
    "settings.wrong.fee_bps": "{setting} is “{value}”: write basis points from 0 to 1000, such as 10.",
    "settings.wrong.slippage_bps": "{setting} is “{value}”: write basis points from 0 to 1000, such as 5.",
    "settings.wrong.latency_ms": "{setting} is “{value}”: write milliseconds from 0 to 60000, such as 50.",
    "settings.wrong.one_tap": "{setting} is “{value}”: write US dollars from 0 up; 0 reviews every order.",
    "settings.wrong.language": "{setting} is “{value}”: write en or de; without it the terminal's language "
    "counts on the command line, and English in chat.",
    "settings.wrong.time_zone": "{setting} is “{value}”: write a zone's name, such as Europe/Berlin.",
    "settings.wrong.log_level": "{setting} is “{value}”: write debug, info, warning or error.",
    "settings.wrong.limit_raise_hours": "{setting} is “{value}”: write hours from 0 to 720, such as 24.",
    "settings.wrong.memory_mb": "{setting} is “{value}”: write megabytes from 100 to 1000000, such as 1000.",
    "settings.file_twice": "{setting} and {plain} are both set: keep one of them.",
    "settings.file_unreadable": "{setting} names {path}, which cannot be read ({reason}): correct the path, "
    "or give this user the right to read it.",
    "settings.file_kind": "{setting} names {path}, which is no file: name the file that holds the secret.",
    "settings.file_open": "{setting} names {path}, which everybody on this machine can read or change: type "
    "`chmod 600 {path}`, and have the secret replaced if others use this machine.",
    "settings.file_large": "{setting} names {path}, which is too large for a secret: name the right file.",
    "settings.file_empty": "{setting} names {path}, which is empty: write the secret into it.",
    "settings.wrong.database_url": "{setting} is not understood: write postgresql://user:password@host/name, "
    "or leave it empty for SQLite.",
    "settings.wrong.telegram_bot_token": "{setting} is no text: write the token that BotFather gave you.",
    "settings.wrong.telegram_api_base_url": "{setting} is “{value}”: write the address of a Bot API server, "
    "such as http://127.0.0.1:8081, or leave it empty for Telegram's own.",
    "settings.wrong.signals_url": "{setting} is “{value}”: write the https address under which signals reach "
    "this desk, such as https://desk.example.org.",
    "settings.wrong.keys_url": "{setting} is “{value}”: write the https address under which you reach the "
    "page for keys, such as https://desk.example.org/keys, or leave it empty.",
    "settings.wrong.telegram_webhook_url": "{setting} is “{value}”: write the https address that Telegram "
    "shall call, such as https://desk.example.org/telegram, or leave it empty to poll.",
    "settings.wrong.telegram_webhook_secret": "{setting} is not understood: write up to 256 of the letters "
    "A-Z a-z 0-9 _ -, or leave it empty and one is drawn at each start.",
    "settings.wrong.telegram_poll_timeout": "{setting} is “{value}”: write seconds from 1 to 50, such as 25.",
    "settings.wrong.listen": "{setting} is “{value}”: write host:port, such as 127.0.0.1:8080.",
    "settings.wrong.discord_bot_token": "{setting} is no text: write the token of Discord's portal.",
    "settings.wrong.discord_api_base_url": "{setting} is “{value}”: write the address of a Discord, "
    "such as http://127.0.0.1:9201/api/v10, or leave it empty for Discord's own.",
    "settings.wrong.discord_gateway_url": "{setting} is “{value}”: write the address of a gateway, such as "
    "ws://127.0.0.1:9201/gateway, or leave it empty to ask Discord.",
    "settings.wrong.master_key": "{setting} is no master key: write 64 digits from 0 to f (openssl rand -hex "
    "32), older keys behind it.",
    "settings.wrong.openai_api_key": "{setting} is no text: write the key, or leave it empty.",
    "settings.wrong.xai_api_key": "{setting} is no text: write the key, or leave it empty.",
    "settings.wrong.alpaca_base_url": "{setting} is “{value}”: write an address such as "
    "http://127.0.0.1:9302, or leave it empty.",
    "settings.wrong.kraken_base_url": "{setting} is “{value}”: write an address such as "
    "http://127.0.0.1:9303, or leave it empty.",
    "settings.wrong.binance_base_url": "{setting} is “{value}”: write an address such as "
    "http://127.0.0.1:9301, or leave it empty.",
    "settings.wrong.xai_base_url": "{setting} is “{value}”: write an address such as "
    "https://api.x.ai/v1, or leave it empty.",
    "settings.wrong.xai_model": "{setting} is “{value}”: write the name of a model, such as grok-4.3.",
    "settings.wrong.perplexity_api_key": "{setting} is no text: write the key, or leave it empty.",
    "settings.wrong.perplexity_base_url": "{setting} is “{value}”: write an address such as "
    "https://api.perplexity.ai/v1, or leave it empty.",
    "settings.wrong.perplexity_model": "{setting} is “{value}”: write the name of a model, such as "
    "perplexity/sonar.",
    "settings.wrong.openai_base_url": "{setting} is “{value}”: write an address such as "
    "https://api.openai.com/v1, or leave it empty.",
    "settings.wrong.openai_model": "{setting} is “{value}”: write the name of a model, such as gpt-5.4-mini.",
    "settings.wrong.opinion_order": "{setting} is “{value}”: write grok, perplexity and openai, each at most "
    "once, with commas between.",
    "settings.wrong.opinion_money": "{setting} is “{value}”: write US dollars a person and day, 0 to 1000.",
    "settings.wrong.opinion_calls": "{setting} is “{value}”: write questions a person and day, 0 to 10000.",
    "settings.wrong.opinion_deadline_s": "{setting} is “{value}”: write seconds from 1 to 120, such as 25.",
}
