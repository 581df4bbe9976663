"""What runs a desk for months is read here, since nothing here can build an image or start a service."""

from __future__ import annotations

import configparser
import re
import shlex

import pytest

from bot.cli_exits import Exit
from bot.cli_parser import COMMANDS
from bot.main.shutting import MOST_S
from bot.settings_model import names, secret_names
from bot.settings_secrets import SUFFIX
from tests.architecture.source import ROOT

KNOWN = {*names(), *(name + SUFFIX for name in secret_names())}
OF_OTHERS = {"PATH", "TMPDIR", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "LOG_LEVEL"}
ENDS_S = sum(MOST_S.values())


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def instructions(stage: int) -> list[tuple[str, str]]:
    """(instruction, arguments) of one stage of the Dockerfile, continued lines joined."""
    whole = re.sub(r"\\\n\s*", " ", "\n".join(x for x in text("Dockerfile").splitlines() if x[:1] != "#"))
    lines = [line.split(maxsplit=1) for line in whole.splitlines() if line.strip()]
    starts = [at for at, line in enumerate(lines) if line[0] == "FROM"]
    part = lines[starts[stage] : starts[stage + 1] if stage + 1 < len(starts) else None]
    return [(name, rest) for name, rest in part]


def nested(document: str) -> dict[str, object]:
    """The mappings of a YAML file as nested dictionaries; lists become lists of text. Enough for compose."""
    root: dict[str, object] = {}
    stack: list[tuple[int, object]] = [(-1, root)]
    lines = [x for x in document.splitlines() if x.strip() and not x.lstrip().startswith("#")]
    for at, line in enumerate(lines):
        assert "\t" not in line, "YAML knows no tabs"
        depth = len(line) - len(line.lstrip())
        while stack[-1][0] >= depth:
            stack.pop()
        holder = stack[-1][1]
        content = line.strip()
        if content.startswith("- "):
            assert isinstance(holder, list), line
            holder.append(content[2:])
            continue
        assert isinstance(holder, dict), line
        key, colon, value = content.partition(":")
        assert colon, line
        if value.strip():
            holder[key] = value.strip().strip('"')
            continue
        after = lines[at + 1].strip() if at + 1 < len(lines) else ""
        made: object = [] if after.startswith("- ") else {}
        holder[key] = made
        stack.append((depth, made))
    return root


def at(tree: object, *path: str) -> object:
    for name in path:
        assert isinstance(tree, dict) and name in tree, f"{name} is missing"
        tree = tree[name]
    return tree


# ------------------------------------------------------------ Dockerfile


def test_the_image_installs_by_hash_and_builds_nothing() -> None:
    pips = [rest for name, rest in instructions(0) if name == "RUN" and "pip install" in rest]
    assert "--require-hashes --no-deps --only-binary :all: -r requirements.txt" in pips[0]
    assert all("--no-index" in rest or "--require-hashes" in rest for rest in pips)


def test_what_runs_is_no_root_and_holds_no_builder() -> None:
    stage = instructions(1)
    users = [rest for name, rest in stage if name == "USER"]
    assert users == ["openoutcry"]
    assert [rest for name, rest in stage if name == "RUN" and "pip" in rest] == []
    order = [name for name, _ in stage]
    assert order.index("USER") < order.index("CMD")
    (command,) = [rest for name, rest in stage if name == "CMD"]
    assert command == '["python", "-m", "bot", "run"]'


def test_the_image_is_checked_by_healthz() -> None:
    (check,) = [rest for name, rest in instructions(1) if name == "HEALTHCHECK"]
    assert "/healthz" in check and "--timeout=5s" in check
    code = re.search(r'"-c", "(.*)"\]', check)
    assert code is not None
    compile(code[1], "healthcheck", "exec")


def test_both_stages_stand_on_the_same_supported_python() -> None:
    bases = [rest.split()[0] for stage in (0, 1) for name, rest in instructions(stage) if name == "FROM"]
    assert len(set(bases)) == 1
    found = re.fullmatch(r"python:3\.(\d+)-slim", bases[0])
    assert found is not None and int(found[1]) >= 11


