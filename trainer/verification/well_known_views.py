"""What other systems need to verify badges: the issuer's DID document with its keys, and the status lists."""

from flask import Blueprint, Response, abort, jsonify
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.issuing.badges import open_badges
from trainer.issuing.issuance.keys import NoSigningKey, load_keyring
from trainer.settings import Settings, get_settings

blueprint = Blueprint("verification_well_known", __name__)


def get_badge_settings() -> Settings:
    """Return the settings if this deployment can publish badges; 404 otherwise."""
    settings = get_settings()
    if not (open_badges.are_badges_available() and settings.has_public_address):
        abort(404)
    return settings


@blueprint.get("/.well-known/did.json")
def download_did_document() -> ResponseReturnValue:
    """Return the document of did:web:<host>."""
    settings = get_badge_settings()
    try:
        document = jsonify(open_badges.render_did_document(load_keyring(settings), settings.host_name))
    except NoSigningKey:
        abort(404)
    return allow_cross_origin(document)


@blueprint.get("/status/<int:number>")
@limiter.limit("120 per minute")
def download_status_list(number: int) -> ResponseReturnValue:
    """Return a status list as a signed credential."""
    settings = get_badge_settings()
    try:
        token = open_badges.create_status_list(
            db.session(), number, load_keyring(settings), settings.address, settings.host_name, now()
        )
    except NoSigningKey:
        abort(404)
    return allow_cross_origin(Response(token, mimetype="application/vc+jwt"))


def allow_cross_origin(response: Response) -> Response:
    """Allow pages of other sites to read this response: it is public, and verifiers run in browsers too."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
