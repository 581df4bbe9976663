"""How opinions are put together: who has a key is asked, and nothing is loaded that nobody uses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.main.opining import build_opinion
from bot.settings import SettingsProblem, load
from bot.settings_model import Settings
from tests.fakes.hand_clock import HandClock
from tests.fakes.opinion_stub import NoteBook

ROOT = Path(__file__).parents[3]


def settings_of(tmp_path: Path, **environ: str) -> Settings:
    return load({"home": tmp_path}, environ=environ, env_file=tmp_path / "none")


def test_without_a_key_there_is_nobody_to_ask(tmp_path: Path) -> None:
    assert build_opinion(settings_of(tmp_path), NoteBook(), HandClock()) is None


def test_who_has_a_key_is_asked_in_the_operators_order(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, XAI_API_KEY="k1", OPENAI_API_KEY="k2")
    desk = build_opinion(settings, NoteBook(), HandClock())
    assert desk is not None and desk.sources == ("grok", "openai")
    turned = settings_of(
        tmp_path, XAI_API_KEY="k", OPENAI_API_KEY="k", OPENOUTCRY_OPINION_ORDER="OpenAI, grok"
    )
    desk = build_opinion(turned, NoteBook(), HandClock())
    assert desk is not None and desk.sources == ("openai", "grok")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENOUTCRY_OPINION_ORDER", "grok,claude"),
        ("OPENOUTCRY_OPINION_ORDER", "grok,grok"),
        ("OPENOUTCRY_OPINION_MONEY", "-1"),
        ("OPENOUTCRY_XAI_MODEL", "a b"),
        ("OPENOUTCRY_OPENAI_BASE_URL", "ftp://x"),
        ("OPENOUTCRY_OPINION_DEADLINE_S", "0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_at_the_start(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsProblem) as found:
        settings_of(tmp_path, **{name: value})
    assert [one.setting for one in found.value.complaints] == [name]


def test_keys_are_not_shown_by_settings_or_by_who_asks(tmp_path: Path) -> None:
    keys = {"XAI_API_KEY": "CANARY-a", "PERPLEXITY_API_KEY": "CANARY-b", "OPENAI_API_KEY": "CANARY-c"}
    settings = settings_of(tmp_path, **keys)
    desk = build_opinion(settings, NoteBook(), HandClock())
    assert desk is not None
    parts = [settings, desk, *vars(desk).values(), *desk._sources.values()]
    assert not [one for one in parts if "CANARY" in repr(one) or "CANARY" in str(one)]


def test_the_openai_client_is_not_loaded_before_the_first_question() -> None:
    """It costs a third of a second, and a desk that starts must not pay it."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "import bot.main.running\n"
        "from bot.main.opining import build_opinion\n"
        "from bot.settings import load\n"
        "home = Path('.')\n"
        "settings = load({'home': home}, environ={'OPENAI_API_KEY': 'k'}, env_file=home / 'none')\n"
        "assert not [name for name in sys.modules if name.startswith('sentiment.sources')]\n"
        "assert build_opinion(settings, None, None).sources == ('openai',)\n"
        "assert 'openai' not in sys.modules and 'httpx2' not in sys.modules\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
