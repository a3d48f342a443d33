"""STORAGE_URL names a folder or a bucket; anything else is refused at the start with a sentence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.settings import SettingInvalid, read_settings
from trainer.storage_address import BucketAddress, FolderAddress, StorageUrlInvalid, parse_storage_url


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("file:///srv/files", FolderAddress(Path("/srv/files"))),
        ("file://localhost/srv/my%20files", FolderAddress(Path("/srv/my files"))),
        ("s3://seminars", BucketAddress("seminars")),
        ("s3://seminars/", BucketAddress("seminars")),
        ("s3://seminars/a/b-1/", BucketAddress("seminars", "a/b-1")),
        (
            "s3://seminars/one?endpoint=https://s3.example.org:9000&region=eu-central-1",
            BucketAddress("seminars", "one", "https://s3.example.org:9000", "eu-central-1"),
        ),
        (
            "s3://seminars?endpoint=http%3A%2F%2F127.0.0.1%3A9000",
            BucketAddress("seminars", "", "http://127.0.0.1:9000"),
        ),
    ],
)
def test_an_address_names_a_folder_or_a_bucket(url: str, address: FolderAddress | BucketAddress) -> None:
    assert parse_storage_url(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "/srv/files",
        "file://srv/files",
        "file:files",
        "file:///srv/files?x=1",
        "https://bucket.s3.amazonaws.com",
        "s3://",
        "s3://Bucket",
        "s3://b",
        "s3://key:secret@bucket",
        "s3://bucket/../other",
        "s3://bucket/a//b",
        "s3://bucket/қазақша",
        "s3://bucket?endpoint=s3.example.org",
        "s3://bucket?endpoint=https://s3.example.org/path",
        "s3://bucket?endpoint=https://key:secret@s3.example.org",
        "s3://bucket?endpoint=https://s3.example.org:port",
        "s3://bucket?region=eu central",
        "s3://bucket?secret=1",
        "s3://[",
    ],
)
def test_what_is_no_address_is_refused_at_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingInvalid, match=r"^STORAGE_URL must "):
        read_settings({"INSTANCE": str(tmp_path), "STORAGE_URL": url})


def test_an_identifier_without_its_secret_is_refused(tmp_path: Path) -> None:
    for name in ("STORAGE_KEY_ID", "STORAGE_KEY_SECRET"):
        with pytest.raises(SettingInvalid, match="set both or neither"):
            read_settings({"INSTANCE": str(tmp_path), name: "x"})


def test_s3_without_its_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.settings.find_spec", lambda _name: None)
    with pytest.raises(SettingInvalid, match="extra `s3`"):
        read_settings({"INSTANCE": str(tmp_path), "STORAGE_URL": "s3://bucket"})


@given(st.text(max_size=30), st.sampled_from(["", "s3://", "s3://bucket?endpoint=", "file:///"]))
def test_any_text_is_an_address_or_refused(text: str, beginning: str) -> None:
    try:
        parse_storage_url(beginning + text)
    except StorageUrlInvalid as refused:
        assert str(refused).startswith("must ")
