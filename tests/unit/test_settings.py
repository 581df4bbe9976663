"""Settings: where they come from, what beats what, and how everything that is wrong is told at once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli_exits import Exit, exit_of
from bot.conversation.words import CATALOGUE
from bot.settings import SettingsProblem, default_home, load, prepare_home
from bot.settings_complaint import PREFIX, Complaint
from bot.settings_model import Settings, names

ROOT = Path(__file__).parents[2]


def read(tmp_path: Path, environ: dict[str, str] | None = None, **flags: object) -> Settings:
    given = {PREFIX + "HOME": str(tmp_path), **(environ or {})}
    return load(flags, environ=given, env_file=tmp_path / ".env")


def wrong(tmp_path: Path, environ: dict[str, str] | None = None, **flags: object) -> tuple[Complaint, ...]:
    with pytest.raises(SettingsProblem) as caught:
        read(tmp_path, environ, **flags)
    return caught.value.complaints


def test_without_any_setting_the_desk_is_on_paper(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.home == tmp_path
    assert (settings.live, settings.feed, settings.profile) == (False, "replay", "full")
    assert (settings.cash, settings.fee_bps, settings.one_tap) == (Decimal(10_000), Decimal(10), Decimal(0))
    assert (settings.slippage_bps, settings.latency_ms, settings.time_zone) == (Decimal(0), 0, "UTC")
    assert settings.database_url.get_secret_value() == ""


def test_without_a_home_the_platforms_own_folder_is_used(tmp_path: Path) -> None:
    assert load(environ={}, env_file=tmp_path / ".env").home == default_home()


def test_flags_beat_the_environment_which_beats_the_files(tmp_path: Path) -> None:
    (tmp_path / "openoutcry.toml").write_text('cash = 1\nfee_bps = "2.5"\none_tap = 3\nlatency_ms = 4\n')
    (tmp_path / ".env").write_text("OPENOUTCRY_FEE_BPS=20\nOPENOUTCRY_ONE_TAP=30\nOPENOUTCRY_LATENCY_MS=40\n")
    environ = {PREFIX + "ONE_TAP": "300", PREFIX + "LATENCY_MS": "400"}
    settings = read(tmp_path, environ, latency_ms=4000, cash=None)
    assert settings.cash == Decimal(1)
    assert settings.fee_bps == Decimal(20)
    assert settings.one_tap == Decimal(300)
    assert settings.latency_ms == 4000


def test_decimals_from_the_toml_file_are_exact(tmp_path: Path) -> None:
    (tmp_path / "openoutcry.toml").write_text("fee_bps = 0.1\n")
    assert read(tmp_path).fee_bps == Decimal("0.1")


def test_a_name_without_our_prefix_is_read_and_ours_wins(tmp_path: Path) -> None:
    assert read(tmp_path, {"LOG_LEVEL": "Debug"}).log_level == "debug"
    assert read(tmp_path, {"LOG_LEVEL": "debug", PREFIX + "LOG_LEVEL": "error"}).log_level == "error"


def test_empty_lines_of_the_example_file_count_as_unset(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())
    settings = read(tmp_path)
    assert settings.live is False
    assert settings.telegram_bot_token.get_secret_value() == ""


def test_every_name_of_the_example_file_is_a_setting() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = {line.partition("=")[0] for line in lines if "=" in line and not line.startswith("#")}
    assert given <= names().keys()


def test_the_example_file_names_every_setting_once() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = [names()[line.partition("=")[0]] for line in lines if "=" in line and not line.startswith("#")]
    assert sorted(given) == sorted(Settings.model_fields)


@pytest.mark.parametrize(
    "url", ["postgres://u:p@h/n", "postgresql+asyncpg://u:p@h/n", "postgresql://u:p@h/n"]
)
def test_every_spelling_of_postgres_is_understood(tmp_path: Path, url: str) -> None:
    assert read(tmp_path, {"DATABASE_URL": url}).database_url.get_secret_value() == "postgresql://u:p@h/n"


def test_secrets_print_as_stars_and_stay_out_of_complaints(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": "mysql://user:hunter2@host/x", "TELEGRAM_BOT_TOKEN": "123:hunter2"}
    with pytest.raises(SettingsProblem) as caught:
        read(tmp_path, environ)
    _, sentences = exit_of(caught.value)
    assert len(sentences) == 1
    assert "DATABASE_URL" in sentences[0]
    assert "hunter2" not in sentences[0] + repr(caught.value.complaints)
    assert "hunter2" not in repr(read(tmp_path, {"TELEGRAM_BOT_TOKEN": "123:hunter2"}))


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENOUTCRY_LIVE=maybe\nthis is no setting\n")
    (tmp_path / "openoutcry.toml").write_text("colour = 1\n")
    environ = {
        PREFIX + "FEE_BSP": "1",
        PREFIX + "QQQ": "1",
        PREFIX + "CASH": "NaN",
        PREFIX + "TIME_ZONE": "Mars/Base",
        PREFIX + "FEED": "kraken",
        PREFIX + "PROFILE": "half",
        PREFIX + "LATENCY_MS": "1.5",
        PREFIX + "ONE_TAP": "-1",
        "LOG_LEVEL": "loud",
    }
    found = {complaint.setting: complaint.key for complaint in wrong(tmp_path, environ)}
    assert found == {
        f"{tmp_path / '.env'}:2": "line",
        "openoutcry.toml: colour": "unknown",
        PREFIX + "FEE_BSP": "misspelt",
        PREFIX + "QQQ": "unknown",
        PREFIX + "LIVE": "wrong.live",
        PREFIX + "CASH": "wrong.cash",
        PREFIX + "TIME_ZONE": "wrong.time_zone",
        PREFIX + "FEED": "wrong.feed",
        PREFIX + "PROFILE": "wrong.profile",
        PREFIX + "LATENCY_MS": "wrong.latency_ms",
        PREFIX + "ONE_TAP": "wrong.one_tap",
        "LOG_LEVEL": "wrong.log_level",
    }


def test_each_complaint_is_a_sentence_that_says_what_to_write(tmp_path: Path) -> None:
    environ = {PREFIX + "FEE_BSP": "1", PREFIX + "CASH": "lots"}
    code, sentences = exit_of(SettingsProblem(wrong(tmp_path, environ)))
    assert code is Exit.SETTINGS
    assert sentences == [
        "OPENOUTCRY_FEE_BSP is not a setting: did you mean OPENOUTCRY_FEE_BPS?",
        "OPENOUTCRY_CASH is “lots”: write US dollars above 0, such as 10000.",
    ]


def test_every_setting_has_a_sentence_for_a_wrong_value() -> None:
    assert [name for name in Settings.model_fields if f"settings.wrong.{name}" not in CATALOGUE["en"]] == []


def test_every_setting_is_explained_in_the_documents() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text()
    assert [name for name in names() if f"`{name}`" not in text] == []


def test_every_exit_code_is_explained_in_the_documents() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text()
    assert [code for code in Exit if f"| {code.value} |" not in text] == []


@pytest.mark.parametrize("sign", ["PORT", "DYNO"])
def test_a_host_that_wipes_its_disk_needs_a_database(tmp_path: Path, sign: str) -> None:
    assert wrong(tmp_path, {sign: "5000"}) == (Complaint(sign, "wiped"),)
    assert read(tmp_path, {sign: "5000", "DATABASE_URL": "postgres://u:p@h/n"}).home == tmp_path


def test_a_toml_file_with_a_fault_is_named(tmp_path: Path) -> None:
    (tmp_path / "openoutcry.toml").write_text("cash = = 1\n")
    (complaint,) = wrong(tmp_path)
    assert complaint.key == "unreadable"
    assert complaint.setting.endswith("openoutcry.toml")


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SettingsProblem) as caught:
        prepare_home(blocked / "home")
    assert exit_of(caught.value)[1][0].startswith("OPENOUTCRY_HOME is ")


def test_the_home_is_made_for_its_owner_only(tmp_path: Path) -> None:
    prepare_home(tmp_path / "a" / "home")
    assert (tmp_path / "a" / "home").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "a" / "home").iterdir()) == []


def test_a_token_of_either_platform_means_that_a_phone_rings(tmp_path: Path) -> None:
    assert not read(tmp_path).has_phone
    assert read(tmp_path, {"TELEGRAM_BOT_TOKEN": "x"}).has_phone
    assert read(tmp_path, {"DISCORD_BOT_TOKEN": "x"}).has_phone


def test_the_addresses_of_discord_are_checked(tmp_path: Path) -> None:
    given = {
        "DISCORD_API_BASE_URL": "http://127.0.0.1:1/api/v10/",
        "DISCORD_GATEWAY_URL": "ws://127.0.0.1:1/",
    }
    assert read(tmp_path, given).discord_gateway_url == "ws://127.0.0.1:1"
    assert read(tmp_path, given).discord_api_base_url == "http://127.0.0.1:1/api/v10"
    assert read(tmp_path).discord_gateway_url == ""
    bad = {"DISCORD_API_BASE_URL": "ftp://x", "DISCORD_GATEWAY_URL": "http://x"}
    assert [one.key for one in wrong(tmp_path, bad)] == [
        "wrong.discord_api_base_url",
        "wrong.discord_gateway_url",
    ]


def test_the_web_server_listens_on_loopback_unless_told_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path).listen_address == ("127.0.0.1", 8080)
    assert read(tmp_path, {"OPENOUTCRY_LISTEN": "[::1]:90"}).listen_address == ("::1", 90)
    assert read(tmp_path, {"OPENOUTCRY_LISTEN": "9090"}).listen_address == ("127.0.0.1", 9090)
    hosted = {"PORT": "5000", "DATABASE_URL": "postgres://u:p@h/n"}
    assert read(tmp_path, hosted).listen_address == ("0.0.0.0", 5000)
    assert read(tmp_path, hosted | {"OPENOUTCRY_LISTEN": "127.0.0.1:1"}).listen_address == ("127.0.0.1", 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENOUTCRY_LISTEN", "127.0.0.1"),
        ("OPENOUTCRY_LISTEN", "127.0.0.1:99999"),
        ("OPENOUTCRY_LISTEN", "a b:80"),
        ("TELEGRAM_API_BASE_URL", "api.telegram.org"),
        ("TELEGRAM_API_BASE_URL", "https://api.telegram.org/?x=1"),
        ("TELEGRAM_WEBHOOK_URL", "ftp://desk.example.org"),
        ("TELEGRAM_WEBHOOK_SECRET", "not allowed!"),
        ("OPENOUTCRY_TELEGRAM_POLL_TIMEOUT", "51"),
    ],
)
def test_a_wrong_setting_of_telegram_is_told_with_its_cure(tmp_path: Path, name: str, value: str) -> None:
    (complaint,) = wrong(tmp_path, {name: value})
    assert complaint.setting == name and complaint.key.startswith("wrong.")


def test_a_slash_behind_the_address_of_telegram_changes_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, {"TELEGRAM_API_BASE_URL": "http://127.0.0.1:8081/"})
    assert found.telegram_api_base_url == "http://127.0.0.1:8081"
    assert read(tmp_path).telegram_api_base_url == "https://api.telegram.org"
