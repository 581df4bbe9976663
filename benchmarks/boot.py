"""kill -9 with 10,000 open positions and 300,000 events: how long until status and panic answer again.

Also: from the command to the first answer, on the console and by Telegram, and what it holds at rest then.
Run: python -m benchmarks.boot
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, sleep

from benchmarks._desk import BenchDesk, row, scratch
from benchmarks._phone import REPOSITORY, Phone
from trading.domain import commands as cm
from trading.domain.exits import ExitPlan, Size, SizeKind
from trading.domain.ids import AccountId, CommandId, PersonId

POSITIONS = 10_000
EVENTS = 300_000
SYMBOLS = 500
STARTS = 5
REST_S = 10.0
"""So long after its first answer a desk is at rest."""
SAYS = f"Open Outcry {version('openoutcry')}"
"""The first line of what /version answers."""

SAFE = """
import asyncio, sys
from time import perf_counter
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from benchmarks._desk import BenchDesk
from trading.domain import commands as cm
from trading.domain.ids import AccountId, CommandId, PersonId

async def main():
    desk = await BenchDesk(Path(sys.argv[1])).open()
    book = desk.engine.book
    held = sum(1 for a in book.accounts for p in book.live_positions(a) if p.is_open)
    def halt(word, state):
        g0 = AccountId("g0")
        return cm.SetHalt(CommandId(word + sys.argv[3]), PersonId(g0), g0, state, "bench", desk=True)
    answer = await desk.engine.submit(halt("halt:", cm.HaltState.HALTED))
    print(held, sum(desk.engine.memory.seqs.values()), type(answer).__name__, flush=True)
    await desk.engine.submit(halt("go:", cm.HaltState.ACTIVE))
    import os
    os._exit(0)

asyncio.run(main())
"""


async def fill_up(folder: Path) -> None:
    """Trade until there are enough positions and events."""
    desk = await BenchDesk(folder).open()
    accounts = [AccountId(f"g{number}") for number in range(POSITIONS // SYMBOLS)]
    for account in accounts:
        await desk.account(account, guards=False, fills=True)
    for account in accounts:
        for start in range(0, SYMBOLS, 100):
            quotes = [desk.quote(f"C{index}/USD") for index in range(start, start + 100)]
            await asyncio.gather(
                *(desk.engine.submit(desk.buy(account, f"{account}:{q.symbol}", q)) for q in quotes)
            )
            await desk.idle()
    turn = 0
    while sum(desk.engine.memory.seqs.values()) < EVENTS:
        turn += 1
        await asyncio.gather(*(_there_and_back(desk, account, turn) for account in accounts for _ in (1,)))
        await desk.idle()
    print("filled", sum(desk.engine.memory.seqs.values()), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


async def _there_and_back(desk: BenchDesk, account: AccountId, turn: int) -> None:
    """Add to a position and sell the same again, a few symbols at a time."""
    for offset in range(5):
        quote = desk.quote(f"C{(turn * 5 + offset) % SYMBOLS}/USD")
        await desk.engine.submit(desk.buy(account, f"{account}:{turn}:{offset}", quote, plan=ExitPlan()))
        position = desk.engine.book.current_position(account, quote.symbol)
        assert position is not None
        await desk.engine.submit(
            cm.ClosePosition(
                CommandId(f"{account}:{turn}:{offset}:close"),
                PersonId(account),
                account,
                position.position_id,
                Size(SizeKind.POSITION, Decimal(50)),
                cm.Seen(desk.engine.book.instruments[(account, quote.symbol)], quote),
            )
        )


def safe_state(folder: Path) -> list[float]:
    """Seconds from the start of the interpreter to the first answers, several times."""
    spent = []
    for number in range(STARTS):
        began = perf_counter()
        root = str(Path(__file__).parent.parent)
        done = subprocess.run(
            [sys.executable, "-c", SAFE, str(folder), root, str(number)],
            capture_output=True,
            text=True,
            check=False,
        )
        spent.append(perf_counter() - began)
        assert done.returncode == 0, done.stderr
        print(f"{'':52} {done.stdout.strip()} (positions, events, answer)")
    return spent


def started(home: str, **settings: str) -> subprocess.Popen[bytes]:
    """`openoutcry run` in its own folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "OPENOUTCRY_HOME": home, **settings},
        cwd=REPOSITORY,
    )


