"""The desk of tablets: which there are and how they do, pairing a new one, revoking one, taking in the file of one."""

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from wtforms.fields.choices import SelectChoice

from trainer.accounts.access import create_desk_blueprint
from trainer.attendance.models import Device
from trainer.attendance.tablet import devices
from trainer.attendance.tablet.file_import import (
    QueueFileInvalid,
    QueueOfAnotherDevice,
    explain_outcomes,
    import_queue_file,
)
from trainer.attendance.tablet.forms import DeviceForm, QueueFileForm
from trainer.attendance.tablet.sync import REFUSED, ItemOutcome
from trainer.attendance.tablet.wording import ITEM_KIND_LABELS, ITEM_REASON_LABELS, format_clock_skew
from trainer.attendance.wording import ATTENDANCE_STATUS_LABELS
from trainer.clock import now
from trainer.documents.qr_svg import build_qr_outline
from trainer.extensions import db
from trainer.language import dates
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.seminars import registration_window
from trainer.settings import Settings, get_settings

desk = create_desk_blueprint("attendance_devices", __name__)

RECENT_SEMINAR_AGE = timedelta(days=7)  # a seminar that ended longer ago needs no tablet
MAX_QUEUE_FILE_BYTES = 64 * 1024 * 1024  # bytes of one request: thousands of signatures
MAX_EXPLAINED_ITEMS = 100  # items that a page says something of


@desk.url_value_preprocessor
def allow_large_queue_files(endpoint: str | None, _values: object) -> None:
    """Let a tablet's file be larger than other requests; said before anything reads the form."""
    if endpoint == "attendance_devices.submit_queue_file" and current_user.is_authenticated:
        request.max_content_length = MAX_QUEUE_FILE_BYTES


def settings() -> Settings:
    """The settings of this copy."""
    return get_settings()


def get_device_or_404(device_id: int) -> Device:
    """Find a tablet."""
    return db.session.get(Device, device_id) or abort(404)


def build_device_page_context() -> dict[str, Any]:
    """What the pages say about tablets."""
    moment = now()
    return {
        "now": moment,
        "zone": ZoneInfo(settings().timezone),
        "clock_said": format_clock_skew,
        "ago": lambda then: dates.format_time_ago(then, moment, get_page_language()),
        "secure": settings().has_public_address,
        "host": settings().address,
    }


@desk.get("/tablets")
def view_devices() -> ResponseReturnValue:
    """List the tablets."""
    found = devices.list_devices(db.session())
    return render_template("attendance/tablet/devices.html", devices=found, **build_device_page_context())


@desk.route("/tablets/new", methods=["GET", "POST"])
def add_device() -> ResponseReturnValue:
    """Name a tablet and choose its seminars; the code to pair it is kept for this browser alone."""
    form, moment = DeviceForm(), now()
    offered = [
        each
        for each in registration_window.list_all_seminars(db.session())
        if each.ends_at is None or each.ends_at > moment - RECENT_SEMINAR_AGE
    ]
    form.seminars.choices = [SelectChoice(each.id, each.title.get_text(get_page_language())) for each in offered]
    if not form.validate_on_submit():
        return render_template(
            "attendance/tablet/device_new.html", form=form, offered=offered
        ), 422 if form.errors else 200
    chosen = [each for each in offered if each.id in form.seminars.data]
    device, code = devices.create_device(db.session(), form.name.data, chosen, moment, current_user.id)
    db.session.commit()
    session["pairing"] = code
    return redirect(url_for(".view_device", device_id=device.id), 303)


@desk.get("/tablets/<int:device_id>")
def view_device(device_id: int) -> ResponseReturnValue:
    """Show a tablet; one that waits to be paired with its QR, where this browser has made the code."""
    device, code = get_device_or_404(device_id), session.get("pairing", "")
    address = f"{settings().address}/tablet/pair/{code}" if devices.is_pairing_code_valid(device, code, now()) else ""
    size, path = build_qr_outline(address) if address else (0, "")
    return render_template(
        "attendance/tablet/device.html",
        device=device,
        address=address,
        size=size,
        path=path,
        form=QueueFileForm(),
        **build_device_page_context(),
    )


@desk.post("/tablets/<int:device_id>/code")
def submit_new_pairing_code(device_id: int) -> ResponseReturnValue:
    """Make a new code for a tablet that was never paired."""
    device = get_device_or_404(device_id)
    try:
        session["pairing"] = devices.create_pairing_code(device, now())
        db.session.commit()
    except devices.AlreadyPaired:
        flash(_("This tablet is already connected. Add another tablet under its own name."), "info")
    return redirect(url_for(".view_device", device_id=device.id), 303)


@desk.route("/tablets/<int:device_id>/revoke", methods=["GET", "POST"])
def edit_device_revocation(device_id: int) -> ResponseReturnValue:
    """Say what revoking means, and do it."""
    device = get_device_or_404(device_id)
    if request.method == "GET":
        return render_template("attendance/tablet/device_revoke.html", device=device, **build_device_page_context())
    devices.revoke_device(device, now())
    db.session.commit()
    flash(_("The tablet has been disconnected."), "success")
    return redirect(url_for(".view_device", device_id=device.id), 303)


@desk.post("/tablets/<int:device_id>/import")
def submit_queue_file(device_id: int) -> ResponseReturnValue:
    """Take in what a tablet has handed over as a file, and say what became of each item."""
    device, form = get_device_or_404(device_id), QueueFileForm()
    if form.validate():
        try:
            file = parse_queue_file(form.file.data.read())
            answers = import_queue_file(db.session(), device, file, now())
            db.session.commit()
            return render_import_outcomes(device, file, answers)
        except QueueOfAnotherDevice:
            form.file.errors = [_("This file is from another tablet.")]
        except QueueFileInvalid:
            form.file.errors = [_("This file was not saved by a tablet.")]
    more = {"device": device, "address": "", "size": 0, "path": "", "form": form, **build_device_page_context()}
    return render_template("attendance/tablet/device.html", **more), 422


def render_import_outcomes(device: Device, queue_file: Any, outcomes: list[ItemOutcome]) -> ResponseReturnValue:
    """Show what became of the items of a file; what was refused, or left out of an item, in words."""
    refused = [each for each in outcomes if each.answer == REFUSED]
    shortened = [each for each in outcomes if each.answer != REFUSED and each.reason]
    told = explain_outcomes(
        db.session(), queue_file, [*refused[:MAX_EXPLAINED_ITEMS], *shortened[:MAX_EXPLAINED_ITEMS]]
    )
    return render_template(
        "attendance/tablet/device_import.html",
        device=device,
        counts={
            kind: sum(each.answer == kind for each in outcomes) for kind in ("stored", "known", "question", REFUSED)
        },
        refused=[each for each in told if each.outcome.answer == REFUSED],
        shortened=[each for each in told if each.outcome.answer != REFUSED],
        kinds=ITEM_KIND_LABELS,
        reasons=ITEM_REASON_LABELS,
        statuses=ATTENDANCE_STATUS_LABELS,
    )


def parse_queue_file(content: bytes) -> Any:
    """Read a file of JSON. Raises NoQueue."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise QueueFileInvalid from error
