"""Settings: the environment overrides the file, the file overrides the default; an invalid value is refused with a sentence."""

import stat
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.settings import (
    SETTING_FIELDS,
    SettingInvalid,
    Settings,
    find_base_url_problem,
    normalise_base_url,
    read_settings,
)

LONG = "a secret of the tests, long enough"


def read_settings_file(folder: Path, file: str = "", **environment: str) -> Settings:
    """Return the settings of an instance with this trainer.cfg."""
    folder.mkdir(exist_ok=True)
    if file:
        (folder / "trainer.cfg").write_text(file, encoding="utf-8")
    return read_settings({"INSTANCE": str(folder), **environment})


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = read_settings_file(tmp_path)
    assert settings.address == "http://127.0.0.1:8000"
    assert settings.sqlalchemy_url == f"sqlite:///{tmp_path}/trainer.db"
    assert settings.uses_sqlite
    assert not settings.has_public_address


def test_the_file_goes_before_the_default(tmp_path: Path) -> None:
    settings = read_settings_file(tmp_path, "PORT = 8001\nBASE_URL = https://seminar.example.org/\n")
    assert settings.port == 8001
    assert settings.address == "https://seminar.example.org"
    assert settings.has_public_address


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    settings = read_settings_file(tmp_path, "PORT = 8001\nTHREADS = 2", PORT="8002")
    assert (settings.port, settings.threads) == (8002, 2)


def test_an_empty_variable_sets_nothing(tmp_path: Path) -> None:
    assert read_settings_file(tmp_path, "PORT = 8001", PORT="").port == 8001


def test_the_file_may_hold_percent_signs_and_comments(tmp_path: Path) -> None:
    settings = read_settings_file(tmp_path, "# a comment\nDATABASE_URL = postgresql://u:p%40ss@db/trainer\n")
    assert settings.sqlalchemy_url == "postgresql+psycopg://u:p%40ss@db/trainer"
    assert not settings.uses_sqlite


@pytest.mark.parametrize("file", ["PROT = 8001", "port = 8001", "TRAINER_PORT = 8001", "PORT = 1\nSMTP = x"])
def test_an_unknown_name_is_refused_and_the_known_ones_are_listed(tmp_path: Path, file: str) -> None:
    with pytest.raises(SettingInvalid, match=r"unknown setting .* known are .*PORT") as refused:
        read_settings_file(tmp_path, file)
    assert "trainer.cfg" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eight"),
        ("PORT", "80.5"),
        ("THREADS", "many"),
        ("THREADS", "0"),
        ("WORKERS", "-1"),
        ("WORKERS", "auto"),
        ("TRUSTED_PROXIES", "yes"),
        ("BASE_URL", "seminar.example.org"),
        ("BASE_URL", "ftp://seminar.example.org"),
        ("BASE_URL", "javascript:alert(1)"),
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "http://mail.example.org"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://mail.example.org:port"),
        ("RATELIMIT_STORAGE", "memory://"),
        ("RATELIMIT_STORAGE", "127.0.0.1:6379"),
        ("MAIL_FROM", "seminar"),
        ("MAIL_FROM", "a@b.kz, c@d.kz"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        read_settings_file(tmp_path, **{name: value})
    with pytest.raises(SettingInvalid, match=name):
        read_settings_file(tmp_path, f"{name} = {value}")


@pytest.mark.parametrize("file", ["PORT", "[other]\nPORT = 1\n[other]", "PORT = 1\nPORT = 2", "= 5"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, file: str) -> None:
    with pytest.raises(SettingInvalid, match=r"trainer\.cfg"):
        read_settings_file(tmp_path, file)


def test_settings_below_another_heading_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match=r"trainer\.cfg"):
        read_settings_file(tmp_path, "THREADS = 2\n[server]\nPORT = 8001\n")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "trainer.cfg").write_bytes("HOST = кітап".encode("utf-16"))
    with pytest.raises(SettingInvalid, match=r"trainer\.cfg"):
        read_settings_file(tmp_path)


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = read_settings_file(tmp_path / "new").secret_key
    file = tmp_path / "new" / "secret_key"
    assert len(first) >= 48
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_settings_file(tmp_path / "new").secret_key == first
    assert read_settings_file(tmp_path / "other").secret_key != first


