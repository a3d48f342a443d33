"""The organizer's attendance page: one session, one row for each person."""

import uuid

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import desk_blueprint
from trainer.attendance import marks
from trainer.attendance.models import Status
from trainer.clock import now
from trainer.extensions import db
from trainer.language.words import lazy_gettext as _l
from trainer.language.words import ngettext
from trainer.registration import places
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.views import seminar_or_404

desk = desk_blueprint("attendance_desk", __name__)

STATUSES = {
    Status.PRESENT: _l("Present"),
    Status.LATE: _l("Late"),
    Status.EXCUSED: _l("Excused"),
    Status.ABSENT: _l("Absent"),
}


def chosen_session(seminar: Seminar) -> SeminarSession | None:
    """The session asked for, else the one that runs or ran last, else the first."""
    wanted = request.args.get("session")
    if wanted is not None:
        return next((each for each in seminar.sessions if str(each.id) == wanted), None) or abort(404)
    held = marks.held_sessions(seminar, now())
    return held[-1] if held else next(iter(seminar.sessions), None)


@desk.get("/seminars/<int:seminar_id>/attendance")
def attendance(seminar_id: int) -> ResponseReturnValue:
    """Show everybody with their status in a session."""
    seminar = seminar_or_404(seminar_id)
    session = chosen_session(seminar)
    people = places.participants(db.session(), seminar)
    standings = marks.standings(db.session(), seminar)
    rows = [
        (each, standings.get((each.id, session.id), marks.Standing()) if session else marks.Standing())
        for each in people
    ]
    here = sum(standing.status in marks.HERE for _person, standing in rows)
    return render_template(
        "attendance/list.html",
        seminar=seminar,
        session=session,
        rows=rows,
        here=here,
        statuses=STATUSES,
        now=now(),
        claims_of=lambda standing: [str(STATUSES[claim]) for claim in standing.claims],
    )


@desk.post("/seminars/<int:seminar_id>/attendance")
def mark(seminar_id: int) -> ResponseReturnValue:
    """Append a mark for everybody whose status was changed on the page."""
    seminar = seminar_or_404(seminar_id)
    session = chosen_session(seminar) or abort(404)
    standings = marks.standings(db.session(), seminar)
    changed = 0
    for registration in places.participants(db.session(), seminar):
        standing = standings.get((registration.id, session.id), marks.Standing())
        changed += mark_one(registration, session, standing)
    db.session.commit()
    flash(ngettext("%(num)d mark saved.", "%(num)d marks saved.", changed), "success")
    return redirect(url_for("attendance_desk.attendance", seminar_id=seminar.id, session=session.id), 303)


def mark_one(registration: Registration, session: SeminarSession, standing: marks.Standing) -> bool:
    """Append the mark that the page holds for a person, if it says something new."""
    wanted = request.form.get(f"status-{registration.id}", "")
    if not wanted and "everybody" in request.form and standing.status is None and not standing.unresolved:
        wanted = Status.PRESENT
    shown = request.form.get(f"shown-{registration.id}", "")  # a row left as it was says nothing, even on an old page
    if wanted not in tuple(Status) or wanted in (standing.status, shown):
        return False
    seen = seen_mark(request.form.get(f"after-{registration.id}", ""))
    marks.append_mark(
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
