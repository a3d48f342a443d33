"""Parts of any size, in any order, repeated or at once: the file is complete and right, or it waits as it was."""

import errno
import io
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import open_session
from tests.evidence.factories import begin_upload, draw_jpeg, get_settings, list_files_on_the_way
from tests.factories import NOON
from trainer.evidence.items import FileSource, remove_item
from trainer.evidence.models import EvidenceItem, Upload
from trainer.evidence.uploads import receiving
from trainer.evidence.uploads.receiving import (
    DiskFull,
    OffsetWrong,
    UploadEmpty,
    UploadLocked,
    UploadTooLarge,
    append_part,
    complete_upload,
    create_upload,
    get_offset,
    get_upload_path,
    open_locked,
)
from trainer.projects.models import Project
from trainer.storage import Storage, StorageFull, StorageUnavailable


def complete(session: Session, upload: Upload) -> EvidenceItem | None:
    """Complete an upload and return its item."""
    settings = get_settings(session)
    added = complete_upload(session, settings, Storage.from_settings(settings), upload, NOON)
    return added.item if added else None


def upload_whole(session: Session, project: Project, content: bytes, **source: Any) -> EvidenceItem:
    """Upload a file in one part and return its item."""
    upload = begin_upload(session, project, len(content), **source)
    append_part(get_settings(session), upload, 0, io.BytesIO(content))
    item = complete(session, upload)
    assert item is not None
    return item


def load(session: Session, item: EvidenceItem) -> bytes:
    """Return the stored content of an item."""
    return Storage.from_settings(get_settings(session)).load_content(item.sha256)


