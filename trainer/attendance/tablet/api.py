"""What tablets ask for: pairing, the roster, sync, the time, reading a code. A bearer token, JSON, no cookies."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import HTTPException

from trainer.attendance.models import Device
from trainer.attendance.tablet import devices
from trainer.attendance.tablet.batch_items import ItemRefused, parse_timestamp
from trainer.attendance.tablet.changes import format_timestamp
from trainer.attendance.tablet.roster import build_roster
from trainer.attendance.tablet.sync import MAX_ITEMS_PER_BATCH, sync_batch
from trainer.clock import now
from trainer.extensions import csrf, db, limiter
from trainer.web.qr_reading import ImageUnreadable, read_qr_texts

blueprint = Blueprint("attendance_tablet_api", __name__, url_prefix="/api/v1/tablet")
csrf.exempt(blueprint)

MAX_PICTURE_BYTES = 2 * 1024 * 1024  # bytes
MAX_UNSENT_COUNT = 1_000_000
ERROR_NAMES = {404: "unknown", 410: "expired", 413: "too_large", 415: "not_json", 429: "too_many"}


def get_bearer_token() -> str:
    """Give the token of the tablet that asks."""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def get_rate_limit_caller() -> str:
    """Name who asks, for the rate limits: the tablet, or the address where there is no token."""
    token = get_bearer_token()
    return f"tablet {devices.hash_device_secret(token)}" if token else get_remote_address()


def get_rate_limit_pairing() -> str:
    """Name the code that pairs, for the rate limits."""
    return "pairing " + hashlib.sha256(request.get_data()).hexdigest()


@blueprint.after_request
def forbid_response_caching(response: Response) -> Response:
    """Let nobody between the tablet and us keep an answer."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(HTTPException)
def render_api_error(error: HTTPException) -> ResponseReturnValue:
    """Answer an error in JSON."""
    return render_json({"error": ERROR_NAMES.get(error.code or 500, "malformed")}, error.code or 500)


@blueprint.errorhandler(devices.TokenUnknown)
def render_unknown_token(_error: devices.TokenUnknown) -> ResponseReturnValue:
    """Answer somebody without a token that we gave."""
    return render_json({"error": "unknown"}, 401)


@blueprint.errorhandler(devices.DeviceRevoked)
def render_revoked_device(_error: devices.DeviceRevoked) -> ResponseReturnValue:
    """Tell a tablet that it may no longer; that it has asked is kept, as it now wipes what it has."""
    devices.update_device_by_token(db.session.connection(), get_bearer_token(), seen_at=now())
    db.session.commit()
    return render_json({"error": "revoked"}, 401)


def render_json(content: dict[str, Any], status: int = 200) -> Response:
    """Write an answer."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, mimetype="application/json")


def parse_json_body() -> dict[str, Any]:
    """Read the JSON object that was sent."""
    if not request.is_json:
        abort(415)
    try:
        found = request.get_json(silent=True)  # as the sign-in has read it before, looking for its own token
    except RecursionError:
        abort(400)
    return found if isinstance(found, dict) else abort(400)


@blueprint.post("/pair")
@limiter.limit("600 per minute")
@limiter.limit("10 per minute", key_func=get_rate_limit_pairing)
def submit_pairing() -> ResponseReturnValue:
    """Give the tablet that shows the code its token, once."""
    code = parse_json_body().get("code")
    try:
        device, token = devices.pair_device(db.session(), code if isinstance(code, str) else abort(400), now())
    except devices.PairingUnknown:
        abort(404)
    except devices.PairingExpired:
        abort(410)
    answer = {"token": token, "device": {"id": device.id, "name": device.name}}
    db.session.commit()
    return render_json(answer)


@blueprint.get("/roster")
@limiter.limit("60 per minute", key_func=get_rate_limit_caller)
def view_device_roster() -> ResponseReturnValue:
    """Give what the tablet needs without a network."""
    asked = now()
    line = db.session.connection()
    devices.update_device_by_token(
        line, get_bearer_token(), roster_fetched_at=asked
    )  # first, so that SQLite locks before it reads
    permit = devices.admit_device(line, get_bearer_token(), asked)
    device = db.session.get_one(Device, permit.device_id)
    carried = build_roster(db.session(), permit, asked)
    answer = {"time": format_timestamp(asked), "device": {"id": device.id, "name": device.name}, **carried}
    db.session.commit()
    response = render_json(answer)
    response.set_etag(compute_roster_fingerprint({**answer, "time": "", "cursor": ""}))
    return response.make_conditional(request)


def compute_roster_fingerprint(roster_content: dict[str, Any]) -> str:
    """Name the state of a roster."""
    return hashlib.sha256(json.dumps(roster_content, sort_keys=True).encode()).hexdigest()[:32]


@blueprint.post("/sync")
def submit_sync_batch() -> ResponseReturnValue:
    """Keep what the tablet sends and give what others did; it answers once everything is kept."""
    sent, arrived = parse_json_body(), now()
    items = sent.get("items")
    if not isinstance(items, list):
        abort(400)
    if len(items) > MAX_ITEMS_PER_BATCH:
        abort(413)
    skew, waiting = measure_clock_skew(sent, arrived), parse_unsent_count(sent)
    try:
        with db.engine.begin() as line:
            permit = devices.admit_device(line, get_bearer_token(), arrived, skew=skew, waiting=waiting)
            begun = now()  # after those who wrote before: marks are received in the order in which they are kept
            answers, fresh = sync_batch(line, permit, items, sent.get("cursor"), skew, begun, request.remote_addr or "")
    except devices.DeviceRevoked:  # what it has brought it still holds
        devices.update_device_by_token(
            db.session.connection(), get_bearer_token(), skew=skew, waiting=waiting + len(items)
        )
        raise
    told = [{key: value for key, value in vars(each).items() if value is not None} for each in answers]
    return render_json({"time": format_timestamp(now()), "answers": told, **vars(fresh)})


def measure_clock_skew(batch_content: dict[str, Any], received_at: datetime) -> int:
    """Give how many milliseconds the tablet's clock is behind ours."""
    try:
        return round((received_at - parse_timestamp(batch_content.get("time"))) / timedelta(milliseconds=1))
    except (ItemRefused, TypeError, ValueError, OverflowError):
        abort(400)


def parse_unsent_count(batch_content: dict[str, Any]) -> int:
    """Give how many items the tablet says it has not sent yet."""
    waiting = batch_content.get("waiting")
    return min(waiting, MAX_UNSENT_COUNT) if type(waiting) is int and waiting >= 0 else 0


@blueprint.get("/time")
@limiter.limit("600 per minute", key_func=get_rate_limit_caller)
def view_server_time() -> ResponseReturnValue:
    """Say what time it is."""
    devices.get_device_by_token(db.session(), get_bearer_token())
    return render_json({"time": format_timestamp(now())})


@blueprint.post("/read")
@limiter.limit("300 per minute", key_func=get_rate_limit_caller)
def submit_code_picture() -> ResponseReturnValue:
    """Read the codes on a picture, for a tablet whose browser can't."""
    request.max_content_length = MAX_PICTURE_BYTES
    devices.get_device_by_token(db.session(), get_bearer_token())
    try:
        return render_json({"texts": read_qr_texts(request.get_data())})
    except ImageUnreadable:
        abort(400)