def first_answer() -> list[float]:
    """Seconds from `openoutcry run` to the answer of a line that waits on its stdin."""
    spent = []
    with scratch() as home:
        for _ in range(STARTS):
            began = perf_counter()
            process = started(home)
            assert process.stdin is not None
            process.stdin.write(b"/version\n")
            process.stdin.flush()
            read_until(process, SAYS)
            spent.append(perf_counter() - began)
            process.kill()
            process.wait()
    return spent


def first_answer_on_telegram() -> tuple[list[float], float]:
    """Seconds from `openoutcry run` to the answer of a message that waits at Telegram; megabytes at rest."""
    spent = []
    phone = Phone()
    settings = {
        "TELEGRAM_BOT_TOKEN": phone.about["token"],
        "TELEGRAM_API_BASE_URL": phone.about["address"],
        "OPENOUTCRY_LISTEN": "127.0.0.1:0",
    }
    with scratch() as home:
        process = started(home, **settings)
        code = read_until(process, r"\b[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}\b")
        phone.order(do="say", line=code, until="Open Outcry")
        phone.answer()
        for _ in range(STARTS):
            process.terminate()
            process.wait()
            phone.order(do="say", line="/version", until=SAYS)
            began = perf_counter()
            process = started(home, **settings)
            phone.answer()
            spent.append(perf_counter() - began)
        sleep(REST_S)
        held = resident_mb(process.pid)
        process.kill()
        process.wait()
    phone.close()
    return spent, held


def read_until(process: subprocess.Popen[bytes], pattern: str) -> str:
    """The first match in what the process writes."""
    assert process.stdout is not None
    for raw in process.stdout:
        if found := re.search(pattern, raw.decode()):
            return found[0]
    raise AssertionError(f"it ended without {pattern!r}")


def resident_mb(pid: int) -> float:
    """What the process holds of the machine's memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1_000_000


def floor() -> list[float]:
    """An interpreter that starts and imports what the desk imports first."""
    spent = []
    for _ in range(STARTS):
        began = perf_counter()
        subprocess.run([sys.executable, "-c", "import sqlalchemy.ext.asyncio, msgspec"], check=True)
        spent.append(perf_counter() - began)
    return spent


def main() -> None:
    """Print the figures."""
    if len(sys.argv) > 2 and sys.argv[1] == "fill":
        asyncio.run(fill_up(Path(sys.argv[2])))
        return
    base = row("floor: interpreter, SQLAlchemy, msgspec", floor(), unit="s")
    found = row("start → first answer, console", first_answer(), "≤ 1.0 s", unit="s")
    print(f"{'':52} {found['p50'] / base['p50']:9.1f} × floor")
    spent, held = first_answer_on_telegram()
    found = row("start → first answer, Telegram", spent, "≤ 1.5 s", unit="s")
    print(f"{'':52} {found['p50'] / base['p50']:9.1f} × floor")
    print(f"{'resident at rest, Telegram connected':52} {held:13.0f} MB   ≤ 150 MB")
    with scratch() as name:
        with contextlib.suppress(subprocess.CalledProcessError):
            subprocess.run([sys.executable, "-m", "benchmarks.boot", "fill", name], check=True)
        found = row("kill -9 → safe state", safe_state(Path(name)), "≤ 2 s", unit="s")
        print(f"{'':52} {found['p50'] / base['p50']:9.1f} × floor")


if __name__ == "__main__":
    main()
