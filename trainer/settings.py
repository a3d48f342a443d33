"""The settings of a deployment as one typed object, read from the environment, `instance/trainer.cfg` or the defaults."""

import configparser
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from trainer.paths import get_instance_folder
from trainer.storage_address import BucketAddress, StorageUrlInvalid, parse_storage_url

REDIS_SCHEMES = ("redis://", "rediss://", "redis+unix://")
LEAST_NUMBERS = {"THREADS": 1}  # 0 for the others
HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class SettingInvalid(Exception):
    """A setting is unknown or its value can't be parsed; the message names it and the reason."""


def define_setting(default: Any, description: str, is_secret: bool = False) -> Any:
    """Return a dataclass field for a setting, with the sentence that `trainer doctor` prints about it.

    A secret setting is left out of `repr` and never printed.
    """
    return field(default=default, repr=not is_secret, metadata={"meaning": description})


@dataclass(frozen=True)
class Settings:
    """All settings. The upper-case name of a field is its environment variable and its key in trainer.cfg."""

    instance: Path = field(metadata={"meaning": "Folder of the database, keys and files of this deployment"})
    database_url: str = define_setting("", "Database; empty means SQLite in the instance folder", is_secret=True)
    storage_url: str = define_setting(
        "", "Where files are stored: file:///folder or s3://bucket/prefix; empty means `files` in the instance folder"
    )
    storage_key_id: str = define_setting("", "Access key of S3; empty means AWS_ACCESS_KEY_ID, or the machine's role")
    storage_key_secret: str = define_setting("", "Secret of STORAGE_KEY_ID", is_secret=True)
    base_url: str = define_setting("", "Public https address, printed on certificates; empty means this machine only")
    secret_key: str = define_setting(
        "", "Signs the sessions; empty means one made at first start and stored in the instance folder", is_secret=True
    )
    signing_key_file: str = define_setting(
        "", "Private key of the seal (PEM); empty means one made at first start, with SQLite only"
    )
    signature_file: str = define_setting(
        "", "Key and certificate (.p12, or PEM) for a PAdES signature on every certificate; empty means none"
    )
    signature_passphrase: str = define_setting("", "Passphrase of SIGNATURE_FILE", is_secret=True)
    host: str = define_setting("127.0.0.1", "Address on which the server listens")
    port: int = define_setting(8000, "Port on which the server listens")
    timezone: str = define_setting("Asia/Aqtau", "Time zone of pages that belong to no project")
    threads: int = define_setting(8, "Threads that answer requests, in each process")
    workers: int = define_setting(
        0, "Processes that answer requests; 0 means one for each core with PostgreSQL, and one with SQLite"
    )
    trusted_proxies: int = define_setting(
        0, "Number of proxies before the server whose X-Forwarded headers are believed"
    )
    ratelimit_storage: str = define_setting(
        "",
        "Where the rate limits are counted: process://, database:// or redis://host:6379/0; "
        "empty means the process if there is one, else the database",
        is_secret=True,
    )
    smtp_url: str = define_setting(
        "", "Mail server: smtp://user:password@host:587 or smtps://host:465; empty means none", is_secret=True
    )
    mail_from: str = define_setting("", "Sender address of e-mail; empty means the contact e-mail of the project")

    @property
    def has_public_address(self) -> bool:
        """Return whether BASE_URL is an https address, which may be printed on certificates."""
        return self.base_url.startswith("https://") and find_base_url_problem(self.base_url) == ""

    @property
    def address(self) -> str:
        """Return the base URL of this deployment without a trailing slash."""
        return self.base_url.rstrip("/") or f"http://127.0.0.1:{self.port}"

    @property
    def host_name(self) -> str:
        """Return host and port of the base URL, as the QR code and the seal contain them."""
        return urlsplit(self.address).netloc

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database URL for SQLAlchemy; SQLite in the instance folder if none is set."""
        url = self.database_url or f"sqlite:///{self.instance / 'trainer.db'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def uses_sqlite(self) -> bool:
        """Return whether the database is SQLite."""
        return self.sqlalchemy_url.startswith("sqlite")

    @property
    def worker_count(self) -> int:
        """Return how many processes answer requests."""
        return self.workers or (1 if self.uses_sqlite else len(list_cores()))

    @property
    def ratelimit_url(self) -> str:
        """Return the storage of the rate limits: RATELIMIT_STORAGE, or what is chosen if it is empty.

        What processes share has the prefix of `trainer.web.rate_limits.shared_storage`.
        """
        url = self.ratelimit_storage or ("process://" if self.worker_count == 1 else "database://")
        return url if url == "process://" else f"shared+{url}"


def list_cores() -> list[int]:
    """Return the numbers of the CPU cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


