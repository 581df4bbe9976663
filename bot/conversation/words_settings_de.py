"""What words_settings.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "settings.misspelt": "{setting} ist keine Einstellung: meinst du {near}?",
    "settings.unknown": "{setting} ist keine Einstellung: entferne sie, oder sieh in docs/configuration.md "
    "nach den Namen.",
    "settings.unreadable": "{setting} kann nicht gelesen werden ({reason}): berichtige die Datei oder leg "
    "sie beiseite.",
    "settings.line": "{setting} verstehe ich nicht: schreib NAME=wert, je eine in einer Zeile.",
    "settings.home": "{setting} ist {value}, wo nichts geschrieben werden kann ({reason}): nenne einen "
    "anderen Ordner.",
    "settings.wiped": "{setting} ist gesetzt, dieser Host löscht seine Festplatte also bei jedem Neustart, "
    "und DATABASE_URL ist nicht gesetzt: füg eine PostgreSQL-Datenbank hinzu und setz DATABASE_URL, oder "
    "nimm {setting} auf deinem eigenen Rechner weg.",
    "settings.wrong.home": "{setting} ist „{value}“, und das ist kein Ordner: schreib einen Pfad.",
    "settings.wrong.live": "{setting} ist „{value}“: schreib off (nur Papier) oder on.",
    "settings.wrong.feed": "{setting} ist „{value}“: schreib replay oder eine Börse wie ccxt:kraken.",
    "settings.wrong.profile": "{setting} ist „{value}“: schreib bracketed, bracketed-whole, full, "
    "attached, pair, stops oder bare.",
    "settings.wrong.cash": "{setting} ist „{value}“: schreib US-Dollar über 0, etwa 10000.",
    "settings.wrong.fee_bps": "{setting} ist „{value}“: schreib Basispunkte von 0 bis 1000, etwa 10.",
    "settings.wrong.slippage_bps": "{setting} ist „{value}“: schreib Basispunkte von 0 bis 1000, etwa 5.",
    "settings.wrong.latency_ms": "{setting} ist „{value}“: schreib Millisekunden von 0 bis 60000, etwa 50.",
    "settings.wrong.one_tap": "{setting} ist „{value}“: schreib US-Dollar ab 0; bei 0 fragt jede Order.",
    "settings.wrong.language": "{setting} ist „{value}“: schreib en oder de; ohne sie gilt auf der "
    "Befehlszeile die Sprache des Terminals und im Chat Englisch.",
    "settings.wrong.time_zone": "{setting} ist „{value}“: schreib den Namen einer Zone, etwa Europe/Berlin.",
    "settings.wrong.log_level": "{setting} ist „{value}“: schreib debug, info, warning oder error.",
    "settings.wrong.limit_raise_hours": "{setting} ist „{value}“: schreib Stunden von 0 bis 720, etwa 24.",
    "settings.wrong.memory_mb": "{setting} ist „{value}“: schreib Megabyte von 100 bis 1000000, etwa 1000.",
    "settings.file_twice": "{setting} und {plain} sind beide gesetzt: behalte eins davon.",
    "settings.file_unreadable": "{setting} nennt {path}, was nicht gelesen werden kann ({reason}): "
    "berichtige den Pfad, oder gib diesem Benutzer das Recht zu lesen.",
    "settings.file_kind": "{setting} nennt {path}, und das ist keine Datei: nenne die Datei mit dem "
    "Geheimnis.",
    "settings.file_open": "{setting} nennt {path}, was jeder auf diesem Rechner lesen oder ändern kann: "
    "tippe `chmod 600 {path}`, und lass das Geheimnis ersetzen, wenn andere diesen Rechner benutzen.",
    "settings.file_large": "{setting} nennt {path}, was für ein Geheimnis zu groß ist: nenne die richtige "
    "Datei.",
    "settings.file_empty": "{setting} nennt {path}, und das ist leer: schreib das Geheimnis hinein.",
    "settings.wrong.database_url": "{setting} verstehe ich nicht: schreib "
    "postgresql://user:password@host/name, oder lass es leer für SQLite.",
    "settings.wrong.telegram_bot_token": "{setting} ist kein Text: schreib das Token, das BotFather dir "
    "gegeben hat.",
    "settings.wrong.telegram_api_base_url": "{setting} ist „{value}“: schreib die Adresse eines "
    "Bot-API-Servers, etwa http://127.0.0.1:8081, oder lass es leer für den von Telegram.",
    "settings.wrong.signals_url": "{setting} ist „{value}“: schreib die https-Adresse, unter der Signale "
    "diesen Desk erreichen, etwa https://desk.example.org.",
    "settings.wrong.keys_url": "{setting} ist „{value}“: schreib die https-Adresse, unter der du die Seite "
    "für Schlüssel erreichst, wie https://desk.example.org/keys, oder lass es leer.",
    "settings.wrong.telegram_webhook_url": "{setting} ist „{value}“: schreib die https-Adresse, die "
    "Telegram rufen soll, etwa https://desk.example.org/telegram, oder lass es leer, um abzufragen.",
    "settings.wrong.telegram_webhook_secret": "{setting} verstehe ich nicht: schreib bis zu 256 der Zeichen "
    "A-Z a-z 0-9 _ -, oder lass es leer, dann wird bei jedem Start eins gezogen.",
    "settings.wrong.telegram_poll_timeout": "{setting} ist „{value}“: schreib Sekunden von 1 bis 50, etwa "
    "25.",
    "settings.wrong.listen": "{setting} ist „{value}“: schreib host:port, etwa 127.0.0.1:8080.",
    "settings.wrong.discord_bot_token": "{setting} ist kein Text: schreib das Token aus dem Portal von "
    "Discord.",
    "settings.wrong.discord_api_base_url": "{setting} ist „{value}“: schreib die Adresse eines Discord, "
    "etwa http://127.0.0.1:9201/api/v10, oder lass es leer für das echte.",
    "settings.wrong.discord_gateway_url": "{setting} ist „{value}“: schreib die Adresse eines Gateways, "
    "etwa ws://127.0.0.1:9201/gateway, oder lass es leer, um Discord zu fragen.",
    "settings.wrong.master_key": "{setting} ist kein Hauptschlüssel: schreib 64 Ziffern von 0 bis f (openssl "
    "rand -hex 32), ältere Schlüssel dahinter.",
    "settings.wrong.openai_api_key": "{setting} ist kein Text: schreib den Schlüssel, oder lass es leer.",
    "settings.wrong.xai_api_key": "{setting} ist kein Text: schreib den Schlüssel, oder lass es leer.",
    "settings.wrong.alpaca_base_url": "{setting} ist „{value}“: schreib eine Adresse wie "
    "http://127.0.0.1:9302, oder lass es leer.",
    "settings.wrong.kraken_base_url": "{setting} ist „{value}“: schreib eine Adresse wie "
    "http://127.0.0.1:9303, oder lass es leer.",
    "settings.wrong.binance_base_url": "{setting} ist „{value}“: schreib eine Adresse wie "
    "http://127.0.0.1:9301, oder lass es leer.",
    "settings.wrong.xai_base_url": "{setting} ist „{value}“: schreib eine Adresse wie "
    "https://api.x.ai/v1, oder lass es leer.",
    "settings.wrong.xai_model": "{setting} ist „{value}“: schreib den Namen eines Modells, etwa grok-4.3.",
    "settings.wrong.perplexity_api_key": "{setting} ist kein Text: schreib den Schlüssel, oder lass es leer.",
    "settings.wrong.perplexity_base_url": "{setting} ist „{value}“: schreib eine Adresse wie "
    "https://api.perplexity.ai/v1, oder lass es leer.",
    "settings.wrong.perplexity_model": "{setting} ist „{value}“: schreib den Namen eines Modells, etwa "
    "perplexity/sonar.",
    "settings.wrong.openai_base_url": "{setting} ist „{value}“: schreib eine Adresse wie "
    "https://api.openai.com/v1, oder lass es leer.",
    "settings.wrong.openai_model": "{setting} ist „{value}“: schreib den Namen eines Modells, etwa "
    "gpt-5.4-mini.",
    "settings.wrong.opinion_order": "{setting} ist „{value}“: schreib grok, perplexity und openai, jedes "
    "höchstens einmal, mit Kommas dazwischen.",
    "settings.wrong.opinion_money": "{setting} ist „{value}“: schreib US-Dollar je Person und Tag, 0 bis "
    "1000.",
    "settings.wrong.opinion_calls": "{setting} ist „{value}“: schreib Fragen je Person und Tag, 0 bis 10000.",
    "settings.wrong.opinion_deadline_s": "{setting} ist „{value}“: schreib Sekunden von 1 bis 120, etwa 25.",
}
