"""Files are stored under the hash of their content, written once, and never returned damaged: in a folder and in S3 alike."""

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.concurrency import run_concurrently
from tests.storage.conftest import Place
from trainer.settings import read_settings
from trainer.storage import FileDamaged, FileMissing, Storage, content

LARGE = b"0123456789abcdef" * 1_250_000  # 20 MB: three parts of an upload, five chunks


def compute_hash(content: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def test_what_is_stored_comes_back_by_its_hash(storage: Storage) -> None:
    digest = storage.store_content("Сертификат".encode())
    assert digest == compute_hash("Сертификат".encode())
    assert storage.load_content(digest) == "Сертификат".encode()
    assert storage.get_size(digest) == len("Сертификат".encode())
    assert storage.has_content(digest)


def test_the_key_is_the_same_everywhere_so_that_files_can_be_copied(place: Place) -> None:
    first = place.open_storage().store_content(b"certificate")
    second = place.open_storage("sheets").store_content(b"scan")
    assert place.list_files() == sorted([f"{first[:2]}/{first}", f"sheets/{second[:2]}/{second}"])


def test_areas_know_nothing_of_each_other(place: Place) -> None:
    whole, sheets = place.open_storage(), place.open_storage("sheets")
    digest = whole.store_content(b"paper")
    assert sheets.store_content(b"paper") == digest
    sheets.delete_content(digest)
    assert (whole.list_hashes(), sheets.list_hashes()) == ([digest], [])
    sheets.store_content(b"another")
    assert whole.list_hashes() == [digest]
    assert sheets.list_hashes() == [compute_hash(b"another")]


def test_the_same_content_is_written_once(place: Place, storage: Storage) -> None:
    digest = storage.store_content(b"paper")
    [key] = place.list_files()
    place.damage(key, b"somebody else's")
    assert storage.store_content(b"paper") == digest
    storage.store_file(place.make_file(b"paper"), digest)
    assert (place.root / key).read_bytes() == b"somebody else's"


def test_several_contents_are_stored_like_one_after_the_other(storage: Storage) -> None:
    contents = [f"certificate {number % 20}".encode() for number in range(25)]  # some of them twice
    digests = storage.store_contents(contents)
    assert [storage.load_content(digest) for digest in digests] == contents
    assert sorted(storage.list_hashes()) == sorted(set(digests))
    assert storage.store_contents([]) == []


@pytest.mark.parametrize("damaged", [b"", b"papes", b"paper and more"])
def test_a_damaged_file_is_not_returned(place: Place, storage: Storage, damaged: bytes) -> None:
    digest = storage.store_content(b"paper")
    place.damage(storage.build_key(digest), damaged)
    with pytest.raises(FileDamaged, match=digest):
        storage.load_content(digest)
    assert compute_hash(b"".join(iterate_until_damage(storage, digest))) != digest


def iterate_until_damage(storage: Storage, digest: str) -> list[bytes]:
    """Return the chunks of a file before the damage is noticed, which it must be unless the file is empty."""
    chunks: list[bytes] = []
    try:
        chunks += storage.iterate_content(digest)
    except FileDamaged:
        return chunks
    assert storage.get_size(digest) == 0
    return chunks


def test_a_file_that_was_never_stored_is_missing(storage: Storage) -> None:
    digest = compute_hash(b"never")
    for use in (storage.load_content, storage.get_size, lambda digest: list(storage.iterate_content(digest))):
        with pytest.raises(FileMissing, match=digest):
            use(digest)
    assert not storage.has_content(digest)
    assert storage.read_beginning(digest) == b""
    assert storage.list_hashes() == []


def test_what_is_deleted_is_missing(storage: Storage) -> None:
    digest = storage.store_content(b"content")
    for _time in range(2):
        storage.delete_content(digest)
    with pytest.raises(FileMissing):
        storage.load_content(digest)
    assert storage.store_content(b"content") == digest
    assert storage.load_content(digest) == b"content"


def test_an_empty_file_is_a_file(place: Place, storage: Storage) -> None:
    digest = storage.store_content(b"")
    assert (storage.load_content(digest), storage.get_size(digest), storage.read_beginning(digest)) == (b"", 0, b"")
    assert list(storage.iterate_content(digest)) == []


def test_the_beginning_tells_the_format(storage: Storage) -> None:
    digest = storage.store_content(b"%PDF-1.7 and so on")
    assert storage.read_beginning(digest, 5) == b"%PDF-"
    assert storage.read_beginning(storage.store_content(b"ab")) == b"ab"


@pytest.mark.parametrize("content", [b"small", LARGE], ids=["small", "large"])
def test_a_finished_file_moves_in(place: Place, storage: Storage, content: bytes) -> None:
    digest = compute_hash(content)
    for _time in range(2):
        path = place.make_file(content)
        storage.store_file(path, digest)
        assert not path.exists()
    assert place.list_files() == [storage.build_key(digest)]
    assert b"".join(storage.iterate_content(digest)) == content


def test_a_large_file_is_read_in_chunks(storage: Storage) -> None:
    digest = storage.store_content(LARGE)
    chunks = list(storage.iterate_content(digest))
    assert b"".join(chunks) == LARGE
    assert max(len(chunk) for chunk in chunks) == content.CHUNK_BYTES


@pytest.mark.parametrize("start, stop", [(0, 5), (3, None), (4_194_300, 4_194_310), (19_999_999, None), (5, 10**12)])
def test_a_range_of_a_file_is_read_alone(storage: Storage, start: int, stop: int | None) -> None:
    digest = storage.store_content(LARGE)
    assert b"".join(storage.iterate_content(digest, start, stop)) == LARGE[start:stop]


def test_a_large_file_that_was_damaged_never_arrives_whole(place: Place, storage: Storage) -> None:
    digest = storage.store_content(LARGE)
    place.damage(storage.build_key(digest), LARGE[:-1] + b"!")
    received = io.BytesIO()
    with pytest.raises(FileDamaged):
        received.writelines(storage.iterate_content(digest))
    assert received.tell() < len(LARGE)


def test_many_writers_of_the_same_content_store_it_once(place: Place, storage: Storage) -> None:
    digest = compute_hash(LARGE)
    paths = [place.make_file(LARGE) for _writer in range(2)]
    actions = [lambda path=path: storage.store_file(path, digest) for path in paths]
    run_concurrently(*actions, *[lambda: storage.store_content(b"paper") and None for _writer in range(6)])
    assert place.list_files() == sorted([storage.build_key(digest), storage.build_key(compute_hash(b"paper"))])
    assert storage.load_content(digest) == LARGE


def test_what_is_no_file_of_ours_is_not_listed(place: Place, storage: Storage) -> None:
    digest = storage.store_content(b"paper")
    for name in ("notes.txt", f"{digest[:2]}/{digest}.123.abc", f"zz/{digest}", digest):
        path = place.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"left by somebody")
    assert storage.list_hashes() == [digest]


@given(data=st.data(), content=st.binary(max_size=200))
@settings(max_examples=40)
def test_any_content_and_any_range_of_it_come_back(storage: Storage, data: st.DataObject, content: bytes) -> None:
    start, stop = data.draw(st.integers(0, 220)), data.draw(st.integers(0, 220))
    digest = storage.store_content(content)
    assert storage.load_content(digest) == content
    assert b"".join(storage.iterate_content(digest, start, stop)) == content[start:stop]


def test_a_folder_of_before_is_read_as_it_is(tmp_path: Path) -> None:
    digest = compute_hash(b"paper")
    path = tmp_path / "files" / digest[:2] / digest
    path.parent.mkdir(parents=True)
    path.write_bytes(b"paper")
    assert Storage.from_settings(read_settings({"INSTANCE": str(tmp_path)})).load_content(digest) == b"paper"
