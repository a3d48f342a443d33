"""`trainer doctor` writes, reads and deletes a file, and counts what the database names and the storage lacks."""

from dataclasses import replace

from sqlalchemy.orm import Session

from tests.factories import issue_to_eligible, register_eligible_person
from tests.s3_server import S3Server
from trainer.cli.doctor import list_storage_problems
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.storage import Storage


def list_problems(session: Session, settings: Settings) -> list[str]:
    """Return what the doctor finds."""
    with session.info["app"].app_context():
        return list_storage_problems(settings)


def test_a_storage_that_works_is_left_as_it_was(session: Session, settings: Settings, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    assert list_problems(session, settings) == []
    assert Storage.from_settings(settings).list_hashes() == [entry.pdf_sha256]


def test_files_that_were_not_copied_to_the_new_place_are_counted(
    session: Session, settings: Settings, past_seminar: Seminar, s3_server: S3Server
) -> None:
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    moved = replace(settings, storage_url=s3_server.url, storage_key_id="key", storage_key_secret="secret")
    [finding] = list_problems(session, moved)
    assert finding == f"The storage of files lacks certificates: 1, such as {entry.pdf_sha256}."
    Storage.from_settings(moved).store_content(Storage.from_settings(settings).load_content(entry.pdf_sha256))
    assert list_problems(session, moved) == []


def test_a_storage_that_cannot_be_used_is_named(session: Session, settings: Settings) -> None:
    (settings.instance / "files").write_bytes(b"a file, not a folder")
    [finding] = list_problems(session, settings)
    assert finding.startswith("The storage of files (STORAGE_URL) can't be used: StorageUnavailable: ")
