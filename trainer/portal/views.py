"""The personal page, registration for another seminar of the activity, and the privacy notice."""

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.badges import open_badges
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.portal.page_helpers import limit_per_ip, limit_per_page, redirect_to_personal_page
from trainer.portal.page_link_views import can_send_by_email
from trainer.portal.personal_page import load_personal_page
from trainer.portal.wording import REGISTRATION_STATUS_NAMES, format_registration_status
from trainer.projects.models import Project
from trainer.registration import consent
from trainer.registration.models import ConsentPurpose, Registration, RegistrationStatus
from trainer.registration.notifications.calendars import get_personal_page_address
from trainer.registration.seats.allocation import RegistrationClosed, SeminarFull
from trainer.registration.seats.enrolment import register_known_person
from trainer.registration.self_service.access import get_registration_by_token
from trainer.registration.self_service.remembered_page import find_remembered_token
from trainer.seminars.calendar import list_google_calendar_links
from trainer.seminars.registration_window import find_sibling_seminar
from trainer.settings import get_settings
from trainer.surveys.answering.wording import format_survey_status
from trainer.web import phones
from trainer.web.actions import commit_or_explain
from trainer.web.addresses import build_full_url

blueprint = Blueprint("portal", __name__)


@blueprint.get("/r/<token>")
def view_personal_page(token: str) -> ResponseReturnValue:
    """Show the status of the registration and the next steps. Changes nothing, because messengers open links for previews."""
    registration = get_registration_by_token(token, with_consents=True)
    page, seminar = load_personal_page(db.session(), registration, now()), registration.seminar
    project, public_address = seminar.project, build_full_url("registration_public.view_seminar", slug=seminar.slug)
    return render_template(
        "portal/home.html",
        registration=registration,
        person=registration.person,
        seminar=seminar,
        page=page,
        google_links=list_google_calendar_links(seminar, get_page_language(), public_address),
        page_address=get_personal_page_address(registration),
        can_send_by_email=can_send_by_email(registration),
        is_remembered=find_remembered_token() == token,
        build_full_url=build_full_url,
        terms=consent.build_personal_data_wording(project, get_page_language()),
        photo_terms=consent.build_photo_wording(project, get_page_language()),
        has_badge=open_badges.are_badges_available() and get_settings().has_public_address,
        format_phone=phones.format_phone,
        status_names=REGISTRATION_STATUS_NAMES,
        format_survey_status=format_survey_status,
    )


@blueprint.post("/r/<token>/join/<int:seminar_id>")
@limit_per_ip
@limit_per_page
def submit_further_registration(token: str, seminar_id: int) -> ResponseReturnValue:
    """Register the same person for another seminar of the activity."""
    registration = get_registration_by_token(token)
    seminar = find_sibling_seminar(db.session(), registration.seminar, seminar_id) or abort(404)
    if not consent.find_given_consent(registration, ConsentPurpose.PERSONAL_DATA):
        flash(_("First give your consent below: we can’t register you without it."), "error")
        return redirect_to_personal_page(token)
    refusals = {SeminarFull: _("All places are taken."), RegistrationClosed: _("Registration is closed.")}
    with commit_or_explain(refusals) as outcome:
        new_registration = register_known_person(db.session(), registration.person, seminar, now())
        if not new_registration.consents:
            copy_consents(registration, new_registration)
    if not outcome.is_committed:
        return redirect_to_personal_page(token)
    flash(format_registration_status(RegistrationStatus(new_registration.status)), "success")
    return redirect_to_personal_page(new_registration.token)


def copy_consents(registration: Registration, new_registration: Registration) -> None:
    """Record the current consents of a registration for a further one."""
    wordings = {
        ConsentPurpose.PERSONAL_DATA: consent.build_personal_data_wording,
        ConsentPurpose.PHOTO: consent.build_photo_wording,
    }
    for purpose, build_wording in wordings.items():
        given = consent.find_given_consent(registration, purpose)
        if given is not None:
            wording = build_wording(new_registration.seminar.project, given.text.language)
            consent.record_consent(db.session(), new_registration, wording, now(), request.remote_addr or "")


@blueprint.get("/privacy")
def view_privacy_notice() -> ResponseReturnValue:
    """Show which data are stored, why and for how long."""
    projects = db.session.scalars(select(Project).order_by(Project.id))
    wordings = [(project, consent.build_personal_data_wording(project, get_page_language())) for project in projects]
    return render_template("portal/privacy.html", wordings=wordings)
