"""The personal page, registration for another seminar of the activity, and the privacy notice."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from trainer.attendance.ledger import AttendanceSummary
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.badges import open_badges
from trainer.issuing.eligibility import get_eligibility
from trainer.issuing.register import find_revoked_certificate, find_valid_certificate
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.portal.erasure import find_retained_data
from trainer.portal.page_helpers import limit_per_ip, limit_per_page, redirect_to_personal_page
from trainer.portal.wording import REGISTRATION_STATUS_NAMES, format_registration_status
from trainer.projects.models import Project
from trainer.registration import consent
from trainer.registration.form import questions
from trainer.registration.models import (
    ACTIVE_STATUSES,
    STATUSES_WITHOUT_PAGE,
    ConsentPurpose,
    Registration,
    RegistrationStatus,
)
from trainer.registration.seats import enrolment, waiting_list
from trainer.registration.seats.allocation import RegistrationClosed, SeminarFull
from trainer.registration.seats.availability import predict_outcome
from trainer.registration.seats.cancellation import can_trainee_change, find_change_deadline
from trainer.registration.seats.lookup import map_active_registrations
from trainer.registration.self_service.access import get_registration_by_token
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.settings import get_settings
from trainer.surveys.answering.status import AssignedSurvey, list_assigned_surveys
from trainer.surveys.answering.wording import format_survey_status
from trainer.surveys.models import SurveyPurpose
from trainer.web import phones

blueprint = Blueprint("portal", __name__)


@blueprint.get("/r/<token>")
def view_personal_page(token: str) -> ResponseReturnValue:
    """Show the status of the registration and the next steps. Changes nothing, because messengers open links for previews."""
    registration = get_registration_by_token(token)
    seminar, moment = registration.seminar, now()
    return render_template(
        "portal/home.html",
        registration=registration,
        person=registration.person,
        seminar=seminar,
        state=get_displayed_status(registration),
        position=waiting_list.get_queue_position(db.session(), registration)
        if registration.status == RegistrationStatus.WAITING
        else 0,
        over=seminar.is_over(moment),
        open=registration_window.is_registration_open(seminar, moment),
        prospect=predict_outcome(db.session(), seminar, moment),
        may_change=registration.status in ACTIVE_STATUSES and can_trainee_change(seminar, moment),
        change_until=find_change_deadline(seminar),
        owed=questions.list_missing_answers(db.session(), registration),
        others=list_sibling_registrations(registration),
        shown_phone=phones.format_phone,
        format_survey_status=format_survey_status,
        states=REGISTRATION_STATUS_NAMES,
        **build_certificate_context(registration),
        **build_consent_context(registration),
    )


def get_displayed_status(registration: Registration) -> RegistrationStatus:
    """Return the status to show: an offer past its expiry counts as expired before the background job has run."""
    return (
        RegistrationStatus.OFFER_EXPIRED
        if waiting_list.is_offer_expired(registration, now())
        else RegistrationStatus(registration.status)
    )


def build_certificate_context(registration: Registration) -> dict[str, Any]:
    """Return the template values for attendance, surveys and certificate."""
    standing = get_eligibility(db.session(), registration, now())
    return {
        "standing": standing,
        **build_survey_context(registration, standing.attendance),
        "certificate": find_valid_certificate(db.session(), registration),
        "has_badge": open_badges.are_badges_available() and get_settings().has_public_address,
        "revoked": find_revoked_certificate(db.session(), registration),
    }


def build_survey_context(registration: Registration, attended: AttendanceSummary) -> dict[str, list[AssignedSurvey]]:
    """Return the surveys to show before and after the seminar."""
    found = list_assigned_surveys(db.session(), registration, attended, now())
    before = [each for each in found if each.survey.purpose == SurveyPurpose.PRE_TEST]
    return {"surveys_before": before, "surveys_after": [each for each in found if each not in before]}


def build_consent_context(registration: Registration) -> dict[str, Any]:
    """Return the template values for consents: which are given, and the texts to agree to."""
    project = registration.seminar.project
    return {
        "consents": {each: consent.find_given_consent(registration, each) is not None for each in ConsentPurpose},
        "terms": consent.build_personal_data_wording(project, get_page_language()),
        "photo": consent.build_photo_wording(project, get_page_language()),
        "kept": find_retained_data(db.session(), registration.person)
        if registration.person.erasure_requested_at
        else None,
    }


def list_sibling_registrations(registration: Registration) -> list[tuple[Seminar, Registration | None, bool]]:
    """Return the other seminars of the activity.

    Each comes with the person's registration for it, if any, and whether its registration is open.
    """
    found = registration_window.list_sibling_seminars(db.session(), registration.seminar)
    theirs = map_active_registrations(db.session(), registration.person)
    return [(each, theirs.get(each.id), registration_window.is_registration_open(each, now())) for each in found]


@blueprint.post("/r/<token>/join/<int:seminar_id>")
@limit_per_ip
@limit_per_page
def submit_further_registration(token: str, seminar_id: int) -> ResponseReturnValue:
    """Register the same person for another seminar of the activity."""
    registration = get_registration_by_token(token)
    seminar = next(
        (each for each, *_rest in list_sibling_registrations(registration) if each.id == seminar_id), None
    ) or abort(404)
    if not consent.find_given_consent(registration, ConsentPurpose.PERSONAL_DATA):
        flash(_("First give your consent below: we can’t register you without it."), "error")
        return redirect_to_personal_page(token)
    try:
        further = enrolment.register_known_person(db.session(), registration.person, seminar, now())
    except RegistrationClosed as closed:
        db.session.rollback()
        full = isinstance(closed, SeminarFull)
        flash(_("All places are taken.") if full else _("Registration is closed."), "error")
        return redirect_to_personal_page(token)
    if not further.consents:
        copy_consents(registration, further)
    db.session.commit()
    if further.status in STATUSES_WITHOUT_PAGE:
        return redirect(url_for("registration_public.view_registration_received", slug=seminar.slug), 303)
    flash(format_registration_status(RegistrationStatus(further.status)), "success")
    return redirect_to_personal_page(further.token)


def copy_consents(registration: Registration, further: Registration) -> None:
    """Record the current consents of a registration for a further one."""
    wordings = {
        ConsentPurpose.PERSONAL_DATA: consent.build_personal_data_wording,
        ConsentPurpose.PHOTO: consent.build_photo_wording,
    }
    for given in filter(None, (consent.find_given_consent(registration, purpose) for purpose in ConsentPurpose)):
        wording = wordings[ConsentPurpose(given.text.purpose)](further.seminar.project, given.text.language)
        consent.record_consent(db.session(), further, wording, now(), request.remote_addr or "")


@blueprint.get("/privacy")
def view_privacy_notice() -> ResponseReturnValue:
    """Show which data are stored, why and for how long."""
    projects = db.session.scalars(select(Project).order_by(Project.id))
    wordings = [(project, consent.build_personal_data_wording(project, get_page_language())) for project in projects]
    return render_template("portal/privacy.html", wordings=wordings)
