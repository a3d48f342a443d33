"""Revocation and replacement of an issued certificate: revoke, correct the name, renew, reissue."""

from datetime import datetime

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from trainer.issuing.eligibility import get_eligibility
from trainer.issuing.issuance.concerns import get_exception_reason
from trainer.issuing.issuance.context import IssuingContext, PrinterCache
from trainer.issuing.issuance.drafts import (
    CertificateDraft,
    DraftBuilder,
    build_replacement_draft,
    compute_last_valid_day,
)
from trainer.issuing.issuance.issue import (
    lock_serial_numbers,
    record_certificates,
    require_able_deployment,
)
from trainer.issuing.issuance.printability import require_printable_drafts
from trainer.issuing.models import (
    CertificateStatus,
    CorrectionStatus,
    InvalidationReason,
    IssuedCertificate,
    NameCorrection,
)
from trainer.issuing.register import find_valid_certificate, get_certificate_zone, has_expired
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

REVOCATION_REASONS = (
    InvalidationReason.ISSUED_IN_ERROR,
    InvalidationReason.CONDITIONS_NOT_MET,
    InvalidationReason.HOLDER_REQUEST,
)


class CertificateNotInForce(Exception):
    """The certificate was revoked or replaced before."""


class NotEntitled(Exception):
    """This person has a valid certificate or does not qualify for another."""


class CertificateExpired(Exception):
    """A corrected certificate would be issued after its last valid day: this one has to be renewed first."""


class CertificateWithoutTerm(Exception):
    """A certificate without expiry cannot be renewed."""


def revoke_certificate(
    session: Session,
    issued: IssuedCertificate,
    reason: InvalidationReason,
    note: str,
    user_id: int | None,
    now: datetime,
) -> None:
    """Revoke a certificate permanently; the reason is public, the note internal. Raises CertificateNotInForce."""
    lock_valid_certificate(session, issued)
    record_invalidation(issued, CertificateStatus.REVOKED, reason, note, user_id, now)
    session.flush()
    decision = {"status": CorrectionStatus.REFUSED, "decided_at": now, "decided_by_id": user_id}
    session.execute(build_pending_correction_update(issued).values(decision))


def correct_name(
    session: Session, issued: IssuedCertificate, recipient: str, context: IssuingContext, now: datetime
) -> IssuedCertificate:
    """Replace a certificate with one with another spelling of the name; its expiry stays.

    Raises CertificateExpired, CertificateNotInForce, AddressNotPublic, SignatureUnusable and BatchUnprintable.
    """
    if has_expired(issued, now):
        raise CertificateExpired
    today = now.astimezone(get_certificate_zone(issued)).date()
    draft = build_replacement_draft(issued, context.host, recipient, today, issued.expires_on)
    return replace_certificate(session, issued, draft, InvalidationReason.CORRECTION, context, now)


def renew_certificate(
    session: Session, issued: IssuedCertificate, context: IssuingContext, now: datetime
) -> IssuedCertificate:
    """Replace a certificate with one with a further term from today. Raises CertificateWithoutTerm and what correct_name raises."""
    today = now.astimezone(get_certificate_zone(issued)).date()
    expires_on = compute_last_valid_day(today, get_term_months(session, issued))
    if expires_on is None:
        raise CertificateWithoutTerm
    draft = build_replacement_draft(issued, context.host, issued.recipient, today, expires_on)
    renewed = replace_certificate(session, issued, draft, InvalidationReason.RENEWAL, context, now)
    session.execute(build_pending_correction_update(issued).values(certificate_id=renewed.id))
    return renewed


def reissue_certificate(
    session: Session, registration: Registration, context: IssuingContext, now: datetime
) -> IssuedCertificate:
    """Issue a new certificate to somebody who qualifies and whose last one was revoked.

    Raises NotEntitled, AddressNotPublic and BatchUnprintable.
    """
    seminar = registration.seminar
    require_able_deployment(context, seminar.project.is_example, now)
    lock_serial_numbers(session)
    eligibility = get_eligibility(session, registration, now)
    if find_valid_certificate(session, registration) is not None or not eligibility.is_eligible:
        raise NotEntitled
    drafts = DraftBuilder(seminar, context.host, now.astimezone(seminar.zone).date())
    draft = drafts.build_draft(registration, get_exception_reason(eligibility))
    printers = PrinterCache(context.storage)
    require_printable_drafts([draft], printers)
    return record_certificates(session, [draft], context, printers, now)[0]


def replace_certificate(
    session: Session,
    issued: IssuedCertificate,
    draft: CertificateDraft,
    reason: InvalidationReason,
    context: IssuingContext,
    now: datetime,
) -> IssuedCertificate:
    """Replace a certificate with another, and record the reason on the old one."""
    require_able_deployment(context, draft.shared.facts.specimen, now)
    lock_serial_numbers(session)
    lock_valid_certificate(session, issued)
    printers = PrinterCache(context.storage)
    require_printable_drafts([draft], printers)
    record_invalidation(issued, CertificateStatus.REPLACED, reason, "", context.user_id, now)
    session.flush()  # before the new one: a registration has at most one valid certificate
    [successor] = record_certificates(session, [draft], context, printers, now)
    successor.replaces_id = issued.id
    session.flush()
    return successor


def lock_valid_certificate(session: Session, issued: IssuedCertificate) -> None:
    """Lock a certificate, so that only one decision about it is made at a time. Raises CertificateNotInForce if it is not valid."""
    locked = select(IssuedCertificate).where(IssuedCertificate.id == issued.id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).one()
    if issued.status != CertificateStatus.VALID:
        raise CertificateNotInForce


def build_pending_correction_update(issued: IssuedCertificate) -> Update:
    """Build the update of the pending correction of a certificate."""
    return update(NameCorrection).where(
        NameCorrection.certificate_id == issued.id, NameCorrection.status == CorrectionStatus.WAITING
    )


def record_invalidation(
    issued: IssuedCertificate,
    status: CertificateStatus,
    reason: InvalidationReason,
    note: str,
    user_id: int | None,
    now: datetime,
) -> None:
    """Record that a certificate is no longer in force."""
    issued.status, issued.invalidation_reason, issued.note = status, reason, note
    issued.invalidated_at, issued.invalidated_by_id = now, user_id


def get_term_months(session: Session, issued: IssuedCertificate) -> int | None:
    """Return the term of a certificate in months: the seminar's, or its own if the seminar is gone."""
    seminar = session.get(Seminar, issued.seminar_id) if issued.seminar_id is not None else None
    if seminar is not None and seminar.valid_months:
        return seminar.valid_months
    if issued.expires_on is None:
        return None
    years, months = issued.expires_on.year - issued.issued_on.year, issued.expires_on.month - issued.issued_on.month
    return max(1, years * 12 + months)
