"""What words_strategy.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "refusal.parameter_unknown": "{name} hat keinen Parameter {field}; es gibt {names}.",
    "refusal.sweep_range": "{name} wird von einer Zahl bis zu einer größeren in Schritten probiert, wie "
    "10..50:5, nicht {value}.",
    "refusal.parameter_order": "{name} ist {value}; es muss über {field} liegen, das {line} ist.",
    "refusal.parameter_choice": "{name} ist eines von {names}, nicht {value}.",
    "refusal.parameter_flag": "{name} ist yes oder no, nicht {value}.",
    "refusal.parameter_time": "{name} ist eine Uhrzeit wie 09:30, nicht {value}.",
    "refusal.parameter_zone": "{name} ist eine Zone wie Europe/Berlin oder UTC, nicht {value}.",
    "refusal.parameter_whole": "{name} ist eine ganze Zahl, nicht {value}.",
    "refusal.parameter_number": "{name} ist eine Zahl, nicht {value}.",
    "refusal.parameter_low": "{name} ist mindestens {line}, nicht {value}.",
    "refusal.parameter_high": "{name} ist höchstens {line}, nicht {value}.",
    "refusal.parameter_step": "{name} geht in Schritten von {line}, nicht {value}.",
    "refusal.parameter_same": "{name} ist schon so eingestellt: nichts wurde geändert.",
    "refusal.no_strategy": "Eine Strategie {name} gibt es nicht mehr.",
    "refusal.stopped_meanwhile": "{name} wurde angehalten, bevor seine Order hinausging.",
    "refusal.parameter_first": "Es gibt keine frühere Einstellung, zu der man zurück könnte.",
    "refusal.protection_cooldown": "{symbol} ruht nach jeder Position {count} Minuten, bis {until}.",
    "refusal.protection_stops.symbol": "{symbol} wurde in {hours} Stunden {count}-mal ausgestoppt: es ruht "
    "bis {until}.",
    "refusal.protection_stops.account": "Stops wurden in {hours} Stunden {count}-mal getroffen: bis {until} "
    "wird nichts eröffnet.",
    "refusal.protection_losing": "{count} Positionen in {symbol} haben in {hours} Stunden {notional} "
    "{currency} verloren: es ruht bis {until}.",
    "refusal.protection_drawdown": "Das Konto ist in {hours} Stunden um {percent} % gefallen, {limit} % "
    "sind die Grenze: bis {until} wird nichts eröffnet.",
    "refusal.protection_daily": "{count} Positionen wurden heute eröffnet, {limit} sind die Grenze: bis "
    "{until} wird nichts eröffnet.",
    "refusal.protection_together": "{symbol} bewegt sich zusammen mit {names}, die schon gehalten werden; "
    "{limit} davon sind die Grenze.",
}
