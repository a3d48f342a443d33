"""Files are stored under the hash of their content, written once, and never returned damaged."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.storage import FileDamaged, FileMissing, Storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """Return an empty storage."""
    return Storage(tmp_path / "files")


def list_stored_files(storage: Storage) -> list[Path]:
    """Return every file in the storage, unfinished ones too."""
    return [path for path in storage.folder.rglob("*") if path.is_file()]


def test_what_is_put_comes_back_by_its_hash(storage: Storage) -> None:
    digest = storage.store_content("Сертификат".encode())
    assert digest == hashlib.sha256("Сертификат".encode()).hexdigest()
    assert storage.load_content(digest) == "Сертификат".encode()


def test_the_same_content_is_written_once(storage: Storage) -> None:
    first = storage.store_content(b"paper")
    written = storage.get_content_path(first).stat()
    assert storage.store_content(b"paper") == first
    assert storage.get_content_path(first).stat() == written
    assert list_stored_files(storage) == [storage.get_content_path(first)]


def test_a_file_that_is_kept_cannot_be_written_to(storage: Storage) -> None:
    assert storage.get_content_path(storage.store_content(b"paper")).stat().st_mode & 0o222 == 0


@pytest.mark.parametrize("damaged", [b"", b"papes", b"paper and more"])
def test_a_damaged_file_is_not_given_back(storage: Storage, damaged: bytes) -> None:
    digest = storage.store_content(b"paper")
    storage.get_content_path(digest).chmod(0o600)
    storage.get_content_path(digest).write_bytes(damaged)
    with pytest.raises(FileDamaged, match=digest):
        storage.load_content(digest)


def test_a_file_that_was_never_put_is_missing(storage: Storage) -> None:
    with pytest.raises(FileMissing):
        storage.load_content(hashlib.sha256(b"never").hexdigest())


def test_what_is_forgotten_is_missing(storage: Storage) -> None:
    digest = storage.store_content(b"content")
    for _time in range(2):
        storage.delete_content(digest)
    with pytest.raises(FileMissing):
        storage.load_content(digest)


def test_a_write_that_breaks_off_leaves_nothing_under_the_hash(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Path, _target: Path) -> Path:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", broken)
        with pytest.raises(OSError, match="no space"):
            storage.store_content(b"paper")
    digest = hashlib.sha256(b"paper").hexdigest()
    with pytest.raises(FileMissing):
        storage.load_content(digest)
    assert storage.store_content(b"paper") == digest


@given(st.binary(max_size=200))
def test_any_content_comes_back(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    storage = Storage(tmp_path_factory.getbasetemp() / "any")
    assert storage.load_content(storage.store_content(content)) == content


@given(contents=st.lists(st.binary(max_size=40), max_size=12))
def test_several_contents_are_stored_like_one_after_the_other(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    storage = Storage(tmp_path_factory.mktemp("several"))
    digests = storage.store_contents(contents)
    assert [storage.load_content(digest) for digest in digests] == contents
    assert {path.name for path in list_stored_files(storage)} == set(digests)


def test_if_one_of_several_cannot_be_written_nothing_is_stored(storage: Storage) -> None:
    contents = [b"first", b"second"]
    storage.folder.mkdir()
    (storage.folder / hashlib.sha256(b"second").hexdigest()[:2]).write_bytes(b"a file where a folder belongs")
    with pytest.raises(FileExistsError):
        storage.store_contents(contents)
    assert len(list_stored_files(storage)) == 1