def test_a_secret_that_is_set_is_not_written_down(tmp_path: Path) -> None:
    assert read_settings_file(tmp_path, SECRET_KEY=LONG).secret_key == LONG
    assert not (tmp_path / "secret_key").exists()


def test_a_secret_is_not_shown_where_settings_are_printed(tmp_path: Path) -> None:
    assert LONG not in repr(read_settings_file(tmp_path, SECRET_KEY=LONG))


def test_a_wrong_address_of_the_mail_server_is_refused_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid) as refused:
        read_settings_file(tmp_path, SMTP_URL="smpt://trainer:geheim@mail.example.org")
    assert "geheim" not in str(refused.value)
    settings = read_settings_file(tmp_path, SMTP_URL="smtps://trainer:geheim@mail.example.org")
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://seminar.example.org/", "seminar.example.org"),
        ("http://127.0.0.1:8123", "127.0.0.1:8123"),
        ("", "127.0.0.1:8000"),
    ],
)
def test_the_seal_names_the_host_of_the_address(tmp_path: Path, address: str, host: str) -> None:
    assert read_settings_file(tmp_path, BASE_URL=address).host_name == host


def test_every_setting_says_what_it_means() -> None:
    assert all(len(field.metadata["meaning"]) > 10 for field in fields(Settings))
    assert set(SETTING_FIELDS) == {field.name.upper() for field in fields(Settings)}


@pytest.mark.parametrize(
    ("address", "base_url"),
    [
        ("HTTPS://Seminar.Example.org/", "https://seminar.example.org"),
        ("https://seminar.example.org:443", "https://seminar.example.org"),
        ("https://seminar.example.org:8443", "https://seminar.example.org:8443"),
        ("https://семинар.мысал.қаз", "https://xn--80ajjpgtb.xn--80awbu3c.xn--80ao21a"),
        ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_an_address_is_kept_as_it_will_be_printed(tmp_path: Path, address: str, base_url: str) -> None:
    settings = read_settings_file(tmp_path, BASE_URL=address)
    assert settings.base_url == settings.address == base_url
    assert settings.has_public_address == base_url.startswith("https")
    assert read_settings_file(tmp_path, BASE_URL=base_url).base_url == base_url


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/seminar",
        "https://example.org//",
        "https://example.org/?",
        "https://example.org?lang=kk",
        "https://example.org/#",
        "https://user@example.org",
        "https://user:password@example.org",
        "https://@example.org",
        "https://example.org:0x50",
        "https://example.org:70000",
        "https://",
        "https://:443",
        "https:example.org",
        "https:///example.org",
        "https://exam ple.org",
        "https://example.org\\path",
        "https://example..org",
        "https://-example.org",
        "https://exa_mple.org",
        "https://%65xample.org",
        "https://" + "a" * 64 + ".org",
        "https://300.1.1.1",
        "https://[::g]",
        "https://localhost",
        "https://seminar.localhost:8443",
        "https://127.0.0.1:8000",
        "https://[::1]",
        "https://0.0.0.0",
        "//example.org",
    ],
)
def test_an_address_that_can_not_work_on_paper_is_refused_by_name(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingInvalid, match="BASE_URL"):
        read_settings_file(tmp_path, BASE_URL=address)
    assert not replace(read_settings_file(tmp_path), base_url=address).has_public_address


@given(
    st.text(st.sampled_from("https:/.@?#[]%a1қ-_ \\\ud83d"), max_size=25).map("https://".__add__) | st.text(max_size=20)
)
def test_every_address_is_kept_in_ascii_or_refused(text: str) -> None:
    try:
        problem = find_base_url_problem(text)
    except Exception as error:
        raise AssertionError(text) from error
    if not problem:
        kept = normalise_base_url(text)
        assert kept.isascii()
        assert (find_base_url_problem(kept), normalise_base_url(kept)) == ("", kept)
