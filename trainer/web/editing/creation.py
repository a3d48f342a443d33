"""Creating something once, although its form may be submitted twice: by a double tap, a reload, or the Back button.

The form carries a nonce. The same nonce with the same content gives the address of what the first submission created;
with other content it is another submission. Two submissions at the same moment wait for each other at the primary key.
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from wtforms import HiddenField

from trainer.fingerprint import compute_fingerprint, hash_bytes
from trainer.tasks import delete_where
from trainer.web.editing.models import FormSubmission
from trainer.web.forms import BaseForm

REMEMBERED_FOR = timedelta(days=30)
IGNORED_FIELDS = ("csrf_token", "switch", "autosave")


def generate_nonce() -> str:
    """Return a new nonce of 128 bits."""
    return secrets.token_urlsafe(16)


class CreationForm(BaseForm):
    """Form that creates something; its template renders `form.nonce`."""

    nonce = HiddenField(default=generate_nonce)


def create_once(session: Session, create: Callable[[], str], current_time: datetime) -> str:
    """Call `create`, which returns the address of what it created, unless this request repeats an earlier one.

    Returns the address in both cases. A request without a nonce is never a repetition. The claim on the nonce belongs to
    the transaction: where `create` raises and the caller rolls back, the form can be submitted again.
    """
    key = compute_submission_key()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    claim = insert(FormSubmission).values(key=key, address="", created_at=current_time).on_conflict_do_nothing()
    if session.execute(claim.returning(FormSubmission.key)).first() is None:
        return session.get_one(FormSubmission, key).address
    address = create()
    session.execute(update(FormSubmission).where(FormSubmission.key == key).values(address=address))
    return address


def compute_submission_key() -> str:
    """Return what identifies the current request: the nonce of its form, its address, and its content with the files."""
    nonce = request.form.get("nonce") or generate_nonce()
    fields = sorted((name, values) for name, values in request.form.lists() if name not in IGNORED_FIELDS)
    return compute_fingerprint([nonce, request.path, fields, list(list_submitted_files())], length=64)


def list_submitted_files() -> Iterator[list[str]]:
    """Yield field, name and SHA-256 of every uploaded file, which can be read again afterwards."""
    for name, file in request.files.items(multi=True):
        yield [name, file.filename or "", hash_bytes(file.stream.read())]
        file.stream.seek(0)


delete_old_submissions = delete_where(FormSubmission, lambda now: FormSubmission.created_at < now - REMEMBERED_FOR)
"""Delete what no form is sent again after. A background job."""
