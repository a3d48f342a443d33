"""The evidence of an activity by indicator, and the page of one file."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy.orm import Session, joinedload, selectinload
from wtforms.fields import SelectChoice

from trainer import audit
from trainer.accounts.access import create_desk_blueprint, may_open
from trainer.accounts.change_authors import describe_last_change, follow_author
from trainer.clock import now
from trainer.documents.files import send_stored_file
from trainer.evidence import consents
from trainer.evidence.copies import (
    DECIDED,
    UNCLEANED,
    CleaningDecision,
    NothingToDecide,
    decide_cleaning,
    find_open_sha256,
    is_kept_out,
)
from trainer.evidence.desk.forms import EvidenceForm, UploadLinkForm
from trainer.evidence.desk.listing import count_by_indicator, select_activity_items
from trainer.evidence.desk.months import MONTHLY_KINDS, format_month_value, list_months, name_month, parse_month_value
from trainer.evidence.distribution.hand_overs import count_handed_out
from trainer.evidence.distribution.shared_documents import find_shared_document, may_be_shared, sum_downloads
from trainer.evidence.inbox.similar import map_near_duplicates
from trainer.evidence.items import remove_item, restore_item
from trainer.evidence.kinds import list_matching_indicators
from trainer.evidence.links import list_current_links, set_indicators
from trainer.evidence.media_types import recognise_head
from trainer.evidence.models import EvidenceItem, MediaKind, Processing, Publicity, TakenSource, UploadLink
from trainer.evidence.uploads.links import create_upload_link, list_usable_links, revoke_upload_link
from trainer.evidence.wording import (
    CLEANING_DECISIONS,
    CLEANING_NAMES,
    EVIDENCE_KIND_NAMES,
    MEDIA_KIND_NAMES,
    PROCESSING_ERRORS,
    PUBLICITY_NAMES,
    format_file_size,
    format_length,
)
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.projects.models import Activity, Indicator, Task
from trainer.projects.plan import list_plan_activities
from trainer.settings import get_settings
from trainer.storage import Storage
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.paging import ROWS_PER_PAGE, paginate_query, parse_page_number
from trainer.web.templating import format_plain
from trainer.web.text import clean_query

desk = create_desk_blueprint("evidence_desk", __name__)

NEAR_SHOWN = 12
"""How many pictures that look nearly the same the page of a file shows at once."""
desk.app_template_global()(format_length)
desk.app_template_global()(find_open_sha256)
SHOWN_TYPES = ("image/jpeg", "image/png", "image/webp")
"""What is shown inline: pictures that the worker has made, and nothing that somebody has uploaded."""


def open_storage() -> Storage:
    """Return the storage of evidence."""
    return Storage.from_settings(get_settings())


def get_activity(activity_id: int) -> Activity:
    """Return an activity with its indicators and its project."""
    options = (selectinload(Activity.indicators), joinedload(Activity.task).joinedload(Task.project))
    return db.session.get_one(Activity, activity_id, options=options)


@desk.get("/evidence/activities/<int:activity_id>")
def view_activity_evidence(activity_id: int) -> ResponseReturnValue:
    """List the files of an activity, or those of one of its indicators; and whose photos may not be published."""
    return render_activity_page(get_activity(activity_id), UploadLinkForm(formdata=None))


def render_activity_page(activity: Activity, link_form: UploadLinkForm, new_link: str = "") -> str:
    """Return the page of an activity's evidence."""
    session, project = db.session(), activity.task.project
    chosen, publicity = request.args.get("indicator", ""), request.args.get("publicity", "")
    indicator = next((each for each in activity.indicators if str(each.id) == chosen), None)
    publicity = publicity if publicity in set(Publicity) else ""
    is_organizer = may_open("evidence_desk.edit_evidence")
    words = clean_query(request.args.get("query", ""))
    indicator_id = indicator.id if indicator else None
    query = select_activity_items(activity.id, indicator_id, chosen == "none", publicity, words)
    portion = paginate_query(session, query, parse_page_number(), ROWS_PER_PAGE)
    present = consents.list_present_ids(session, activity.id, now()) if is_organizer else set()
    return render_template(
        "evidence/activity.html",
        activity=activity,
        project=project,
        indicator=indicator,
        chosen=chosen if indicator or chosen == "none" else "",
        publicity=publicity,
        words=words,
        portion=portion,
        counts=count_by_indicator(session, activity),
        without_consent=consents.list_people_without_photo_consent(session, present) if present else [],
        links=list_usable_links(session, activity.id, now()) if is_organizer else [],
        link_form=link_form,
        new_link=new_link,
        media_kind_names=MEDIA_KIND_NAMES,
        kind_names=EVIDENCE_KIND_NAMES,
        publicity_names=PUBLICITY_NAMES,
        name_month=name_month,
        format_file_size=format_file_size,
    )