def test_every_variable_of_the_image_is_a_setting() -> None:
    given = {
        pair.partition("=")[0]
        for name, rest in instructions(1)
        if name == "ENV"
        for pair in shlex.split(rest)
    }
    assert given <= KNOWN | OF_OTHERS


def test_no_secret_and_no_journal_gets_into_the_image() -> None:
    ignored = set(text(".dockerignore").splitlines())
    assert {".env", ".git", "*.db", "*.db-wal", "secrets", ".venv"} <= ignored


# ------------------------------------------------------------ compose


def test_the_desk_of_compose_is_locked_down_and_stops_in_time() -> None:
    tree = nested(text("compose.yaml"))
    desk = at(tree, "services", "desk")
    assert at(desk, "read_only") == "true" and at(desk, "cap_drop") == ["ALL"]
    assert at(desk, "security_opt") == ["no-new-privileges:true"]
    assert at(desk, "restart") == "unless-stopped"
    grace = at(desk, "stop_grace_period")
    assert isinstance(grace, str) and int(grace.removesuffix("s")) >= ENDS_S
    assert at(desk, "volumes") == ["desk:/data"]
    assert at(tree, "services", "database", "profiles") == ["postgres"]


def test_every_variable_of_compose_is_a_setting_and_no_secret_stands_there() -> None:
    tree = nested(text("compose.yaml"))
    environment = at(tree, "services", "desk", "environment")
    assert isinstance(environment, dict)
    assert set(environment) <= KNOWN
    assert not set(environment) & set(secret_names()), "secrets come as files"
    assert at(tree, "services", "desk", "secrets") == ["telegram_bot_token"]
    assert at(tree, "secrets", "telegram_bot_token", "file") == "./secrets/telegram_bot_token"
    assert "ports" not in text("compose.yaml"), "nothing is open to the network unless somebody says so"


# ------------------------------------------------------------ systemd


def unit() -> tuple[configparser.ConfigParser, list[tuple[str, str]]]:
    """The unit as sections, and all lines of [Service] (names may be repeated)."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    content = text("deploy/openoutcry.service")
    parser.read_string(content)
    service = content.split("[Service]")[1].split("[Install]")[0]
    lines = [line.partition("=") for line in service.splitlines() if "=" in line and line[0] != "#"]
    return parser, [(name, value) for name, _, value in lines]


def test_the_service_restarts_after_failures_that_a_restart_can_cure() -> None:
    service = unit()[0]["Service"]
    assert (service["Restart"], service["StateDirectory"]) == ("on-failure", "openoutcry")
    final = {int(code) for code in service["RestartPreventExitStatus"].split()}
    assert final == {Exit.USAGE, Exit.SETTINGS, Exit.HELD}
    assert int(service["SuccessExitStatus"]) == Exit.INTERRUPTED
    assert int(service["TimeoutStopSec"]) >= ENDS_S
    assert service["KillSignal"] == "SIGTERM"
    assert service["ExecStart"].split()[-1] in COMMANDS


def test_the_service_is_hardened_and_leaves_no_core() -> None:
    service = unit()[0]["Service"]
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictNamespaces"):
        assert service[name] == "yes"
    assert (service["ProtectSystem"], service["LimitCORE"], service["UMask"]) == ("strict", "0", "0077")
    assert service["CapabilityBoundingSet"] == ""


def test_the_token_comes_as_a_credential() -> None:
    _, lines = unit()
    given = [value.partition("=") for name, value in lines if name == "Environment"]
    assert {name for name, _, _ in given} <= KNOWN | OF_OTHERS
    credential = next(value for name, value in lines if name == "LoadCredential").partition(":")[0]
    assert ("TELEGRAM_BOT_TOKEN_FILE", "=", f"%d/{credential}") in given


@pytest.mark.parametrize("line", text("Procfile").splitlines())
def test_the_procfile_starts_a_command_that_exists(line: str) -> None:
    kind, _, command = line.partition(": ")
    words = command.split()
    assert kind in ("worker", "web") and words[:3] == ["python", "-m", "bot"] and words[3] in COMMANDS
