"""Stored copies of the pages of publications, which a job fetches, so that what was published stays provable."""

from datetime import datetime
from threading import Event

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.clock import now
from trainer.documents.files import build_file_name
from trainer.evidence.media_types import recognise_head
from trainer.evidence.publications.models import CopyState, Publication
from trainer.evidence.publications.networks import LOGIN_NETWORKS
from trainer.fetching import INTERNET, FetchFailed, Outside, fetch_page
from trainer.settings import get_settings
from trainer.sqlite_transactions import read_only
from trainer.storage import Storage
from trainer.tasks import take_for

HEAD_BYTES = 16
RUN_SECONDS = 20.0
"""How long one run of a job goes on taking pages, so that other jobs, such as letters, do not wait for slow servers."""
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


def may_be_copied(publication: Publication) -> bool:
    """Return whether a copy of the page proves anything: not where strangers see a login page, and not without an address."""
    return bool(publication.address) and publication.network not in LOGIN_NETWORKS


def request_copy(publication: Publication) -> None:
    """Have a job fetch the page of a publication, if a copy proves anything. A copy of another page is given up."""
    publication.copy_state = CopyState.WAITING if may_be_copied(publication) else CopyState.NOT_WANTED
    publication.copy_sha256 = publication.copy_error = ""
    publication.copied_at = None


def list_waiting_ids(session: Session) -> list[int]:
    """Return the ids of publications whose page waits to be fetched."""
    query = select(Publication.id).where(Publication.copy_state == CopyState.WAITING, Publication.removed_at.is_(None))
    return list(session.scalars(query.order_by(Publication.id)))


def store_copies(session: Session, stop: Event, outside: Outside = INTERNET) -> None:
    """Fetch the pages that wait, one after the other, and store them. No transaction is open meanwhile."""
    with read_only(session):
        waiting = list_waiting_ids(session)
    session.rollback()
    storage = Storage.from_settings(get_settings())
    for publication_id in take_for(waiting, RUN_SECONDS, stop):
        store_copy(session, storage, publication_id, outside)


def store_copy(session: Session, storage: Storage, publication_id: int, outside: Outside) -> None:
    """Fetch the page of a publication and store it, or why it can't be stored; then commit.

    What is found out about an address that was changed meanwhile is thrown away. Raises StorageError: then it waits on.
    """
    address = session.scalars(select(Publication.address).where(Publication.id == publication_id)).one()
    session.rollback()
    digest = error = ""
    try:
        digest = storage.store_content(fetch_page(address, outside).content)
    except FetchFailed as failed:
        error = failed.reason
    publication = session.get_one(Publication, publication_id, with_for_update=True, populate_existing=True)
    if publication.copy_state == CopyState.WAITING and publication.address == address:
        record_copy(publication, digest, error, now())
    session.commit()


def record_copy(publication: Publication, digest: str, error: str, now: datetime) -> None:
    """Record the hash of the copy, or why there is none."""
    publication.copy_state = CopyState.FAILED if error else CopyState.STORED
    publication.copy_sha256, publication.copy_error, publication.copied_at = digest, error, now


def name_copy(storage: Storage, publication: Publication) -> str:
    """Return the name of the file under which a copy is downloaded: it ends as its content asks for."""
    media_type = recognise_head(storage.read_beginning(publication.copy_sha256, HEAD_BYTES)).name
    extension = EXTENSIONS.get(media_type, "html")
    return build_file_name(f"{publication.outlet or publication.network} {publication.published_on}", extension)
