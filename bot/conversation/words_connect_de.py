"""What words_connect.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "cli.connect": "eine Chat-Plattform Schritt für Schritt verbinden: telegram oder discord",
    "cli.connect.about": "Führt durch das Anlegen eines Bots, prüft sein Token und schreibt es auf Wunsch "
    "in .env.",
    "cli.connect.platform": "welche Plattform",
    "connect.intro": "Ein eigener Bot, in vier Schritten. Bevor du es sagst, wird nichts geschrieben.\n1. "
    "Öffne in Telegram einen Chat mit @BotFather (dem mit dem blauen Haken) und sende /newbot.\n2. Gib ihm "
    "einen Namen für Menschen, etwa Mein Desk, und einen Benutzernamen, der auf bot endet.\n3. Sende "
    "/setprivacy, wähl deinen Bot und lass es eingeschaltet: in Gruppen hört er dann nur Befehle.\n4. "
    "BotFather hat Schritt 2 mit einem Token beantwortet, etwa 123456789:ABC…: wer es hat, dem gehört dein "
    "Bot.",
    "connect.has_token": "Ein Token ist schon gesetzt; ein neues tritt an seine Stelle.",
    "connect.ask_token": "Das Token (es wird nicht gezeigt; leer beendet das): ",
    "connect.ended": "Nichts wurde geändert.",
    "connect.no_token": "Das ist kein Token: es ist eine Zahl, ein Doppelpunkt und viele Buchstaben. "
    "Kopiere es noch einmal.",
    "connect.refused": "Telegram kennt dieses Token nicht: kopiere es noch einmal, oder frag @BotFather mit "
    "/token danach.",
    "connect.unreachable": "{api} ist nicht erreichbar ({reason}): prüfe das Netz und "
    "TELEGRAM_API_BASE_URL, dann versuch es noch einmal.",
    "connect.no_answer": "{api} gibt keine brauchbare Antwort ({reason}): versuch es in einer Minute noch "
    "einmal.",
    "connect.busy": "Telegram bittet um {n} s Pause: versuch es danach noch einmal.",
    "connect.not_a_bot": "Dieses Token gehört keinem Bot: kopiere das, das @BotFather dir gegeben hat.",
    "connect.found": "Das ist {name}, genannt {title}.",
    "connect.privacy_off": "Der Privatmodus ist aus: in Gruppen hört er jedes Wort. Sende @BotFather "
    "/setprivacy, um ihn einzuschalten.",
    "connect.privacy_on": "Der Privatmodus ist an, wie es sein soll.",
    "connect.ask_write": "In {path} schreiben? (ja/nein) ",
    "connect.written": "In {path} geschrieben, nur für dich lesbar.",
    "connect.not_written": "Nicht geschrieben. Setz TELEGRAM_BOT_TOKEN selbst in der Umgebung des Desks.",
    "connect.cannot_write": "{path} kann nicht geschrieben werden ({reason}): setz TELEGRAM_BOT_TOKEN "
    "selbst in der Umgebung des Desks.",
    "connect.next": "Starte jetzt den Desk: `openoutcry run`. Er zeigt einen Code, der 15 Minuten gilt. "
    "Öffne https://t.me/{username}, drück auf Start und sende den Code: von da an ist der Desk dort "
    "deiner.",
    "connect.given_up": "Dreimal kein Token, das geht: beginn neu mit `openoutcry connect telegram`.",
}
