"""The queue of research: a turn for everybody, one message that edits itself, nothing lost with the desk."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import json

from bot.conversation.layout import as_text
from bot.conversation.messenger import PLAINLY, ChatGone, Manner, MessageRef, Unreachable
from bot.conversation.researching import Refused, Run, Sort, Wish
from bot.conversation.screen import Screen
from bot.main import researching_told
from bot.main.researching import MINE_MAX, RUN_FILE, ProcessResearch
from bot.main.researching_process import NotPlayed, Outcome, TookTooLong, command, environment, played
from trading.backtest.report import Report
from trading.clock import SystemClock
from trading.domain.ids import PersonId

AT = datetime(2026, 1, 1, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"


def wish_of(number: int, person: str = "ann", *, language: str = "en") -> Run:
    wish = Wish(Sort.BACKTEST, ("SPY",), "pullback", settings=(f"fast={number}",))
    at = AT + timedelta(seconds=number)
    return Run(
        f"run{number}{person}", wish, PersonId(person), "tg", "chat", "", at, language, "UTC", "1,234.56"
    )


class Chat:
    """A platform that keeps what was shown. `fails`: what sending raises, one for each try."""

    def __init__(self) -> None:
        self.sent: list[Screen] = []
        self.edits: list[tuple[str, str]] = []
        self.fails: list[Exception] = []
        self.news = asyncio.Event()

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append(screen)
        self.news.set()
        return MessageRef("tg", chat, f"m{len(self.sent)}")

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        self.edits.append((ref.message_id, as_text(screen, 100)))
        self.news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                self.news.clear()
                await self.news.wait()


class Player:
    """Plays what a test says, when it says so."""

    def __init__(self, report: bytes) -> None:
        self.report = report
        self.order: list[str] = []
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()
        self.ends: dict[str, Exception] = {}
        self.was_canceled = False

    async def __call__(self, run: Run, home: Path, folder: Path, told: Callable[[int, int], None]) -> Outcome:
        self.order.append(run.run_id)
        assert (folder / RUN_FILE).exists()
        told(1, 2)
        self.began.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.was_canceled = True
            raise
        if run.run_id in self.ends:
            raise self.ends[run.run_id]
        return Outcome(self.report, PNG)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real report, as the process writes it, without its fills."""
    words = [
        "backtest",
        "SPY",
        "--strategy",
        "pullback",
        "--json",
        "--brief",
        "--shuffles",
        "0",
        "--unchecked",
    ]
    done = subprocess.run([sys.executable, "-m", "bot", *words], capture_output=True, check=True)
    found = json.decode(done.stdout, type=Report)
    assert found.fills == () and found.curve == () and found.trips > 50
    return done.stdout


class Scene:
    """A research with its worker, on a chat and a player of the test."""

    def __init__(self, home: Path, report: bytes) -> None:
        self.home, self.chat, self.player = home, Chat(), Player(report)
        self.life()

    def life(self) -> None:
        """A desk begins."""
        self.research = ProcessResearch(
            self.home, SystemClock(), lambda platform: self.chat, play=self.player
        )
        self.worker = asyncio.create_task(self.research.run())

    async def die(self) -> None:
        """The desk ends."""
        self.worker.cancel()
        await asyncio.gather(self.worker, return_exceptions=True)

    async def begin(self, run: Run, message: str = "") -> int:
        before = await self.research.begin(run)
        if message:
            self.research.shown(MessageRef("tg", "chat", message), run.subject)
        return before

    def is_done(self, message: str) -> bool:
        return any(name == message and "Done" in text for name, text in self.chat.edits)

    def kept(self) -> list[str]:
        return sorted(path.name for path in (self.home / "research").glob("*/"))


Play = Callable[[Scene], Awaitable[None]]


