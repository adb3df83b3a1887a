"""Settings come from the environment; what is unknown or malformed stops the start."""

from pathlib import Path

import pytest

from api.errors import SettingsError
from api.settings import OwnAccount, Settings

PLACET = "https://consent.example.org"


def test_nothing_set_means_sqlite_on_this_machine() -> None:
    settings = Settings.from_environment({})
    assert settings.database_url == "sqlite:///var/placet.db"
    assert settings.key_file == Path("var/keys.json")
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.smtp_url is None
    assert settings.group == "main"
    assert settings.is_local
    assert not settings.test_clock
    assert settings.log_origin == "placet/main/1"


def test_other_variables_and_those_of_the_tests_are_left_alone() -> None:
    given = {"HOME": "/root", "PLACET_TEST_POSTGRES_URL": "postgresql+psycopg://x"}
    assert Settings.from_environment(given) == Settings.from_environment({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("PLACET_TYPO", "x", id="unknown name"),
        pytest.param("PLACET_DATABASE_URL", "mysql://u:hidden@h/db", id="another database"),
        pytest.param("PLACET_DATABASE_URL", "sqlite:///:memory:", id="a database that is gone at the end"),
        pytest.param("PLACET_DATABASE_URL", "", id="empty"),
        pytest.param("PLACET_BASE_URL", "http://hidden.example.org", id="plain http beyond this machine"),
        pytest.param("PLACET_BASE_URL", "https://hidden@host", id="user in the base URL"),
        pytest.param("PLACET_BASE_URL", "https://host/hidden", id="path in the base URL"),
        pytest.param("PLACET_BASE_URL", "https://host:hidden", id="port that is none"),
        pytest.param("PLACET_BASE_URL", "ftp://hidden", id="scheme of the base URL"),
        pytest.param("PLACET_SMTP_URL", "http://hidden", id="scheme of the mail server"),
        pytest.param("PLACET_GROUP", "Hidden Group", id="group that is no slug"),
        pytest.param("PLACET_KEY_FILE", "", id="no path"),
        pytest.param("PLACET_VAR", "hidden\x00", id="path with U+0000"),
        pytest.param("PLACET_TEST_CLOCK", "hidden", id="switch neither 0 nor 1"),
        pytest.param("PLACET_OWN_ACCOUNTS", "hidden", id="account without platform"),
        pytest.param("PLACET_OWN_ACCOUNTS", "x:1,,x:2", id="account missing in the list"),
        pytest.param("PLACET_META_APP_SECRET", "", id="empty secret"),
        pytest.param("PLACET_WEBSUB_SECRET", " hidden", id="secret with spaces around it"),
    ],
)
def test_refusals_name_the_variable_and_never_the_value(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({name: value})
    assert name in str(refused.value)
    assert "hidden" not in str(refused.value).lower()


def test_the_clock_of_tests_is_refused_where_others_can_reach_it() -> None:
    assert Settings.from_environment({"PLACET_TEST_CLOCK": "1"}).test_clock
    with pytest.raises(SettingsError, match="PLACET_TEST_CLOCK"):
        Settings.from_environment({"PLACET_TEST_CLOCK": "1", "PLACET_BASE_URL": PLACET})


@pytest.mark.parametrize(
    ("url", "local"),
    [
        pytest.param("http://localhost:9000", True, id="localhost"),
        pytest.param("http://127.8.8.8", True, id="any loopback address"),
        pytest.param("http://[::1]:8000/", True, id="loopback of IPv6"),
        pytest.param(PLACET, False, id="a name"),
        pytest.param("https://10.0.0.1", False, id="a private address"),
    ],
)
def test_what_counts_as_this_machine(url: str, *, local: bool) -> None:
    assert Settings.from_environment({"PLACET_BASE_URL": url}).is_local is local


def test_the_driver_is_always_named() -> None:
    settings = Settings.from_environment({"PLACET_DATABASE_URL": "postgresql://placet@db/placet"})
    assert settings.database_url == "postgresql+psycopg://placet@db/placet"


def test_own_accounts_are_pairs_of_platform_and_id() -> None:
    settings = Settings.from_environment({"PLACET_OWN_ACCOUNTS": "x:1500, mastodon:https://social.example/@brand"})
    assert settings.own_accounts == {
        OwnAccount("x", "1500"),
        OwnAccount("mastodon", "https://social.example/@brand"),
    }


def test_repr_holds_no_secret() -> None:
    settings = Settings.from_environment(
        {
            "PLACET_DATABASE_URL": "postgresql+psycopg://u:hidden@h/db",
            "PLACET_SMTP_URL": "smtps://u:hidden@h",
            "PLACET_META_APP_SECRET": "hidden",
            "PLACET_X_CONSUMER_SECRET": "hidden",
        }
    )
    assert settings.platform_secrets.meta_app_secret == "hidden"
    assert "hidden" not in repr(settings)
    assert "hidden" not in repr(settings.platform_secrets)
