"""The project and seminar of certificates and corrections in an address, for the access control."""

from sqlalchemy import Select, select

from trainer.issuing.models import IssuedCertificate, NameCorrection
from trainer.seminars.models import Seminar
from trainer.seminars.scopes import select_scopes_of_seminars

ScopeSelect = Select[int, int]


def select_certificate_scope(serial: str) -> ScopeSelect:
    """Return a SELECT of project id and seminar id of a certificate."""
    seminar_ids = select(IssuedCertificate.seminar_id).where(IssuedCertificate.serial == serial)
    return select_scopes_of_seminars(Seminar.id.in_(seminar_ids))


def select_correction_scope(correction_id: int) -> ScopeSelect:
    """Return a SELECT of project id and seminar id of a request to correct a name."""
    certificates = select(IssuedCertificate.seminar_id).join(NameCorrection)
    return select_scopes_of_seminars(Seminar.id.in_(certificates.where(NameCorrection.id == correction_id)))
