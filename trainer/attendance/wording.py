"""Wording of attendance statuses and conflicts."""

from trainer.attendance import ledger
from trainer.attendance.models import AttendanceStatus
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l

ATTENDANCE_STATUS_LABELS = {
    AttendanceStatus.PRESENT: _l("Present"),
    AttendanceStatus.LATE: _l("Late"),
    AttendanceStatus.EXCUSED: _l("Excused"),
    AttendanceStatus.ABSENT: _l("Absent"),
}


def format_conflict(attendance: ledger.SessionAttendance) -> str:
    """Return a sentence with the statuses in conflict."""
    claims = " / ".join(str(ATTENDANCE_STATUS_LABELS[status]) for status in attendance.latest_statuses)
    return _("Marked differently: %(claims)s. Decide which mark is right.", claims=claims)
