"""Desk pages of tablets: list, pairing, revocation, and import of a queue file."""

from collections import Counter
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_wtf.file import FileField, FileRequired
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from trainer import audit
from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.permissions import ORGANIZERS
from trainer.attendance.models import Device
from trainer.attendance.tablet import devices
from trainer.attendance.tablet.batch import ItemOutcome
from trainer.attendance.tablet.file_import import (
    QueueFileInvalid,
    QueueOfAnotherDevice,
    explain_outcomes,
    import_queue_file,
)
from trainer.attendance.tablet.sync import CONFLICT, KNOWN, REFUSED, STORED
from trainer.attendance.tablet.wording import ITEM_KIND_LABELS, ITEM_REASON_LABELS, format_clock_skew
from trainer.attendance.wording import ATTENDANCE_STATUS_LABELS
from trainer.clock import now
from trainer.documents.qr_svg import build_qr_outline
from trainer.extensions import db
from trainer.language import dates
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.models import Seminar
from trainer.seminars.scopes import build_seminar_condition, list_seminars_of_user
from trainer.seminars.wording import format_title_and_days
from trainer.settings import get_settings
from trainer.web.actions import commit_or_explain
from trainer.web.editing.creation import CreationForm, create_once
from trainer.web.forms import BaseForm, CleanField, TickField
from trainer.web.paging import paginate_search

desk = create_desk_blueprint("attendance_devices", __name__)

RECENT_SEMINAR_AGE = timedelta(days=7)  # a seminar that ended longer ago needs no tablet
MAX_QUEUE_FILE_BYTES = 64 * 1024 * 1024  # room for thousands of signatures
MAX_EXPLAINED_ITEMS = 100  # per list on the page of an import


def require_ticked_seminar(_form: BaseForm, field: TickField) -> None:
    """Require at least one ticked seminar. HTML's `required` would demand all of them."""
    if not field.data and not field.errors:
        raise ValidationError(_("Tick at least one seminar."))


class DeviceForm(CreationForm):
    """Name and seminars of a tablet."""

    name = CleanField(_l("Tablet name"), max_length=80, required=True, render_kw={"autocomplete": "off"})
    seminars = TickField(_l("Seminars"), [require_ticked_seminar], coerce=int)


class QueueFileForm(BaseForm):
    """The queue file of a tablet."""

    file = FileField(_l("File from the tablet"), [FileRequired(_l("Choose a file."))])


@desk.url_value_preprocessor
def allow_large_queue_files(endpoint: str | None, _values: object) -> None:
    """Raise the size limit of the request for a queue file, before anything reads the form."""
    if endpoint == "attendance_devices.submit_queue_file" and current_user.is_authenticated:
        request.max_content_length = MAX_QUEUE_FILE_BYTES


def get_device_or_404(device_id: int) -> Device:
    """Return a tablet; abort with 404 if there is none."""
    return db.session.get(Device, device_id) or abort(404)


def build_device_page_context() -> dict[str, Any]:
    """Return the template variables that the pages of tablets share."""
    current_time, settings = now(), get_settings()
    return {
        "now": current_time,
        "zone": ZoneInfo(settings.timezone),
        "format_clock_skew": format_clock_skew,
        "format_time_ago": lambda moment: dates.format_time_ago(moment, current_time, get_page_language()),
        "secure": settings.has_public_address,
        "host": settings.address,
    }


@desk.get("/tablets")
def view_devices() -> ResponseReturnValue:
    """List the tablets of the seminars that the signed-in user organizes."""
    context, own_seminars = build_device_page_context(), build_seminar_condition(current_user, *ORGANIZERS)
    portion = paginate_search(devices.list_devices(db.session(), own_seminars), describe_device)
    return render_template("attendance/tablet/devices.html", portion=portion, **context)


def describe_device(device: Device) -> str:
    """Return the texts by which a tablet is found: its name and its seminars."""
    titles = [text for seminar in device.seminars for text in seminar.title.to_mapping().values()]
    return " ".join([device.name, *titles])


@desk.route("/tablets/new", methods=["GET", "POST"])
def add_device() -> ResponseReturnValue:
    """Add a tablet with a name and seminars. The pairing code is stored in the session of this browser only."""
    form, current_time, language = DeviceForm(), now(), get_page_language()
    seminars = [
        seminar
        for seminar in list_seminars_of_user(db.session(), current_user, *ORGANIZERS)
        if seminar.ends_at is None or seminar.ends_at > current_time - RECENT_SEMINAR_AGE
    ]
    form.seminars.choices = [SelectChoice(seminar.id, format_title_and_days(seminar, language)) for seminar in seminars]
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("attendance/tablet/device_new.html", form=form, seminars=seminars), status
    chosen_seminars = [seminar for seminar in seminars if seminar.id in form.seminars.data]
    address = create_once(db.session(), lambda: add_paired_device(form.name.data, chosen_seminars), current_time)
    db.session.commit()
    return redirect(address, 303)


