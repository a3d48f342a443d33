"""The API for tablets: pairing, roster, sync, time, reading codes. JSON with a bearer token, no cookies."""

import json
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import HTTPException

from trainer.attendance.locking import find_complete_time
from trainer.attendance.models import Device
from trainer.attendance.tablet import devices
from trainer.attendance.tablet.batch_items import ItemRefused, has_walk_in, parse_timestamp
from trainer.attendance.tablet.changes import format_timestamp
from trainer.attendance.tablet.roster import build_roster
from trainer.attendance.tablet.sync import MAX_ITEMS_PER_BATCH, sync_batch
from trainer.clock import now
from trainer.extensions import csrf, db, limiter
from trainer.fingerprint import compute_fingerprint
from trainer.web.pictures.decoding import ImageUnreadable, wait_for_turn
from trainer.web.pictures.qr_reading import read_qr_texts

blueprint = Blueprint("attendance_tablet_api", __name__, url_prefix="/api/v1/tablet")
csrf.exempt(blueprint)

MAX_PICTURE_BYTES = 2 * 1024 * 1024
PICTURE_PATIENCE_SECONDS = 10.0  # a tablet gives up a request after 20
MAX_UNSENT_COUNT = 1_000_000
REPLACEMENT_CHARACTER = "\ufffd"  # in place of what could not be read
ERROR_NAMES = {404: "unknown", 410: "expired", 413: "too_large", 415: "not_json", 429: "too_many", 503: "busy"}


def get_bearer_token() -> str:
    """Return the bearer token of the request, or an empty string."""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def get_rate_limit_caller() -> str:
    """Return the key of rate limits: the tablet, or the IP address of a request without a token."""
    token = get_bearer_token()
    return f"tablet {devices.hash_device_secret(token)}" if token else get_remote_address()


def get_rate_limit_pairing() -> str:
    """Return the key of the rate limit for one pairing code."""
    return f"pairing {devices.hash_device_secret(request.get_data(as_text=True))}"


@blueprint.after_request
def forbid_response_caching(response: Response) -> Response:
    """Forbid caching of responses."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(HTTPException)
def render_api_error(error: HTTPException) -> ResponseReturnValue:
    """Return an HTTP error as JSON."""
    code = error.code or 500
    return render_json({"error": ERROR_NAMES.get(code, "malformed" if code < 500 else "failed")}, code)


@blueprint.errorhandler(devices.TokenUnknown)
def render_unknown_token(_error: devices.TokenUnknown) -> ResponseReturnValue:
    """Return 401 for an unknown token."""
    return render_json({"error": "unknown"}, 401)


@blueprint.errorhandler(devices.DeviceRevoked)
def render_revoked_device(_error: devices.DeviceRevoked) -> ResponseReturnValue:
    """Return 401 for a revoked tablet, and record the contact: the tablet deletes its data on this answer."""
    devices.update_device_by_token(db.session.connection(), get_bearer_token(), seen_at=now())
    db.session.commit()
    return render_json({"error": "revoked"}, 401)


def render_json(content: dict[str, Any], status: int = 200) -> Response:
    """Return a response with compact JSON."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, mimetype="application/json")


def parse_json_body() -> dict[str, Any]:
    """Return the JSON object of the request; abort with 415 or 400 if there is none."""
    if not request.is_json:
        abort(415)
    try:
        content = request.get_json(
            silent=True
        )  # silent, because Flask-Security has cached a failure of its own reading
    except RecursionError:
        abort(400)
    return content if isinstance(content, dict) else abort(400)


@blueprint.post("/pair")
@limiter.limit("600 per minute")
@limiter.limit("10 per minute", key_func=get_rate_limit_pairing)
def submit_pairing() -> ResponseReturnValue:
    """Pair a tablet by its code, which works once, and return its token."""
    code = parse_json_body().get("code")
    try:
        if not isinstance(code, str) or REPLACEMENT_CHARACTER in code:
            abort(400)
        device, token = devices.pair_device(db.session(), code, now())
    except devices.PairingUnknown:
        abort(404)
    except devices.PairingExpired:
        abort(410)
    content = {"token": token, "device": {"id": device.id, "name": device.name}}
    db.session.commit()
    return render_json(content)


