"""What words_connect_discord.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "connect_discord.intro": "Ein eigener Bot, in vier Schritten. Bevor du es sagst, wird nichts "
    "geschrieben.\n1. Öffne https://discord.com/developers/applications, wähl New Application und gib ihr "
    "einen Namen.\n2. Schalte auf ihrer Seite Bot den Public Bot aus, damit nur du ihn einladen kannst. "
    "Lass die drei privilegierten Intents aus: der Desk braucht keinen.\n3. Wähl auf derselben Seite Reset "
    "Token und kopiere das Token: wer es hat, dem gehört dein Bot.\n4. Füg es hier ein. Es wird geprüft, "
    "und du bekommst den Link, der den Bot auf deinen Server einlädt.",
    "connect_discord.no_token": "Das ist kein Token: es sind drei Teile mit Punkten dazwischen. Kopiere es "
    "noch einmal.",
    "connect_discord.checking": "Frage Discord …",
    "connect_discord.refused": "Discord lehnt es ab ({reason}): kopiere es noch einmal, oder mach mit Reset "
    "Token ein neues.",
    "connect_discord.busy": "Discord bittet um {n} s Pause: versuch es danach noch einmal.",
    "connect_discord.unreachable": "{api} ist nicht erreichbar ({reason}): prüfe das Netz und "
    "DISCORD_API_BASE_URL, dann versuch es noch einmal.",
    "connect_discord.found": (
        "Das ist {name}; er kann zuhören und ist auf {n} Server.",
        "Das ist {name}; er kann zuhören und ist auf {n} Servern.",
    ),
    "connect_discord.public": "Jeder darf ihn einladen: schalte Public Bot auf seiner Seite Bot aus. Er "
    "antwortet trotzdem nur dir.",
    "connect_discord.invite": "Lade ihn auf einen Server ein, auf dem du auch bist, auch wenn du nur "
    "Direktnachrichten willst:\n{url}",
    "connect_discord.not_written": "Nicht geschrieben. Setz DISCORD_BOT_TOKEN selbst in der Umgebung des "
    "Desks.",
    "connect_discord.cannot_write": "{path} kann nicht geschrieben werden ({reason}): setz "
    "DISCORD_BOT_TOKEN selbst in der Umgebung des Desks.",
    "connect_discord.next": "Starte jetzt den Desk: `openoutcry run`. Er zeigt einen Code, der 15 Minuten "
    "gilt. Schreib den Code dem Bot als Direktnachricht: von da an ist der Desk dort deiner.",
    "connect_discord.given_up": "Dreimal kein Token, das geht: beginn neu mit `openoutcry connect discord`.",
}