@pytest.fixture
async def scene(tmp_path: Path, report: bytes, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(researching_told, "EDIT_EVERY_S", 0.001)
    monkeypatch.setattr(researching_told, "SHOWN_WITHIN_S", 0.01)
    monkeypatch.setattr(researching_told, "AGAIN_S", (0.001, 0.001))
    return Scene(tmp_path, report)


async def test_the_message_of_the_answer_edits_itself_and_the_card_follows(scene: Scene) -> None:
    assert await scene.begin(wish_of(1), "m7") == 0
    await scene.chat.until(lambda: any("50 %" in text for _, text in scene.chat.edits))
    scene.player.may_end.set()
    await scene.chat.until(lambda: any("Done in" in text for _, text in scene.chat.edits))
    assert {message for message, _ in scene.chat.edits} == {"m7"}
    assert any("▓▓▓▓▓▓▓░░░░░░░ 50 %" in text for _, text in scene.chat.edits)
    (card,) = scene.chat.sent
    assert card.picture is not None and card.picture.png == PNG
    assert "Backtest of pullback" in as_text(card, 100) and "Round trips" in as_text(card, 100)
    await scene.die()


async def test_nothing_is_left_on_the_disk_once_a_person_was_told(scene: Scene) -> None:
    await scene.begin(wish_of(1), "m7")
    await scene.player.began.wait()
    assert scene.kept() == ["run1ann"]
    scene.player.may_end.set()
    await scene.begin(wish_of(2), "m8")
    await scene.chat.until(lambda: scene.is_done("m8"))
    await scene.research.idle()
    assert scene.kept() == []
    await scene.die()


async def test_everybody_has_a_turn_before_somebody_has_a_second(scene: Scene) -> None:
    for number in (1, 2, 3):
        await scene.begin(wish_of(number))
    await scene.begin(wish_of(4, "bob"))
    await scene.player.began.wait()
    assert len(scene.research.of(PersonId("ann"))) == 3
    scene.player.may_end.set()
    await scene.chat.until(lambda: len(scene.chat.sent) >= 4 and len(scene.player.order) == 4)
    assert scene.player.order == ["run1ann", "run4bob", "run2ann", "run3ann"]
    await scene.die()


async def test_a_person_has_a_bounded_number_of_wishes_and_the_same_one_once(scene: Scene) -> None:
    for number in range(MINE_MAX):
        await scene.begin(wish_of(number))
    assert await scene.begin(wish_of(2)) <= 2
    assert len(scene.research.of(PersonId("ann"))) == MINE_MAX
    with pytest.raises(Refused):
        await scene.begin(wish_of(9))
    await scene.die()


async def test_cancel_ends_the_process_and_says_so_and_only_its_person_may(scene: Scene) -> None:
    await scene.begin(wish_of(1), "m7")
    await scene.begin(wish_of(2), "m8")
    await scene.player.began.wait()
    assert not await scene.research.cancel("run1ann", PersonId("bob"))
    assert await scene.research.cancel("run2ann", PersonId("ann"))
    assert await scene.research.cancel("run1ann", PersonId("ann"))
    await scene.chat.until(lambda: sum("Canceled." in text for _, text in scene.chat.edits) == 2)
    assert scene.player.was_canceled and scene.player.order == ["run1ann"]
    await scene.begin(wish_of(3), "m9")
    scene.player.may_end.set()
    await scene.chat.until(
        lambda: any(message == "m9" and "Done" in text for message, text in scene.chat.edits)
    )
    await scene.die()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotPlayed("fast is at most 500, not 900."), "It could not be played: fast is at most 500, not 900."),
        (TookTooLong(), "It took too long and was ended"),
    ],
)
async def test_why_there_is_no_card_is_said_in_the_same_message(
    scene: Scene, error: Exception, words: str
) -> None:
    scene.player.ends["run1ann"] = error
    scene.player.may_end.set()
    await scene.begin(wish_of(1), "m7")
    await scene.chat.until(lambda: any(words in text for _, text in scene.chat.edits))
    assert scene.chat.sent == []
    await scene.die()


async def test_a_restart_begins_it_again_in_the_same_message_and_says_so(scene: Scene) -> None:
    await scene.begin(wish_of(1), "m7")
    await scene.player.began.wait()
    await scene.die()
    assert scene.kept() == ["run1ann"]
    scene.player.began.clear()
    scene.life()
    await scene.chat.until(lambda: any("it began again" in text for _, text in scene.chat.edits))
    scene.player.may_end.set()
    await scene.chat.until(lambda: any("Done in" in text for _, text in scene.chat.edits))
    assert {message for message, _ in scene.chat.edits} == {"m7"} and len(scene.chat.sent) == 1
    await scene.die()


