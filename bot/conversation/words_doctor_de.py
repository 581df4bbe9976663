"""What words_doctor.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "cli.doctor": "nachsehen, ob dieser Desk laufen kann: Einstellungen, Platte, Datenbank, Schlüssel, Uhr, "
    "Kurse, Chats, Ports",
    "cli.doctor.about": "Prüft alles, was ein Desk braucht, und ändert nichts; es darf neben einem Desk "
    "laufen. Jede Zeile ist ✓ (gut), ! (geht, aber sieh hin) oder ✗ (wird nicht gehen) mit dem, was hilft. "
    "Der Exit-Code ist 1 bei einem ✗, sonst 0.",
    "cli.doctor.json": "ein JSON-Objekt statt Zeilen ausgeben",
    "doctor.late": "Die Prüfung {check} war nach {limit} s nicht fertig.",
    "doctor.late.cure": "Sieh nach, was dort hängt (ein Netzordner, ein Nameserver, eine Firewall), dann "
    "versuch es noch einmal.",
    "doctor.broken": "Die Prüfung {check} ist gescheitert: {what}.",
    "doctor.broken.cure": "Melde es; der Desk selbst kann trotzdem laufen.",
    "doctor.settings": "Die Einstellungen sind brauchbar: Kurse von {feed}, Daten in {home}.",
    "doctor.settings.wrong": "{sentence}",
    "doctor.env_open": "{path} enthält Geheimnisse, und andere auf diesem Rechner können es lesen.",
    "doctor.env_open.cure": "Tippe `chmod 600 {path}`.",
    "doctor.version": "Open Outcry {version} mit Python {python}.",
    "doctor.folder": "Der Datenordner {home} gehört nur seinem Besitzer und hat {free} GB frei.",
    "doctor.folder.new": "Den Datenordner {home} gibt es noch nicht: der erste Start legt ihn an.",
    "doctor.folder.parent": "Der Datenordner {home} kann nicht angelegt werden: {parent} ist nicht "
    "beschreibbar.",
    "doctor.folder.parent.cure": "Nenne in OPENOUTCRY_HOME einen anderen Ordner, oder erlaube diesem "
    "Benutzer, dort zu schreiben.",
    "doctor.folder.file": "{home} ist kein Ordner.",
    "doctor.folder.file.cure": "Leg diese Datei beiseite, oder nenne in OPENOUTCRY_HOME einen anderen "
    "Ordner.",
    "doctor.folder.rights": "Der Datenordner {home} ist für diesen Benutzer nicht lesbar und beschreibbar.",
    "doctor.folder.rights.cure": "Starte den Desk als der Benutzer, dem er gehört, oder gib ihn diesem mit "
    "chown.",
    "doctor.folder.open": "Den Datenordner {home} können andere auf diesem Rechner lesen.",
    "doctor.folder.open.cure": "Tippe `chmod 700 {home}`.",
    "doctor.folder.full": "Wo {home} liegt, sind nur {free} MB frei.",
    "doctor.folder.full.cure": "Mach erst Platz: ein Desk, der nicht schreiben kann, sendet nichts.",
    "doctor.database": "Die Datenbank ist gesund: {events} Ereignisse in {streams} Strömen, Schema aktuell.",
    "doctor.database.running": "Die Datenbank ist gesund, und ein Desk läuft darauf als Prozess {holder}: "
    "{events} Ereignisse in {streams} Strömen.",
    "doctor.database.new": "Es gibt noch keine Datenbank: der erste Start legt sie an.",
    "doctor.database.older": "Die Datenbank hat ein älteres Schema.",
    "doctor.database.older.cure": "Starte den Desk, oder tippe `openoutcry db upgrade`: erst wird eine "
    "Kopie gemacht.",
    "doctor.database.fault": "Die Datenbank ist beschädigt: {fault}.",
    "doctor.database.fault.cure": "Kopiere den Datenordner an einen anderen Ort, dann spiel deine neueste "
    "Sicherung zurück.",
    "doctor.database.problem": "{sentence}",
    "doctor.key": "Der Hauptschlüssel in {path} gehört nur seinem Besitzer und öffnet, was versiegelt ist "
    "({n}).",
    "doctor.key.cure": "Heb eine Kopie davon getrennt von der Datenbank und ihren Sicherungen auf: ohne ihn "
    "sind die Geheimnisse verloren.",
    "doctor.key.given": "Der Hauptschlüssel aus OPENOUTCRY_MASTER_KEY öffnet, was versiegelt ist ({n}).",
    "doctor.key.none": "Noch sind keine Geheimnisse da: der erste Start macht ihren Hauptschlüssel ({path}).",
    "doctor.key.gone": "{path} ist weg, und nur er öffnet die Geheimnisse dieser Datenbank ({n}).",
    "doctor.key.gone.cure": "Hol ihn aus deiner Kopie zurück, oder nenne den Schlüssel als "
    "OPENOUTCRY_MASTER_KEY. Ist er endgültig verloren: halte den Desk an und tippe openoutcry keys anew.",
    "doctor.key.locked": "{sentence}",
    "doctor.key.other": "Der Hauptschlüssel in {where} ist nicht der dieser Datenbank.",
    "doctor.key.other.cure": "Leg den Schlüssel zurück, der zu ihr gehört; bis dahin bleiben zweite Faktoren "
    "und Börsenschlüssel zu. Ist er endgültig verloren: halte den Desk an und tippe openoutcry keys anew.",
    "doctor.key.beside": "Eine Kopie eines Hauptschlüssels liegt bei den Sicherungen, die er öffnet: {path}.",
    "doctor.key.beside.cure": "Leg sie woandershin: wer beides hat, hat die Geheimnisse.",
    "doctor.webhook": "Telegram bringt Nachrichten zu {host} ({n} warten).",
    "doctor.webhook.none": "Ohne Telegram gibt es keinen Webhook.",
    "doctor.webhook.poll": "Der Desk holt Telegrams Nachrichten selbst ab ({n} warten).",
    "doctor.webhook.to_come": "Der nächste Start sagt Telegram, wohin es seine Nachrichten bringt ({n} "
    "warten).",
    "doctor.webhook.unknown": "Telegram hat nicht gesagt, wohin es die Nachrichten dieses Bots bringt.",
    "doctor.webhook.elsewhere": "Telegram bringt die Nachrichten dieses Bots zu {host}, und das ist nicht "
    "dieser Desk.",
    "doctor.webhook.elsewhere.cure": "Der nächste Start übernimmt sie; gib einem anderen Programm einen "
    "eigenen Bot.",
    "doctor.webhook.failing": "Telegram kann seine Nachrichten bei {host} nicht abgeben ({why}).",
    "doctor.webhook.failing.cure": "Sieh nach TELEGRAM_WEBHOOK_URL und was davor steht; ohne diese "
    "Einstellung holt der Desk sie selbst.",
    "doctor.phones.none": "Noch hat niemand ein Telefon verbunden: der Desk zeigt beim Start einen Code.",
    "doctor.phones": (
        "Eine Person ist zu erreichen: über Telegram {telegram}, über Discord {discord}, über beide "
        "{both}; Boards: {boards}.",
        "{n} Personen sind zu erreichen: über Telegram {telegram}, über Discord {discord}, über beide "
        "{both}; Boards: {boards}.",
    ),
    "doctor.phones.cut_off": "Über {names} sind Personen bekannt, und der Desk hat kein Token dafür.",
    "doctor.phones.cut_off.cure": "Setz das Token wieder (TELEGRAM_BOT_TOKEN, DISCORD_BOT_TOKEN), oder nimm "
    "diese Telefone mit /unlink weg.",
    "doctor.phones.silent": (
        "Ein privater Chat hört den Desk nicht mehr: {names}.",
        "{n} private Chats hören den Desk nicht mehr: {names}.",
    ),
    "doctor.phones.silent.cure": "Wer den Bot gesperrt hat oder gegangen ist, schreibt ihm wieder; bis dahin "
    "bekommt das andere Telefon, was eilt.",
    "doctor.topics.none": "Kein Board steht in einem Thema einer Telegram-Gruppe.",
    "doctor.topics": "Boards stehen in Themen von {n} Telegram-Gruppen, und die haben sie noch.",
    "doctor.topics.unknown": "Telegram hat nicht gesagt, ob seine Gruppen noch Themen haben.",
    "doctor.topics.gone": "Der Bot ist nicht mehr in der Telegram-Gruppe {chat}, wo ein Board in einem Thema "
    "steht.",
    "doctor.topics.gone.cure": "Lass ihn wieder hinein, oder tippe dort /board off.",
    "doctor.topics.closed": "Die Telegram-Gruppe {chat} hat keine Themen mehr, und ein Board steht in einem.",
    "doctor.topics.closed.cure": "Tippe /board on in der Gruppe selbst, oder schalte Themen wieder ein.",
    "doctor.clock": "Die Uhr stimmt auf {skew} s (verglichen mit {host}) und läuft gleichmäßig.",
    "doctor.clock.alone": "Die Uhr läuft gleichmäßig; nichts Erreichbares nannte die Zeit zum Vergleich.",
    "doctor.clock.skew": "Die Uhr weicht um {skew} s von dem ab, was {host} sagt.",
    "doctor.clock.skew.cure": "Schalte die Zeitsynchronisierung ein (`timedatectl set-ntp true`).",
    "doctor.clock.jumps": "Die Uhr sprang um {jump} s, während sie beobachtet wurde.",
    "doctor.clock.jumps.cure": "Lass nur einen Zeitdienst sie stellen, und langsam (chrony oder "
    "systemd-timesyncd).",
    "doctor.zones": "Zeitzonen sind bekannt (tzdata {version}); deine ist {zone}.",
    "doctor.zones.missing": "Die Zeitzone {zone} ist hier nicht bekannt.",
    "doctor.zones.missing.cure": "Starte noch einmal `make setup`, das bringt die Zonen mit.",
    "doctor.feed": "Kurse kommen von {feed}, der erste nach {took} s.",
    "doctor.feed.replay": "Die mitgelieferten Kurse sind vollständig: {n} Reihen.",
    "doctor.feed.broken": "Die mitgelieferte Reihe {name} fehlt oder ist nicht, was geliefert wurde.",
    "doctor.feed.broken.cure": "Hol die Dateien dieser Version noch einmal (`git checkout "
    "trading/feeds/bundled`).",
    "doctor.feed.lost": "Keine Kurse von {feed}: {why}",
    "doctor.feed.lost.cure": "Sieh nach, ob dieser Rechner die Börse erreicht; bis dahin "
    "OPENOUTCRY_FEED=replay.",
    "doctor.chat.none": "Telegram ist nicht eingerichtet.",
    "doctor.chat.none.cure": "Um den Desk auf dem Telefon zu haben, trag das Token eines Bots in "
    "TELEGRAM_BOT_TOKEN ein.",
    "doctor.chat": "Telegram kennt diesen Bot als @{name}.",
    "doctor.chat.groups": "Telegram kennt diesen Bot als @{name}; sein Privatmodus ist aus, er liest in "
    "Gruppen also mit.",
    "doctor.chat.groups.cure": "Schalte ihn mit /setprivacy bei BotFather ein, wenn du das nicht willst.",
    "doctor.chat.refused": "Telegram lehnt das Token ab (HTTP {status}).",
    "doctor.chat.refused.cure": "Kopiere es noch einmal aus /mybots bei BotFather in TELEGRAM_BOT_TOKEN.",
    "doctor.chat.odd": "{host} antwortet nicht wie die Bot-API von Telegram (HTTP {status}).",
    "doctor.chat.odd.cure": "Sieh nach TELEGRAM_API_BASE_URL, und ob ein Proxy dazwischen steht.",
    "doctor.chat.away": "{host} ist nicht erreichbar ({why}).",
    "doctor.chat.away.cure": "Sieh nach dem Netz; der Desk handelt trotzdem und meldet alles später.",
    "doctor.discord.none": "Discord ist nicht eingerichtet.",
    "doctor.discord.none.cure": "Um den Desk dort zu haben, starte openoutcry connect discord.",
    "doctor.discord": (
        "Discord kennt diesen Bot als {name}, auf einem Server.",
        "Discord kennt diesen Bot als {name}, auf {n} Servern.",
    ),
    "doctor.discord.commands_only": (
        "Discord kennt diesen Bot als {name}, auf einem Server; was dort ohne Schrägstrich getippt wird, "
        "kann er nicht lesen (/do nimmt es an).",
        "Discord kennt diesen Bot als {name}, auf {n} Servern; was dort ohne Schrägstrich getippt wird, "
        "kann er nicht lesen (/do nimmt es an).",
    ),
    "doctor.discord.nowhere": "Discord kennt diesen Bot als {name}, aber kein Server hat ihn.",
    "doctor.discord.nowhere.cure": "`openoutcry connect discord` zeigt die Adresse, die ihn einlädt.",
    "doctor.discord.starts": "Discord lässt {name} heute nur noch {left} Sitzungen beginnen.",
    "doctor.discord.starts.cure": "Etwas startet den Desk wieder und wieder: sieh in sein Log, bevor Discord "
    "das Token zurücksetzt.",
    "doctor.discord.refused": "Discord lehnt das Token ab.",
    "doctor.discord.refused.cure": "Mach im Entwicklerportal ein neues, für DISCORD_BOT_TOKEN.",
    "doctor.discord.odd": "{host} antwortet nicht wie Discord ({why}).",
    "doctor.discord.odd.cure": "Sieh nach DISCORD_API_BASE_URL, und ob ein Proxy dazwischen steht.",
    "doctor.discord.away": "{host} ist von hier nicht erreichbar ({why}).",
    "doctor.discord.away.cure": "Sieh nach dem Netz; der Desk handelt trotzdem und meldet es später.",
    "doctor.ports": "Die Adresse {listen} ist frei.",
    "doctor.ports.ours": "Der Desk antwortet unter {listen}: {status}.",
    "doctor.ports.none": "Der Desk hört auf keine Adresse.",
    "doctor.ports.taken": "Ein anderes Programm benutzt {listen}.",
    "doctor.ports.taken.cure": "Nenne in OPENOUTCRY_LISTEN eine andere Adresse, etwa 127.0.0.1:8090.",
    "doctor.ports.wrong": "{listen} ist keine Adresse dieses Rechners ({why}).",
    "doctor.ports.wrong.cure": "Schreib Host und Port in OPENOUTCRY_LISTEN, etwa 127.0.0.1:8080.",
    "doctor.ports.wide": "Die Adresse {listen} steht dem Netz offen, nicht nur diesem Rechner.",
    "doctor.ports.wide.cure": "Wenn kein Proxy oder Container sie braucht, trag 127.0.0.1 in "
    "OPENOUTCRY_LISTEN ein.",
}
