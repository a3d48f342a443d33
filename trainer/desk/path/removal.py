"""Seminars that leave the lists: archived ones, and those that are deleted while nobody is registered."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from trainer.attendance.models import SheetScan
from trainer.issuing.models import IssuedCertificate
from trainer.registration.models import Registration
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import SeminarStage, derive_stage
from trainer.surveys.models import Survey

ARCHIVABLE_STAGES = (SeminarStage.DRAFT, SeminarStage.HELD, SeminarStage.CANCELLED)


class SeminarInUse(Exception):
    """The seminar has registrations, scans or certificates: it can be archived, and not deleted."""


class SeminarComing(Exception):
    """People can still register or come, so the seminar can't leave the lists."""


def can_delete_seminar(session: Session, seminar: Seminar) -> bool:
    """Return whether nothing of a seminar has to be kept: nobody ever registered, and nothing was filed or issued."""
    used_in = (Registration, SheetScan, IssuedCertificate)
    is_used = select(*(exists().where(table.seminar_id == seminar.id) for table in used_in))
    return not any(session.execute(is_used).one())


def delete_seminar(session: Session, seminar: Seminar) -> None:
    """Delete a seminar with its sessions, questions and surveys. Raises SeminarInUse."""
    lock_seminar(session, seminar)
    if not can_delete_seminar(session, seminar):
        raise SeminarInUse
    for survey in session.scalars(select(Survey).where(Survey.seminar_id == seminar.id)):
        session.delete(survey)
    session.flush()
    session.delete(seminar)
    session.flush()


def can_archive_seminar(seminar: Seminar, now: datetime) -> bool:
    """Return whether nobody can register for a seminar or come to it any more, or could not yet."""
    return derive_stage(seminar, now) in ARCHIVABLE_STAGES


def archive_seminar(seminar: Seminar, now: datetime) -> None:
    """Take a seminar off the lists; its pages stay. Raises SeminarComing."""
    if not can_archive_seminar(seminar, now):
        raise SeminarComing
    seminar.archived_at = now


def restore_seminar(seminar: Seminar) -> None:
    """Put an archived seminar back on the lists."""
    seminar.archived_at = None


def list_archived_seminars(session: Session, of_seminars: ColumnElement[bool]) -> list[Seminar]:
    """Return the archived seminars that fulfil a condition, the latest first."""
    query = select(Seminar).where(Seminar.archived_at.is_not(None), of_seminars)
    return list(session.scalars(query.order_by(Seminar.archived_at.desc(), Seminar.id.desc())))
