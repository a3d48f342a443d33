"""The queue of letters to accounts.

Each package gives a `LetterWriter` for every kind that it queues (`account_letters`); `create_app` collects them.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.account_mail.models import AccountLetter
from trainer.tasks import delete_where

CLAIM_LEASE = timedelta(minutes=5)  # longer than a mail server is waited for
KEEP_LETTERS = timedelta(days=8)  # until an invitation, which shows what became of its letter, has expired


class WrittenLetter(NamedTuple):
    """What is sent."""

    subject: str
    body: str
    language: str


LetterWriter = Callable[[Session, AccountLetter, datetime], WrittenLetter | None]
"""Writes a letter as of a time, with a new secret link; None if there is nothing to send."""


def queue_account_letter(
    session: Session, kind: str, address: str, language: str, now: datetime, subject_id: int | None = None
) -> None:
    """Queue a letter, which a background job writes and sends."""
    session.add(
        AccountLetter(kind=kind, subject_id=subject_id, address=address, language=language, created_at=now, due_at=now)
    )


def claim_due_letter(session: Session, now: datetime) -> AccountLetter | None:
    """Claim the letter that is due first, so that no other worker sends it; None if nothing is due."""
    query = select(AccountLetter).where(AccountLetter.due_at <= now).order_by(AccountLetter.due_at, AccountLetter.id)
    letter = session.scalar(query.limit(1).with_for_update(skip_locked=True))
    if letter is not None:
        letter.due_at = now + CLAIM_LEASE
    return letter


def write_account_letter(session: Session, letter: AccountLetter, now: datetime) -> WrittenLetter | None:
    """Return the text of a letter as of now, or None if there is nothing to send. Needs an application context."""
    writers: dict[str, LetterWriter] = current_app.extensions["account_letters"]
    return writers[letter.kind](session, letter, now)


def map_letters(session: Session, kind: str, subject_ids: Collection[int]) -> dict[int, AccountLetter]:
    """Return the newest letter of a kind by what it is about."""
    if not subject_ids:
        return {}
    query = select(AccountLetter).where(AccountLetter.kind == kind, AccountLetter.subject_id.in_(subject_ids))
    return {letter.subject_id or 0: letter for letter in session.scalars(query.order_by(AccountLetter.id))}


delete_old_letters = delete_where(AccountLetter, lambda now: AccountLetter.created_at <= now - KEEP_LETTERS)
"""Delete letters whose outcome matters to nobody any more. A background job."""
