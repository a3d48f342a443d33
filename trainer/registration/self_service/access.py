"""Access to a registration by the token of its personal page."""

from flask import abort, g
from flask_babel import refresh

from trainer.extensions import db
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.lookup import find_registration_by_token


def get_registration_by_token(token: str, with_consents: bool = False) -> Registration:
    """Return the registration of a personal page and switch the request to its person's language.

    Its consents are loaded along with it on request. Raises NotFound for an unknown token.
    """
    registration = find_registration_by_token(db.session(), token, with_consents) or abort(404)
    g.own_language = registration.person.language
    refresh()
    return registration


def get_seat_holder_by_token(token: str) -> Registration:
    """Return the registration of a personal page; abort with 404 unless its status is REGISTERED."""
    registration = get_registration_by_token(token)
    return registration if registration.status == RegistrationStatus.REGISTERED else abort(404)
