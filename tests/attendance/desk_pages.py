"""Addresses and form fields of the desk pages of attendance."""

from typing import Any

from tests.page import Page
from tests.visitor import Visitor
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


def build_conflicts_url(seminar: Seminar) -> str:
    """Return the address of the page of conflicts."""
    return f"/desk/seminars/{seminar.id}/conflicts"


def submit_decision(organizer: Visitor, seminar: Seminar, kind: str, **more: Any) -> Page:
    """Submit the first form of a kind and return the next page."""
    page = organizer.get(build_conflicts_url(seminar))
    for place in range(len(page.list_forms())):
        address, fields = page.read_form(place)
        if address.endswith(kind):
            return organizer.follow(organizer.post(address, {**fields, **more}))
    raise AssertionError(f"no card for {kind}")


def list_decision_kinds(organizer: Visitor, seminar: Seminar) -> list[str]:
    """Return the kinds of decisions that the page offers."""
    page = organizer.get(build_conflicts_url(seminar))
    return [page.read_form(place)[0].rpartition("/")[2] for place in range(len(page.list_forms()))]
