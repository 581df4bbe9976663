"""The master key's file: made once, its owner's alone, never over another, and never made up."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from db.master import Master, keep_first, kept_in, keys_in, put_before
from trading.entropy import SeededEntropy
from trading.ports import VaultLocked

ONE, TWO = "ab" * 32, "CD" * 32
TOKEN = SeededEntropy(3).token


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ONE, [ONE]),
        (f"# mine\n{ONE}\n{TWO}\n", [ONE, TWO]),
        (f" {TWO},{ONE} ", [TWO, ONE]),
        ("", []),
        ("# only a remark", []),
        (ONE[:-1], []),
        (f"{ONE} secret", []),
        ("é" * 64, []),
    ],
)
def test_keys_as_they_are_written(text: str, found: list[str]) -> None:
    assert [key.hex() for key in keys_in(text)] == [one.lower() for one in found]


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "desk.key"
    made = kept_in(path, TOKEN, may_make=True)
    assert made.was_made and len(made.keys[0]) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = kept_in(path, TOKEN, may_make=True)
    assert (again.keys, again.was_made) == (made.keys, False)
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_half_written_when_the_process_died_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "desk.key.new").write_text("ab")
    assert kept_in(tmp_path / "desk.key", TOKEN, may_make=True).was_made


def test_a_key_that_is_gone_is_not_made_up_where_secrets_need_it(tmp_path: Path) -> None:
    with pytest.raises(VaultLocked, match="put it back"):
        kept_in(tmp_path / "desk.key", TOKEN, may_make=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660])
def test_a_key_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "desk.key"
    path.write_text(ONE)
    path.chmod(mode)
    with pytest.raises(VaultLocked, match="chmod 600"):
        kept_in(path, TOKEN, may_make=True)


@pytest.mark.parametrize("text", ["", "no key", ONE * 100])
def test_a_file_that_holds_no_key_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "desk.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(VaultLocked):
        kept_in(path, TOKEN, may_make=True)
    assert path.read_text() == text


def test_a_key_shows_itself_nowhere() -> None:
    assert repr(Master((bytes.fromhex(ONE),))) == "Master(1 keys)"


def test_a_new_key_stands_before_the_old_one_until_that_is_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "desk.key"
    old = kept_in(path, TOKEN, may_make=True).keys[0]
    both = put_before(path, lambda size: b"n" * size)
    assert both.keys == (b"n" * 32, old) == kept_in(path, TOKEN, may_make=False).keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keep_first(path)
    assert kept_in(path, TOKEN, may_make=False).keys == (b"n" * 32,)
    keep_first(path)
    assert kept_in(path, TOKEN, may_make=False).keys == (b"n" * 32,)


def test_a_key_that_is_gone_is_not_changed_into_another(tmp_path: Path) -> None:
    for change in (lambda path: put_before(path, TOKEN), keep_first):
        with pytest.raises(VaultLocked, match="cannot be changed"):
            change(tmp_path / "desk.key")
    assert list(tmp_path.iterdir()) == []
