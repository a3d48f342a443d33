"""What waits for the organizer in certificates: corrections of names, and certificates that are ready to issue."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select

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
    return build_seminar_work(desk, desk.counts["corrections"], build_certificates_address)


def select_corrections(desk: Desk) -> Select[Any, int, datetime]:
    """Return a SELECT of seminars, of the requests for another spelling, and of the time of the oldest."""
    return (
        select(IssuedCertificate.seminar_id, func.count(), func.min(NameCorrection.requested_at))
        .join(NameCorrection, NameCorrection.certificate_id == IssuedCertificate.id)
        .where(desk.is_own(IssuedCertificate.seminar_id), NameCorrection.status == CorrectionStatus.WAITING)
        .group_by(IssuedCertificate.seminar_id)
    )


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
        select_corrections,
    ),
    TaskToDo(
        "certificates",
        lambda count: ngettext("%(num)d certificate ready to issue", "%(num)d certificates ready to issue", count),
        _l("Check and issue"),
        find_ready_certificates,
    ),
)
