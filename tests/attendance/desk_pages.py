"""Addresses and form fields of the desk pages of attendance."""

from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


def build_attendance_url(seminar: Seminar, place: int = 0) -> str:
    """Return the address of the attendance page of a session."""
    return f"/desk/seminars/{seminar.id}/attendance?session={seminar.sessions[place].id}"


def build_documents_url(seminar: Seminar) -> str:
    """Return the address of the page of documents."""
    return f"/desk/seminars/{seminar.id}/papers"


def build_status_fields(*pairs: tuple[Registration, AttendanceStatus]) -> dict[str, str]:
    """Return the form fields for choosing statuses of people."""
    return {f"status-{registration.id}": status for registration, status in pairs}