def add_paired_device(name: str, seminars: list[Seminar]) -> str:
    """Create a tablet, keep its pairing code in the session of this browser, and return the address of its page."""
    device, session["pairing"] = devices.create_device(db.session(), name, seminars, now(), current_user.id)
    return url_for(".view_device", device_id=device.id)


@desk.get("/tablets/<int:device_id>")
def view_device(device_id: int) -> ResponseReturnValue:
    """Show a tablet; if it waits for pairing and this browser has the code, show its QR code."""
    device, code = get_device_or_404(device_id), session.get("pairing", "")
    is_valid = devices.is_pairing_code_valid(device, code, now())
    address = f"{get_settings().address}/tablet/pair/{code}" if is_valid else ""
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
    """Create a new pairing code for a tablet that is not paired."""
    device = get_device_or_404(device_id)
    refusal = _("This tablet is already connected. Add another tablet under its own name.")
    with commit_or_explain({devices.AlreadyPaired: refusal}):
        session["pairing"] = devices.create_pairing_code(device, now())
    return redirect(url_for(".view_device", device_id=device.id), 303)


@desk.route("/tablets/<int:device_id>/revoke", methods=["GET", "POST"])
def edit_device_revocation(device_id: int) -> ResponseReturnValue:
    """Explain the revocation of a tablet (GET), and revoke it (POST)."""
    device = get_device_or_404(device_id)
    if request.method == "GET":
        return render_template("attendance/tablet/device_revoke.html", device=device, **build_device_page_context())
    devices.revoke_device(device, now())
    db.session.commit()
    flash(_("The tablet has been disconnected."), "success")
    return redirect(url_for(".view_device", device_id=device.id), 303)


@desk.post("/tablets/<int:device_id>/import")
def submit_queue_file(device_id: int) -> ResponseReturnValue:
    """Import the queue file of a tablet and show the outcome of each item."""
    device, form = get_device_or_404(device_id), QueueFileForm()
    if form.validate():
        try:
            queue_file = parse_queue_file(form.file.data.read())
            outcomes = import_queue_file(db.session(), device, queue_file, now())
            audit.record(db.session(), "imported", device)
            db.session.commit()
            return render_import_outcomes(device, queue_file, outcomes)
        except QueueOfAnotherDevice:
            form.file.errors = [_("This file is from another tablet.")]
        except QueueFileInvalid:
            form.file.errors = [_("This file was not saved by a tablet.")]
    pairing = {"address": "", "size": 0, "path": ""}
    context = {"device": device, "form": form, **pairing, **build_device_page_context()}
    return render_template("attendance/tablet/device.html", **context), 422


def render_import_outcomes(device: Device, queue_file: Any, outcomes: list[ItemOutcome]) -> ResponseReturnValue:
    """Show the numbers of outcomes of an import, and explain refused and shortened items."""
    refused = [outcome for outcome in outcomes if outcome.answer == REFUSED]
    shortened = [outcome for outcome in outcomes if outcome.answer != REFUSED and outcome.reason]
    explained = explain_outcomes(
        db.session(), queue_file, [*refused[:MAX_EXPLAINED_ITEMS], *shortened[:MAX_EXPLAINED_ITEMS]]
    )
    counts = Counter(outcome.answer for outcome in outcomes)
    return render_template(
        "attendance/tablet/device_import.html",
        device=device,
        counts={answer: counts[answer] for answer in (STORED, KNOWN, CONFLICT, REFUSED)},
        refused=[item for item in explained if item.outcome.answer == REFUSED],
        shortened=[item for item in explained if item.outcome.answer != REFUSED],
        kinds=ITEM_KIND_LABELS,
        reasons=ITEM_REASON_LABELS,
        statuses=ATTENDANCE_STATUS_LABELS,
    )


def parse_queue_file(content: bytes) -> Any:
    """Parse the JSON of a queue file. Raises QueueFileInvalid."""
    try:
        return current_app.json.loads(content)
    except (ValueError, RecursionError) as error:
        raise QueueFileInvalid from error
