"""Paper at the desk: the form to print, and keying in what came back; without names in two acts that nothing connects."""

import uuid

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.registration.models import Registration
from trainer.surveys import responses
from trainer.surveys.answering.filled_form import blank, form_of
from trainer.surveys.answering.forms import AnswerForm
from trainer.surveys.desk import survey_or_404
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.paper import ballot_box
from trainer.surveys.paper.blank_form import paper_form
from trainer.surveys.results.download_views import asked_for, handed_out

desk = desk_blueprint("surveys_paper", __name__)
PLACE = "/seminars/<int:seminar_id>/surveys/<int:number>"


def paper_survey_or_404(seminar_id: int, number: int) -> Survey:
    """Find a survey that participants may answer on paper; a checklist is marked by a trainer."""
    survey = survey_or_404(seminar_id, number)
    return survey if survey.purpose != Purpose.SKILLS else abort(404)


def back(survey: Survey) -> ResponseReturnValue:
    """Lead to the page of the paper."""
    return redirect(url_for(".paper", seminar_id=survey.seminar.id, number=survey.number), 303)


@desk.get(PLACE + "/paper.pdf")
def form_to_print(seminar_id: int, number: int) -> ResponseReturnValue:
    """Give the form as a PDF, in the language chosen."""
    with asked_for(seminar_id, number) as survey:
        if survey.purpose == Purpose.SKILLS:
            abort(404)
        return handed_out(paper_form(survey), _("Form to fill in"), survey, "pdf")


@desk.get(PLACE + "/keying")
def paper(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show what can be printed, whose answers can be keyed in, and of an anonymous survey what may be counted."""
    survey = paper_survey_or_404(seminar_id, number)
    return render_template(
        "surveys/paper/data_entry.html",
        survey=survey,
        seminar=survey.seminar,
        people=responses.owing(db.session(), survey),
        box=ballot_box.box_of(db.session(), survey) if survey.anonymous else None,
        closed=responses.is_closed(survey, now()),
    )


@desk.route(PLACE + "/keying/<int:registration_id>", methods=["GET", "POST"])
def key_in(seminar_id: int, number: int, registration_id: int) -> ResponseReturnValue:
    """Key in what a participant answered on paper, under the name."""
    survey = paper_survey_or_404(seminar_id, number)
    if survey.anonymous:
        abort(404)
    registration = next((each for each in responses.owing(db.session(), survey) if each.id == registration_id), None)
    if registration is None:
        flash(_("This participant has answered."), "info")
        return back(survey)
    form = form_of(survey)
    refused = look_through(survey, form, registration)
    if refused is not None:
        return refused
    try:
        responses.keep_response(
            db.session(),
            survey,
            registration,
            form.answers,
            registration.person.language,
            now(),
            version=survey.current.mark,
            on_paper=True,
            entered_by_id=current_user.id,
        )
    except responses.OtherVersion:
        return asked_otherwise(survey, registration)
    except responses.SurveyClosed:
        db.session.rollback()
        flash(_("This participant has answered."), "info")
        return back(survey)
    db.session.commit()
    flash(_("Saved."), "success")
    return back(survey)


@desk.post(PLACE + "/keying/handed-in")
def handed_in(seminar_id: int, number: int) -> ResponseReturnValue:
    """Keep who has handed in paper of an anonymous survey."""
    survey = paper_survey_or_404(seminar_id, number)
    ticked = set(request.form.getlist("person"))
    people = [each for each in responses.owing(db.session(), survey) if str(each.id) in ticked]
    try:
        new = ballot_box.hand_in(db.session(), survey, people, now())
    except ballot_box.NotAnonymous:
        abort(404)
    except responses.SurveyClosed:
        db.session.rollback()
        flash(_("The survey is closed."), "error")
        return back(survey)
    db.session.commit()
    flash(ngettext("%(num)d person is ticked.", "%(num)d people are ticked.", new), "success" if new else "info")
    return back(survey)


@desk.route(PLACE + "/keying/slip", methods=["GET", "POST"])
def slip(seminar_id: int, number: int) -> ResponseReturnValue:
    """Key in a paper without a name."""
    survey = paper_survey_or_404(seminar_id, number)
    if not survey.anonymous:
        abort(404)
    form = form_of(survey)
    refused = look_through(survey, form, None)
    if refused is not None:
        return refused
    try:
        ballot_box.keep_slip(db.session(), survey, form.answers, now(), version=survey.current.mark, key=slip_key())
    except ballot_box.KeyedInBefore:
        db.session.rollback()
        flash(_("This paper is in the box already."), "info")
        return back(survey)
    except responses.OtherVersion:
        return asked_otherwise(survey, None)
    except ballot_box.NothingToKeyIn:
        db.session.rollback()
        flash(_("All papers are keyed in. First tick who handed in one more."), "error")
        return back(survey)
    except responses.SurveyClosed:
        db.session.rollback()
        flash(_("The survey is closed."), "error")
        return back(survey)
    db.session.commit()
    flash(_("The answers are in the box."), "success")
    return back(survey)


def slip_key() -> uuid.UUID:
    """Give the random key of a paper's form: of one that was sent, its own; one without a key was not made here."""
    try:
        return uuid.UUID(request.form["slip"]) if request.method == "POST" else uuid.uuid4()
    except ValueError:
        abort(400)


def look_through(survey: Survey, form: AnswerForm, registration: Registration | None) -> ResponseReturnValue | None:
    """Give the page to show instead of keeping what was typed; None where it can be kept."""
    if not form.is_submitted():
        return show(survey, registration, blank(survey, {}))
    if form.version.data != survey.current.mark:
        return show(survey, registration, blank(survey, form.given), changed=True)
    return None if form.validate_on_submit() else show(survey, registration, form)


def asked_otherwise(survey: Survey, registration: Registration | None) -> ResponseReturnValue:
    """Show the questions as they are now, with what fits of what was typed."""
    db.session.rollback()
    return show(survey, registration, blank(survey, form_of(survey).given), changed=True)


def show(
    survey: Survey, registration: Registration | None, form: AnswerForm, *, changed: bool = False
) -> ResponseReturnValue:
    """Show the form to key in."""
    page = render_template(
        "surveys/paper/data_entry_form.html",
        survey=survey,
        seminar=survey.seminar,
        registration=registration,
        slip=None if registration else slip_key(),
        form=form,
        changed=changed,
    )
    return page, 409 if changed else 422 if form.errors else 200