@desk.post("/evidence/activities/<int:activity_id>/links")
def add_upload_link(activity_id: int) -> ResponseReturnValue:
    """Create an upload link and show its address, once."""
    activity, form = get_activity(activity_id), UploadLinkForm()
    if not form.validate_on_submit():
        return render_activity_page(activity, form), 422
    token = create_upload_link(db.session(), activity, str(form.label.data), form.days.data, current_user.id, now())
    db.session.commit()
    address = get_settings().address + url_for("evidence_upload_links.view_upload_link", token=token)
    return render_activity_page(get_activity(activity_id), UploadLinkForm(formdata=None), address)


@desk.post("/evidence/links/<int:upload_link_id>/revocation")
def submit_link_revocation(upload_link_id: int) -> ResponseReturnValue:
    """Revoke an upload link."""
    link = db.session.get_one(UploadLink, upload_link_id)
    revoke_upload_link(db.session(), link, now())
    db.session.commit()
    flash(_("The link can’t be used any more. Files that came by it stay."), "success")
    return redirect(url_for(".view_activity_evidence", activity_id=link.activity_id), 303)


def get_item(evidence_id: int) -> EvidenceItem:
    """Return a file with its project."""
    return db.session.get_one(EvidenceItem, evidence_id, options=(joinedload(EvidenceItem.project),))


@desk.route("/evidence/items/<int:evidence_id>", methods=["GET", "POST"])
def edit_evidence(evidence_id: int) -> ResponseReturnValue:
    """Show a file, and update what is known about it."""
    item = get_item(evidence_id)
    lock_for_edit(db.session(), item)
    session, zone = db.session(), item.project.zone
    links = list_current_links(session, item)
    linked_ids = sorted(link.indicator_id for link in links)
    activities = list_plan_activities(session, item.project)
    form = EvidenceForm(data=(stored := build_form_data(item, linked_ids, zone)))
    form.activity.choices = [
        SelectChoice(0, _("None: leave it in the inbox")),
        *(SelectChoice(each.id, f"{each.code} · {format_plain(each.title)[:80]}") for each in activities),
    ]
    own = next((each for each in activities if each.id == (form.activity.data or 0)), None)
    groups = group_indicators(activities, own, item.kind, linked_ids)
    form.indicators.choices = [SelectChoice(each.id, each.code) for group in groups.values() for each in group]
    form.month.choices = list_months(item)
    form.local_now = now().astimezone(zone).replace(tzinfo=None)
    form.track_changes(stored, follow_author(session, item, *links))
    if form.validate_on_submit():
        save_evidence(item, form, zone)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".edit_evidence", evidence_id=item.id), 303)
    present = consents.list_present_ids(session, item.activity_id, now()) if item.activity_id else set()
    shown, document = consents.list_shown_people(session, item), find_shared_document(session, item.id)
    page = render_template(
        "evidence/item.html",
        item=item,
        project=item.project,
        form=form,
        groups=groups,
        links=links,
        linked_ids=linked_ids,
        shown=shown,
        withdrawn=consents.map_withdrawals(session, item.project_id, [mark.person_id for mark in shown]),
        people=consents.list_people(session, present) if present else [],
        without_consent=consents.list_people_without_photo_consent(session, present) if present else [],
        near=map_near_duplicates(session, [item]).get(item.id, []),
        near_shown=NEAR_SHOWN,
        handed_out=count_handed_out(session, item.id),
        document=document,
        downloads=sum_downloads(session, document.id) if document else None,
        may_be_shared=may_be_shared(item),
        public_address=get_settings().address,
        has_month=(form.kind.data in MONTHLY_KINDS),
        processing_errors=PROCESSING_ERRORS,
        cleaning_names=CLEANING_NAMES,
        cleaning_decisions=CLEANING_DECISIONS,
        is_undecided=item.processing != Processing.WAITING and item.cleaning in UNCLEANED,
        decided_by=describe_decision(session, item),
        media_kind_names=MEDIA_KIND_NAMES,
        kind_names=EVIDENCE_KIND_NAMES,
        is_picture=item.media_kind in (MediaKind.PHOTO, MediaKind.VIDEO),
        format_file_size=format_file_size,
    )
    return page, form.status_code


