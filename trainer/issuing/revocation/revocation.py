"""What becomes of an issued certificate: revoked, replaced by another with a corrected name, or renewed for a further term."""

from datetime import datetime

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from trainer.issuing.eligibility import standing_of
from trainer.issuing.issuance.context import Press, Printers
from trainer.issuing.issuance.facts import Draft, draft_again, draft_of, last_valid_day, zone_of
from trainer.issuing.issuance.issue import enter, lock_numbers, refuse_private, refuse_unprintable
from trainer.issuing.models import CorrectionState, IssuedCertificate, NameCorrection, Reason, State
from trainer.issuing.register import certificate_for
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

REVOCATION_REASONS = (Reason.ISSUED_IN_ERROR, Reason.CONDITIONS_NOT_MET, Reason.HOLDERS_WISH)


class NotInForce(Exception):
    """The certificate was revoked or replaced before."""


class NotEntitled(Exception):
    """This person has a valid certificate, or does not qualify for another."""


class DoesNotExpire(Exception):
    """A certificate without a term has nothing to renew."""


def revoke(
    session: Session, issued: IssuedCertificate, reason: Reason, note: str, user_id: int | None, now: datetime
) -> None:
    """Revoke a certificate for ever; the class of reason is public, the note is for organizers. Raises NotInForce."""
    lock_in_force(session, issued)
    withdraw(issued, State.REVOKED, reason, note, user_id, now)
    session.flush()
    decided = {"state": CorrectionState.REFUSED, "decided_at": now, "decided_by_id": user_id}
    session.execute(waiting_correction(issued).values(decided))


def replace_name(
    session: Session, issued: IssuedCertificate, recipient: str, press: Press, now: datetime
) -> IssuedCertificate:
    """Issue the same certificate with another spelling of the name, in place of the first.

    Its term stays. Raises NotInForce, AddressNotPublic and CannotPrint.
    """
    today = now.astimezone(zone_of(issued)).date()
    draft = draft_again(issued, press.host, recipient, today, issued.expires_on)
    return supersede(session, issued, draft, Reason.CORRECTION, press, now)


def renew(session: Session, issued: IssuedCertificate, press: Press, now: datetime) -> IssuedCertificate:
    """Issue the same certificate for a further term that begins today. Raises DoesNotExpire and what replace_name raises."""
    today = now.astimezone(zone_of(issued)).date()
    expires_on = last_valid_day(today, months_of(session, issued))
    if expires_on is None:
        raise DoesNotExpire
    draft = draft_again(issued, press.host, issued.recipient, today, expires_on)
    entry = supersede(session, issued, draft, Reason.RENEWAL, press, now)
    session.execute(waiting_correction(issued).values(certificate_id=entry.id))
    return entry


def issue_again(session: Session, registration: Registration, press: Press, now: datetime) -> IssuedCertificate:
    """Issue a new certificate to somebody whose last one was revoked and who qualifies.

    Raises NotEntitled, AddressNotPublic and CannotPrint.
    """
    seminar = registration.seminar
    refuse_private(press, seminar.project.is_example)
    lock_numbers(session)
    standing = standing_of(session, registration, now)
    if certificate_for(session, registration) is not None or not standing.eligible:
        raise NotEntitled
    exception = standing.exception.reason if standing.missing and standing.exception else ""
    draft = draft_of(registration, press.host, now.astimezone(seminar.zone).date(), exception)
    printers = Printers(press.storage)
    refuse_unprintable([draft], printers)
    return enter(session, [draft], press, printers, now)[0]


def supersede(
    session: Session, issued: IssuedCertificate, draft: Draft, reason: Reason, press: Press, now: datetime
) -> IssuedCertificate:
    """Enter a certificate in place of another, and say of the other why."""
    refuse_private(press, draft.facts.specimen)
    lock_numbers(session)
    lock_in_force(session, issued)
    printers = Printers(press.storage)
    refuse_unprintable([draft], printers)
    withdraw(issued, State.REPLACED, reason, "", press.user_id, now)
    session.flush()  # first the old one goes: a registration has one valid certificate
    [entry] = enter(session, [draft], press, printers, now)
    entry.replaces_id = issued.id
    session.flush()
    return entry


def lock_in_force(session: Session, issued: IssuedCertificate) -> None:
    """Let one at a time decide about a certificate; raises NotInForce when another has decided."""
    locked = select(IssuedCertificate).where(IssuedCertificate.id == issued.id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).one()
    if issued.state != State.VALID:
        raise NotInForce


def waiting_correction(issued: IssuedCertificate) -> Update:
    """Begin a change of the correction that waits for a decision about a certificate."""
    return update(NameCorrection).where(
        NameCorrection.certificate_id == issued.id, NameCorrection.state == CorrectionState.WAITING
    )


def withdraw(
    issued: IssuedCertificate, state: State, reason: Reason, note: str, user_id: int | None, now: datetime
) -> None:
    """Write into an entry that it is no longer in force."""
    issued.state, issued.reason, issued.note = state, reason, note
    issued.withdrawn_at, issued.withdrawn_by_id = now, user_id


def months_of(session: Session, issued: IssuedCertificate) -> int | None:
    """Give the term of a certificate in months: the seminar's, or its own where the seminar is gone."""
    seminar = session.get(Seminar, issued.seminar_id) if issued.seminar_id is not None else None
    if seminar is not None and seminar.valid_months:
        return seminar.valid_months
    if issued.expires_on is None:
        return None
    years, months = issued.expires_on.year - issued.issued_on.year, issued.expires_on.month - issued.issued_on.month
    return max(1, years * 12 + months)
