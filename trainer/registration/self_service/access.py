"""The registration whose personal page is asked for."""

from flask import abort, g
from flask_babel import refresh

from trainer.extensions import db
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.lookup import find_registration_by_token


def get_registration_by_token(token: str) -> Registration:
    """Find the registration of a personal page and speak its person's language; 404 for a token that opens nothing."""
    registration = find_registration_by_token(db.session(), token) or abort(404)
    g.own_language = registration.person.language
    refresh()
    return registration


def get_seat_holder_by_token(token: str) -> Registration:
    """Find the registration of a personal page that holds a place; 404 for one that does not."""
    registration = get_registration_by_token(token)
    return registration if registration.status == RegistrationStatus.REGISTERED else abort(404)
