"""Likely duplicates: both sides beside each other, the organizer's decision, and the way back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk import bulk_actions
from trainer.registration.desk.bulk_actions import Action, Outcome
from trainer.registration.desk.list_views import remembered, say, words
from trainer.registration.models import LIVE, Registration, State
from trainer.registration.seats import duplicates
from trainer.seminars.views import seminar_or_404

desk = desk_blueprint("registration_duplicates", __name__)


@desk.get("/seminars/<int:seminar_id>/duplicates")
def questions(seminar_id: int) -> ResponseReturnValue:
    """Show the likely duplicates to decide on, and what was merged."""
    seminar = seminar_or_404(seminar_id)
    return render_template(
        "registration/desk/duplicates.html",
        seminar=seminar,
        waiting=duplicates.in_state(db.session(), seminar, State.DUPLICATE),
        merged=duplicates.in_state(db.session(), seminar, State.MERGED),
        live=LIVE,
        **words(),
        **remembered(seminar),
    )


def registration_or_404(registration_id: int) -> Registration:
    """Find a registration."""
    return db.session.get(Registration, registration_id) or abort(404)


@desk.post("/registrations/<int:registration_id>/duplicate")
def settle(registration_id: int) -> ResponseReturnValue:
    """Decide whether a likely duplicate is the same person or somebody else."""
    registration = registration_or_404(registration_id)
    decision, seminar = request.form.get("decision"), seminar_or_404(registration.seminar_id)
    if decision == "other":
        outcome = bulk_actions.act(db.session(), seminar, Action.OTHER, [registration.id], current_user.id, now())
    elif decision == "same":
        kept = registration.likely_same_as or abort(400)
        if kept.id != request.form.get("other", type=int):  # not the one who stood beside on the page
            flash(_("This was decided meanwhile."), "info")
            return redirect(url_for(".questions", seminar_id=seminar.id), 303)
        outcome = bulk_actions.merge(db.session(), registration, kept, current_user.id, now())
    else:
        abort(400)
    return answer(seminar.id, outcome)


@desk.post("/registrations/<int:registration_id>/separation")
def separate(registration_id: int) -> ResponseReturnValue:
    """Take a merge back: the registration is a likely duplicate again."""
    registration = registration_or_404(registration_id)
    seminar = seminar_or_404(registration.seminar_id)
    outcome = bulk_actions.act(db.session(), seminar, Action.UNMERGE, [registration.id], current_user.id, now())
    return answer(seminar.id, outcome)


@desk.get("/seminars/<int:seminar_id>/merge")
def compare(seminar_id: int) -> ResponseReturnValue:
    """Show two registrations beside each other and ask which one stays."""
    seminar = seminar_or_404(seminar_id)
    ids = [request.args.get(name, 0, type=int) for name in ("first", "second")]
    pair = [each for each in duplicates.some(db.session(), seminar, ids) if each.state in LIVE]
    if len(pair) != 2:
        flash(_("Only two people who are on the list can be merged."), "error")
        return redirect(url_for("registration_desk.registrations", seminar_id=seminar.id), 303)
    return render_template("registration/desk/merge.html", seminar=seminar, pair=pair, **words())


@desk.post("/seminars/<int:seminar_id>/merge")
def merge(seminar_id: int) -> ResponseReturnValue:
    """Keep the chosen one of two registrations."""
    seminar = seminar_or_404(seminar_id)
    kept_id, gone_id = (request.form.get(name, 0, type=int) for name in ("kept", "gone"))
    pair = {each.id: each for each in duplicates.some(db.session(), seminar, [kept_id, gone_id])}
    if len(pair) != 2:
        abort(400)
    outcome = bulk_actions.merge(db.session(), pair[gone_id], pair[kept_id], current_user.id, now())
    db.session.commit()
    say(outcome)
    if not outcome.done:
        return redirect(url_for("registration_desk.registrations", seminar_id=seminar.id), 303)
    return redirect(url_for("registration_person.edit", registration_id=kept_id, beside=gone_id), 303)


def answer(seminar_id: int, outcome: Outcome) -> ResponseReturnValue:
    """Keep the decision and go back to the questions; when no place is left nothing is decided."""
    db.session.commit()
    if any(reason == bulk_actions.Hindrance.FULL for _who, reason in outcome.hindered):
        flash(_("All places are taken: raise the number of places first."), "error")
    elif any(reason == bulk_actions.Hindrance.FORGOTTEN for _who, reason in outcome.hindered):
        say(outcome)
    elif outcome.hindered:
        flash(_("This was decided meanwhile."), "info")
    return redirect(url_for(".questions", seminar_id=seminar_id), 303)
