"""Links by which somebody without an account uploads files for one activity: made, used until they expire, revoked."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer import audit
from trainer.evidence.models import UploadLink
from trainer.fingerprint import hash_text
from trainer.projects.models import Activity, Task

LINK_DAYS = (1, 3, 7, 14, 30)
"""For how many days a link can be made."""


class UploadLinkInvalid(Exception):
    """There is no such link, it has expired, or it was revoked."""


def create_upload_link(session: Session, activity: Activity, label: str, days: int, user_id: int, now: datetime) -> str:
    """Create a link for an activity and return its token, 256 random bits. Only the hash of the token is stored."""
    token = secrets.token_urlsafe(32)
    link = UploadLink(
        activity_id=activity.id,
        label=label,
        token_sha256=hash_text(token),
        created_at=now,
        created_by_id=user_id,
        expires_at=now + timedelta(days=days),
    )
    session.add(link)
    audit.record(session, "created", link)
    return token


def get_upload_link(session: Session, token: str, now: datetime) -> UploadLink:
    """Return the link with this token, with its activity and project, if it can be used. Raises UploadLinkInvalid."""
    query = select(UploadLink).where(UploadLink.token_sha256 == hash_text(token))
    link = session.scalar(
        query.options(joinedload(UploadLink.activity).joinedload(Activity.task).joinedload(Task.project))
    )
    if link is None or link.revoked_at is not None or link.expires_at <= now:
        raise UploadLinkInvalid
    return link


def list_usable_links(session: Session, activity_id: int, now: datetime) -> list[UploadLink]:
    """Return the links of an activity that can be used now, the newest first."""
    is_usable = UploadLink.revoked_at.is_(None) & (UploadLink.expires_at > now)
    query = select(UploadLink).where(UploadLink.activity_id == activity_id, is_usable)
    return list(session.scalars(query.order_by(UploadLink.id.desc())))


def revoke_upload_link(session: Session, link: UploadLink, now: datetime) -> None:
    """Make a link unusable from now on; what came by it stays. Revoking it again has no effect."""
    if link.revoked_at is None:
        link.revoked_at = now
        audit.record(session, "revoked", link)
