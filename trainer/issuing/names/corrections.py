"""How the holder's name prints: confirmed before the issue, corrected after it when the organizer agrees."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.issuing.issuance.context import Press
from trainer.issuing.models import CorrectionState, IssuedCertificate, NameCorrection
from trainer.issuing.revocation.revocation import lock_in_force, replace_name
from trainer.people.models import Person
from trainer.seminars.models import Seminar


class SameName(Exception):
    """The name is printed like this already."""


class AskedBefore(Exception):
    """A correction of this certificate waits for the organizer."""


class DecidedBefore(Exception):
    """Somebody has decided about this correction."""


def confirm_name(person: Person, name: str, now: datetime) -> None:
    """Keep how the person wants the name printed; the registered name needs no copy."""
    person.certificate_name = "" if name == person.full_name else name
    person.name_confirmed_at = now


def ask_correction(
    session: Session, issued: IssuedCertificate, wanted: str, note: str, now: datetime
) -> NameCorrection:
    """Keep a holder's wish for the organizer. Raises SameName, AskedBefore and NotInForce."""
    if wanted == issued.recipient:
        raise SameName
    lock_in_force(session, issued)
    if waiting_for(session, issued) is not None:
        raise AskedBefore
    asked = NameCorrection(certificate=issued, wanted=wanted, note=note, asked_at=now)
    session.add(asked)
    session.flush()
    return asked


def approve(session: Session, correction: NameCorrection, press: Press, now: datetime) -> IssuedCertificate:
    """Issue the certificate anew with the name as wished, and print it so from now on.

    Raises DecidedBefore and what replace_name raises.
    """
    decide(session, correction, CorrectionState.APPROVED, press.user_id, now)
    entry = replace_name(session, correction.certificate, correction.wanted, press, now)
    if entry.registration is not None:
        confirm_name(entry.registration.person, correction.wanted, now)
    session.flush()
    return entry


def refuse(session: Session, correction: NameCorrection, user_id: int | None, now: datetime) -> None:
    """Leave the certificate as it is. Raises DecidedBefore."""
    decide(session, correction, CorrectionState.REFUSED, user_id, now)
    session.flush()


def decide(
    session: Session, correction: NameCorrection, state: CorrectionState, user_id: int | None, now: datetime
) -> None:
    """Write a decision down, once."""
    locked = select(NameCorrection).where(NameCorrection.id == correction.id).with_for_update(of=NameCorrection)
    session.scalars(locked.execution_options(populate_existing=True)).one()
    if correction.state != CorrectionState.WAITING:
        raise DecidedBefore
    correction.state, correction.decided_at, correction.decided_by_id = state, now, user_id


def waiting_for(session: Session, issued: IssuedCertificate) -> NameCorrection | None:
    """Find the correction of a certificate that waits for a decision."""
    wanted = select(NameCorrection).where(
        NameCorrection.certificate_id == issued.id, NameCorrection.state == CorrectionState.WAITING
    )
    return session.scalar(wanted)


def refused_for(session: Session, issued: IssuedCertificate) -> NameCorrection | None:
    """Find the last correction of a certificate that the organizer refused."""
    wanted = select(NameCorrection).where(
        NameCorrection.certificate_id == issued.id, NameCorrection.state == CorrectionState.REFUSED
    )
    return session.scalar(wanted.order_by(NameCorrection.decided_at.desc(), NameCorrection.id.desc()).limit(1))


def waiting_corrections(session: Session, seminar: Seminar) -> list[NameCorrection]:
    """Give the corrections of a seminar that wait for a decision, the oldest first."""
    wanted = (
        select(NameCorrection)
        .join(NameCorrection.certificate)
        .where(IssuedCertificate.seminar_id == seminar.id, NameCorrection.state == CorrectionState.WAITING)
        .order_by(NameCorrection.asked_at, NameCorrection.id)
        .options(joinedload(NameCorrection.certificate))
    )
    return list(session.scalars(wanted))
