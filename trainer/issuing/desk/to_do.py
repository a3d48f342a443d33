"""What waits for the organizer in certificates: corrections of names, and certificates that are ready to issue."""

from collections.abc import Iterable

from flask import url_for
from sqlalchemy import func, select

from trainer.issuing.models import CorrectionStatus, IssuedCertificate, NameCorrection
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.seminars.models import Seminar
from trainer.seminars.to_do import Desk, TaskToDo, WaitingWork, build_seminar_work


def build_certificates_address(seminar: Seminar) -> str:
    """Return the address of the certificates of a seminar."""
    return url_for("issuing_desk.view_certificates", seminar_id=seminar.id)


def find_corrections(desk: Desk) -> Iterable[WaitingWork]:
    """Find the requests for another spelling of a name on a certificate."""
    query = (
        select(IssuedCertificate.seminar_id, func.count(), func.min(NameCorrection.requested_at))
        .join(NameCorrection, NameCorrection.certificate_id == IssuedCertificate.id)
        .where(IssuedCertificate.seminar_id.in_(desk.seminar_ids), NameCorrection.status == CorrectionStatus.WAITING)
        .group_by(IssuedCertificate.seminar_id)
    )
    counts = {seminar_id: (count, since) for seminar_id, count, since in desk.session.execute(query)}
    return build_seminar_work(desk, counts, build_certificates_address)


def find_ready_certificates(desk: Desk) -> Iterable[WaitingWork]:
    """Find the people who qualify for a certificate, in seminars that are over; the page has counted them."""
    return build_seminar_work(
        desk,
        desk.counts["certificates"],
        lambda seminar: url_for("issuing_batch.view_check_sheet", seminar_id=seminar.id),
    )


tasks_to_do = (
    TaskToDo(
        "corrections",
        lambda count: ngettext("%(num)d name to correct", "%(num)d names to correct", count),
        _l("Decide"),
        find_corrections,
    ),
    TaskToDo(
        "certificates",
        lambda count: ngettext("%(num)d certificate ready to issue", "%(num)d certificates ready to issue", count),
        _l("Check and issue"),
        find_ready_certificates,
    ),
)