@hypothesis_settings(max_examples=25)
@given(content=st.binary(min_size=1, max_size=60), parts=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_only_the_part_that_begins_at_the_end_counts(
    session: Session, project: Project, content: bytes, parts: list[tuple[int, int]]
) -> None:
    upload = begin_upload(session, project, len(content))
    place, offset = get_settings(session), 0
    for start, size in parts:
        part = content[start : start + size]
        try:
            assert append_part(place, upload, start, io.BytesIO(part)) == start + len(part)
            assert start == offset
            offset += len(part)
        except OffsetWrong:
            assert start != offset
        assert get_offset(place, upload) == offset
    append_part(place, upload, offset, io.BytesIO(content[offset:]))
    item = complete(session, upload)
    assert item is not None
    assert load(session, item) == content
    assert (item.size, list_files_on_the_way(place)) == (len(content), [])


def test_an_upload_with_missing_bytes_is_no_evidence(session: Session, project: Project) -> None:
    upload = begin_upload(session, project, 10)
    append_part(get_settings(session), upload, 0, io.BytesIO(b"123456789"))
    assert complete(session, upload) is None
    assert session.scalar(select(func.count(EvidenceItem.id))) == 0


def test_more_bytes_than_announced_are_refused_and_taken_back(session: Session, project: Project) -> None:
    upload, place = begin_upload(session, project, 5), get_settings(session)
    append_part(place, upload, 0, io.BytesIO(b"123"))
    with pytest.raises(UploadTooLarge):
        append_part(place, upload, 3, io.BytesIO(b"4567"))
    assert get_upload_path(place, upload.id).read_bytes() == b"123"


@pytest.mark.parametrize(("size", "refusal"), [(0, UploadEmpty), (2 * 1024**3 + 1, UploadTooLarge)])
def test_a_file_without_bytes_or_of_more_than_2_gb_is_not_begun(
    session: Session, project: Project, size: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        create_upload(session, FileSource(project.id, "a.jpg"), size, NOON)


def test_a_part_is_refused_while_another_one_is_written(session: Session, project: Project) -> None:
    upload, place = begin_upload(session, project, 5), get_settings(session)
    with open_locked(get_upload_path(place, upload.id), 1), pytest.raises(UploadLocked):
        append_part(place, upload, 0, io.BytesIO(b"12345"))
    assert append_part(place, upload, 0, io.BytesIO(b"12345")) == 5


class FullDisk(io.FileIO):
    """A file that takes ten bytes more and then finds no room."""

    def write(self, block: Any) -> int:
        if self.tell() >= 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(bytes(block[:10]))


def test_a_disk_that_fills_in_the_middle_of_a_part_keeps_what_was_there(
    session: Session, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, place = begin_upload(session, project, 40), get_settings(session)
    append_part(place, upload, 0, io.BytesIO(b"12345"))
    with monkeypatch.context() as patch:
        patch.setattr(receiving, "FileIO", FullDisk)
        with pytest.raises(DiskFull):
            append_part(place, upload, 5, io.BytesIO(b"x" * 35))
    assert get_upload_path(place, upload.id).read_bytes() == b"12345"
    assert append_part(place, upload, 5, io.BytesIO(b"y" * 35)) == 40


class BrokenConnection(io.BytesIO):
    """A part whose sender hangs up after the first bytes."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionResetError
        return super().read(3)


def test_a_connection_that_breaks_in_a_part_keeps_what_was_there(session: Session, project: Project) -> None:
    upload, place = begin_upload(session, project, 9), get_settings(session)
    append_part(place, upload, 0, io.BytesIO(b"123"))
    with pytest.raises(ConnectionResetError):
        append_part(place, upload, 3, BrokenConnection(b"456789"))
    assert get_offset(place, upload) == 3


@pytest.mark.parametrize("failure", [StorageFull, StorageUnavailable])
def test_a_storage_that_fails_keeps_the_upload_to_be_completed_later(
    session: Session, project: Project, monkeypatch: pytest.MonkeyPatch, failure: type[Exception]
) -> None:
    content = draw_jpeg()
    upload, place = begin_upload(session, project, len(content)), get_settings(session)
    append_part(place, upload, 0, io.BytesIO(content))

    def fail(*_arguments: Any) -> None:
        raise failure("away")

    with monkeypatch.context() as patch:
        patch.setattr(Storage, "store_file", fail)
        with pytest.raises(failure):
            complete(session, upload)
        session.rollback()
    assert get_upload_path(place, upload.id).read_bytes() == content
    item = complete(session, upload)
    assert item is not None
    assert load(session, item) == content


def test_a_file_system_without_hard_links_gets_a_copy(
    session: Session, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("trainer.evidence.items.os.link", refuse)
    assert load(session, upload_whole(session, project, b"content")) == b"content"
    assert list_files_on_the_way(get_settings(session)) == []


def test_the_same_file_again_is_the_same_item_and_restores_a_removed_one(session: Session, project: Project) -> None:
    item = upload_whole(session, project, b"content", name="first.txt")
    remove_item(item, NOON)
    session.commit()
    again = upload_whole(session, project, b"content", name="second.txt")
    assert (again.id, again.file_name, again.removed_at) == (item.id, "first.txt", None)
    assert session.scalar(select(func.count(EvidenceItem.id))) == 1


def test_the_same_file_for_an_activity_leaves_the_inbox_and_never_changes_its_activity(
    session: Session, project: Project
) -> None:
    first, second = project.activities[:2]
    upload_whole(session, project, b"content")
    assert upload_whole(session, project, b"content", activity_id=first.id).activity_id == first.id
    assert upload_whole(session, project, b"content", activity_id=second.id).activity_id == first.id


def test_the_same_file_twice_at_once_is_one_item(session: Session, project: Project) -> None:
    content, place, app = draw_jpeg(), get_settings(session), session.info["app"]
    uploads = [begin_upload(session, project, len(content)) for _number in range(4)]
    for upload in uploads:
        append_part(place, upload, 0, io.BytesIO(content))
    barrier, items = threading.Barrier(len(uploads)), []

    def complete_at_once(upload: Upload) -> None:
        with open_session(app) as own:
            barrier.wait()
            added = complete_upload(own, place, Storage.from_settings(place), upload, NOON)
            assert added is not None
            items.append((added.item.id, added.was_known))

    threads = [threading.Thread(target=complete_at_once, args=(upload,)) for upload in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(items) == 4
    assert len({item_id for item_id, _known in items}) == 1
    assert sorted(known for _item, known in items) == [False, True, True, True]
    assert list_files_on_the_way(place) == []


def test_the_path_of_an_upload_is_its_number_whatever_the_file_is_called(session: Session, project: Project) -> None:
    upload = begin_upload(session, project, 5, name="../../keys/seal.pem")
    path: Path = get_upload_path(get_settings(session), upload.id)
    assert (path.name, path.parent.name, upload.file_name) == (str(upload.id), "uploads", "seal.pem")
