"""The organizer's page of one person, and adding a person."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload, selectinload

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.messages.recipient import readdress_queued_messages
from trainer.people.models import Person
from trainer.registration.consent import find_given_consent
from trainer.registration.desk import wording
from trainer.registration.desk.bulk_actions import BulkAction
from trainer.registration.desk.forms import AddPersonForm, PersonForm, read_person_details
from trainer.registration.desk.list_views import build_list_wording
from trainer.registration.models import Consent, ConsentPurpose, Registration, RegistrationStatus
from trainer.registration.seats import waiting_list
from trainer.registration.seats.allocation import SeminarFull
from trainer.registration.seats.enrolment import EnrolmentResult, register_people
from trainer.registration.self_service.erasure import list_registrations_of_person
from trainer.registration.self_service.retention import compute_erasure_day
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.web.actions import commit_or_explain
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.editing.creation import create_once

desk = create_desk_blueprint("registration_person", __name__)

PERSON_PAGE_LOADING = (
    joinedload(Registration.person),
    selectinload(Registration.consents).joinedload(Consent.text),
)


@desk.route("/registrations/<int:registration_id>", methods=["GET", "POST"])
def edit_person(registration_id: int) -> ResponseReturnValue:
    """Change a person's details and the addresses of their queued messages; the page also shows the registration's history."""
    registration = db.session.get(Registration, registration_id, options=PERSON_PAGE_LOADING) or abort(404)
    lock_for_edit(db.session(), registration.person)
    form = PersonForm(obj=registration.person)
    form.track_changes(
        read_person_details(registration.person), follow_author(db.session(), registration.person, registration)
    )
    if form.validate_on_submit():
        form.update_person(registration.person)
        readdress_queued_messages(db.session(), registration.person)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".edit_person", registration_id=registration.id), 303)
    page = render_template(
        "registration/desk/person.html",
        registration=registration,
        seminar=get_seminar_or_404(registration.seminar_id),
        form=form,
        merged_registration=find_merged_for_comparison(registration),
        queue_position=waiting_list.get_queue_position(db.session(), registration)
        if registration.status == RegistrationStatus.WAITING
        else None,
        has_consent=find_given_consent(registration, ConsentPurpose.PERSONAL_DATA) is not None,
        erasure_day=find_erasure_day(registration.person),
        purpose_names=wording.CONSENT_PURPOSE_NAMES,
        **build_list_wording(),
    )
    return page, form.status_code


def find_erasure_day(person: Person) -> date | None:
    """Return the day on which the rest of a person's data is erased, or None without a request that waits for it."""
    if person.erasure_requested_at is None or person.erased_at is not None:
        return None
    return compute_erasure_day(list_registrations_of_person(db.session(), person))


def find_merged_for_comparison(registration: Registration) -> Registration | None:
    """Return the registration to compare with after a merge: the query argument `beside`, if it was merged into this one."""
    other = db.session.get(Registration, request.args.get("beside", 0, type=int))
    return other if other is not None and other.merged_into_id == registration.id else None


@desk.route("/seminars/<int:seminar_id>/registrations/new", methods=["GET", "POST"])
def add_person(seminar_id: int) -> ResponseReturnValue:
    """Register somebody for a seminar as the organizer; their consent is missing until they give it on their page."""
    seminar, form = get_seminar_or_404(seminar_id), AddPersonForm(language="kk")
    is_submitted = form.is_submitted() and "switch" not in request.form  # "switch" only changes the page's language
    if is_submitted and form.validate():
        with commit_or_explain({SeminarFull: wording.get_seminar_full_message()}) as action:
            address = create_once(db.session(), lambda: register_person(seminar, form), now())
        if action.is_committed:
            return redirect(address, 303)
    return render_template("registration/desk/add.html", seminar=seminar, form=form), 422 if is_submitted else 200


def register_person(seminar: Seminar, form: AddPersonForm) -> str:
    """Register the person who was entered, flash the outcome, and return the address of the person's page."""
    [result] = register_people(db.session(), seminar, [form.build_applicant()], now())
    flash(*format_add_result(result))
    return url_for(".edit_person", registration_id=result.registration.id)


def format_add_result(result: EnrolmentResult) -> tuple[str, str]:
    """Return the flash message and its category for somebody who was added or found on the list."""
    if not result.was_listed:
        return _("Added."), "success"
    if result.registration.status in (
        RegistrationStatus.CANCELLED,
        RegistrationStatus.REFUSED,
        RegistrationStatus.OFFER_EXPIRED,
    ):
        action = wording.ACTION_NAMES[BulkAction.RESTORE]
        return (
            _(
                "This person registered before and has no place now. Select the name in the list and choose “%(action)s”.",
                action=action,
            ),
            "warn",
        )
    return _("This person is already on the list."), "success"