def describe_decision(session: Session, item: EvidenceItem) -> str:
    """Return who decided about a file that can't be cleaned, and when; empty if nobody has."""
    return describe_last_change(session, item, action="decided") if item.cleaning in DECIDED else ""


def build_form_data(item: EvidenceItem, linked_ids: list[int], zone: ZoneInfo) -> dict[str, Any]:
    """Return what is stored about a file, by field name."""
    return {
        "activity": item.activity_id or 0,
        "kind": item.kind,
        "indicators": linked_ids,
        "month": format_month_value(item.month),
        "caption": item.caption,
        "taken_at": item.taken_at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        if item.taken_at
        else None,
        "publicity": item.publicity,
    }


def group_indicators(
    activities: Collection[Activity], own: Activity | None, kind: str, linked_ids: Collection[int]
) -> dict[str, list[Indicator]]:
    """Return the indicators that a file may prove: those of its activity, and others that ask for the same or are linked."""
    others = [each for each in activities if each is not own]
    elsewhere = [
        indicator
        for each in others
        for indicator in each.indicators
        if indicator.id in linked_ids or indicator in list_matching_indicators(each.indicators, kind)
    ]
    return {"own": list(own.indicators) if own else [], "elsewhere": elsewhere}


def save_evidence(item: EvidenceItem, form: EvidenceForm, zone: ZoneInfo) -> None:
    """Store what was entered about a file. Without an activity it proves nothing."""
    typed: datetime | None = form.taken_at.data
    stored = build_form_data(item, [], zone)["taken_at"]
    if typed != stored:
        item.taken_at = typed.replace(tzinfo=zone) if typed else None
        item.taken_source = TakenSource.ENTERED if typed else None
    item.activity_id = form.activity.data or None
    item.month = parse_month_value(form.month.data) if form.kind.data in MONTHLY_KINDS else None
    item.kind, item.caption, item.publicity = form.kind.data, form.caption.value, form.publicity.data
    indicators = form.indicators.data if item.activity_id else []
    set_indicators(db.session(), item, indicators, now(), current_user.id)


@desk.post("/evidence/items/<int:evidence_id>/removal")
def submit_evidence_removal(evidence_id: int) -> ResponseReturnValue:
    """Remove a file; it can be restored."""
    item = get_item(evidence_id)
    remove_item(item, now())
    audit.record(db.session(), "removed", item)
    db.session.commit()
    flash(_("Removed. It counts nowhere, and it can be restored."), "success")
    return redirect(url_for(".edit_evidence", evidence_id=item.id), 303)


