"""The organizer's attendance page: one session, one row for each person."""

import json
import uuid

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import desk_blueprint
from trainer.attendance import ledger
from trainer.attendance.conflicts import open_questions, walk_ins
from trainer.attendance.desk.live import Hall, fingerprint, hall
from trainer.attendance.models import Status
from trainer.attendance.sheets.filing import scans_of
from trainer.attendance.wording import STATUSES, device_said
from trainer.clock import now
from trainer.extensions import db
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.registration.desk import listing
from trainer.registration.models import Registration
from trainer.registration.seats.waiting_list import lock
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.views import seminar_or_404

desk = desk_blueprint("attendance_desk", __name__)


def chosen_session(seminar: Seminar) -> SeminarSession | None:
    """The session asked for, else the one that runs or ran last, else the first."""
    wanted = request.args.get("session")
    if wanted is not None:
        return next((each for each in seminar.sessions if str(each.id) == wanted), None) or abort(404)
    held = ledger.held_sessions(seminar, now())
    return held[-1] if held else next(iter(seminar.sessions), None)


@desk.get("/seminars/<int:seminar_id>/attendance")
def attendance(seminar_id: int) -> ResponseReturnValue:
    """Show everybody with their status in a session, and the tablets."""
    seminar = seminar_or_404(seminar_id)
    session, scans = chosen_session(seminar), scans_of(db.session(), seminar)
    return render_template(
        "attendance/desk/attendance.html",
        sheets=len(scans),
        sheets_open=sum(each.confirmed_at is None for each in scans),
        came=len(walk_ins(db.session(), seminar)),
        seminar=seminar,
        session=session,
        hall=hall(db.session(), seminar, session),
        statuses=STATUSES,
        now=now(),
        claimed=claimed,
        device_said=lambda device: device_said(device, seminar.zone),
    )


@desk.get("/seminars/<int:seminar_id>/attendance.json")
def live(seminar_id: int) -> ResponseReturnValue:
    """Say what the page shows by now; asked every few seconds, and mostly answered with 304."""
    seminar = seminar_or_404(seminar_id)
    session = chosen_session(seminar)
    response = Response(mimetype="application/json")
    today = now().astimezone(seminar.zone).date()
    response.set_etag(f"{fingerprint(db.session(), seminar)}-{session.id if session else 0}-{language()}-{today}")
    if response.make_conditional(request).status_code == 304:
        return response
    found = hall(db.session(), seminar, session)
    told = {
        "here": here_said(found),
        "people": len(found.rows),
        "questions": open_questions(db.session(), seminar),
        "rows": {str(person.id): row(standing) for person, standing in found.rows},
        "devices": [{"name": each.name, "said": device_said(each, seminar.zone)} for each in found.devices],
    }
    response.set_data(json.dumps(told, ensure_ascii=False))
    return response


def row(standing: ledger.Standing) -> dict[str, str]:
    """Say where somebody stands, as the page keeps it in its fields."""
    question = claimed(standing) if standing.unresolved else ""
    return {"status": standing.status or "", "after": str(standing.head or ""), "question": question}


def here_said(found: Hall) -> str:
    """Say how many are here."""
    return _("%(here)d of %(all)d are here", here=found.here, all=len(found.rows))


def claimed(standing: ledger.Standing) -> str:
    """Say that the marks of somebody disagree."""
    claims = " / ".join(str(STATUSES[each]) for each in standing.claims)
    return _("Marked differently: %(claims)s. Please decide.", claims=claims)


@desk.post("/seminars/<int:seminar_id>/attendance")
def mark(seminar_id: int) -> ResponseReturnValue:
    """Append a mark for everybody whose status was changed on the page."""
    seminar = seminar_or_404(seminar_id)
    session = chosen_session(seminar) or abort(404)
    lock(db.session(), seminar)  # marks are received in the order in which they are kept, here and from tablets
    standings = ledger.standings(db.session(), seminar)
    changed = 0
    for registration in listing.participants(db.session(), seminar):
        standing = standings.get((registration.id, session.id), ledger.Standing())
        changed += mark_one(registration, session, standing)
    db.session.commit()
    flash(ngettext("%(num)d mark saved.", "%(num)d marks saved.", changed), "success")
    return redirect(url_for("attendance_desk.attendance", seminar_id=seminar.id, session=session.id), 303)


def mark_one(registration: Registration, session: SeminarSession, standing: ledger.Standing) -> bool:
    """Append the mark that the page holds for a person, if it says something new."""
    wanted = request.form.get(f"status-{registration.id}", "")
    if not wanted and "everybody" in request.form and standing.status is None and not standing.unresolved:
        wanted = Status.PRESENT
    shown = request.form.get(f"shown-{registration.id}", "")  # a row left as it was says nothing, even on an old page
    if wanted not in tuple(Status) or wanted in (standing.status, shown):
        return False
    seen = seen_mark(request.form.get(f"after-{registration.id}", ""))
    ledger.append_mark(
        db.session(),
        registration,
        session,
        Status(wanted),
        after=seen,
        now=now(),
        user_id=current_user.id,
        decides=standing.several and seen == standing.head,
    )
    return True


def seen_mark(text: str) -> uuid.UUID | None:
    """Read which mark the page had seen."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        abort(400)
