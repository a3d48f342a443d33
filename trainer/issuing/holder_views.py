"""The holder's own certificate: its file and picture."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from trainer.extensions import db
from trainer.issuing.files import send_certificate_pdf, send_certificate_picture, send_shareable_picture
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.register import find_valid_certificate
from trainer.registration.models import Registration
from trainer.registration.self_service.access import get_seat_holder_by_token

blueprint = Blueprint("issuing_holder", __name__)


@blueprint.get("/r/<token>/certificate.pdf")
def download_own_certificate(token: str) -> ResponseReturnValue:
    """Download the trainee's own certificate."""
    return send_certificate_pdf(get_own_certificate(token)[1])


@blueprint.get("/r/<token>/certificate.webp")
def view_own_certificate_picture(token: str) -> ResponseReturnValue:
    """Show a picture of the trainee's own certificate."""
    return send_certificate_picture(get_own_certificate(token)[1])


@blueprint.get("/r/<token>/certificate.png")
def download_own_certificate_picture(token: str) -> ResponseReturnValue:
    """Download a picture of the trainee's own certificate, for sharing."""
    return send_shareable_picture(get_own_certificate(token)[1])


def get_own_certificate(token: str) -> tuple[Registration, IssuedCertificate]:
    """Return the registration of a personal page and its certificate; 404 if there is none."""
    registration = get_seat_holder_by_token(token)
    return registration, find_valid_certificate(db.session(), registration) or abort(404)
