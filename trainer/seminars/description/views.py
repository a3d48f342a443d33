"""The desk's pages on which a seminar is described: a new one and a draft in four steps, later one page per step or all at once."""

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_security import current_user

from trainer.accounts.change_authors import follow_author
from trainer.accounts.memberships import list_project_ids
from trainer.accounts.permissions import ORGANIZERS
from trainer.clock import now
from trainer.documents.files import send_document
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.seminars.description.agenda import read_agenda
from trainer.seminars.description.copying import SETTINGS, find_latest_seminar
from trainer.seminars.description.form_mapping import (
    SessionInUse,
    build_seminar_form_data,
    create_seminar,
    update_seminar,
)
from trainer.seminars.description.forms import SeminarForm
from trainer.seminars.description.programme_pdf import render_programme_pdf
from trainer.seminars.description.steps import (
    STEPS,
    DescriptionStep,
    find_next_step,
    keep_step_fields,
    set_activity_choices,
)
from trainer.seminars.locking import lock_and_reload_seminar
from trainer.seminars.models import Seminar
from trainer.seminars.scopes import list_seminars_of_user
from trainer.seminars.views import desk, get_seminar_or_404, redirect_to_open_change
from trainer.settings import get_settings
from trainer.web.actions import commit_or_explain
from trainer.web.editing.creation import create_once

desk.add_app_template_global(read_agenda)


def build_step_address(seminar: Seminar, step: DescriptionStep) -> str:
    """Return the address of a step of a seminar's description."""
    return url_for("seminars.edit_seminar_step", seminar_id=seminar.id, step=str(step))


@desk.route("/seminars/new", methods=["GET", "POST"])
def add_seminar() -> ResponseReturnValue:
    """Show the first step of a new seminar; create it as a draft and go on to the second."""
    latest = find_latest_seminar(db.session(), list_project_ids(current_user, ORGANIZERS))
    form = SeminarForm(data=build_new_form_data(latest))
    set_activity_choices(db.session(), form, current_user)
    if not form.activity_id.choices:
        flash(_("Upload a plan first: every seminar belongs to an activity in it."), "info")
        return redirect(url_for("monitoring.view_plan"), 303)
    keep_step_fields(form, DescriptionStep.ABOUT)
    if form.validate_on_submit():
        address = create_once(db.session(), lambda: create_draft(form, latest), now())
        db.session.commit()
        if "autosave" in request.form:
            seminar_id = int(address.split("/")[3])
            return confirm_autosave(db.session.get_one(Seminar, seminar_id), DescriptionStep.ABOUT)
        return redirect(address, 303)
    return render_step(form, None, DescriptionStep.ABOUT)


def build_new_form_data(latest: Seminar | None) -> dict[str, object]:
    """Return what a new seminar starts with: the settings of the last one."""
    if latest is None:
        return {}
    data = build_seminar_form_data(latest)
    return {name: value for name, value in data.items() if name in (*SETTINGS, "activity_id")}


def create_draft(form: SeminarForm, latest: Seminar | None) -> str:
    """Create the seminar and return the address of its second step."""
    return build_step_address(create_seminar(db.session(), form, latest), DescriptionStep.DAYS)


@desk.route("/seminars/<int:seminar_id>/edit/<any(about, days, places, certificate):step>", methods=["GET", "POST"])
def edit_seminar_step(seminar_id: int, step: str) -> ResponseReturnValue:
    """Show and save one step; a draft goes on to the next one, any other seminar back to its overview."""
    seminar, step = get_seminar_for_edit_or_404(seminar_id), DescriptionStep(step)
    if "autosave" in request.form and (seminar.opened_at is not None or step == DescriptionStep.DAYS):
        abort(409)  # what people see, and sessions, change only when the organizer says so
    form = build_tracked_form(seminar)
    keep_step_fields(form, step)
    if save_form(form, seminar):
        if "autosave" in request.form:
            return confirm_autosave(seminar, step)
        following = find_next_step(step)
        if seminar.opened_at is None and following is not None and "finish" not in request.form:
            return redirect(build_step_address(seminar, following), 303)
        flash(_("Saved."), "success")
        return redirect_to_open_change(seminar.id)
    return render_step(form, seminar, step)


@desk.route("/seminars/<int:seminar_id>/edit", methods=["GET", "POST"])
def edit_seminar(seminar_id: int) -> ResponseReturnValue:
    """Show and save all details on one page."""
    seminar = get_seminar_for_edit_or_404(seminar_id)
    form = build_tracked_form(seminar)
    if save_form(form, seminar):
        flash(_("Saved."), "success")
        return redirect_to_open_change(seminar.id)
    return render_step(form, seminar, None)


@desk.get("/seminars/<int:seminar_id>/programme-<any(kk, ru):language>.pdf")
def download_programme(seminar_id: int, language: str) -> ResponseReturnValue:
    """Download the programme of a seminar; 404 without sessions."""
    seminar = get_seminar_or_404(seminar_id)
    if not seminar.sessions:
        abort(404)
    with force_locale(language):
        name = _("Programme")
    return send_document(render_programme_pdf(seminar, language), f"{name} {seminar.title.get_text(language)}", "pdf")


def get_seminar_for_edit_or_404(seminar_id: int) -> Seminar:
    """Return a seminar whose form is shown or submitted; of two who save at once, the later one sees what was saved."""
    seminar = get_seminar_or_404(seminar_id)
    if request.method == "POST":
        lock_and_reload_seminar(db.session(), seminar)
    return seminar


def build_tracked_form(seminar: Seminar) -> SeminarForm:
    """Return the form of a seminar that knows what is stored."""
    data = build_seminar_form_data(seminar)
    form = SeminarForm(data=data)
    set_activity_choices(db.session(), form, current_user)
    form.stored_kind, form.stored_certificate_kind = seminar.kind, seminar.certificate_kind
    form.track_changes(data, follow_author(db.session(), seminar, *seminar.sessions))
    return form


def save_form(form: SeminarForm, seminar: Seminar) -> bool:
    """Save a form that was submitted and is valid, and return whether it was; else prepare it to be shown."""
    if "sessions" in form and request.form.get("more") == "day":
        form.add_day()
    elif "sessions" in form and ("more" in request.form or not form.is_submitted()):
        form.add_session_rows(2 if "more" in request.form or not seminar.sessions else 0)
    elif "more" not in request.form and form.validate_on_submit():
        with commit_or_explain({SessionInUse: ""}) as outcome:
            update_seminar(db.session(), form, seminar, current_user.id, now())
        if outcome.is_committed:
            return True
        form.sessions.errors = [_("A session with attendance marks can’t be removed.")]
    return False


def confirm_autosave(seminar: Seminar, step: DescriptionStep) -> ResponseReturnValue:
    """Return where the form of a draft is submitted from now on, and what it was filled with from now on."""
    data = build_seminar_form_data(seminar)
    form = SeminarForm(formdata=None, data=data)
    return jsonify(address=build_step_address(seminar, step), seen=form.describe_state(data))


def render_step(form: SeminarForm, seminar: Seminar | None, step: DescriptionStep | None) -> ResponseReturnValue:
    """Render the form of a step, or with all fields where it is None."""
    if "sessions" in form:
        form.add_agenda_rows()
    page = render_template(
        "seminars/step.html" if step else "seminars/edit.html",
        form=form,
        seminar=seminar,
        step=step,
        steps=STEPS,
        following=find_next_step(step) if step else None,
        earlier=list_seminars_of_user(db.session(), current_user, *ORGANIZERS) if seminar is None else [],
        has_public_address=get_settings().has_public_address,
    )
    return page, form.status_code
