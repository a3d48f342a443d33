"""The desk of tablets: which there are and how they do, pairing a new one, revoking one, taking in the file of one."""

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from wtforms.fields.choices import SelectChoice

from trainer.accounts.access import desk_blueprint
from trainer.attendance.forms import DeviceForm, QueueForm
from trainer.attendance.models import Device
from trainer.attendance.tablet import devices
from trainer.attendance.tablet.file_import import NoQueue, NotThisTablet, explained, hand_in
from trainer.attendance.tablet.sync import REFUSED, Answer
from trainer.attendance.wording import ITEMS, REASONS, STATUSES, clock_said
from trainer.clock import now
from trainer.extensions import db
from trainer.language import dates
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.registration.self_service.pass_image import outline_of
from trainer.seminars import registration_window
from trainer.settings import Settings

desk = desk_blueprint("attendance_devices", __name__)

RECENT = timedelta(days=7)  # a seminar that ended longer ago needs no tablet
LARGEST_QUEUE = 64 * 1024 * 1024  # bytes of one request: thousands of signatures
MOST_TOLD = 100  # items that a page says something of


@desk.url_value_preprocessor
def let_queues_in(endpoint: str | None, _values: object) -> None:
    """Let a tablet's file be larger than other requests; said before anything reads the form."""
    if endpoint == "attendance_devices.take_in" and current_user.is_authenticated:
        request.max_content_length = LARGEST_QUEUE


def settings() -> Settings:
    """The settings of this copy."""
    found: Settings = current_app.extensions["settings"]
    return found


def device_or_404(device_id: int) -> Device:
    """Find a tablet."""
    return db.session.get(Device, device_id) or abort(404)


def words() -> dict[str, Any]:
    """What the pages say about tablets."""
    moment = now()
    return {
        "now": moment,
        "zone": ZoneInfo(settings().timezone),
        "clock_said": clock_said,
        "ago": lambda then: dates.time_ago(then, moment, language()),
        "secure": settings().public,
        "host": settings().address,
    }


@desk.get("/tablets")
def tablets() -> ResponseReturnValue:
    """List the tablets."""
    found = devices.all_devices(db.session())
    return render_template("attendance/tablet/devices.html", devices=found, **words())


@desk.route("/tablets/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Name a tablet and choose its seminars; the code to pair it is kept for this browser alone."""
    form, moment = DeviceForm(), now()
    offered = [
        each
        for each in registration_window.all_seminars(db.session())
        if each.ends_at is None or each.ends_at > moment - RECENT
    ]
    form.seminars.choices = [SelectChoice(each.id, each.title.to(language())) for each in offered]
    if not form.validate_on_submit():
        return render_template(
            "attendance/tablet/device_new.html", form=form, offered=offered
        ), 422 if form.errors else 200
    chosen = [each for each in offered if each.id in form.seminars.data]
    device, code = devices.make_device(db.session(), form.name.data, chosen, moment, current_user.id)
    db.session.commit()
    session["pairing"] = code
    return redirect(url_for(".tablet", device_id=device.id), 303)


@desk.get("/tablets/<int:device_id>")
def tablet(device_id: int) -> ResponseReturnValue:
    """Show a tablet; one that waits to be paired with its QR, where this browser has made the code."""
    device, code = device_or_404(device_id), session.get("pairing", "")
    address = f"{settings().address}/tablet/pair/{code}" if devices.pairs_by(device, code, now()) else ""
    size, path = outline_of(address) if address else (0, "")
    return render_template(
        "attendance/tablet/device.html",
        device=device,
        address=address,
        size=size,
        path=path,
        form=QueueForm(),
        **words(),
    )


@desk.post("/tablets/<int:device_id>/code")
def new_code(device_id: int) -> ResponseReturnValue:
    """Make a new code for a tablet that was never paired."""
    device = device_or_404(device_id)
    try:
        session["pairing"] = devices.new_pairing(device, now())
        db.session.commit()
    except devices.AlreadyPaired:
        flash(_("This tablet is paired already. Another tablet gets a name of its own."), "info")
    return redirect(url_for(".tablet", device_id=device.id), 303)


@desk.route("/tablets/<int:device_id>/revoke", methods=["GET", "POST"])
def revoke(device_id: int) -> ResponseReturnValue:
    """Say what revoking means, and do it."""
    device = device_or_404(device_id)
    if request.method == "GET":
        return render_template("attendance/tablet/device_revoke.html", device=device, **words())
    devices.revoke(device, now())
    db.session.commit()
    flash(_("The tablet is revoked."), "success")
    return redirect(url_for(".tablet", device_id=device.id), 303)


@desk.post("/tablets/<int:device_id>/import")
def take_in(device_id: int) -> ResponseReturnValue:
    """Take in what a tablet has handed over as a file, and say what became of each item."""
    device, form = device_or_404(device_id), QueueForm()
    if form.validate():
        try:
            file = read_json(form.file.data.read())
            answers = hand_in(db.session(), device, file, now())
            db.session.commit()
            return taken_in(device, file, answers)
        except NotThisTablet:
            form.file.errors = [_("This file is from another tablet.")]
        except NoQueue:
            form.file.errors = [_("This is not a file that a tablet has given.")]
    more = {"device": device, "address": "", "size": 0, "path": "", "form": form, **words()}
    return render_template("attendance/tablet/device.html", **more), 422


def taken_in(device: Device, file: Any, answers: list[Answer]) -> ResponseReturnValue:
    """Show what became of the items of a file; what was refused, or left out of an item, in words."""
    refused = [each for each in answers if each.answer == REFUSED]
    shortened = [each for each in answers if each.answer != REFUSED and each.reason]
    told = explained(db.session(), file, [*refused[:MOST_TOLD], *shortened[:MOST_TOLD]])
    return render_template(
        "attendance/tablet/device_import.html",
        device=device,
        counts={
            kind: sum(each.answer == kind for each in answers) for kind in ("stored", "known", "question", REFUSED)
        },
        refused=[each for each in told if each.answer.answer == REFUSED],
        shortened=[each for each in told if each.answer.answer != REFUSED],
        kinds=ITEMS,
        reasons=REASONS,
        statuses=STATUSES,
    )


def read_json(content: bytes) -> Any:
    """Read a file of JSON. Raises NoQueue."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NoQueue from error
