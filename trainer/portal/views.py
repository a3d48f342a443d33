"""The personal page, joining the other seminar of the activity, and the privacy notice."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from trainer.attendance.marks import Attended
from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.issuing.eligibility import Missing, standing_of
from trainer.issuing.register import certificate_for
from trainer.language.choice import language
from trainer.language.words import gettext as _
from trainer.projects.models import Project
from trainer.registration import consent, places
from trainer.registration.models import Purpose, Registration
from trainer.registration.own import own_registration
from trainer.seminars import opening
from trainer.seminars.models import Seminar
from trainer.surveys import answers
from trainer.web import phones

blueprint = Blueprint("portal", __name__)


@blueprint.get("/r/<token>")
def home(token: str) -> ResponseReturnValue:
    """Show where the registration stands and what to do next."""
    registration = own_registration(token)
    standing = standing_of(db.session(), registration, now())
    has_answered = registration.seminar.has_survey and Missing.SURVEY not in standing.missing
    return render_template(
        "portal/home.html",
        registration=registration,
        person=registration.person,
        seminar=registration.seminar,
        standing=standing,
        has_answered=has_answered,
        survey_open=survey_open(registration, standing.attended),
        others=others(registration),
        certificate=certificate_for(db.session(), registration),
        shown_phone=phones.shown,
    )


def survey_open(registration: Registration, attended: Attended) -> bool:
    """Whether this person may answer now."""
    try:
        answers.check_open(answers.survey_of(db.session(), registration.seminar), attended, now())
    except answers.SurveyClosed:
        return False
    return True


def others(registration: Registration) -> list[tuple[Seminar, Registration | None, bool]]:
    """The other seminars of the activity: each with this person's registration for it, and whether it is open."""
    found = opening.other_seminars(db.session(), registration.seminar)
    theirs = places.registrations_of(db.session(), registration.person)
    return [(each, theirs.get(each.id), opening.is_open(each, now())) for each in found]


@blueprint.post("/r/<token>/join/<int:seminar_id>")
@limiter.limit("600 per minute")
def join(token: str, seminar_id: int) -> ResponseReturnValue:
    """Register the same person for another seminar of the activity, with nothing typed again."""
    registration = own_registration(token)
    seminar = next((each for each, *_rest in others(registration) if each.id == seminar_id), None) or abort(404)
    try:
        further = places.take_further_place(db.session(), registration.person, seminar, now())
    except places.RegistrationClosed as closed:
        db.session.rollback()
        flash(
            _("All places are taken.") if isinstance(closed, places.SeminarFull) else _("Registration is closed."),
            "error",
        )
        return redirect(url_for("portal.home", token=token), 303)
    if not further.consents:
        carry_consents(registration, further)
    db.session.commit()
    flash(_("You are registered"), "success")
    return redirect(url_for("portal.home", token=further.token), 303)


def carry_consents(registration: Registration, further: Registration) -> None:
    """Record for the further registration what the person agreed to for the first one."""
    wordings = {Purpose.PERSONAL_DATA: consent.personal_data_wording, Purpose.PHOTO: consent.photo_wording}
    for given in registration.consents:
        wording = wordings[Purpose(given.text.purpose)](further.seminar.project, given.text.language)
        consent.record_consent(db.session(), further, wording, now(), request.remote_addr or "")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Say what is kept about whom, why and for how long."""
    projects = db.session.scalars(select(Project).order_by(Project.id))
    wordings = [(project, consent.personal_data_wording(project, language())) for project in projects]
    return render_template("portal/privacy.html", wordings=wordings)
