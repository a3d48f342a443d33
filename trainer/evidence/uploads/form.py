"""Uploading by a form, without JavaScript: each file is handled by itself, and an error in one does not affect the others."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO, cast

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from trainer.evidence.items import AddedItem, FileSource, clean_file_name
from trainer.evidence.uploads.receiving import append_part, complete_upload, create_upload, discard_upload
from trainer.evidence.uploads.tus import REFUSALS, explain_refusal
from trainer.settings import Settings
from trainer.storage import Storage


@dataclass
class FormUpload:
    """What became of the files of a form."""

    added: list[AddedItem] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """A sentence for each file that was refused, beginning with its name."""


def add_form_files(
    session: Session,
    settings: Settings,
    storage: Storage,
    files: Iterable[FileStorage],
    source: FileSource,
    now: datetime,
) -> FormUpload:
    """Make an item of each file of a form. Commits after each."""
    result = FormUpload()
    for file in files:
        if not file.filename:
            continue
        try:
            result.added.append(add_form_file(session, settings, storage, file, source, now))
        except tuple(REFUSALS) as error:
            session.rollback()
            result.errors.append(f"{clean_file_name(file.filename)}: {explain_refusal(error)}")
    return result


def add_form_file(
    session: Session, settings: Settings, storage: Storage, file: FileStorage, source: FileSource, now: datetime
) -> AddedItem:
    """Make an item of one file. What can't be completed is discarded: no client would continue it."""
    size = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(0)
    upload = create_upload(session, replace(source, file_name=file.filename or ""), size, now)
    session.flush()
    session.expunge(upload)
    session.commit()
    try:
        append_part(settings, upload, 0, cast(BinaryIO, file.stream))
        added = complete_upload(session, settings, storage, upload, now)
    finally:
        discard_upload(settings, upload.id)
    return cast(AddedItem, added)  # all bytes are there
