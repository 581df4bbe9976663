"""A backtest as one HTML page that needs nothing else: the card, the picture, the fills."""

from __future__ import annotations

import base64
from html import escape

from bot.conversation.research_card import backtest_card
from bot.conversation.screen import Badges, Block, KeyValues, Line, Table, Tone
from bot.conversation.wording import Wording
from trading.backtest.report import FillSaid, Report
from trading.domain.money import plain

FILLS_MAX = 2_000
_TONES = {Tone.GOOD: "good", Tone.BAD: "bad", Tone.WARN: "warn", Tone.DIM: "dim"}
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
body{background:#fff;color:#1c2330}
h1{font-size:1.5rem;margin:0 0 .5rem}img{width:100%;height:auto;border-radius:8px;margin:1rem 0}
table{border-collapse:collapse;margin:1rem 0;width:100%}
td,th{padding:.25rem .6rem;text-align:left;border-bottom:1px solid #e3e6ec}
td:not(:first-child),th:not(:first-child){text-align:right}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem}
dt,.dim{color:#667}dd{margin:0}.good{color:#0a7d4f}.bad{color:#c02a37}.warn{color:#9a6700}
@media(prefers-color-scheme:dark){
body{background:#12161f;color:#e6e9ef}td,th{border-color:#2a3140}dt,.dim{color:#98a1b3}
.good{color:#3ecf8e}.bad{color:#ff6b74}.warn{color:#e3b341}}
"""


def page(report: Report, png: bytes, wording: Wording) -> str:
    """The whole page."""
    head, *blocks = backtest_card(report, wording, is_whole=True).blocks
    assert isinstance(head, Line), "a card begins with its title"
    picture = base64.b64encode(png).decode()
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{wording.locale}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(head.text)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(head.text)}</h1>",
            f'<img alt="" src="data:image/png;base64,{picture}">',
            *(_block(block) for block in blocks),
            _fills(report, wording),
            "</body></html>",
            "",
        )
    )


def _block(block: Block) -> str:
    match block:
        case Line():
            return f"<p>{_line(block)}</p>" if block.spans else ""
        case KeyValues():
            pairs = "".join(f"<dt>{escape(name)}</dt><dd>{_line(value)}</dd>" for name, value in block.pairs)
            return f"<dl>{pairs}</dl>"
        case Table():
            heads = "".join(f"<th>{escape(column.title)}</th>" for column in block.columns)
            rows = "".join(
                "<tr>" + "".join(f"<td>{_line(cell)}</td>" for cell in row) + "</tr>" for row in block.rows
            )
            return f"<table><tr>{heads}</tr>{rows}</table>"
        case Badges():
            return f"<p>{_line(Line(block.spans))}</p>"


def _line(line: Line) -> str:
    parts = []
    for span in line.spans:
        tone = _TONES.get(span.tone)
        parts.append(f'<span class="{tone}">{escape(span.text)}</span>' if tone else escape(span.text))
    return "".join(parts)


def _fills(report: Report, wording: Wording) -> str:
    if not report.fills:
        return ""
    say = wording.say
    shown = report.fills[-FILLS_MAX:]
    names = ("at", "side", "price", "quantity", "fee", "why")
    heads = "".join(f"<th>{escape(say(f'backtest.fill.{name}'))}</th>" for name in names)
    cut = ""
    if len(shown) < len(report.fills):
        cut = f'<p class="dim">{escape(say("backtest.fills.cut", n=len(shown)))}</p>'
    rows = "".join(_fill(fill, wording) for fill in shown)
    symbol = f"<th>{escape(say('backtest.by_symbol'))}</th>"
    return f"<h2>{escape(say('backtest.fills'))}</h2>{cut}<table><tr>{symbol}{heads}</tr>{rows}</table>"


def _fill(fill: FillSaid, wording: Wording) -> str:
    say = wording.say
    cells = (
        fill.symbol,
        f"{fill.at:%Y-%m-%d %H:%M}",
        say("backtest.fill.buy" if fill.is_buy else "backtest.fill.sell"),
        plain(fill.price),
        plain(fill.quantity),
        plain(fill.fee.normalize()),
        say(f"backtest.why.{fill.why}"),
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