@blueprint.get("/roster")
@limiter.limit("60 per minute", key_func=get_rate_limit_caller)
def view_device_roster() -> ResponseReturnValue:
    """Return all data that the tablet needs offline, or 304 if its roster is current."""
    requested_at, token, connection = now(), get_bearer_token(), db.session.connection()
    # The first statement writes, so that SQLite locks before it reads.
    devices.update_device_by_token(connection, token, roster_fetched_at=requested_at)
    permit = devices.admit_device(connection, token, requested_at, is_shared=True)
    complete_until = find_complete_time(connection, requested_at)
    device = db.session.get_one(Device, permit.device_id)
    content = {"device": {"id": device.id, "name": device.name}, **build_roster(db.session(), permit, complete_until)}
    db.session.commit()
    response = render_json({"time": format_timestamp(requested_at), **content})
    response.set_etag(compute_fingerprint({**content, "cursor": ""}, 32))
    return response.make_conditional(request)


@blueprint.post("/sync")
def submit_sync_batch() -> ResponseReturnValue:
    """Store a batch of items, commit, and return their outcomes with the changes made by others."""
    content, received_at, token = parse_json_body(), now(), get_bearer_token()
    items, cursor, ip_address = content.get("items"), content.get("cursor"), request.remote_addr or ""
    if not isinstance(items, list):
        abort(400)
    if len(items) > MAX_ITEMS_PER_BATCH:
        abort(413)
    skew, unsent_count = measure_clock_skew(content, received_at), parse_unsent_count(content)
    try:
        with db.engine.begin() as connection:
            permit = devices.admit_device(
                connection, token, received_at, is_shared=not has_walk_in(items), skew=skew, waiting=unsent_count
            )
            locked_at = now()  # taken under the lock, so that `received_at` of marks follows the order of commits
            outcomes, changes = sync_batch(connection, permit, items, cursor, skew, locked_at, ip_address)
            if "rehearsed" in content:  # a tablet sends it once
                devices.update_device_by_token(connection, token, rehearsed_at=parse_rehearsal(content["rehearsed"]))
    except devices.DeviceRevoked:  # the items of this batch stay on the tablet
        waiting = unsent_count + len(items)
        devices.update_device_by_token(db.session.connection(), token, skew=skew, waiting=waiting)
        raise
    answers = [{key: value for key, value in vars(outcome).items() if value is not None} for outcome in outcomes]
    return render_json({"time": format_timestamp(now()), "answers": answers, **vars(changes)})


def measure_clock_skew(batch_content: dict[str, Any], received_at: datetime) -> int:
    """Return how many milliseconds the tablet's clock is behind the server's; abort with 400 without a valid time."""
    try:
        return round((received_at - parse_timestamp(batch_content.get("time"))) / timedelta(milliseconds=1))
    except (ItemRefused, TypeError, ValueError, OverflowError):
        abort(400)


def parse_unsent_count(batch_content: dict[str, Any]) -> int:
    """Return how many items the tablet reports as unsent; 0 for an invalid number."""
    unsent_count = batch_content.get("waiting")
    return min(unsent_count, MAX_UNSENT_COUNT) if type(unsent_count) is int and unsent_count >= 0 else 0


def parse_rehearsal(text: Any) -> datetime | None:
    """Return the time of a rehearsal that a tablet reports; None for an invalid one."""
    try:
        return parse_timestamp(text)
    except (ItemRefused, TypeError, ValueError, OverflowError):
        return None


@blueprint.get("/time")
@limiter.limit("600 per minute", key_func=get_rate_limit_caller)
def view_server_time() -> ResponseReturnValue:
    """Return the server's time, by which a tablet measures its clock."""
    devices.get_device_by_token(db.session(), get_bearer_token())
    return render_json({"time": format_timestamp(now())})


@blueprint.post("/read")
@limiter.limit("300 per minute", key_func=get_rate_limit_caller)
def submit_code_picture() -> ResponseReturnValue:
    """Return the texts of the QR codes on a picture, for browsers that can't read them."""
    request.max_content_length = MAX_PICTURE_BYTES
    devices.get_device_by_token(db.session(), get_bearer_token())
    try:
        return render_json({"texts": read_qr_texts(request.get_data(), wait_for_turn(PICTURE_PATIENCE_SECONDS))})
    except ImageUnreadable:
        abort(400)