SETTING_FIELDS = {setting_field.name.upper(): setting_field for setting_field in fields(Settings)}


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, creating the secret key file if no secret key is set.

    `environment` defaults to `os.environ`; its values take precedence over trainer.cfg. Raises SettingInvalid for an
    unknown name in trainer.cfg and for a value that can't be used.
    """
    environment = os.environ if environment is None else environment
    instance = Path(environment["INSTANCE"]).resolve() if environment.get("INSTANCE") else get_instance_folder()
    texts = {
        **read_settings_file(instance / "trainer.cfg"),
        **{name: environment[name] for name in SETTING_FIELDS if environment.get(name)},
    }
    texts.pop("INSTANCE", None)
    values: dict[str, Any] = {name.lower(): parse_setting(name, text) for name, text in texts.items()}
    if bool(values.get("storage_key_id")) != bool(values.get("storage_key_secret")):
        raise SettingInvalid("STORAGE_KEY_ID and STORAGE_KEY_SECRET belong together: set both or neither")
    if not values.get("secret_key"):
        values["secret_key"] = load_or_create_secret(instance / "secret_key")
    return Settings(instance=instance, **values)


def read_settings_file(path: Path) -> dict[str, str]:
    """Parse the NAME = value lines of a settings file into a dictionary; empty if the file does not exist.

    Raises SettingInvalid for unknown names, section headings and unreadable text.
    """
    if not path.exists():
        return {}
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # preserve the case of names
    try:
        parser.read_string("[trainer]\n" + path.read_text(encoding="utf-8"))
    except (configparser.Error, UnicodeDecodeError) as error:
        raise SettingInvalid(f"{path}: {error}") from error
    if parser.sections() != ["trainer"]:
        raise SettingInvalid(f"{path}: NAME = value lines only, without headings such as [{parser.sections()[-1]}]")
    values = dict(parser["trainer"])
    unknown = sorted(set(values) - set(SETTING_FIELDS))
    if unknown:
        raise SettingInvalid(
            f"{path}: unknown setting {', '.join(unknown)}; known are {', '.join(sorted(SETTING_FIELDS))}"
        )
    return values


def parse_setting(name: str, text: str) -> str | int:
    """Convert the text of a setting to the type of its field. Raises SettingInvalid."""
    if SETTING_FIELDS[name].type is int:
        try:
            number = int(text)
        except ValueError as error:
            raise SettingInvalid(f"{name} must be a whole number, not {text!r}") from error
        if number < LEAST_NUMBERS.get(name, 0):
            raise SettingInvalid(f"{name} must be at least {LEAST_NUMBERS.get(name, 0)}, not {text!r}")
        return number
    if name == "SMTP_URL" and not is_mail_server_address(text):
        raise SettingInvalid("SMTP_URL must be smtp://user:password@host:587 or smtps://user:password@host:465")
    if name == "MAIL_FROM" and not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", text):
        raise SettingInvalid(f"MAIL_FROM must be an e-mail address such as seminar@example.org, not {text!r}")
    if name == "RATELIMIT_STORAGE":
        require_known_storage(text)
    if name == "STORAGE_URL":
        require_usable_storage_url(text)
    if name == "BASE_URL":
        problem = find_base_url_problem(text)
        if problem:
            raise SettingInvalid(f"BASE_URL {problem}, not {text!r}")
        return normalise_base_url(text)
    return text


def require_known_storage(url: str) -> None:
    """Raise SettingInvalid for a storage of rate limits that is unknown, or whose package is not installed."""
    if url.startswith(REDIS_SCHEMES):
        if find_spec("redis") is None:
            raise SettingInvalid("RATELIMIT_STORAGE in Redis needs the Python package redis (extra `redis` of trainer)")
    elif url not in ("process://", "database://"):
        raise SettingInvalid(
            "RATELIMIT_STORAGE must be process://, database:// or redis://host:6379/0 (rediss:// with TLS)"
        )


def require_usable_storage_url(url: str) -> None:
    """Raise SettingInvalid for an address of files that is malformed, or whose package is not installed."""
    try:
        address = parse_storage_url(url)
    except StorageUrlInvalid as error:
        raise SettingInvalid(f"STORAGE_URL {error}") from error
    if isinstance(address, BucketAddress) and find_spec("obstore") is None:
        raise SettingInvalid("STORAGE_URL in S3 needs the Python package obstore (extra `s3` of trainer)")


def find_base_url_problem(text: str) -> str:
    """Return why an address can't be printed on certificates for ever, as the end of a sentence; empty if it can.

    It is http or https, a host and perhaps a port, and nothing else: verification, QR codes and the seal are built from
    the host alone. A host of this machine can't be reached from any other, so https with it is a mistake.
    """
    try:
        parts = urlsplit(text)
        host, _port = encode_host(parts.hostname or ""), parts.port
    except ValueError:  # the host can't be encoded, or the port is no number up to 65535
        return "must have a host and perhaps a port, such as https://seminar.example.org"
    if parts.scheme not in ("http", "https"):
        return "must begin with https:// (or http:// for a trial)"
    if (
        "@" in parts.netloc
        or parts.path not in ("", "/")
        or set("?#\\") & set(text)
        or re.search(r"[\s\x00-\x1f]", text)
    ):
        return "must be a host and perhaps a port, without path, query, user or blanks"
    if parts.scheme == "https" and is_host_of_this_machine(host):
        return "must name a host that others can reach"
    return ""


def normalise_base_url(text: str) -> str:
    """Return a valid base URL with its host in lower case and ASCII (punycode), without a slash or the scheme's own port."""
    parts = urlsplit(text)
    host = encode_host(parts.hostname or "")
    port = "" if parts.port in (None, {"http": 80, "https": 443}[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def encode_host(host: str) -> str:
    """Return a host name in ASCII, or an IP address as it is. Raises ValueError for what is neither."""
    if ":" in host:
        return str(IPv6Address(host))
    name = host.encode("idna").decode("ascii").lower()
    if len(name) > 253 or not all(HOST_LABEL.fullmatch(label) for label in name.split(".")):
        raise ValueError(host)
    if name.rsplit(".", 1)[-1].isdigit():
        return str(IPv4Address(name))
    return name


def is_host_of_this_machine(host: str) -> bool:
    """Return whether a host name or address means the machine that uses it."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def is_mail_server_address(text: str) -> bool:
    """Return whether a text is an smtp:// or smtps:// URL with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is not a number
        return False


def load_or_create_secret(path: Path) -> str:
    """Return the secret stored in a file, creating it with mode 0600 and 384 random bits at the first call."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    secret = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret)
    return secret


def get_settings() -> Settings:
    """Return the settings of the current application. Raises RuntimeError outside an application context."""
    settings: Settings = current_app.extensions["settings"]
    return settings