async def test_what_ends_the_desk_twice_is_given_up_with_a_sentence(scene: Scene) -> None:
    await scene.begin(wish_of(1), "m7")
    for _ in range(2):
        await scene.player.began.wait()
        scene.player.began.clear()
        await scene.die()
        scene.life()
    await scene.chat.until(lambda: any("it is given up" in text for _, text in scene.chat.edits))
    assert len(scene.player.order) == 2
    await scene.die()


async def test_a_card_waits_for_a_platform_that_is_gone_for_a_while(scene: Scene) -> None:
    scene.chat.fails = [Unreachable("x"), Unreachable("x")]
    scene.player.may_end.set()
    await scene.begin(wish_of(1), "m7")
    await scene.chat.until(lambda: len(scene.chat.sent) == 1)
    scene.chat.fails = [ChatGone("x")]
    await scene.begin(wish_of(2), "m8")
    await scene.begin(wish_of(3), "m9")
    await scene.chat.until(
        lambda: any(message == "m9" and "Done" in text for message, text in scene.chat.edits)
    )
    assert len(scene.chat.sent) == 2
    await scene.die()


async def test_a_german_person_reads_german(scene: Scene) -> None:
    scene.player.may_end.set()
    await scene.begin(wish_of(1, language="de"), "m7")
    await scene.chat.until(lambda: any("Fertig in" in text for _, text in scene.chat.edits))
    assert "Backtest von pullback" in as_text(scene.chat.sent[0], 100)
    await scene.die()


# ---------------------------------------------------------------- the process


def test_the_process_does_not_get_to_know_our_secrets() -> None:
    kept = environment({"PATH": "/bin", "TELEGRAM_BOT_TOKEN": "secret", "OPENOUTCRY_MASTER_KEY": "k"})
    assert "secret" not in kept.values() and "k" not in kept.values() and kept["PATH"] == "/bin"


def test_nothing_that_a_person_types_becomes_another_flag() -> None:
    run = wish_of(1)
    words = command(run, Path("/h"), Path("/p"))
    assert words[3:6] == ["backtest", "SPY", "--home"]
    assert words[words.index("--set") + 1] == "fast=1" and "--leash" in words


async def test_a_real_process_plays_tells_its_steps_and_answers(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    outcome = await played(wish_of(20), tmp_path, tmp_path, lambda done, of: told.append((done, of)))
    found = json.decode(outcome.report, type=Report)
    assert found.settings["fast"] == "20" and outcome.png.startswith(PNG)
    assert told == sorted(told) and told[-1][0] == told[-1][1]


async def test_a_home_that_is_named_from_here_is_the_same_for_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen: list[Path] = []

    async def play(run: Run, home: Path, folder: Path, told: Callable[[int, int], None]) -> Outcome:
        seen.extend((home, folder))
        raise NotPlayed("enough")

    chat = Chat()
    research = ProcessResearch(Path("desk"), SystemClock(), lambda platform: chat, play=play)
    worker = asyncio.create_task(research.run())
    await research.begin(wish_of(1))
    await chat.until(lambda: bool(chat.sent))
    assert seen and all(path.is_absolute() for path in seen)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


async def test_what_is_wrong_comes_back_as_its_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotPlayed) as problem:
        await played(wish_of(900), tmp_path, tmp_path, lambda done, of: None)
    assert problem.value.sentence == "fast is at most 500, not 900."


async def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(TookTooLong):
        await played(wish_of(20), tmp_path, tmp_path, lambda done, of: None, deadline_s=0.05)


def test_a_process_on_its_leash_ends_with_whoever_holds_it() -> None:
    code = "import time; from bot.main.leash import put_on; put_on(); print('on', flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdin is not None and process.stdout is not None
    assert process.stdout.readline() == b"on\n"
    niceness = int(Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[16])
    assert niceness == min(os.nice(0) + 10, 19)
    process.stdin.close()
    began = time.monotonic()
    assert process.wait(10) == -signal.SIGKILL and time.monotonic() - began < 5
    process.stdout.close()
