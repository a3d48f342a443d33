"""The organizer's attendance page: one session, one row for each person."""

import json
import uuid

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.attendance import ledger
from trainer.attendance.conflicts import count_open_conflicts, list_walk_ins
from trainer.attendance.desk.live import AttendanceOverview, compute_attendance_fingerprint, load_attendance_overview
from trainer.attendance.models import AttendanceStatus
from trainer.attendance.sheets.filing import list_scans
from trainer.attendance.tablet.wording import format_device_status
from trainer.attendance.wording import ATTENDANCE_STATUS_LABELS, format_conflict
from trainer.clock import now
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.registration.desk import listing
from trainer.registration.models import Registration
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.views import get_seminar_or_404

desk = create_desk_blueprint("attendance_desk", __name__)


def find_chosen_session(seminar: Seminar) -> SeminarSession | None:
    """The session asked for, else the one that runs or ran last, else the first."""
    wanted = request.args.get("session")
    if wanted is not None:
        return next((each for each in seminar.sessions if str(each.id) == wanted), None) or abort(404)
    held = ledger.list_held_sessions(seminar, now())
    return held[-1] if held else next(iter(seminar.sessions), None)


@desk.get("/seminars/<int:seminar_id>/attendance")
def view_attendance(seminar_id: int) -> ResponseReturnValue:
    """Show everybody with their status in a session, and the tablets."""
    seminar = get_seminar_or_404(seminar_id)
    session, scans = find_chosen_session(seminar), list_scans(db.session(), seminar)
    return render_template(
        "attendance/desk/attendance.html",
        sheets=len(scans),
        sheets_open=sum(each.confirmed_at is None for each in scans),
        came=len(list_walk_ins(db.session(), seminar)),
        seminar=seminar,
        session=session,
        hall=load_attendance_overview(db.session(), seminar, session),
        statuses=ATTENDANCE_STATUS_LABELS,
        now=now(),
        claimed=format_conflict,
        device_said=lambda device: format_device_status(device, seminar.zone),
    )


@desk.get("/seminars/<int:seminar_id>/attendance.json")
def view_live_attendance(seminar_id: int) -> ResponseReturnValue:
    """Say what the page shows by now; asked every few seconds, and mostly answered with 304."""
    seminar = get_seminar_or_404(seminar_id)
    session = find_chosen_session(seminar)
    response = Response(mimetype="application/json")
    today = now().astimezone(seminar.zone).date()
    response.set_etag(
        f"{compute_attendance_fingerprint(db.session(), seminar)}-{session.id if session else 0}-{get_page_language()}-{today}"
    )
    if response.make_conditional(request).status_code == 304:
        return response
    found = load_attendance_overview(db.session(), seminar, session)
    told = {
        "here": format_present_count(found),
        "people": len(found.rows),
        "questions": count_open_conflicts(db.session(), seminar),
        "rows": {str(person.id): serialize_attendance_row(standing) for person, standing in found.rows},
        "devices": [{"name": each.name, "said": format_device_status(each, seminar.zone)} for each in found.devices],
    }
    response.set_data(json.dumps(told, ensure_ascii=False))
    return response


def serialize_attendance_row(attendance: ledger.SessionAttendance) -> dict[str, str]:
    """Say where somebody stands, as the page keeps it in its fields."""
    question = format_conflict(attendance) if attendance.is_conflicting else ""
    return {"status": attendance.status or "", "after": str(attendance.last_mark_id or ""), "question": question}


def format_present_count(overview: AttendanceOverview) -> str:
    """Say how many are here."""
    return _("%(here)d of %(all)d present", here=overview.present_count, all=len(overview.rows))


@desk.post("/seminars/<int:seminar_id>/attendance")
def submit_marks(seminar_id: int) -> ResponseReturnValue:
    """Append a mark for everybody whose status was changed on the page."""
    seminar = get_seminar_or_404(seminar_id)
    session = find_chosen_session(seminar) or abort(404)
    lock_seminar(db.session(), seminar)  # marks are received in the order in which they are kept, here and from tablets
    standings = ledger.load_seminar_attendance(db.session(), seminar)
    changed = 0
    for registration in listing.list_participants(db.session(), seminar):
        standing = standings.get((registration.id, session.id), ledger.SessionAttendance())
        changed += append_submitted_mark(registration, session, standing)
    db.session.commit()
    flash(ngettext("%(num)d mark saved.", "%(num)d marks saved.", changed), "success")
    return redirect(url_for("attendance_desk.view_attendance", seminar_id=seminar.id, session=session.id), 303)


def append_submitted_mark(
    registration: Registration, seminar_session: SeminarSession, attendance: ledger.SessionAttendance
) -> bool:
    """Append the mark that the page holds for a person, if it says something new."""
    wanted = request.form.get(f"status-{registration.id}", "")
    if not wanted and "everybody" in request.form and attendance.status is None and not attendance.is_conflicting:
        wanted = AttendanceStatus.PRESENT
    shown = request.form.get(f"shown-{registration.id}", "")  # a row left as it was says nothing, even on an old page
    if wanted not in tuple(AttendanceStatus) or wanted in (attendance.status, shown):
        return False
    seen = parse_seen_mark_id(request.form.get(f"after-{registration.id}", ""))
    ledger.append_mark(
        db.session(),
        registration,
        seminar_session,
        AttendanceStatus(wanted),
        after=seen,
        now=now(),
        user_id=current_user.id,
        decides=attendance.has_parallel_marks and seen == attendance.last_mark_id,
    )
    return True


def parse_seen_mark_id(text: str) -> uuid.UUID | None:
    """Read which mark the page had seen."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        abort(400)
