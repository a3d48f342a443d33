"""The desk of questions: marks that disagree, people who came without registering and likely are registered."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import desk_blueprint
from trainer.attendance import conflicts as settling
from trainer.attendance.conflicts import Question
from trainer.attendance.tablet.walk_ins import ask_again
from trainer.attendance.wording import STATUSES
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk import bulk_actions, listing, wording
from trainer.registration.models import LIVE, Registration, State
from trainer.registration.seats.waiting_list import StateChanged
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404
from trainer.web import phones

desk = desk_blueprint("attendance_conflicts", __name__)


@desk.get("/seminars/<int:seminar_id>/conflicts")
def conflicts(seminar_id: int) -> ResponseReturnValue:
    """Show one card for each question, then what was decided."""
    seminar = seminar_or_404(seminar_id)
    found, came = settling.questions(db.session(), seminar), settling.walk_ins(db.session(), seminar)
    own = [each for each in came if each.state == State.REGISTERED]
    return render_template(
        "attendance/desk/conflicts.html",
        seminar=seminar,
        open=[each for each in found if each.decided is None],
        decided=[each for each in found if each.decided is not None],
        waiting=[each for each in came if each.state == State.DUPLICATE],
        merged=[each for each in came if each.state == State.MERGED],
        others=[each for each in own if each.likely_same_as],
        own=own,
        people=listing.participants(db.session(), seminar) if own else [],
        statuses=STATUSES,
        live=LIVE,
        states=wording.STATES,
        tones=wording.TONES,
        shown_phone=phones.shown,
    )


@desk.post("/seminars/<int:seminar_id>/conflicts/decision")
def decide(seminar_id: int) -> ResponseReturnValue:
    """Keep one of the answers."""
    status = request.form.get("status", "")
    return settle(seminar_id, lambda question: settling.decide(db.session(), question, status, now(), current_user.id))


@desk.post("/seminars/<int:seminar_id>/conflicts/question")
def reopen(seminar_id: int) -> ResponseReturnValue:
    """Ask again what was decided."""
    return settle(seminar_id, lambda question: settling.reopen(db.session(), question, now(), current_user.id))


def settle(seminar_id: int, rule: Callable[[Question], None]) -> ResponseReturnValue:
    """Apply a rule to the question that the form names, unless it is another one meanwhile."""
    seminar, form = seminar_or_404(seminar_id), request.form
    ids = [form.get(name, 0, type=int) for name in ("registration", "session")]
    try:
        rule(settling.find(db.session(), seminar, ids[0], ids[1], form.get("head", "")))
        db.session.commit()
        flash(_("Decided."), "success")
    except StateChanged:
        db.session.rollback()
        flash(_("There are new marks meanwhile: please look again."), "info")
    return redirect(url_for(".conflicts", seminar_id=seminar_id), 303)


@desk.post("/seminars/<int:seminar_id>/conflicts/person")
def settle_person(seminar_id: int) -> ResponseReturnValue:
    """Say that somebody who came is a registered person, or another one; or take that back."""
    seminar, wanted = seminar_or_404(seminar_id), request.form.get("registration", 0, type=int)
    registration = next((each for each in settling.walk_ins(db.session(), seminar) if each.id == wanted), None)
    try:
        apply(registration or abort(404), seminar, request.form.get("decision", ""))
        db.session.commit()
        flash(_("Decided."), "success")
    except StateChanged:
        db.session.rollback()
        flash(_("This was decided meanwhile."), "info")
    return redirect(url_for(".conflicts", seminar_id=seminar.id), 303)


def apply(registration: Registration, seminar: Seminar, decision: str) -> None:
    """Apply a decision to somebody who came without registering. Raises StateChanged where it no longer fits."""
    if decision == "undo" and registration.state == State.REGISTERED:
        ask_again(db.session(), registration, now())
        return
    if decision == "same":
        outcome = bulk_actions.merge(db.session(), registration, same_as(registration), current_user.id, now())
    elif decision in ("other", "undo"):
        action = bulk_actions.Action.OTHER if decision == "other" else bulk_actions.Action.UNMERGE
        outcome = bulk_actions.act(db.session(), seminar, action, [registration.id], current_user.id, now())
    else:
        abort(400)
    if not outcome.done:
        raise StateChanged


def same_as(registration: Registration) -> Registration:
    """Give the registration that the form chooses as the same person's; where it offers no choice, the one that likely is."""
    if "kept" not in request.form:
        return registration.likely_same_as or abort(400)
    return db.session.get(Registration, request.form.get("kept", 0, type=int)) or abort(400)
