"""The tus protocol 1.0 for resumable uploads: core, creation, termination, expiration (https://tus.io/protocols/resumable-upload).

The views say whose upload it is; everything that the protocol demands is here.
"""

import base64
import binascii
import logging
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.http import http_date

from trainer.evidence.items import FileSource
from trainer.evidence.models import Upload
from trainer.evidence.uploads.receiving import (
    MAX_FILE_BYTES,
    UPLOAD_LIFETIME,
    DiskFull,
    OffsetWrong,
    UploadEmpty,
    UploadLocked,
    UploadTooLarge,
    append_part,
    complete_upload,
    create_upload,
    discard_upload,
    get_offset,
)
from trainer.language.translate import gettext as _
from trainer.settings import Settings
from trainer.storage import Storage, StorageFull, StorageUnavailable

log = logging.getLogger(__name__)
PROTOCOL_VERSION = "1.0.0"
PART_TYPE = "application/offset+octet-stream"
REFUSALS: dict[type[Exception], HTTPStatus] = {
    UploadEmpty: HTTPStatus.BAD_REQUEST,
    UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    OffsetWrong: HTTPStatus.CONFLICT,
    UploadLocked: HTTPStatus.LOCKED,
    DiskFull: HTTPStatus.INSUFFICIENT_STORAGE,
    StorageFull: HTTPStatus.INSUFFICIENT_STORAGE,
    StorageUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
KNOWN_HEADER = "Evidence-Already-There"
"""Header of the answer to the last part: the project has had the same bytes before."""


def answer_options() -> Response:
    """Return what this server understands."""
    headers = {"Tus-Version": PROTOCOL_VERSION, "Tus-Extension": "creation,termination,expiration"}
    return answer(HTTPStatus.NO_CONTENT, **headers, Tus_Max_Size=str(MAX_FILE_BYTES))


def answer(status: HTTPStatus, sentence: str = "", **headers: str) -> Response:
    """Return an answer of the protocol, with a sentence for the user; underscores in names of headers stand for hyphens."""
    response = Response(sentence, status=status, mimetype="text/plain")
    response.headers["Tus-Resumable"] = PROTOCOL_VERSION
    response.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def refuse(error: Exception) -> Response:
    """Return the answer for an exception of `REFUSALS`, with a sentence that says what to do."""
    if isinstance(error, (DiskFull, StorageFull, StorageUnavailable)):
        log.error("%s %s: %s: %s", request.method, request.endpoint, type(error).__name__, error, exc_info=error)
    return answer(REFUSALS[type(error)], explain_refusal(error))


def explain_refusal(error: Exception) -> str:
    """Return why an upload is refused, in the language of the page."""
    sentences: dict[type[Exception], str] = {
        UploadEmpty: _("The file is empty: it has 0 bytes. Check it on your device."),
        UploadTooLarge: _("The file is larger than 2 GB. Send a shorter video, or cut it into parts."),
        OffsetWrong: _("Part of the file arrived twice. Continue the upload."),
        UploadLocked: _("This file is being uploaded at the moment, perhaps in another window."),
        StorageUnavailable: _("Files can’t be stored at the moment. What has arrived is kept: continue in a minute."),
    }
    full = _(
        "There is no room for more files. What has arrived is kept: ask your administrator for more space, then continue."
    )
    return sentences.get(type(error), full)


def check_request() -> Response | None:
    """Return the answer for a request that speaks another version of the protocol, or None."""
    if request.headers.get("Tus-Resumable") != PROTOCOL_VERSION:
        return answer(HTTPStatus.PRECONDITION_FAILED, Tus_Version=PROTOCOL_VERSION)
    return None


def read_metadata(header: str) -> dict[str, str]:
    """Return the pairs of Upload-Metadata: a name, a blank, a value in base64. Raises ValueError."""
    metadata = {}
    for pair in filter(None, (pair.strip() for pair in header.split(","))):
        name, _blank, value = pair.partition(" ")
        try:
            metadata[name] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ValueError(name) from error
    return metadata


def read_metadata_value(name: str) -> str:
    """Return a value of the Upload-Metadata of this request; empty if there is none, or if they can't be read."""
    try:
        return read_metadata(request.headers.get("Upload-Metadata", "")).get(name, "")
    except ValueError:
        return ""


def read_number(header: str) -> int | None:
    """Return a header that holds a number, or None if it is missing or no number."""
    text = request.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def create(session: Session, source: FileSource, now: datetime) -> Upload | Response:
    """Return the new upload that a POST asks for, or the answer that refuses it. The file's name comes from the metadata."""
    size = read_number("Upload-Length")
    try:
        metadata = read_metadata(request.headers.get("Upload-Metadata", ""))
    except ValueError:
        return answer(HTTPStatus.BAD_REQUEST)
    if size is None:
        return answer(HTTPStatus.BAD_REQUEST)
    try:
        return create_upload(session, replace(source, file_name=metadata.get("filename", "")), size, now)
    except (UploadEmpty, UploadTooLarge) as error:
        return refuse(error)


def describe_created(upload: Upload, location: str) -> Response:
    """Return the answer to a POST that created an upload at an address."""
    return answer(HTTPStatus.CREATED, Location=location, Upload_Expires=http_date(upload.created_at + UPLOAD_LIFETIME))


def describe_offset(settings: Settings, upload: Upload) -> Response:
    """Return the answer to HEAD: how much has arrived."""
    headers = {"Upload-Offset": str(get_offset(settings, upload)), "Upload-Length": str(upload.size)}
    return answer(HTTPStatus.OK, **headers, Upload_Expires=http_date(upload.created_at + UPLOAD_LIFETIME))


def receive(session: Session, settings: Settings, storage: Storage, upload: Upload, now: datetime) -> Response:
    """Append the part that a PATCH brings; the last one makes an item. Commits before it answers.

    The answer says so only when everything is stored, so what was acknowledged is never lost.
    """
    offset = read_number("Upload-Offset")
    if request.mimetype != PART_TYPE:
        return answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if offset is None:
        return answer(HTTPStatus.BAD_REQUEST)
    if upload.item_id is not None:
        return (
            answer(HTTPStatus.NO_CONTENT, Upload_Offset=str(offset)) if offset == upload.size else refuse(OffsetWrong())
        )
    session.expunge(upload)
    session.commit()  # no transaction while the bytes are written, and none opened by reading the row
    try:
        offset = append_part(settings, upload, offset, request.stream)  # type: ignore[arg-type]
        added = complete_upload(session, settings, storage, upload, now) if offset == upload.size else None
    except tuple(REFUSALS) as error:
        session.rollback()
        return refuse(error)
    known = {KNOWN_HEADER: "1"} if added and added.was_known and upload.upload_link_id is None else {}
    return answer(HTTPStatus.NO_CONTENT, Upload_Offset=str(offset), **known)


def terminate(session: Session, settings: Settings, upload: Upload) -> Response:
    """Forget an upload that its owner has given up. A complete one has become an item, which stays."""
    upload_id = upload.id
    session.delete(upload)
    session.commit()
    discard_upload(settings, upload_id)
    return answer(HTTPStatus.NO_CONTENT)
