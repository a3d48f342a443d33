"""Downloads of the holder's Open Badge."""

import io

from flask import Blueprint, abort, jsonify, send_file
from flask.typing import ResponseReturnValue

from trainer.issuing.badges import open_badges
from trainer.issuing.holder_views import get_own_certificate
from trainer.issuing.issuance.keys import load_keyring
from trainer.issuing.models import IssuedCertificate
from trainer.settings import get_settings

blueprint = Blueprint("issuing_badges", __name__)


@blueprint.get("/r/<token>/badge.json")
def download_badge(token: str) -> ResponseReturnValue:
    """Download the certificate as an Open Badge."""
    issued = get_own_badge_certificate(token)
    return jsonify(open_badges.wrap_credential(sign_badge(issued)))


@blueprint.get("/r/<token>/badge.svg")
def download_badge_picture(token: str) -> ResponseReturnValue:
    """Download the Open Badge as a picture that carries the credential."""
    issued = get_own_badge_certificate(token)
    content = io.BytesIO(open_badges.render_badge_svg(issued, sign_badge(issued)))
    name = f"{issued.serial}.svg"
    return send_file(content, mimetype="image/svg+xml", as_attachment=True, download_name=name, max_age=0)


def get_own_badge_certificate(token: str) -> IssuedCertificate:
    """Return the certificate of a personal page; 404 if this deployment cannot create badges."""
    settings = get_settings()
    if not (open_badges.are_badges_available() and settings.has_public_address):
        abort(404)
    return get_own_certificate(token)[1]


def sign_badge(issued: IssuedCertificate) -> str:
    """Sign a certificate as an Open Badge."""
    settings = get_settings()
    return open_badges.create_badge(issued, load_keyring(settings), settings.address, settings.host_name)
