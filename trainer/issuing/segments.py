"""The segments of announcements that issuing knows of: who has a certificate, and who has not."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.announcements.segments import Segment, list_seat_ids
from trainer.seminars.models import Seminar


def list_holder_ids(session: Session, seminars: Sequence[Seminar], _now: datetime) -> set[int]:
    """Return the ids of the registrations with a valid certificate."""
    statement = select(IssuedCertificate.registration_id).where(
        IssuedCertificate.seminar_id.in_([seminar.id for seminar in seminars]),
        IssuedCertificate.status == CertificateStatus.VALID,
        IssuedCertificate.registration_id.is_not(None),
    )
    return {registration_id for registration_id in session.scalars(statement) if registration_id is not None}


def list_ids_without_certificate(session: Session, seminars: Sequence[Seminar], now: datetime) -> set[int]:
    """Return the ids of the registrations with a seat and without a valid certificate, where there are certificates."""
    certified = [seminar for seminar in seminars if seminar.has_certificate]
    return list_seat_ids(session, certified) - list_holder_ids(session, certified, now)


ISSUING_SEGMENTS = (
    Segment("certified", _l("People with a certificate"), list_holder_ids),
    Segment("uncertified", _l("People with a place and without a certificate"), list_ids_without_certificate),
)