@desk.post("/evidence/items/<int:evidence_id>/restoration")
def submit_evidence_restoration(evidence_id: int) -> ResponseReturnValue:
    """Restore a file that was removed."""
    item = get_item(evidence_id)
    restore_item(item)
    audit.record(db.session(), "restored", item)
    db.session.commit()
    flash(_("Restored."), "success")
    return redirect(url_for(".edit_evidence", evidence_id=item.id), 303)


@desk.post("/evidence/items/<int:evidence_id>/cleaning")
def submit_cleaning_decision(evidence_id: int) -> ResponseReturnValue:
    """Decide whether others may get a file from which place and device can't be removed."""
    item = get_item(evidence_id)
    lock_for_edit(db.session(), item)
    try:
        decide_cleaning(db.session(), item, CleaningDecision(request.form.get("decision", "")))
    except ValueError:
        abort(400)
    except NothingToDecide:
        flash(_("Nothing has to be decided about this file."), "info")
    else:
        db.session.commit()
        flash(_("Saved."), "success")
    return redirect(url_for(".edit_evidence", evidence_id=item.id, _anchor="cleaning"), 303)


@desk.post("/evidence/items/<int:evidence_id>/people")
def submit_shown_person(evidence_id: int) -> ResponseReturnValue:
    """Mark somebody who was present as shown in a photo, or remove the mark."""
    item, session = get_item(evidence_id), db.session()
    person_id = request.form.get("person", 0, type=int)
    if request.form.get("remove"):
        consents.unmark_shown_person(session, item, person_id)
    else:
        present = consents.list_present_ids(session, item.activity_id, now()) if item.activity_id else set()
        if not consents.mark_shown_person(session, item, person_id, present, now()):
            abort(404)
    session.commit()
    return redirect(url_for(".edit_evidence", evidence_id=item.id, _anchor="people"), 303)


@desk.app_template_global()
def may_see_picture(item: EvidenceItem) -> bool:
    """Return whether the user may see the picture of a file: organizers all, others none that is kept out."""
    return may_open("evidence_desk.edit_evidence") or not is_kept_out(item)


@desk.get("/evidence/items/<int:evidence_id>/file")
def download_evidence_file(evidence_id: int) -> ResponseReturnValue:
    """Return the original as a download."""
    item = get_item(evidence_id)
    return send_as_download(item, item.sha256)


@desk.get("/evidence/items/<int:evidence_id>/copy")
def download_evidence_copy(evidence_id: int) -> ResponseReturnValue:
    """Return what others than organizers may get of a file; abort with 404 if they may get nothing."""
    item = get_item(evidence_id)
    return send_as_download(item, find_open_sha256(item) or abort(404))


def send_as_download(item: EvidenceItem, sha256: str) -> Response:
    """Return a content of a file for saving. No browser shows it: it may be anything."""
    response = send_stored_file(open_storage(), sha256, item.file_name, "application/octet-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@desk.get("/evidence/items/<int:evidence_id>/thumbnail")
def view_evidence_thumbnail(evidence_id: int) -> ResponseReturnValue:
    """Return the small picture that the worker made of a file."""
    item = get_item(evidence_id)
    return send_picture(item.thumbnail_sha256) if may_see_picture(item) else abort(404)


@desk.get("/evidence/items/<int:evidence_id>/picture")
def view_evidence_picture(evidence_id: int) -> ResponseReturnValue:
    """Return the picture as large as a screen that the worker made of a file."""
    item = get_item(evidence_id)
    return send_picture(item.preview_sha256) if may_see_picture(item) else abort(404)


def send_picture(sha256: str) -> ResponseReturnValue:
    """Return a picture that the worker made; abort with 404 if it made none."""
    content = open_storage().load_content(sha256) if sha256 else abort(404)
    media_type = recognise_head(content[:64]).name
    return Response(content, mimetype=media_type) if media_type in SHOWN_TYPES else abort(404)
