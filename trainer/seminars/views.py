"""The desk's pages for creating and editing seminars and for opening and closing registration."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.memberships import list_project_ids
from trainer.accounts.permissions import ORGANIZERS
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.projects.models import Activity, Task
from trainer.seminars import registration_window
from trainer.seminars.form_mapping import SessionInUse, build_seminar_form_data, create_seminar, update_seminar
from trainer.seminars.forms import SeminarForm
from trainer.seminars.locking import lock_and_reload_seminar
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import SeminarCancelled, SeminarOver, SessionsMissing
from trainer.settings import get_settings
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("seminars", __name__)


def get_seminar_or_404(seminar_id: int) -> Seminar:
    """Return a seminar with its sessions and project, and set it as `g.desk_seminar` for the tabs. Raises NotFound."""
    load_options = registration_window.build_seminar_load_options()
    g.desk_seminar = db.session.get(Seminar, seminar_id, options=load_options) or abort(404)
    seminar: Seminar = g.desk_seminar
    return seminar


def set_activity_choices(form: SeminarForm) -> None:
    """Fill the form's choices with the activities of the plans in which the signed-in user organizes seminars."""
    own_projects = Task.project_id.in_(list_project_ids(current_user, ORGANIZERS))
    activities = db.session.scalars(select(Activity).join(Activity.task).where(own_projects).order_by(Activity.id))
    form.activity_id.choices = [
        SelectChoice(str(activity.id), f"{activity.code} · {activity.title.get_text('kk')[:90]}")
        for activity in activities
    ]


@desk.route("/seminars/new", methods=["GET", "POST"])
def add_seminar() -> ResponseReturnValue:
    """Show the form for a new seminar and create it."""
    form = SeminarForm()
    set_activity_choices(form)
    if not form.activity_id.choices:
        flash(_("Upload a plan first: every seminar belongs to an activity in it."), "info")
        return redirect(url_for("projects.view_plan"), 303)
    return save_or_render_seminar_form(form, None)


@desk.route("/seminars/<int:seminar_id>/edit", methods=["GET", "POST"])
def edit_seminar(seminar_id: int) -> ResponseReturnValue:
    """Show the form of a seminar and save it."""
    seminar = get_seminar_or_404(seminar_id)
    if request.method == "POST":  # of two who save at once, the later one sees what the earlier one saved
        lock_and_reload_seminar(db.session(), seminar)
    form = SeminarForm(data=build_seminar_form_data(seminar))
    form.track_changes(build_seminar_form_data(seminar))
    set_activity_choices(form)
    return save_or_render_seminar_form(form, seminar)


def save_or_render_seminar_form(form: SeminarForm, seminar: Seminar | None) -> ResponseReturnValue:
    """Save a valid form and redirect to the seminar; otherwise render the form.

    Status 422 for invalid input, 409 if somebody else has changed the seminar.
    """
    if "more" in request.form or not form.is_submitted():
        form.add_session_rows()
    elif form.validate_on_submit() and not form.is_outdated:
        with commit_or_explain({SessionInUse: ""}, success=_("Saved.")) as outcome:
            if seminar is None:
                saved = create_seminar(db.session(), form)
            else:
                saved = update_seminar(db.session(), form, seminar, current_user.id, now())
        if outcome.is_committed:
            return redirect_to_open_change(saved.id)
        form.sessions.errors = [_("A session with attendance marks can’t be removed.")]
    return render_template(
        "seminars/edit.html", form=form, seminar=seminar, has_public_address=get_settings().has_public_address
    ), 422 if form.errors else 409 if form.is_outdated else 200


def redirect_to_open_change(seminar_id: int) -> ResponseReturnValue:
    """Redirect to the question whether people are told of a change, if there is one, else to the seminar."""
    if db.session.get_one(Seminar, seminar_id).has_open_change:
        return redirect(url_for("registration_changes.view_change", seminar_id=seminar_id, saved=1), 303)
    return redirect(url_for("desk.view_seminar_overview", seminar_id=seminar_id), 303)


@desk.post("/seminars/<int:seminar_id>/registration")
def submit_registration_switch(seminar_id: int) -> ResponseReturnValue:
    """Open or close registration."""
    seminar = get_seminar_or_404(seminar_id)
    state = request.form.get("state")
    if state == "open":
        try_to_open_registration(seminar)
    elif state != "closed":
        abort(400)
    else:
        registration_window.close_registration(seminar, now())
        flash(_("Registration is closed."), "success")
    db.session.commit()
    return redirect(url_for("desk.view_seminar_overview", seminar_id=seminar.id), 303)


def try_to_open_registration(seminar: Seminar) -> None:
    """Open registration and flash that it is open, or why it can't be opened."""
    try:
        registration_window.open_registration(seminar, now())
    except SeminarOver:
        flash(_("The seminar is over: registration can no longer be opened."), "error")
    except SeminarCancelled:
        flash(_("The seminar is cancelled: reinstate it first."), "error")
    except SessionsMissing:
        flash(_("Add a session first: people register for a seminar with a date."), "error")
    else:
        flash(_("Registration is open: share the link."), "success")
