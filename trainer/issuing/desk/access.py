"""What the organizer's certificate pages need first: the seminar, the person, the issuing context; 404 without them."""

from flask import abort
from flask_security import current_user

from trainer.extensions import db
from trainer.issuing.issuance.context import IssuingContext, build_issuing_context
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.settings import get_settings


def get_own_issuing_context() -> IssuingContext:
    """Return the issuing context of the signed-in organizer. Raises NoSigningKey, SignatureUnusable."""
    return build_issuing_context(get_settings(), current_user.id)


def get_seminar_with_certificates(seminar_id: int) -> Seminar:
    """Return a seminar; 404 if it has no certificates."""
    seminar = get_seminar_or_404(seminar_id)
    if not seminar.has_certificate:
        abort(404)
    return seminar


def get_registered_person(registration_id: int) -> Registration:
    """Return somebody who is registered in a seminar with certificates; 404 otherwise."""
    registration = db.session.get(Registration, registration_id)
    if (
        registration is None
        or registration.status != RegistrationStatus.REGISTERED
        or not registration.seminar.has_certificate
    ):
        abort(404)
    return registration
