"""Background job for uploads: completing those whose bytes are all there, and forgetting those that nobody continued."""

import uuid
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trainer.evidence.models import Upload
from trainer.evidence.uploads.receiving import (
    UPLOAD_LIFETIME,
    UploadLocked,
    complete_upload,
    discard_upload,
    get_offset,
)
from trainer.settings import get_settings
from trainer.storage import Storage
from trainer.tasks import run_for_each


def list_upload_ids_to_finish(session: Session, now: datetime) -> list[uuid.UUID]:
    """Return the ids of uploads that are not complete, and of all that are too old to continue, the oldest first.

    A row outlives its upload, so that a client that did not get the last answer can still ask for it.
    """
    is_old = Upload.created_at < now - UPLOAD_LIFETIME
    return list(
        session.scalars(select(Upload.id).where(or_(Upload.item_id.is_(None), is_old)).order_by(Upload.created_at))
    )


def finish_upload(session: Session, upload_id: uuid.UUID, now: datetime) -> None:
    """Complete an upload whose bytes are all there, or delete one that is too old. Others are left alone."""
    settings, upload = get_settings(), session.get(Upload, upload_id)
    if upload is None:
        return
    if upload.item_id is None and get_offset(settings, upload) == upload.size:
        session.expunge(upload)
        session.rollback()  # no transaction while the file is read
        try:
            complete_upload(session, settings, Storage.from_settings(settings), upload, now)
        except UploadLocked:  # its client is just completing it
            session.rollback()
    elif upload.created_at < now - UPLOAD_LIFETIME:
        session.delete(upload)
        session.commit()
        discard_upload(settings, upload_id)


finish_uploads = run_for_each(list_upload_ids_to_finish, finish_upload)
