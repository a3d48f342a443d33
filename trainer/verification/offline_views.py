"""What the verifier's page needs besides itself: keys, withdrawn certificates, hashes of files, photographs, and its worker."""

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from certificates import hashed_code, unseal
from trainer.clock import now
from trainer.extensions import csrf, db, limiter
from trainer.issuing.issuance.keys import NoSigningKey, keyring
from trainer.issuing.register import find_by_file, withdrawn_codes
from trainer.language.translate import gettext as _
from trainer.settings import Settings
from trainer.verification.forms import CodeForm, NumberForm, PhotoForm
from trainer.verification.lookup import verdict_on
from trainer.verification.qr_photo import parts_of, text_of
from trainer.verification.views import show_form
from trainer.verification.well_known_views import shared
from trainer.web.errors import wants_json
from trainer.web.qr_reading import NoPicture

blueprint = Blueprint("verification_offline", __name__)

LARGEST_PHOTO = 12 * 1024 * 1024  # bytes
PARTS = ("app.css", "icon.svg", "js/*.js", "vendor/qr/*.js")
WORKER = "js/verification-worker.js"


@blueprint.get("/.well-known/jwks.json")
def jwks() -> ResponseReturnValue:
    """Give every public key whose seals are genuine (RFC 7517)."""
    try:
        keys = keyring(current_app.extensions["settings"]).jwks()
    except NoSigningKey:
        keys = {"keys": []}
    return shared(jsonify(keys))


@blueprint.get("/verify/withdrawn.json")
@limiter.limit("600 per minute")
def withdrawn() -> ResponseReturnValue:
    """List the certificates that are no longer in force, by the hash of their code: nobody learns a code from it."""
    found = withdrawn_codes(db.session())
    listed = {hashed_code(code): state for code, state in found.items()}
    return shared(jsonify(made_at=now().isoformat(timespec="seconds"), withdrawn=listed))


@blueprint.get("/verify/file/<sha256>")
@limiter.limit("600 per minute")
def file(sha256: str) -> ResponseReturnValue:
    """Say whether a file with this hash was issued, and the verdict on its certificate."""
    issued = find_by_file(db.session(), sha256.lower()) if len(sha256) == 64 else None
    if issued is None:
        return jsonify(file="unknown"), 404
    address = url_for("verification.verdict", code=issued.code)
    return jsonify(file="identical", code=issued.code, verdict=verdict_on(issued, now()), verdict_address=address)


@blueprint.post("/verify/photo")
@csrf.exempt  # type: ignore[untyped-decorator]  # it changes nothing, and the page may come out of a browser's store
@limiter.limit("120 per minute")
def photo() -> ResponseReturnValue:
    """Read the code on a photograph and go to its verdict; programs are told the text."""
    request.max_content_length = LARGEST_PHOTO
    form = PhotoForm()
    if not form.validate():
        return refuse(form)
    try:
        text = text_of(form.photo.data.read())
    except NoPicture:
        form.photo.errors = [_("This is not a picture that can be read. Please take a photo of the code.")]
        return refuse(form)
    found = parts_of(text)
    if found is None:
        form.photo.errors = [
            _("No code of a certificate was found on the photo. Please hold the camera closer and straight.")
        ]
        return refuse(form)
    if wants_json():
        return jsonify(text=text)
    host, code, seal = found
    if not is_checked_here(host, text):
        advice = _("Its code leads to %(day)s. Open that site if you know it.", day=host)
        form.photo.errors = [f"{_('This certificate is checked on another site')}. {advice}"]
        return refuse(form)
    return redirect(url_for("verification.verdict", code=code) + (f"#{seal.upper()}" if seal else ""), 303)


def is_checked_here(host: str, text: str) -> bool:
    """Whether a certificate is this issuer's: its code names this site, or an earlier one and the seal is our own."""
    settings: Settings = current_app.extensions["settings"]
    if host == settings.host_name:
        return True
    try:
        return unseal(text, keyring(settings).public_keys).genuine
    except NoSigningKey:
        return False


def refuse(form: PhotoForm) -> ResponseReturnValue:
    """Say next to the field why no code was read."""
    if wants_json():
        return jsonify(text="", error=form.photo.errors[0]), 422
    return show_form(CodeForm(formdata=None), NumberForm(formdata=None), 422, photo=form)


@blueprint.get("/verify/parts.json")
def parts() -> ResponseReturnValue:
    """List the static files that the verifier's page is made of, for its worker to keep."""
    folder = static_folder()
    found = sorted(path for pattern in PARTS for path in folder.glob(pattern))
    return jsonify([url_for("static", filename=path.relative_to(folder).as_posix()) for path in found])


@blueprint.get("/verification-worker.js")
def worker() -> Response:
    """Give the worker; from the root of the site, because it speaks for /verify and for /v/."""
    answer = send_from_directory(static_folder(), WORKER, mimetype="text/javascript", max_age=0)
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


def static_folder() -> Path:
    """Where the static files stand."""
    return Path(current_app.static_folder or abort(404))
