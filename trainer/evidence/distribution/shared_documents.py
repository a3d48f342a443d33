"""Documents that everybody who has their address may download, such as a handbook, and how often that is done.

A download is counted when its first byte is asked for: a download that continues after a broken connection, a page of which
a messenger shows a preview, and a look by a browser that has the file already are none.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from trainer.documents.files import build_ascii_file_name
from trainer.evidence.distribution.models import DownloadCount, SharedDocument
from trainer.evidence.models import EvidenceItem, EvidenceKind

SHARED_KINDS = (
    EvidenceKind.MATERIAL,
    EvidenceKind.HANDOUT,
    EvidenceKind.DIGEST,
    EvidenceKind.PRESS_RELEASE,
    EvidenceKind.PROGRAMME,
    EvidenceKind.INFOGRAPHIC,
    EvidenceKind.BANNER,
)
"""What is made for the public. Lists, CVs and photos show people, and are not shared."""
MAX_SLUG = 60  # characters, before a number


class DocumentNotShared(Exception):
    """Nothing may be downloaded at this address: it never was, or is not any more."""


@dataclass(frozen=True)
class Downloads:
    """How often a document was downloaded: altogether, and on the last day on which it was."""

    total: int
    last_day: date | None


def may_be_shared(item: EvidenceItem) -> bool:
    """Return whether everybody may download a file: one that is made for the public and was not removed."""
    return item.removed_at is None and item.kind in SHARED_KINDS


def find_shared_document(session: Session, item_id: int) -> SharedDocument | None:
    """Return how a file is shared, or was; None if it never was."""
    return session.scalars(select(SharedDocument).where(SharedDocument.item_id == item_id)).one_or_none()


def get_shared_document(session: Session, slug: str) -> SharedDocument:
    """Return the document at an address. Raises DocumentNotShared."""
    options = joinedload(SharedDocument.item).joinedload(EvidenceItem.project)
    document = session.scalars(select(SharedDocument).where(SharedDocument.slug == slug).options(options)).one_or_none()
    if document is None or document.closed_at is not None or not may_be_shared(document.item):
        raise DocumentNotShared
    return document


def share_document(session: Session, item: EvidenceItem, now: datetime, user_id: int | None) -> SharedDocument:
    """Open a file to everybody who has its address; shared before, it has the same one. Raises DocumentNotShared."""
    if not may_be_shared(item):
        raise DocumentNotShared
    document = find_shared_document(session, item.id)
    if document is None:
        document = SharedDocument(item=item, slug=build_free_slug(session, item), shared_at=now, shared_by_id=user_id)
        session.add(document)
    document.closed_at = None
    session.flush()
    return document


def close_document(document: SharedDocument, now: datetime) -> None:
    """End the downloads of a document. What was counted stays."""
    if document.closed_at is None:
        document.closed_at = now


def build_free_slug(session: Session, item: EvidenceItem) -> str:
    """Return the end of an address, of the name of the file in Latin letters, with a number if it is in use."""
    name = build_ascii_file_name(PurePath(item.file_name).stem).lower()
    base = "-".join(re.findall(r"[a-z0-9]+", name))[:MAX_SLUG].strip("-") or "document"
    used = set(session.scalars(select(SharedDocument.slug).where(SharedDocument.slug.startswith(base))))
    numbered = (f"{base}-{number}" for number in range(2, len(used) + 3))
    return base if base not in used else next(slug for slug in numbered if slug not in used)


def count_download(session: Session, document_id: int, day: date) -> None:
    """Count a download by one statement, whoever else counts at the same moment."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(DownloadCount).values(document_id=document_id, day=day, downloads=1)
    key = [DownloadCount.document_id, DownloadCount.day]
    changes = {"downloads": DownloadCount.downloads + 1}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=changes))


def sum_downloads(session: Session, document_id: int) -> Downloads:
    """Return how often a document was downloaded."""
    query = select(func.coalesce(func.sum(DownloadCount.downloads), 0), func.max(DownloadCount.day))
    total, last_day = session.execute(query.where(DownloadCount.document_id == document_id)).one()
    return Downloads(int(total), last_day)
