"""The personal page, joining the other seminar of the activity, and the privacy notice."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from trainer.attendance.ledger import Attended
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.badges import open_badges
from trainer.issuing.eligibility import standing_of
from trainer.issuing.register import certificate_for, revoked_for
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.portal.erasure import what_stays
from trainer.portal.page_helpers import back, hall, one_page
from trainer.portal.wording import STATES, told
from trainer.projects.models import Project
from trainer.registration import consent
from trainer.registration.form import questions
from trainer.registration.models import HIDDEN, LIVE, Purpose, Registration, State
from trainer.registration.seats import enrolment, waiting_list
from trainer.registration.self_service.access import own_registration
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.surveys.answering.status import Asked, asked
from trainer.surveys.models import Purpose as SurveyPurpose
from trainer.web import phones

blueprint = Blueprint("portal", __name__)


@blueprint.get("/r/<token>")
def home(token: str) -> ResponseReturnValue:
    """Show where the registration stands and what to do next; looking changes nothing, so that messengers may look first."""
    registration = own_registration(token)
    seminar, moment = registration.seminar, now()
    return render_template(
        "portal/home.html",
        registration=registration,
        person=registration.person,
        seminar=seminar,
        state=shown_state(registration),
        position=waiting_list.position(db.session(), registration) if registration.state == State.WAITING else 0,
        over=seminar.ends_at is not None and seminar.ends_at <= moment,
        open=registration_window.is_open(seminar, moment),
        prospect=enrolment.prospect(db.session(), seminar, moment),
        may_change=registration.state in LIVE and enrolment.may_change(seminar, moment),
        change_until=enrolment.change_until(seminar),
        owed=questions.owed(db.session(), registration),
        others=others(registration),
        shown_phone=phones.shown,
        states=STATES,
        **towards_certificate(registration),
        **consents(registration),
    )


def shown_state(registration: Registration) -> State:
    """Where the registration stands for its person: an offer whose time is over has lapsed, taken back already or not."""
    return State.LAPSED if waiting_list.overdue(registration, now()) else State(registration.state)


def towards_certificate(registration: Registration) -> dict[str, Any]:
    """What the page says about attendance, survey and certificate."""
    standing = standing_of(db.session(), registration, now())
    return {
        "standing": standing,
        **surveys(registration, standing.attended),
        "certificate": certificate_for(db.session(), registration),
        "has_badge": open_badges.available() and current_app.extensions["settings"].public,
        "revoked": revoked_for(db.session(), registration),
    }


def surveys(registration: Registration, attended: Attended) -> dict[str, list[Asked]]:
    """What the page says about surveys: what is asked before the seminar, and what after."""
    found = asked(db.session(), registration, attended, now())
    before = [each for each in found if each.survey.purpose == SurveyPurpose.PRE_TEST]
    return {"surveys_before": before, "surveys_after": [each for each in found if each not in before]}


def consents(registration: Registration) -> dict[str, Any]:
    """What the page says about consent: what is agreed to, and the words to agree to."""
    project = registration.seminar.project
    return {
        "consents": {each: consent.given(registration, each) is not None for each in Purpose},
        "terms": consent.personal_data_wording(project, language()),
        "photo": consent.photo_wording(project, language()),
        "kept": what_stays(db.session(), registration.person) if registration.person.erasure_requested_at else None,
    }


def others(registration: Registration) -> list[tuple[Seminar, Registration | None, bool]]:
    """The other seminars of the activity: each with this person's registration for it, and whether it is open."""
    found = registration_window.other_seminars(db.session(), registration.seminar)
    theirs = enrolment.registrations_of(db.session(), registration.person)
    return [(each, theirs.get(each.id), registration_window.is_open(each, now())) for each in found]


@blueprint.post("/r/<token>/join/<int:seminar_id>")
@hall
@one_page
def join(token: str, seminar_id: int) -> ResponseReturnValue:
    """Register the same person for another seminar of the activity, with nothing typed again."""
    registration = own_registration(token)
    seminar = next((each for each, *_rest in others(registration) if each.id == seminar_id), None) or abort(404)
    if not consent.given(registration, Purpose.PERSONAL_DATA):
        flash(_("Please give your consent below first: without it we cannot register you."), "error")
        return back(token)
    try:
        further = enrolment.take_further_place(db.session(), registration.person, seminar, now())
    except enrolment.RegistrationClosed as closed:
        db.session.rollback()
        full = isinstance(closed, enrolment.SeminarFull)
        flash(_("All places are taken.") if full else _("Registration is closed."), "error")
        return back(token)
    if not further.consents:
        carry_consents(registration, further)
    db.session.commit()
    if further.state in HIDDEN:
        return redirect(url_for("registration_public.received", slug=seminar.slug), 303)
    flash(told(State(further.state)), "success")
    return back(further.token)


def carry_consents(registration: Registration, further: Registration) -> None:
    """Record for the further registration what the person agrees to for the first one."""
    wordings = {Purpose.PERSONAL_DATA: consent.personal_data_wording, Purpose.PHOTO: consent.photo_wording}
    for given in filter(None, (consent.given(registration, purpose) for purpose in Purpose)):
        wording = wordings[Purpose(given.text.purpose)](further.seminar.project, given.text.language)
        consent.record_consent(db.session(), further, wording, now(), request.remote_addr or "")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Say what is kept about whom, why and for how long."""
    projects = db.session.scalars(select(Project).order_by(Project.id))
    wordings = [(project, consent.personal_data_wording(project, language())) for project in projects]
    return render_template("portal/privacy.html", wordings=wordings)
