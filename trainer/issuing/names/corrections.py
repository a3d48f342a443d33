"""Name corrections: confirmed by the holder before issuing, requested afterwards and decided by the organizer."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.base import Ids
from trainer.issuing.issuance.context import IssuingContext
from trainer.issuing.models import CorrectionStatus, IssuedCertificate, NameCorrection
from trainer.issuing.register import list_certificates_of_registrations
from trainer.issuing.revocation.revocation import correct_name, lock_valid_certificate
from trainer.people.models import Person
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


class NameUnchanged(Exception):
    """The certificate already has this name."""


class CorrectionPending(Exception):
    """A correction of this certificate is pending."""


class CorrectionAlreadyDecided(Exception):
    """Somebody has already decided about this correction."""


def confirm_name(person: Person, name: str, now: datetime) -> None:
    """Record the name to be printed; the registered name needs no copy."""
    person.certificate_name = "" if name == person.full_name else name
    person.name_confirmed_at = now


def request_correction(
    session: Session, issued: IssuedCertificate, requested_name: str, note: str, now: datetime
) -> NameCorrection:
    """Record a holder's request. Raises NameUnchanged, CorrectionPending and CertificateNotInForce."""
    if requested_name == issued.recipient:
        raise NameUnchanged
    lock_valid_certificate(session, issued)
    if find_pending_correction(session, issued) is not None:
        raise CorrectionPending
    correction = NameCorrection(certificate=issued, requested_name=requested_name, note=note, requested_at=now)
    session.add(correction)
    session.flush()
    return correction


def approve_correction(
    session: Session, correction: NameCorrection, context: IssuingContext, now: datetime
) -> IssuedCertificate:
    """Replace the certificate with one with the requested name, which later certificates use too.

    Raises CorrectionAlreadyDecided and what correct_name raises.
    """
    record_correction_decision(session, correction, CorrectionStatus.APPROVED, context.user_id, now)
    issued = correct_name(session, correction.certificate, correction.requested_name, context, now)
    if issued.registration is not None:
        confirm_name(issued.registration.person, correction.requested_name, now)
    session.flush()
    return issued


def refuse_correction(session: Session, correction: NameCorrection, user_id: int | None, now: datetime) -> None:
    """Refuse a correction; the certificate stays unchanged. Raises CorrectionAlreadyDecided."""
    record_correction_decision(session, correction, CorrectionStatus.REFUSED, user_id, now)
    session.flush()


def record_correction_decision(
    session: Session, correction: NameCorrection, status: CorrectionStatus, user_id: int | None, now: datetime
) -> None:
    """Record a decision once. Raises CorrectionAlreadyDecided."""
    locked = select(NameCorrection).where(NameCorrection.id == correction.id).with_for_update(of=NameCorrection)
    session.scalars(locked.execution_options(populate_existing=True)).one()
    if correction.status != CorrectionStatus.WAITING:
        raise CorrectionAlreadyDecided
    correction.status, correction.decided_at, correction.decided_by_id = status, now, user_id


def find_pending_correction(session: Session, issued: IssuedCertificate) -> NameCorrection | None:
    """Return the pending correction of a certificate, or None."""
    query = select(NameCorrection).where(
        NameCorrection.certificate_id == issued.id, NameCorrection.status == CorrectionStatus.WAITING
    )
    return session.scalar(query)


def find_refused_correction(session: Session, issued: IssuedCertificate) -> NameCorrection | None:
    """Return the last refused correction of a certificate, or None."""
    query = select(NameCorrection).where(
        NameCorrection.certificate_id == issued.id, NameCorrection.status == CorrectionStatus.REFUSED
    )
    return session.scalar(query.order_by(NameCorrection.decided_at.desc(), NameCorrection.id.desc()).limit(1))


def list_pending_corrections(session: Session, seminar: Seminar) -> list[NameCorrection]:
    """Return the pending corrections of a seminar, the oldest first."""
    query = (
        select(NameCorrection)
        .join(NameCorrection.certificate)
        .where(IssuedCertificate.seminar_id == seminar.id, NameCorrection.status == CorrectionStatus.WAITING)
        .order_by(NameCorrection.requested_at, NameCorrection.id)
        .options(joinedload(NameCorrection.certificate))
    )
    return list(session.scalars(query))


def select_pending_correction_count(seminar_ids: Ids) -> ScalarSelect[int]:
    """Return a SELECT of the number of pending corrections of these seminars."""
    query = select(func.count()).select_from(NameCorrection).join(NameCorrection.certificate)
    return query.where(
        IssuedCertificate.seminar_id.in_(seminar_ids), NameCorrection.status == CorrectionStatus.WAITING
    ).scalar_subquery()


def erase_certificate_texts(session: Session, registrations: Sequence[Registration], now: datetime) -> None:
    """Erase what people wrote about certificates of some registrations; a pending correction of a name is refused.

    The certificates themselves stay in the register.
    """
    for issued in list_certificates_of_registrations(session, registrations):
        issued.exception_reason = issued.note = ""
        for correction in session.scalars(select(NameCorrection).where(NameCorrection.certificate_id == issued.id)):
            correction.requested_name = correction.note = ""
            if correction.status == CorrectionStatus.WAITING:
                correction.status, correction.decided_at = CorrectionStatus.REFUSED, now
    session.flush()
