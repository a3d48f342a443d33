"""The address of the storage of files: a folder, or a bucket of S3, as the setting STORAGE_URL names it."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
REGION = re.compile(r"[a-z0-9-]+")
EXAMPLES = "file:///srv/files or s3://bucket/prefix?endpoint=https://s3.example.org&region=eu-central-1"


class StorageUrlInvalid(ValueError):
    """The text is no address of a storage; the message is the end of a sentence that says why."""


@dataclass(frozen=True)
class FolderAddress:
    """A folder of this machine."""

    folder: Path


@dataclass(frozen=True)
class BucketAddress:
    """A bucket of S3 and the prefix of its keys; without endpoint and region, AWS and its AWS_* variables decide."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""


def parse_storage_url(url: str) -> FolderAddress | BucketAddress:
    """Return the address that a `file:` or `s3:` URL names. Raises StorageUrlInvalid."""
    try:
        parts = urlsplit(url)
    except ValueError as error:  # such as unbalanced brackets
        raise StorageUrlInvalid(f"must be such as {EXAMPLES}") from error
    if parts.scheme == "file":
        if parts.netloc not in ("", "localhost") or not parts.path.startswith("/") or parts.query or parts.fragment:
            raise StorageUrlInvalid("must be file:// and the full path of a folder, such as file:///srv/files")
        return FolderAddress(Path(unquote(parts.path)))
    if parts.scheme != "s3":
        raise StorageUrlInvalid(f"must be such as {EXAMPLES}")
    if "@" in parts.netloc:
        raise StorageUrlInvalid("must not hold a key: set STORAGE_KEY_ID and STORAGE_KEY_SECRET")
    if not BUCKET_NAME.fullmatch(parts.netloc):
        raise StorageUrlInvalid("must name a bucket after s3://, in small letters, digits, dots and hyphens")
    prefix = parts.path.strip("/")
    if (prefix and not PREFIX.fullmatch(prefix)) or parts.fragment:
        raise StorageUrlInvalid("must have a prefix of Latin letters, digits, dots, hyphens and underscores, or none")
    return BucketAddress(parts.netloc, prefix, **parse_bucket_options(parts.query))


def parse_bucket_options(query: str) -> dict[str, str]:
    """Return endpoint and region of a bucket from the query of its URL. Raises StorageUrlInvalid."""
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(options) - {"endpoint", "region"})
    if unknown:
        raise StorageUrlInvalid(f"must have no options but endpoint and region, not {', '.join(unknown)}")
    if "endpoint" in options and not is_server_address(options["endpoint"]):
        raise StorageUrlInvalid("must have an endpoint such as https://s3.example.org, without path, query and key")
    if "region" in options and not REGION.fullmatch(options["region"]):
        raise StorageUrlInvalid("must have a region such as eu-central-1")
    return options


def is_server_address(text: str) -> bool:
    """Return whether a text is http or https, a host and perhaps a port, and nothing else."""
    try:
        parts = urlsplit(text)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is not a number
        return False
    is_bare = parts.path in ("", "/") and not parts.query and not parts.fragment and "@" not in parts.netloc
    return parts.scheme in ("http", "https") and is_complete and is_bare and not re.search(r"\s", text)
