"""The distribution list of a document: who was handed copies, with receipts."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy.orm import joinedload

from trainer import audit
from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.clock import now
from trainer.evidence.distribution.forms import HandOverForm, NewHandOverForm
from trainer.evidence.distribution.hand_overs import (
    count_handed_out,
    list_hand_overs,
    load_hand_overs,
    record_hand_over,
    remove_hand_over,
    restore_hand_over,
    update_hand_over,
)
from trainer.evidence.distribution.models import HandOver
from trainer.evidence.distribution.shared_documents import (
    DocumentNotShared,
    close_document,
    find_shared_document,
    share_document,
)
from trainer.evidence.models import EvidenceItem
from trainer.evidence.registers.listing import list_offered_proofs
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.projects.models import Project
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.editing.creation import create_once
from trainer.web.paging import paginate_found, search_rows

desk = create_desk_blueprint("evidence_distribution", __name__)


def get_document(evidence_id: int) -> EvidenceItem:
    """Return a file with its project."""
    return db.session.get_one(EvidenceItem, evidence_id, options=(joinedload(EvidenceItem.project),))


def get_hand_over(hand_over_id: int) -> HandOver:
    """Return a line with its document and the project."""
    options = (joinedload(HandOver.item).joinedload(EvidenceItem.project), joinedload(HandOver.receipt))
    return db.session.get_one(HandOver, hand_over_id, options=options)


def get_local_today(project: Project) -> date:
    """Return today in the zone of a project."""
    return now().astimezone(project.zone).date()


@desk.post("/evidence/items/<int:evidence_id>/sharing")
def submit_sharing(evidence_id: int) -> ResponseReturnValue:
    """Share a document with everybody who has its address, or end that."""
    session, item = db.session(), get_document(evidence_id)
    if request.form.get("state") == "closed":
        document = find_shared_document(session, item.id)
        if document is not None:
            close_document(document, now())
        flash(_("The document can’t be downloaded by others any more. What was counted stays."), "success")
    else:
        try:
            share_document(session, item, now(), current_user.id)
        except DocumentNotShared:
            abort(404)
        flash(_("Saved."), "success")
    session.commit()
    return redirect(url_for("evidence_desk.edit_evidence", evidence_id=item.id, _anchor="sharing"), 303)


@desk.get("/evidence/items/<int:evidence_id>/hand-overs")
def view_hand_overs(evidence_id: int) -> ResponseReturnValue:
    """List who was handed copies of a document, or those that a search finds."""
    session, item = db.session(), get_document(evidence_id)
    lines = list_hand_overs(session, item.id)
    is_removed = request.args.get("show", "") == "removed"
    shown = [line for line in lines if line.is_removed == is_removed]
    return render_template(
        "evidence/distribution/list.html",
        item=item,
        is_removed=is_removed,
        removed_count=sum(line.is_removed for line in lines),
        handed_out=count_handed_out(session, item.id),
        portion=paginate_found(
            shown,
            lambda query: search_rows(shown, query, lambda line: f"{line.recipient} {line.organisation}"),
            lambda listed: load_hand_overs(session, listed),
        ),
    )


@desk.route("/evidence/items/<int:evidence_id>/hand-overs/new", methods=["GET", "POST"])
def add_hand_over(evidence_id: int) -> ResponseReturnValue:
    """Show and save a new line of the distribution list of a document."""
    session, item = db.session(), get_document(evidence_id)
    today = get_local_today(item.project)
    form = NewHandOverForm(data={"handed_on": today, "copies": 1, "receipt": 0}, today=today)
    form.receipt.offer(list_offered_proofs(session, item.project_id))
    if form.validate_on_submit():

        def create() -> str:
            record_hand_over(session, item, form.build_facts(), current_user.id, now())
            return url_for(".view_hand_overs", evidence_id=evidence_id)

        address = create_once(session, create, now())
        session.commit()
        flash(_("Saved."), "success")
        return redirect(address, 303)
    page = render_template("evidence/distribution/form.html", item=item, line=None, form=form)
    return page, 422 if form.errors else 200


@desk.route("/evidence/hand-overs/<int:hand_over_id>", methods=["GET", "POST"])
def edit_hand_over(hand_over_id: int) -> ResponseReturnValue:
    """Show and update a line of a distribution list."""
    session, line = db.session(), get_hand_over(hand_over_id)
    lock_for_edit(session, line)
    form = HandOverForm(data=(stored := build_hand_over_data(line)), today=get_local_today(line.item.project))
    form.receipt.offer(list_offered_proofs(session, line.item.project_id, line.receipt_id))
    form.track_changes(stored, follow_author(session, line))
    if form.validate_on_submit():
        update_hand_over(line, form.build_facts())
        session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".view_hand_overs", evidence_id=line.item_id), 303)
    page = render_template("evidence/distribution/form.html", item=line.item, line=line, form=form)
    return page, form.status_code


def build_hand_over_data(line: HandOver) -> dict[str, Any]:
    """Return what is stored about a line, by field name."""
    return {
        "recipient": line.recipient,
        "organisation": line.organisation,
        "copies": line.copies,
        "handed_on": line.handed_on,
        "receipt": line.receipt_id or 0,
    }


@desk.post("/evidence/hand-overs/<int:hand_over_id>/removal")
def submit_hand_over_removal(hand_over_id: int) -> ResponseReturnValue:
    """Remove a line; it can be restored."""
    line = get_hand_over(hand_over_id)
    remove_hand_over(line, now())
    audit.record(db.session(), "removed", line)
    db.session.commit()
    flash(_("Removed. It counts nowhere, and it can be restored."), "success")
    return redirect(url_for(".view_hand_overs", evidence_id=line.item_id), 303)


@desk.post("/evidence/hand-overs/<int:hand_over_id>/restoration")
def submit_hand_over_restoration(hand_over_id: int) -> ResponseReturnValue:
    """Restore a line that was removed."""
    line = get_hand_over(hand_over_id)
    restore_hand_over(line)
    audit.record(db.session(), "restored", line)
    db.session.commit()
    flash(_("Restored."), "success")
    return redirect(url_for(".view_hand_overs", evidence_id=line.item_id), 303)
