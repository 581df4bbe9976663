"""What a machine lacks is said in one sentence that names the cure."""

import ast
import subprocess
from pathlib import Path

import pytest

from tools import setup
from tools.complaint import Lacking, explain_io, explain_pip, why_none

SOUND = "/opt/python"
BROKEN = (
    "WARNING: Retrying (Retry(total={})) after connection broken by 'NewConnectionError: {}': /simple/{}/\n"
)
NOT_FOUND = (
    "ERROR: Could not find a version that satisfies the requirement aiohttp==3.14.5 (from versions: none)\n"
    "ERROR: No matching distribution found for aiohttp==3.14.5\n"
)
HASHES = (
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n"
    "    ccxt==4.5.90 from the-index/ccxt.whl:\n        Expected sha256 aa\n             Got        bb\n"
)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ([], "install Python 3.11"),
        ([((3, 9, 2), [], SOUND)], "Python 3.9.2 is too old"),
        ([((3, 9, 2), [], SOUND), ((3, 12, 1), ["venv"], SOUND)], "apt install python3.12-venv"),
        ([((3, 11, 2), ["ensurepip"], SOUND)], "comes without its venv module"),
        ([((3, 13, 0), ["ssl", "sqlite3"], SOUND)], "was built without ssl, sqlite3"),
    ],
)
def test_the_best_python_that_will_not_do_is_named(seen: list[object], words: str) -> None:
    sentence = why_none(seen)
    assert words in sentence and sentence.endswith("run `make setup` again.")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (BROKEN.format(0, "Connection refused", "aiohttp") + NOT_FOUND, "could not be reached"),
        (BROKEN.format(2, "Connection refused", "aiohttp") + NOT_FOUND, "no ready-built aiohttp 3.14.5"),
        (NOT_FOUND, "no ready-built aiohttp 3.14.5"),
        ("ERROR: HTTPSConnectionPool(host='index'): Read timed out.\n", "could not be reached"),
        (HASHES, "for ccxt==4.5.90 is not what requirements.txt was locked with"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))", "certificate"),
        ("ERROR: [Errno 28] No space left on device\n", "disk is full"),
        ("ERROR: [Errno 30] Read-only file system: 'x'\n", "cannot be written to"),
        ("first\nERROR: something new\nlast\n", "something new"),
    ],
)
def test_many_lines_of_pip_become_one_sentence(said: str, words: str) -> None:
    sentence = explain_pip(said, "requirements.txt", "3.11.7", "the checkout")
    assert words in sentence and "\n" not in sentence


def test_a_quiet_disk_is_not_blamed() -> None:
    assert explain_io("all is well", "the checkout") == ""


def test_the_script_starts_on_an_old_python() -> None:
    for name in ("setup.py", "complaint.py"):
        text = (Path(setup.ROOT) / "tools" / name).read_text(encoding="utf-8")
        ast.parse(text, feature_version=(3, 6))
        assert "from __future__ import annotations" not in text, "Python 3.6 does not know it"


def test_settings_that_send_packages_elsewhere_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("PIP_TARGET", "x"),
        ("PIP_USER", "1"),
        ("PYTHONPATH", "x"),
        ("PIP_INDEX_URL", "mirror"),
    ):
        monkeypatch.setenv(name, value)
    kept = setup.clean_environment()
    assert "PIP_TARGET" not in kept and "PYTHONPATH" not in kept
    assert kept["PIP_USER"] == "0" and kept["PIP_INDEX_URL"] == "mirror"


def at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points the script at a checkout of its own."""
    monkeypatch.setattr(setup, "ROOT", str(folder))
    monkeypatch.setattr(setup, "VENV", str(folder / ".venv"))
    monkeypatch.setattr(setup, "STAMP", str(folder / ".venv" / "openoutcry-setup.json"))
    (folder / "requirements.txt").write_text("aiohttp==1 \\\n    --hash=sha256:00\n")
    (folder / "requirements-dev.txt").write_text("aiohttp==1 \\\n    --hash=sha256:00\n")
    (folder / "pyproject.toml").write_text("[project]\n[tool.ruff]\n")


def a_finished_venv(folder: Path, level: str) -> None:
    """As a complete set-up leaves it, without the packages."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").touch()
    (folder / ".venv" / "pyvenv.cfg").write_text("home = somewhere\n")
    setup.write_stamp(level)


def test_a_finished_environment_is_fresh_until_a_lock_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(tmp_path, monkeypatch)
    monkeypatch.setattr(setup, "probe", lambda python: ((3, 11, 7), [], python))
    a_finished_venv(tmp_path, "runtime")
    assert setup.is_fresh(setup.read_stamp(), "runtime")
    assert not setup.is_fresh(setup.read_stamp(), "dev")
    (tmp_path / "requirements.txt").write_text("aiohttp==2 \\\n    --hash=sha256:11\n")
    assert not setup.is_fresh(setup.read_stamp(), "runtime")


def test_a_moved_checkout_is_not_fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    at(old, monkeypatch)
    monkeypatch.setattr(setup, "probe", lambda python: ((3, 11, 7), [], python))
    a_finished_venv(old, "dev")
    assert setup.is_fresh(setup.read_stamp(), "dev") and setup.is_fresh(setup.read_stamp(), "runtime")
    old.rename(new)
    at(new, monkeypatch)
    assert not setup.is_fresh(setup.read_stamp(), "dev")


def test_half_a_stamp_is_no_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(tmp_path, monkeypatch)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "openoutcry-setup.json").write_text('{"level": "de')
    assert setup.read_stamp() == {} and not setup.is_fresh(setup.read_stamp(), "runtime")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(tmp_path, monkeypatch)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "thesis.odt").touch()
    with pytest.raises(Lacking, match="not touched"):
        setup.make_venv("python3")
    assert (tmp_path / ".venv" / "thesis.odt").exists()


def test_the_lock_names_no_index_and_hashes_everything() -> None:
    for lock in setup.LOCKS.values():
        text = (Path(setup.ROOT) / lock).read_text(encoding="utf-8")
        packages = [line for line in text.splitlines() if line and line[0] not in " #"]
        assert packages and all("==" in line for line in packages)
        assert text.count("--hash=sha256:") >= len(packages) and "://" not in text


def test_make_help_lists_every_target() -> None:
    shown = subprocess.run(
        ["make", "help"], cwd=setup.ROOT, capture_output=True, text=True, check=True
    ).stdout
    for target in ["setup", "run", "test", "check", "prove", "bench", "lock", "format", "clean"]:
        assert f"make {target} " in shown
