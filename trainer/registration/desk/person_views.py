"""A person at the desk: correcting the details, seeing the history, adding somebody who can't register alone."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload, selectinload

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.messages.recipient import readdress
from trainer.registration.desk import wording
from trainer.registration.desk.bulk_actions import Action
from trainer.registration.desk.forms import PersonForm, details_of
from trainer.registration.desk.list_views import words
from trainer.registration.imports import importing
from trainer.registration.models import HIDDEN, Consent, Purpose, Registration, State
from trainer.registration.seats import enrolment, waiting_list
from trainer.seminars.views import seminar_or_404

desk = desk_blueprint("registration_person", __name__)

SURROUNDINGS = (
    joinedload(Registration.person),
    selectinload(Registration.consents).joinedload(Consent.text),
)


@desk.route("/registrations/<int:registration_id>", methods=["GET", "POST"])
def edit(registration_id: int) -> ResponseReturnValue:
    """Correct a person's details, letters on their way follow; beside the form stands what the registration went through."""
    registration = db.session.get(Registration, registration_id, options=SURROUNDINGS) or abort(404)
    form = PersonForm(obj=registration.person)
    form.fill_from(details_of(registration.person))
    if form.validate_on_submit() and not form.overtaken:
        form.write(registration.person)
        readdress(db.session(), registration.person)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".edit", registration_id=registration.id), 303)
    page = render_template(
        "registration/desk/person.html",
        registration=registration,
        seminar=seminar_or_404(registration.seminar_id),
        form=form,
        beside=beside(registration),
        has_page=registration.state not in HIDDEN,
        queue_place=waiting_list.position(db.session(), registration) if registration.state == State.WAITING else None,
        consented=gave(registration, Purpose.PERSONAL_DATA),
        purposes=wording.PURPOSES,
        **words(),
    )
    return page, 422 if form.errors else 409 if form.overtaken else 200


def beside(registration: Registration) -> Registration | None:
    """The registration that was merged into this one, where the organizer comes from merging; to copy from."""
    other = db.session.get(Registration, request.args.get("beside", 0, type=int))
    return other if other is not None and other.merged_into_id == registration.id else None


def gave(registration: Registration, purpose: Purpose) -> bool:
    """Whether a consent was given and not withdrawn."""
    return any(each.text.purpose == purpose and each.withdrawn_at is None for each in registration.consents)


@desk.route("/seminars/<int:seminar_id>/registrations/new", methods=["GET", "POST"])
def add(seminar_id: int) -> ResponseReturnValue:
    """Register somebody by hand, by the same rules; their consent is missing until they give it."""
    seminar, form = seminar_or_404(seminar_id), PersonForm(language="kk")
    sent = form.is_submitted() and "switch" not in request.form  # not only looked at in another language
    if sent and form.validate():
        try:
            [taken] = importing.take_in(db.session(), seminar, [form.applicant()], now())
        except enrolment.SeminarFull:
            db.session.rollback()
            flash(_("All places are taken: raise the number of places first."), "error")
        else:
            db.session.commit()
            flash(*became(taken))
            return redirect(url_for(".edit", registration_id=taken.registration.id), 303)
    return render_template("registration/desk/add.html", seminar=seminar, form=form), 422 if sent else 200


def became(taken: importing.Taken) -> tuple[str, str]:
    """Say what became of somebody who was to be added, and in which tone; who had left is brought back on the list."""
    if not taken.known:
        return _("Added."), "success"
    if taken.registration.state in (State.CANCELLED, State.REFUSED, State.LAPSED):
        action = wording.ACTIONS[Action.RESTORE]
        return (
            _(
                "This person was registered before and holds no place now. Tick the name on the list and choose “%(action)s”.",
                action=action,
            ),
            "warn",
        )
    return _("This person is on the list already."), "success"
