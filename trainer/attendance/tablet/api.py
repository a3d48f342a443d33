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
from trainer.attendance.tablet.batch_items import Refused, moment
from trainer.attendance.tablet.changes import written
from trainer.attendance.tablet.roster import roster
from trainer.attendance.tablet.sync import MOST_ITEMS, exchange
from trainer.clock import now
from trainer.extensions import csrf, db, limiter
from trainer.web.qr_reading import NoPicture, texts_of

blueprint = Blueprint("attendance_tablet_api", __name__, url_prefix="/api/v1/tablet")
csrf.exempt(blueprint)

LARGEST_PICTURE = 2 * 1024 * 1024  # bytes
MOST_WAITING = 1_000_000
NAMES = {404: "unknown", 410: "expired", 413: "too_large", 415: "not_json", 429: "too_many"}


def bearer() -> str:
    """Give the token of the tablet that asks."""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def caller() -> str:
    """Name who asks, for the rate limits: the tablet, or the address where there is no token."""
    token = bearer()
    return f"tablet {devices.digest(token)}" if token else get_remote_address()


def pairing() -> str:
    """Name the code that pairs, for the rate limits."""
    return "pairing " + hashlib.sha256(request.get_data()).hexdigest()


@blueprint.after_request
def keep_nothing(response: Response) -> Response:
    """Let nobody between the tablet and us keep an answer."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(HTTPException)
def failed(error: HTTPException) -> ResponseReturnValue:
    """Answer an error in JSON."""
    return said({"error": NAMES.get(error.code or 500, "malformed")}, error.code or 500)


@blueprint.errorhandler(devices.TokenUnknown)
def unknown(_error: devices.TokenUnknown) -> ResponseReturnValue:
    """Answer somebody without a token that we gave."""
    return said({"error": "unknown"}, 401)


@blueprint.errorhandler(devices.DeviceRevoked)
def revoked(_error: devices.DeviceRevoked) -> ResponseReturnValue:
    """Tell a tablet that it may no longer; that it has asked is kept, as it now wipes what it has."""
    devices.note(db.session.connection(), bearer(), seen_at=now())
    db.session.commit()
    return said({"error": "revoked"}, 401)


def said(answer: dict[str, Any], status: int = 200) -> Response:
    """Write an answer."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, mimetype="application/json")


def body() -> dict[str, Any]:
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
@limiter.limit("10 per minute", key_func=pairing)
def pair() -> ResponseReturnValue:
    """Give the tablet that shows the code its token, once."""
    code = body().get("code")
    try:
        device, token = devices.pair(db.session(), code if isinstance(code, str) else abort(400), now())
    except devices.PairingUnknown:
        abort(404)
    except devices.PairingExpired:
        abort(410)
    answer = {"token": token, "device": {"id": device.id, "name": device.name}}
    db.session.commit()
    return said(answer)


@blueprint.get("/roster")
@limiter.limit("60 per minute", key_func=caller)
def fetch_roster() -> ResponseReturnValue:
    """Give what the tablet needs without a network."""
    asked = now()
    line = db.session.connection()
    devices.note(line, bearer(), roster_at=asked)  # first, so that SQLite locks before it reads
    permit = devices.admit(line, bearer(), asked)
    device = db.session.get_one(Device, permit.device_id)
    carried = roster(db.session(), permit, asked)
    answer = {"time": written(asked), "device": {"id": device.id, "name": device.name}, **carried}
    db.session.commit()
    response = said(answer)
    response.set_etag(fingerprint({**answer, "time": "", "cursor": ""}))
    return response.make_conditional(request)


def fingerprint(answer: dict[str, Any]) -> str:
    """Name the state of a roster."""
    return hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()[:32]


@blueprint.post("/sync")
def sync() -> ResponseReturnValue:
    """Keep what the tablet sends and give what others did; it answers once everything is kept."""
    sent, arrived = body(), now()
    items = sent.get("items")
    if not isinstance(items, list):
        abort(400)
    if len(items) > MOST_ITEMS:
        abort(413)
    skew, waiting = skew_of(sent, arrived), waiting_of(sent)
    try:
        with db.engine.begin() as line:
            permit = devices.admit(line, bearer(), arrived, skew=skew, waiting=waiting)
            begun = now()  # after those who wrote before: marks are received in the order in which they are kept
            answers, fresh = exchange(line, permit, items, sent.get("cursor"), skew, begun, request.remote_addr or "")
    except devices.DeviceRevoked:  # what it has brought it still holds
        devices.note(db.session.connection(), bearer(), skew=skew, waiting=waiting + len(items))
        raise
    told = [{key: value for key, value in vars(each).items() if value is not None} for each in answers]
    return said({"time": written(now()), "answers": told, **vars(fresh)})


def skew_of(sent: dict[str, Any], arrived: datetime) -> int:
    """Give how many milliseconds the tablet's clock is behind ours."""
    try:
        return round((arrived - moment(sent.get("time"))) / timedelta(milliseconds=1))
    except (Refused, TypeError, ValueError, OverflowError):
        abort(400)


def waiting_of(sent: dict[str, Any]) -> int:
    """Give how many items the tablet says it has not sent yet."""
    waiting = sent.get("waiting")
    return min(waiting, MOST_WAITING) if type(waiting) is int and waiting >= 0 else 0


@blueprint.get("/time")
@limiter.limit("600 per minute", key_func=caller)
def time() -> ResponseReturnValue:
    """Say what time it is."""
    devices.device_of_token(db.session(), bearer())
    return said({"time": written(now())})


@blueprint.post("/read")
@limiter.limit("300 per minute", key_func=caller)
def read() -> ResponseReturnValue:
    """Read the codes on a picture, for a tablet whose browser can't."""
    request.max_content_length = LARGEST_PICTURE
    devices.device_of_token(db.session(), bearer())
    try:
        return said({"texts": texts_of(request.get_data())})
    except NoPicture:
        abort(400)
