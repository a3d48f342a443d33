"""Data for the verification page: keys, invalid certificates, hashes of files, photographs, and its service worker."""

from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    redirect,
    request,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue

from certificates import hash_code
from trainer.clock import now
from trainer.extensions import csrf, db, limiter
from trainer.issuing.issuance.keys import NoSigningKey, load_keyring
from trainer.issuing.models import CertificateStatus
from trainer.issuing.register import (
    find_certificate_by_file,
    find_last_successor,
    map_invalid_codes,
    map_last_successors,
)
from trainer.language.translate import gettext as _
from trainer.settings import get_settings
from trainer.verification.forms import CodeForm, NumberForm, PhotoForm
from trainer.verification.links import CodeUnreadable, IssuedElsewhere, find_verdict_address
from trainer.verification.lookup import build_successor, determine_verdict
from trainer.verification.qr_photo import has_certificate_link, read_certificate_qr
from trainer.verification.verdict_json import describe_successor
from trainer.verification.views import describe_other_site, render_verification_form
from trainer.verification.well_known_views import allow_cross_origin
from trainer.web.errors import is_json_requested
from trainer.web.pictures.decoding import DecodersBusy, ImageUnreadable

blueprint = Blueprint("verification_offline", __name__)

MAX_PHOTO_BYTES = 12 * 1024 * 1024
VERIFIER_FILE_PATTERNS = ("app.css", "icon.svg", "js/*.js", "vendor/qr/*.js")
VERIFICATION_WORKER_PATH = "js/verification-worker.js"


@blueprint.get("/.well-known/jwks.json")
def download_jwks() -> ResponseReturnValue:
    """Return every public key whose seals are genuine (RFC 7517)."""
    try:
        keys = load_keyring(get_settings()).build_jwks()
    except NoSigningKey:
        keys = {"keys": []}
    return allow_cross_origin(jsonify(keys))


@blueprint.get("/verify/withdrawn.json")
@limiter.limit("600 per minute")
def download_invalid_certificates() -> ResponseReturnValue:
    """Return the certificates that are no longer in force by the hash of their code, which reveals no code.

    `replaced_by` names what replaces them, by serial and by the hash of its code.
    """
    invalid_codes = map_invalid_codes(db.session())
    answer: dict[str, Any] = {
        "made_at": now().isoformat(timespec="seconds"),
        "withdrawn": {hash_code(code): status for code, status in invalid_codes.items()},
    }
    if CertificateStatus.REPLACED in invalid_codes.values():
        successors = map_last_successors(db.session())
        answer["replaced_by"] = {hash_code(code): successor for code, successor in successors.items()}
    return allow_cross_origin(jsonify(answer))


@blueprint.get("/verify/file/<sha256>")
@limiter.limit("600 per minute")
def view_file_verdict(sha256: str) -> ResponseReturnValue:
    """Return whether a file with this hash was issued, and the verdict on its certificate."""
    issued = find_certificate_by_file(db.session(), sha256.lower()) if len(sha256) == 64 else None
    if issued is None:
        return jsonify(file="unknown"), 404
    address = url_for("verification.view_verdict", code=issued.code)
    is_replaced = issued.status == CertificateStatus.REPLACED
    last = find_last_successor(db.session(), issued) if is_replaced else None
    successor = describe_successor(build_successor(last, now()) if last else None)
    verdict = determine_verdict(issued, now())
    return jsonify(file="identical", code=issued.code, verdict=verdict, verdict_address=address, **successor)


@blueprint.post("/verify/photo")
@csrf.exempt  # type: ignore[untyped-decorator]  # it changes nothing, and the page may come from a browser's cache
@limiter.limit("120 per minute")
def submit_photo() -> ResponseReturnValue:
    """Read the code on a photograph and redirect to its verdict; programs get the text."""
    request.max_content_length = MAX_PHOTO_BYTES
    form = PhotoForm()
    if not form.validate():
        return render_photo_refusal(form)
    try:
        text = read_certificate_qr(form.photo.data.read())
    except ImageUnreadable:
        form.photo.errors = [_("This image can’t be read. Take a photo of the code.")]
        return render_photo_refusal(form)
    except DecodersBusy as busy:
        form.photo.errors = [_("Many photos are being checked at the moment. Send the photo again in a few seconds.")]
        response = make_response(render_photo_refusal(form, 503))
        response.retry_after = busy.retry_after
        return response
    if not has_certificate_link(text):
        form.photo.errors = [_("No certificate code was found in the photo. Hold the camera closer and straight.")]
        return render_photo_refusal(form)
    if is_json_requested():
        return jsonify(text=text)
    try:
        return redirect(find_verdict_address(text, get_settings()), 303)
    except CodeUnreadable:
        return redirect(url_for("verification.view_verdict", code="-"), 303)
    except IssuedElsewhere as error:
        form.photo.errors = [describe_other_site(error)]
        return render_photo_refusal(form)


def render_photo_refusal(form: PhotoForm, status: int = 422) -> ResponseReturnValue:
    """Render next to the field why no code was read."""
    if is_json_requested():
        return jsonify(text="", error=form.photo.errors[0]), status
    return render_verification_form(CodeForm(formdata=None), NumberForm(formdata=None), status, photo=form)


@blueprint.get("/verify/parts.json")
def list_cached_files() -> ResponseReturnValue:
    """Return the static files of the verification page, for its service worker to cache."""
    folder = get_static_folder()
    paths = sorted(path for pattern in VERIFIER_FILE_PATTERNS for path in folder.glob(pattern))
    return jsonify([url_for("static", filename=path.relative_to(folder).as_posix()) for path in paths])


@blueprint.get("/verification-worker.js")
def download_worker() -> Response:
    """Send the service worker from the root of the site, because its scope is /verify and /v/."""
    response = send_from_directory(get_static_folder(), VERIFICATION_WORKER_PATH, mimetype="text/javascript", max_age=0)
    response.headers["Service-Worker-Allowed"] = "/"
    return response


def get_static_folder() -> Path:
    """Return the folder of static files."""
    return Path(current_app.static_folder or abort(404))
